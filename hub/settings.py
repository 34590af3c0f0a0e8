"""Every setting of the hub: one frozen value, made from stillpoint.toml and the environment.

A setting `name` is STILLPOINT_NAME in the environment (which wins) and `name = ...` in the file,
which is ./stillpoint.toml or what STILLPOINT_CONFIG names. Nothing else reads either.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from itertools import combinations
from pathlib import Path
from typing import Any

from hub import setting_values as values
from hub.errors import SettingsError
from hub.policy import TEAM_VIEWS

PREFIX = "STILLPOINT_"
CONFIG = "STILLPOINT_CONFIG"
# Not settings, and read elsewhere: by the image, the tests, what builds InfluxDB for them.
HELPERS = (CONFIG, "STILLPOINT_CONTAINER", "STILLPOINT_NO_SKIPS", "STILLPOINT_INFLUXD2")
SEAT_VIEWS = ("after", "live")
DEMO = "demo"  # the site of `stillpoint demo`: by it panels know who is simulated
BUCKETS = ("influx_bucket", "influx_team_bucket", "influx_raw_bucket")
SECRETS = ("broker_password", "influx_token")
KEPT = "Nothing was started and nothing was changed."


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, with the values for a hub that stands alone on a machine."""

    data_dir: Path = Path("stillpoint-data")  # sessions, tokens, the clock's anchor
    site: str = "site"  # the part of the topics that this hub listens to
    rooms: tuple[str, ...] = ()  # rooms with a console before any kit of theirs was heard
    broker_host: str = "127.0.0.1"
    broker_port: int = 1883
    broker_user: str = ""
    broker_password: str = field(default="", repr=False)
    broker_password_file: str = ""  # where it is kept, instead
    web_host: str = "127.0.0.1"
    web_port: int = 8000  # 0: any free one
    workers: int = 1  # processes that work out results
    reserve_mb: int = 64  # disk kept free for each open session
    simulated: bool = False  # every kit of this hub is simulated
    influx_url: str = ""  # empty: no InfluxDB
    influx_token: str = field(default="", repr=False)
    influx_token_file: str = ""  # where it is kept, instead; it may come later
    influx_org: str = "stillpoint"
    influx_bucket: str = "stillpoint"  # with seats: for researchers
    influx_team_bucket: str = "stillpoint-team"  # group-safe; empty: none
    influx_raw_bucket: str = ""  # every pulse sample, kept for a week; empty: none
    influx_waves: bool = True  # the signals themselves, beside the features
    seat_view: str = "after"  # when researchers see seats there: after the session, or live
    team_view: str = "after"  # when teams see their curve: after the session, or a minute late


def load(environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings of the file and the environment; what is `given` wins. SettingsError says
    which setting is wrong and how to put it right."""
    environ = os.environ if environ is None else environ
    found = {**_file(environ), **_environment(environ), **given}
    return _fitting(
        Settings(**{name: _value(name, value, name in given) for name, value in found.items()})
    )


def token_of(settings: Settings) -> str:
    """The token for InfluxDB, as it is now, "" for none: set-up may write its file while the hub
    runs. SettingsError where the file holds something else."""
    named = settings.influx_token_file
    there = os.path.exists(named) and os.path.getsize(named)
    return settings.influx_token or (_secret("influx_token_file", named) if there else "")


def password_of(settings: Settings) -> str:
    """The hub's password at the broker, "" for none. SettingsError where its file holds none."""
    named = settings.broker_password_file
    return settings.broker_password or (_secret("broker_password_file", named) if named else "")


def _secret(name: str, path: str) -> str:
    try:
        return _READ.get(name.removesuffix("_file"), values.text)(_kept_in(Path(path)))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{Path(path).absolute()}, which {name} names, cannot be used: {why}.",
                            KEPT, f"Correct that file, or {_where(name)}.") from None


def _kept_in(path: Path) -> str:
    try:
        said = path.read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise ValueError("it is not text in UTF-8") from None
    if not said:
        raise ValueError("it is empty")
    return said


