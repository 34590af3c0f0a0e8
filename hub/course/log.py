"""The course of a session, read from the rows of its journal.

Two things speak of a session: event/* rows, and the presses in the frames of a button box. Both
become events, and `hub.course.phases.fold` makes the course of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Protocol, cast

from firmware import wire
from hub.boxes import is_box
from hub.clock import KitClock
from hub.course.box import Fit, Touch, by_clock, channels, event_of, touches
from hub.course.events import EventError, event_from_json
from hub.course.phases import Course, fold
from hub.records import Event, Phase, Problem, Received

BOX_MAX = 500  # presses of each button box that count in a session
PROBLEMS_MAX = 100  # kept; all are counted

FitOf = Callable[[str, int], Fit | None]  # by kit and boot


class Clock(Protocol):
    """`hub.clock.KitClock`, as far as it is needed here."""

    def stamp(self, at_ns: int, stamp: wire.Stamp) -> None: ...
    def fit(self) -> Fit | None: ...


class CourseLog:
    """Feed it every row of a session, in order; `state` is the course so far. While a kit sits
    with somebody it is no button box, whatever it says, unless its name is that of one."""

    def __init__(self, new_clock: Callable[[], Clock] = KitClock) -> None:
        self.problems: list[Problem] = []
        self.problem_count = 0
        self._new_clock = new_clock
        self._clocks: dict[tuple[str, int], Clock] = {}
        self._roles: dict[str, str] = {}
        self._said: dict[str, Event] = {}
        self._touched: dict[str, Touch] = {}
        self._count: Counter[str] = Counter()  # of touches, by kit
        self._course: Course | None = None
        self._take: dict[str, Callable[[Received, str], bool]] = {
            "event": self._event,
            "about": self._about,
            "stamp": self._stamp,
            "data": self._data,
        }

    @property
    def state(self) -> Course:
        """The course of all that was fed."""
        if self._course is None:
            self._course = fold(self.events())
        return self._course

    def feed(self, row: Received) -> bool:
        """Take in a row. True if it said something new about the session."""
        first, _, rest = row.topic.partition("/")
        take = self._take.get(first)
        changed = take is not None and take(row, rest)
        if changed:
            self._course = None
        return changed

    def events(self) -> list[Event]:
        """All events so far; a key of the box says what the session's protocol gives it to say."""
        opening = next((e for e in self._said.values() if e.kind == "open"), None)
        keys = fold([opening]).protocol if opening else None
        says = keys.keys if keys else ()
        return [*self._said.values(), *(event_of(touch, says) for touch in self.led())]

    def led(self) -> list[Touch]:
        """The touches of who leads; what was said of seats counts as it stands now."""
        touched = self._touched.values()
        if all(is_box(touch.kit) for touch in touched):
            return [*touched]
        said = fold(self._said.values())
        return [one for one in touched if is_box(one.kit) or not sits(said, one.kit, one.at_ns)]

    def remap(self, fit_of: FitOf) -> bool:
        """Place the presses of button boxes again, by the clocks of the whole session. Where
        `fit_of` gives None a press stays. True if one moved."""
        before = dict(self._touched)
        for name, touch in before.items():
            fit = fit_of(touch.kit, touch.boot)
            if fit is not None:
                self._touched[name] = by_clock(touch, fit, "final")
        self._course = None
        return any(self._touched[name].at_ns != touch.at_ns for name, touch in before.items())

    def _event(self, row: Received, kind: str) -> bool:
        try:
            event = event_from_json(row.payload, row.at_ns)
        except EventError as error:
            return self._problem(row, f"An event/{kind} row cannot be read: {error}.")
        if event.kind != kind:
            return self._problem(row, f"An event/{kind} row holds a {event.kind[:24]!r} event.")
        if event.id in self._said:
            return False
        self._said[event.id] = event
        return True

    @property
    def roles(self) -> dict[str, str]:
        """What the session's kits have said they are, by name."""
        return dict(self._roles)

    @property
    def boxes(self) -> set[str]:
        """The button boxes of which the session has anything."""
        return {kit for kit, _ in self._clocks}

    def _about(self, row: Received, kit: str) -> bool:
        try:
            role = json.loads(row.payload)["role"]
        except (KeyError, TypeError):
            return False
        except (ValueError, RecursionError):
            return self._problem(row, f"The description of {kit} is not JSON.")
        if isinstance(role, str):
            self._roles[kit] = role
        return False

    def _stamp(self, row: Received, kit: str) -> bool:
        if row.boot is None or self._roles.get(kit) != "box":
            return False
        try:
            self._clock(kit, row.boot).stamp(row.at_ns, wire.decode_stamp(row.payload))
        except wire.WireError as error:
            return self._problem(row, f"A stamp of {kit} cannot be read: {error}.")
        return False

    def _data(self, row: Received, kit: str) -> bool:
        if kit not in self._roles and wire.EVENT in channels(row.payload):
            self._roles[kit] = "box"  # its description is still on its way
        if self._roles.get(kit) != "box":
            return False
        try:
            stamp, frame = wire.decode(row.payload)
        except wire.WireError as error:
            return self._problem(row, f"A frame of {kit} cannot be read: {error}.")
        clock = self._clock(kit, frame.boot)
        clock.stamp(row.at_ns, stamp)
        fit = clock.fit() if any(b.channel == wire.EVENT for b in frame.blocks) else None
        found = touches(row, kit, stamp, frame, fit)
        fresh = [touch for touch in found if touch.id not in self._touched]
        room = BOX_MAX - self._count[kit]
        self._touched |= {touch.id: touch for touch in fresh[:room]}
        self._count[kit] += len(fresh[:room])
        if len(fresh) > room:
            self._problem(row, f"{kit} sends more presses than a hand can make.")
        return bool(fresh[:room])

    def _clock(self, kit: str, boot: int) -> Clock:
        return self._clocks.setdefault((kit, boot), self._new_clock())

    def _problem(self, row: Received, what: str) -> bool:
        self.problem_count += 1
        if len(self.problems) < PROBLEMS_MAX:
            kept = "The row stays in the journal; it has no effect on the phases."
            do = "If a press is missing, insert it on the console."
            self.problems.append(Problem(row.at_ns, "course", what, kept, do))
        return False


def phase_at(course: Course, ns: int) -> Phase | None:
    """The phase that ran at this time, or None."""
    return next((p for p in course.phases if _holds(p.start_ns, p.end_ns, ns)), None)


def kit_on_seat(course: Course, seat: int, ns: int) -> str | None:
    """The kit on a seat at this time, or None."""
    spans = course.seats.get(seat, ())
    found = next((s.value for s in spans if _holds(s.start_ns, s.end_ns, ns)), None)
    return cast("str | None", found)


def sits(course: Course, kit: str, ns: int) -> bool:
    """True if the kit is on a seat at this time."""
    return any(kit_on_seat(course, seat, ns) == kit for seat in course.seats)


def _holds(start_ns: int, end_ns: int | None, ns: int) -> bool:
    return start_ns <= ns and (end_ns is None or ns < end_ns)
