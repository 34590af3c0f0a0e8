"""What a team may see of its group: lines for the bucket without seats.

The rule, and what it is for:
- At least GROUP_MIN members, and their median and quartiles only: no figure is named a person's.
- GROUP_LATE_S late, or only after the session: nobody is watched while it happens.
- The members of a phase are fixed: those with a valid figure for most of its first FIRST_S. Who
  joins or comes back is not let in before the next phase; otherwise the step in the curve would be
  theirs.
- No figure without all of them: one that is missing is held at its last value for HOLD_S, then the
  curve stops. A median of the others would show, by its step, where the missing one had been.
- What was shown is never written anew: a phase corrected later changes only what is not shown yet.
  Two readings would otherwise show, by their difference, who changed sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hub.group import PARTS, group_of
from hub.phases import Course
from hub.pipeline import CourseChanged, Ledgers, Result
from hub.policy import GROUP_LATE_S, GROUP_MIN
from hub.records import Phase, Second
from hub.store.regions import Regions
from hub.store.text import line, tags_of

NS = 1_000_000_000
FIRST_S, FIRST_SHARE = 30, 0.5
HOLD_S = 30
EVERY_S = 5
STATUS_S = 30
LATE_NS = int(GROUP_LATE_S) * NS
Figures = tuple[float | None, ...]  # by PARTS

STATUS = {
    "shown": "The group's curve is shown, at least a minute late.",
    "few": f"Fewer than {GROUP_MIN} people could be measured when this phase began, so nothing is "
           "shown: a curve of few would be a curve of someone.",
    "membership": "Somebody of this phase cannot be measured right now. The curve goes on when all "
                  "can, so that no one shows by being missing.",
    "between": "No phase is running.",
    "after": "The curve of this session is shown after it has ended.",
}  # fmt: skip


@dataclass
class _Members:
    """Who counts in a phase, and the last figures of each with their time."""

    seats: tuple[int, ...]
    last: dict[int, tuple[int, Figures]] = field(default_factory=dict[int, tuple[int, Figures]])


class TeamMaker:
    """Takes results in order; gives lines. `live`: late by a minute; otherwise all of it comes
    with `finish`, after the session."""

    def __init__(self, site: str, room: str, session: str, live: bool) -> None:
        self._tags = tags_of(site, room, session)
        self._live = live
        self._regions = Regions(self._tags, all_of=False)
        self._course: Course | None = None
        self._waiting: dict[int, dict[int, Figures]] = {}  # second -> seat -> figures
        self._members: dict[int, _Members] = {}  # by the start of the phase
        self._shown_ns = 0
        self._status: tuple[str, int] = ("", 0)

    def lines(self, result: Result) -> list[str]:
        """The lines of one result."""
        return [said for said in self._lines(result) if said]

    def finish(self, end_ns: int) -> list[str]:
        """The session is over: what was held back."""
        return [said for said in self._due(end_ns) if said]

    def _lines(self, result: Result) -> Iterator[str | None]:
        if isinstance(result, Second):
            self._keep(result)
        elif isinstance(result, CourseChanged):
            self._course = result.course
            yield from self._regions.course(result.course)
        elif isinstance(result, Ledgers):
            yield from self._tick(result)

    def _keep(self, second: Second) -> None:
        if second.time_ns > self._shown_ns:
            figures = tuple(second.values[name].value if name in second.values else None
                            for name in PARTS)
            self._waiting.setdefault(second.time_ns, {})[second.seat] = figures

    def _tick(self, ledgers: Ledgers) -> Iterator[str | None]:
        now_ns = ledgers.now_ns // NS * NS
        if now_ns // NS % EVERY_S == 0:
            expected = sum(row.expected for row in ledgers.rows)
            share = sum(row.stored for row in ledgers.rows) / expected if expected else None
            fields = {"share": share, "seats": len(ledgers.rows)}
            yield line(f"coverage_room,{self._tags}", fields, now_ns)
        yield from self._regions.tick(now_ns)
        if self._live:
            yield from self._due(now_ns - LATE_NS)
        else:
            yield self._say("after", now_ns)

    def _due(self, until_ns: int) -> Iterator[str | None]:
        for time_ns in sorted(t for t in self._waiting if t <= until_ns):
            self._shown_ns = time_ns
            yield from self._second(time_ns)
            self._waiting.pop(time_ns)

    def _second(self, time_ns: int) -> Iterator[str | None]:
        phase = self._phase(time_ns)
        if phase is None:
            yield self._say("between", time_ns)
            return
        members = self._members_of(phase, time_ns)
        for seat, figures in self._waiting[time_ns].items():
            if seat in members.seats and figures[0] is not None:
                members.last[seat] = (time_ns, figures)
        if len(members.seats) < GROUP_MIN:
            yield self._say("few", time_ns)
            return
        held = [members.last.get(seat, (0, ())) for seat in members.seats]
        if any(time_ns - at > HOLD_S * NS for at, _ in held):
            yield self._say("membership", time_ns)
            return
        yield self._room(time_ns, [figures for _, figures in held])
        yield self._say("shown", time_ns)

    def _room(self, time_ns: int, held: list[Figures]) -> str | None:
        parts = [[f[k] for f in held if f[k] is not None] for k in range(len(PARTS))]
        whole = [part if len(part) == len(held) else [] for part in parts]
        found = group_of(time_ns, *([v for v in part if v is not None] for part in whole))
        fields = {"n": found.n, "median": found.median, "low": found.low, "high": found.high,
                  "sympathetic": found.sympathetic, "parasympathetic": found.parasympathetic}
        return line(f"room,{self._tags}", fields, time_ns)

    def _phase(self, time_ns: int) -> Phase | None:
        phases = self._course.phases if self._course else ()
        return next((p for p in phases
                     if p.start_ns <= time_ns and (p.end_ns is None or time_ns < p.end_ns)), None)

    def _members_of(self, phase: Phase, now_ns: int) -> _Members:
        """Decided once, when the first second of the phase is due: FIRST_S more are known then."""
        if phase.start_ns not in self._members:
            first = [self._waiting.get(now_ns + k * NS, {}) for k in range(FIRST_S)]
            valid: dict[int, int] = {}
            for second in first:
                for seat, figures in second.items():
                    valid[seat] = valid.get(seat, 0) + (figures[0] is not None)
            least = FIRST_SHARE * FIRST_S
            self._members[phase.start_ns] = _Members(
                tuple(sorted(seat for seat, n in valid.items() if n >= least))
            )
        return self._members[phase.start_ns]

    def _say(self, code: str, time_ns: int) -> str | None:
        before, at_ns = self._status
        if code == before and time_ns - at_ns < STATUS_S * NS:
            return None
        self._status = (code, time_ns)
        return line(f"status,{self._tags}", {"code": code, "text": STATUS[code]}, time_ns)
