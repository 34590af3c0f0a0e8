"""Courses of nothing but presses."""

from itertools import count

from hub.course.log import CourseLog
from tests.rows import NS, OPEN_NS, event
from tests.study.made import opening

LONG_S = 90
NUMBERS = count(300)


def said(kind, second, **data):
    return event(kind, OPEN_NS + second * NS, next(NUMBERS), **data)


def course_of(presses, end_s, protocol=None):
    log = CourseLog()
    for row in [*opening([], protocol), *seats(), *presses, said("close", end_s)]:
        log.feed(row)
    return log.state


def seats():
    return [event("seat", OPEN_NS + 1, 100 + k, seat=k, kit=f"kit-{k}") for k in range(1, 5)]


def pressed(*phases):
    """Each for LONG_S, from the second 0 on."""
    return [said("phase", k * LONG_S, phase=phase) for k, phase in enumerate(phases)]