def _file(environ: Mapping[str, str]) -> dict[str, Any]:
    path = Path(environ.get(CONFIG, "stillpoint.toml"))
    if not path.exists():
        if CONFIG in environ:
            raise SettingsError(f"{CONFIG} names {path}, which does not exist.", KEPT,
                                "Name an existing file, or unset it.")
        if path.is_symlink():
            raise SettingsError(f"{path} leads to a file that does not exist.", KEPT,
                                "Put the file there, or remove the link.")
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.", KEPT,
                            "Correct the file; it must be TOML in UTF-8.") from None
    for name in said:
        _known(name, f"{path} sets")
    return said


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    names = {PREFIX + setting.name.upper(): setting.name for setting in fields(Settings)}
    for key in environ:
        if key.startswith(PREFIX):
            _known(key, "The environment sets", (*names, *HELPERS))
    return {names[key]: value for key, value in environ.items() if key in names}


NAMES = tuple(setting.name for setting in fields(Settings))


def _known(name: str, where: str, names: Sequence[str] = NAMES) -> None:
    if name in names:
        return
    near = get_close_matches(name, names, 1)
    cure = f"Did you mean {near[0]}?" if near else f"The settings are: {', '.join(names)}."
    raise SettingsError(f"{where} {name}, but there is no such setting.", KEPT, cure)


def _value(name: str, value: Any, given: bool) -> Any:
    _known(name, "The hub was given")
    try:
        return _READ.get(name, values.text)(value)
    except ValueError as error:
        shown = "what it is" if name in SECRETS else repr(value)
        raise SettingsError(
            f"The setting {name} cannot be {shown}: {error}.", KEPT,
            "Correct it in the command." if given else f"Correct {_where(name)}.",
        ) from None


def _where(name: str) -> str:
    return f"{name} in stillpoint.toml or {PREFIX}{name.upper()}"


_READ: dict[str, Callable[[Any], Any]] = {
    "data_dir": values.path,
    "site": values.name,
    "rooms": values.names,
    "broker_host": values.host,
    "broker_port": values.number(1, 65535),
    "broker_password_file": values.file_name,
    "web_host": values.host,
    "web_port": values.number(0, 65535),
    "workers": values.number(1, 64),
    "reserve_mb": values.number(0, 1_000_000),
    "simulated": values.truth,
    "influx_url": values.url,
    "influx_token": values.token,
    "influx_token_file": values.file_name,
    "influx_org": values.filled,
    "influx_bucket": values.filled,
    "influx_waves": values.truth,
    "team_view": values.one_of(TEAM_VIEWS),
    "seat_view": values.one_of(SEAT_VIEWS),
}


def _fitting(settings: Settings) -> Settings:
    """SettingsError where values that can be, each by itself, cannot be together."""
    for amiss, cure in _TOGETHER:
        what = amiss(settings)
        if what:
            raise SettingsError(what, KEPT, cure)
    return settings


def _one_bucket_twice(settings: Settings) -> str:
    names = {bucket: getattr(settings, bucket) for bucket in BUCKETS}
    for one, other in combinations(BUCKETS, 2):
        if names[one] == names[other] != "":
            return (f"{one} and {other} are both {names[one]!r}, but they differ in who may read "
                    "them, or in how long they are kept.")
    return ""


def _people_as_a_demo(settings: Settings) -> str:
    if settings.site != DEMO or settings.simulated:
        return ""
    return f"The site is {DEMO!r}, but people are not simulated: panels would leave them out."


def _password_of_nobody(settings: Settings) -> str:
    if settings.broker_user or not (settings.broker_password or settings.broker_password_file):
        return ""
    return "There is a password for the broker but no broker_user, so the broker gets neither."


def _user_of_kits(settings: Settings) -> str:
    """The broker would take the hub in, grant what it asks for, and pass nothing on."""
    if settings.broker_user not in ("kit", "box"):
        return ""
    return (f"broker_user is {settings.broker_user!r}: this is the broker's name for kits or "
            "button boxes, and the broker passes it nothing of what kits send.")


# What is amiss ("": nothing), and the cure.
_TOGETHER: tuple[tuple[Callable[[Settings], str], str], ...] = (
    (_one_bucket_twice, "Give one of the two another name."),
    (_user_of_kits, "Name the hub's own user and password (`stillpoint setup` calls it hub)."),
    (_password_of_nobody, "Set broker_user (`stillpoint setup` calls it hub)."),
    (_people_as_a_demo, "Give the site another name, here and in every kit's config.json."),
)
