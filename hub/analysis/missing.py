"""What a journal lacks, by the numbers that its rows and the presses of a box have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from hub.course.box import Touch
from hub.disk.journal import Reader

SHOWN_MAX = 5  # places


def missing(path: Path, touches: Iterable[Touch]) -> list[str]:
    """In sentences. What was there before the first of a box's presses, or behind the last row,
    is not known."""
    with Reader(path) as reader:
        holes = reader.holes()
    return [*_rows(holes), *_presses(touches)]


def _rows(holes: list[tuple[int, int]]) -> list[str]:
    if not holes:
        return []
    count = sum(last - first + 1 for first, last in holes)
    places = [str(first) if first == last else f"{first} to {last}"
              for first, last in holes[:SHOWN_MAX]]
    more = len(holes) - len(places)
    where = ", ".join(places) + (f" and in {more} more places" if more else "")
    return [f"{_are(count, 'row', 'rows')} missing from the journal: {where}"]


def _presses(touches: Iterable[Touch]) -> list[str]:
    """A box numbers the presses of a session one after another, in each of its starts."""
    numbers: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for touch in touches:
        numbers[touch.kit, touch.boot].add(touch.index)
    gone = ((kit, max(known) - min(known) + 1 - len(known))
            for (kit, _), known in numbers.items())
    return [f"{kit}: {_are(count, 'press', 'presses')} missing between others that arrived"
            for kit, count in gone if count]


def _are(count: int, one: str, more: str) -> str:
    return f"1 {one} is" if count == 1 else f"{count} {more} are"
