"""What the shipped protocols call their phases, in every language."""

from __future__ import annotations

import tomllib
from importlib import resources


def _read() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    folder = resources.files("hub").joinpath("protocols")
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        for phase in tomllib.loads(path.read_text("utf-8"))["phases"]:
            found.setdefault(phase["id"], {}).update(dict.fromkeys(phase["label"].values()))
    return {phase: tuple(names) for phase, names in found.items()}


NAMES = _read()  # phase -> its names


def english(phase: str) -> str:
    """The first of them."""
    return NAMES[phase][0]
