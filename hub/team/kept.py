"""Figures of seats, second by second, packed: 12 bytes a seat and second."""

from __future__ import annotations

from array import array

from hub.records import NS
from hub.results.group import PARTS

FORGET_S = 60  # so many seconds go at once
WIDTH = len(PARTS)
NOTHING = float("nan")
Figures = tuple[float | None, ...]  # by PARTS; the first, arousal, is there


class Kept:
    """What waits to be shown. Said again, the last word counts; what is older than what is kept
    is passed over."""

    def __init__(self) -> None:
        self._of: dict[int, tuple[int, array[float]]] = {}  # seat -> its first second, figures

    @property
    def seats(self) -> tuple[int, ...]:
        return tuple(sorted(self._of))

    def put(self, seat: int, time_ns: int, figures: Figures) -> None:
        """The figures of one second (UTC ns)."""
        second = time_ns // NS
        first, packed = self._of.setdefault(seat, (second, array("f")))
        at = (second - first) * WIDTH
        if at < 0:
            return
        packed.extend([NOTHING] * (at + WIDTH - len(packed)))
        packed[at : at + WIDTH] = array("f", (NOTHING if v is None else v for v in figures))

    def at(self, seat: int, time_ns: int) -> Figures | None:
        """The figures of a seat; None where its arousal is not known."""
        first, packed = self._of.get(seat, (0, array("f")))
        at = (time_ns // NS - first) * WIDTH
        found = packed[at : at + WIDTH] if at >= 0 else array("f")
        known = len(found) > 0 and found[0] == found[0]
        return tuple(None if v != v else v for v in found) if known else None

    def forget(self, before_ns: int) -> None:
        """Let go of what lies before."""
        for seat, (first, packed) in self._of.items():
            gone = before_ns // NS - first
            if gone >= FORGET_S:
                del packed[: gone * WIDTH]
                self._of[seat] = first + gone, packed
