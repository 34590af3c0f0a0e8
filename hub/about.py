"""What a kit says of itself, as far as it can be: anybody on the broker may write anything."""

from __future__ import annotations

import json
from typing import Any, cast

from firmware import wire

SIZE_MAX = 2048  # bytes
WORD_MAX = 80
NUMBER_MAX = 1e15
ROLES = ("kit", "box")

# What turns the codes of the skin sensor into microsiemens, as it usually is.
FRONT_END = {"lsb_uv": 62.5, "vexc_uv": 500_000.0, "rf_ohm": 100_000.0, "rs_ohm": 2_200.0}
LEAST, MOST = 1e-3, 1e9  # of each
NOUGHT = ("rs_ohm",)  # may be 0 as well: a circuit without it


def read(payload: bytes) -> dict[str, Any]:
    """The description: words, finite numbers and truths, and tables of these. WireError for
    anything else, and for a front end that no circuit has."""
    if len(payload) > SIZE_MAX:
        raise wire.WireError("description is too long")
    try:
        said: Any = json.loads(payload)
    except (ValueError, RecursionError):
        raise wire.WireError("description is not JSON") from None
    if not _is_table(said, deep=True):
        raise wire.WireError("description is not a table of words and numbers")
    about = cast("dict[str, Any]", said)
    if about.get("role", "kit") not in ROLES:
        raise wire.WireError("description names no role: kit | box")
    if any(not _can_be(name, value) for name, value in front_end(about).items()):
        raise wire.WireError("description has an eda front end that cannot be")
    return about


def front_end(about: dict[str, Any]) -> dict[str, float]:
    """The constants of the skin sensor; the usual ones where the description has none."""
    said = about.get("eda", {})
    front = cast("dict[str, Any]", said) if isinstance(said, dict) else {}
    return {name: _number(front.get(name, usual)) for name, usual in FRONT_END.items()}


def is_coarse(about: dict[str, Any]) -> bool:
    """True if the kit has found its skin converter to have 12 bits in place of 16."""
    eda = about.get("eda")
    return isinstance(eda, dict) and cast("dict[str, Any]", eda).get("bits") == 12


def _can_be(name: str, value: float) -> bool:
    return LEAST <= value <= MOST or (value == 0 and name in NOUGHT)


def _number(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise wire.WireError("description has an eda constant that is no number")
    return float(said)


def _is_table(said: Any, deep: bool) -> bool:
    if not isinstance(said, dict):
        return False
    table = cast("dict[str, Any]", said)
    return all(_is_word(name) for name in table) and all(
        _is_plain(value) or (deep and _is_table(value, deep=False)) for value in table.values()
    )


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return _is_word(value)
    return value is None or (isinstance(value, int | float) and abs(value) <= NUMBER_MAX)


def _is_word(text: str) -> bool:
    return len(text) <= WORD_MAX and text.isprintable()
