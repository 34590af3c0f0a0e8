"""`stillpoint setup`, and `stillpoint up --setup`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hub.settings import Settings
from hub.setup import secrets
from hub.setup.broker import keep_rights
from hub.setup.influxdb import SetUp

BROKER_AGAIN = "A running broker still uses the old files: restart it."


def folder_of(settings: Settings, given: Path | None) -> Path:
    """Where the secrets are: what was said, else beside the data."""
    return given or settings.data_dir / "secrets"


def set_up(settings: Settings, folder: Path) -> list[str]:
    """Make the secrets, and InfluxDB ready where one is configured; what was done, in words."""
    done = [f"secret {name}" for name in secrets.make(folder)]
    done += [f"the broker's rights, {name}" for name in keep_rights(folder)]
    return done + (SetUp(settings, folder).run() if settings.influx_url else [])


def with_secrets(settings: Settings, folder: Path) -> Settings:
    """The settings of a hub that finds its token where set-up left it."""
    if settings.influx_token or settings.influx_token_file:
        return settings
    return replace(settings, influx_token_file=str(folder / "hub/influx_token"))


def said(done: list[str], folder: Path) -> str:
    """What a person reads."""
    if not done:
        return f"Everything exists already; nothing was changed. Secrets: {folder}"
    again = [BROKER_AGAIN] * any("broker/" in one for one in done)
    return "\n".join([*(f"made: {one}" for one in done), *again, f"Secrets: {folder}"])
