"""When a team sees its group, and when it does not.

The rule, and what it is for. Whoever watches knows who sits in the circle, and when somebody joins,
pauses, leaves or is taken out:
- At least GROUP_MIN people with a figure of that very second, and never one person's figure
  (`hub.team.figures`).
- GROUP_LATE_S late, or only after the session: nobody is watched while it happens.
- The members of a phase are fixed, from the press that began it: those with a valid figure for most
  of their first FIRST_S (`hub.team.members`). Who joins or comes back is not let in before the next
  phase; otherwise the step in the curve would be theirs.
- From phase to phase members are the same, or fewer of the same, or others by DIFFER_BY: else who
  comes late or comes back would be the difference of two phases. Who comes late waits for two
  others; who was left out once stays out, so that nobody can be looked for by coming and going.
- Figures of different members are never next to each other: APART_NS lie between.
- A seat with another kit is another member, since it may be another person: the one before is
  missing from then on, and the other is somebody who comes late.
- No figure without all of them. One that is missing for less than half a minute is bridged by a
  straight line to where it comes back; for longer, the curve stops until all are there. One of the
  others alone would show, by its step, where the missing one had been; one that was held until it
  is back would jump then, and the jump would be that person's.
- What was shown is never written anew: a phase corrected later changes only what is not shown yet.
  Two readings would otherwise show, by their difference, who changed sides. Nor is it written anew
  without somebody who was erased: it is taken back, all of it.
- Why nothing is shown is said only as far as everybody in the room knows it already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.course.log import kit_on_seat, phase_at
from hub.course.phases import Course
from hub.policy import GROUP_LATE_S, GROUP_MIN, LATE
from hub.records import NS, Received, Second
from hub.results.group import PARTS
from hub.results.pipeline import CourseChanged, Ledgers, Result
from hub.team.came import Intake
from hub.team.figures import Shown
from hub.team.kept import Figures, Kept
from hub.team.members import Member, Members, Who, may_be_shown, who_counts, who_is_there

LATE_NS = int(GROUP_LATE_S) * NS
APART_NS = 60 * NS
EVER_NS = 1 << 63
STATUS_NS = 30 * NS  # said anew at these times: so the end takes the place of what was promised

STATUS = {
    "shown": "The group's curve is shown, at least a minute late.",
    "few": f"Fewer than {GROUP_MIN} seats have a kit, so nothing is shown: a curve of few would be "
           "a curve of someone.",
    "not-now": "The curve is not shown just now.",
    "between": "No phase is running.",
    "after": "The curve of this session is shown after it has ended.",
    "taken-back": "The curve of this session was taken back.",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """Why there is a curve, or none, from this second on: a key of STATUS."""

    time_ns: int
    code: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The share of all samples that came within the stretch that ended then."""

    time_ns: int
    share: float


Told = Shown | Said | Coverage


def sealed_at(meta: Mapping[str, str]) -> int | None:
    """When the session with this in its journal was over; None while it goes on."""
    return int(meta["sealed_ns"]) if "sealed_ns" in meta else None


def over_at(last_ns: int, sealed_ns: int | None) -> int:
    """Up to when there is something to tell of a session whose last row came then: not up to a
    correction of days later."""
    return last_ns if sealed_ns is None else min(last_ns, sealed_ns)


def team_of(meta: Mapping[str, str], default: str, taken_back: bool) -> Team:
    """For the session with this in its journal; `default`: the view where it says none."""
    return Team(meta.get("team_view", default) == LATE, sealed_at(meta), taken_back)


