"""Which names are those of button boxes: a box leads the session, so its name alone says that it is
one. A device can say anything of itself; under these names the broker lets in only who has the
boxes' password (`hub.setup.broker`)."""

from __future__ import annotations

BOXES = ("box", *(f"box-{number}" for number in range(1, 100)))
_NAMES = frozenset(BOXES)


def is_box(name: str) -> bool:
    """True if a device of this name is a button box."""
    return name in _NAMES
