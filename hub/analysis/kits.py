"""What the kits of a session said of themselves, and on which seats they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from firmware import wire
from hub.about import read
from hub.course.phases import Course
from hub.records import Received


@dataclass(frozen=True, slots=True)
class Had:
    """A seat had a kit, from when to when (UTC; `end_ns` None: it still has)."""

    seat: int
    kit: str
    start_ns: int
    end_ns: int | None


def kits_on_seats(course: Course, without: Collection[int] = ()) -> list[Had]:
    """By seat and in order of time, but for the seats `without`."""
    return [Had(seat, str(span.value), span.start_ns, span.end_ns)
            for seat, spans in course.seats.items() if seat not in without for span in spans]


@dataclass(frozen=True, slots=True)
class Description:
    """From `at_ns` (UTC) on a kit said this of itself; `seats`: all that it was on."""

    kit: str
    seats: tuple[int, ...]
    at_ns: int
    about: dict[str, Any]


def said_by_kits(
    course: Course, descriptions: Iterable[Received], without: Collection[int] = ()
) -> list[Description]:
    """Each description of a kit that was on a seat, once as long as it says the same; but for the
    seats `without`. `descriptions`: the rows about/* of the journal, in order."""
    seats = {kit: tuple(sorted(seat for seat in its if seat not in without))
             for kit, its in _seats_of(course).items()}
    return [Description(kit, seats[kit], at_ns, about)
            for kit, at_ns, about in _changes(descriptions) if seats.get(kit)]


def kits_of(course: Course, seats: Collection[int]) -> set[str]:
    """All that were on one of these seats."""
    return {kit for kit, its in _seats_of(course).items() if not its.isdisjoint(seats)}


def _seats_of(course: Course) -> dict[str, set[int]]:
    of: dict[str, set[int]] = {}
    for had in kits_on_seats(course):
        of.setdefault(had.kit, set()).add(had.seat)
    return of


def _changes(descriptions: Iterable[Received]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Those that can be read, where they are not what the kit said before."""
    last: dict[str, dict[str, Any]] = {}
    for row in descriptions:
        kit = row.topic.partition("/")[2]
        try:
            about = read(row.payload)
        except wire.WireError:
            continue
        if last.get(kit) != about:
            last[kit] = about
            yield kit, row.at_ns, about
