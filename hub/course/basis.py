"""What arousal is measured against, and when that was changed for seconds that were over."""

from __future__ import annotations

from collections.abc import Iterable

from hub.course.event_checks import received
from hub.course.phases import Course, fold
from hub.records import Event

AT_ONCE_NS = 60_000_000_000  # who hears of a baseline's end so soon has not shown much without it
MAY_CHANGE = ("phase", "undo", "retime", "delete")


def corrected_ns(events: Iterable[Event]) -> int | None:
    """When the hub last heard a word that changed a baseline which was over. What was shown before
    that was measured against another one. None: never."""
    said = list(events)
    times = sorted({received(one) for one in said if one.kind in MAY_CHANGE}, reverse=True)
    return next((at_ns for at_ns in times if _changed(said, at_ns)), None)


def _changed(said: list[Event], at_ns: int) -> bool:
    before, after = (set(fold(said, now_ns).baselines) for now_ns in (at_ns - 1, at_ns))
    late = (end_ns < at_ns - AT_ONCE_NS for _, end_ns in after - before)
    return bool(before - after) or any(late)


def name_of_the_baseline(course: Course) -> str:
    """What the protocol calls it, in English; its kind where it has none."""
    phases = course.protocol.phases if course.protocol else ()
    return next((one.label["en"] for one in phases if one.baseline), "Baseline")