class Team:
    """Takes results in order. `late`: what it tells is late by a minute; otherwise all of it comes
    with `finish`, after the session, and until then that it will. `sealed_ns`: the session was over
    then and may have been shown; what was corrected or has come since changes nothing."""

    def __init__(
        self, late: bool, sealed_ns: int | None = None, taken_back: bool = False
    ) -> None:
        self.late, self._sealed_ns, self._taken_back = late, sealed_ns, taken_back
        self._course: Course | None = None
        self._kept, self._intake = Kept(), Intake()
        self._members: dict[str, Members] = {}  # by the press that began the phase
        self._before: tuple[Who, int] | None = None  # who was last shown, and when
        self._shown: list[Who] = []  # all who ever were, the last at the end
        self._next_ns = self._now_ns = self._promised_ns = 0
        self._code = ""
        self._newest_ns, self._until_ns = 0, EVER_NS
        self._hear: dict[type, Callable[[Any], Iterator[Told]]] = {
            Second: self._second, CourseChanged: self._changed, Ledgers: self._tick,
        }

    def feed(self, result: Result) -> list[Told]:
        """What there is to tell after this result."""
        hear = self._hear.get(type(result))
        return list(hear(result)) if hear else []

    def before(self, row: Received) -> None:
        """To be told before what a row leads to is fed: with samples that come once the session was
        sealed nothing more is learned, and of the last minute, which may be half known, nothing is
        shown."""
        since = self._sealed_ns
        is_late = since is not None and row.at_ns > since and row.topic.startswith("data/")
        if is_late and self._until_ns == EVER_NS:
            self._until_ns = self._newest_ns - LATE_NS

    def finish(self, end_ns: int) -> list[Told]:
        """The session is over: what was held back."""
        return [] if self._taken_back else list(self._due(max(end_ns, self._now_ns)))

    # -- what comes in ----------------------------------------------------------------------------

    def _second(self, second: Second) -> Iterator[Told]:
        is_wanted = self._until_ns == EVER_NS and not self._taken_back
        if is_wanted and second.time_ns >= self._next_ns:
            self._newest_ns = max(self._newest_ns, second.time_ns)
            values = (second.values.get(name) for name in PARTS)
            figures = tuple(value.value if value else None for value in values)
            self._kept.put(second.seat, second.time_ns, figures)
        yield from ()

    def _changed(self, changed: CourseChanged) -> Iterator[Told]:
        since = self._sealed_ns
        history = changed.course.history
        if since is None or all(one.event.received_ns <= since for one in history):
            self._course = changed.course
        yield from ()

    def _tick(self, ledgers: Ledgers) -> Iterator[Told]:
        now_ns = ledgers.now_ns // NS * NS
        if now_ns <= self._now_ns:
            return  # the last account of a session that was closed before
        self._next_ns = self._next_ns or now_ns // STATUS_NS * STATUS_NS
        self._now_ns = now_ns
        self._intake.take(ledgers.rows, now_ns)
        if self.late and not self._taken_back:
            yield from self._due(now_ns - LATE_NS)
        else:
            yield from self._promise(self._to_come())

    def _to_come(self) -> str:
        """What is to be said until the end."""
        if self._taken_back:
            return "taken-back"
        few = self._course is not None and _kits_so_far(self._course) < GROUP_MIN
        return "few" if few else "after"

    def _promise(self, code: str) -> Iterator[Told]:
        grid_ns = self._now_ns // STATUS_NS * STATUS_NS
        if grid_ns > self._promised_ns:
            self._promised_ns = grid_ns
            yield Said(grid_ns, code)

    # -- what is shown ----------------------------------------------------------------------------

    def _due(self, until_ns: int) -> Iterator[Told]:
        while 0 < self._next_ns <= until_ns:
            yield from self._of_second(self._next_ns)
            self._next_ns += NS
        self._kept.forget(self._next_ns)

    def _of_second(self, time_ns: int) -> Iterator[Told]:
        share = self._intake.pop(time_ns)
        if share is not None:
            yield Coverage(time_ns, share)
        code, figures = self._judged(time_ns)
        if figures is not None:
            yield figures
        if code != self._code or time_ns % STATUS_NS == 0:
            self._code = code
            yield Said(time_ns, code)

    def _judged(self, time_ns: int) -> tuple[str, Shown | None]:
        """Whether this second is shown, and as what."""
        course = self._course
        phase = phase_at(course, time_ns) if course else None
        if course is None or phase is None:
            return "between", None
        members = self._members_of(phase.event, time_ns)
        members.hear(time_ns, self._at)
        if _kits(course, time_ns) < GROUP_MIN:
            return "few", None
        who = members.who
        may_be = (time_ns <= self._until_ns and may_be_shown(who, self._shown)
                  and self._is_apart(who, members.since_ns, time_ns))
        figures = members.shown(time_ns, self._at) if may_be else None
        if figures is None:
            return "not-now", None
        self._before = who, time_ns
        self._shown = [*(one for one in self._shown if one != who), who]
        return "shown", figures

    def _members_of(self, press: str, time_ns: int) -> Members:
        """Decided once, when the first second of the phase is due: more are known then."""
        if press not in self._members:
            seated = ((seat, self._kit(seat, time_ns)) for seat in self._kept.seats)
            there = who_is_there(seated, time_ns, self._at)
            self._members[press] = Members(time_ns, who_counts(there, self._shown))
        return self._members[press]

    def _at(self, member: Member, time_ns: int) -> Figures | None:
        """A member's figures of a second; None where they are not known, or the seat had another
        kit."""
        seat, kit = member
        return self._kept.at(seat, time_ns) if self._kit(seat, time_ns) == kit else None

    def _kit(self, seat: int, time_ns: int) -> str | None:
        return kit_on_seat(self._course, seat, time_ns) if self._course else None

    def _is_apart(self, who: Who, since_ns: int, time_ns: int) -> bool:
        """True if these were shown last, or nobody was for long enough."""
        if self._before is None or self._before[0] == who:
            return True
        return time_ns - max(since_ns, self._before[1]) >= APART_NS


def _kits_so_far(course: Course) -> int:
    """How many seats have had a kit."""
    return sum(any(span.value for span in spans) for spans in course.seats.values())


def _kits(course: Course, time_ns: int) -> int:
    """How many seats have a kit: everybody in the room can count them."""
    return sum(kit_on_seat(course, seat, time_ns) is not None for seat in course.seats)
