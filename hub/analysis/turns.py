"""Who presented and who spoke, and from when to when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hub.course.phases import Course


@dataclass(frozen=True, slots=True)
class Turn:
    """One seat's turn in a role, presenter or speaker. `end_ns` is None while it lasts."""

    role: str
    seat: int
    start_ns: int
    end_ns: int | None


def turns_of(course: Course, without: Collection[int] = ()) -> list[Turn]:
    """The turns that stand, presenters first, each role's in order of time; but for the seats
    `without`. Where nobody has a role, or it is not known who, there is none."""
    return [
        Turn(role, span.value, span.start_ns, span.end_ns)
        for role, spans in (("presenter", course.presenter), ("speaker", course.speaker))
        for span in spans
        if isinstance(span.value, int) and span.value not in without
    ]
