"""The cases of a recorded session: which stretch of it is which part of a case, and who presents.

A stretch that is no part of the case (the case call, another case, what came before) is in it all
the same, under a name that no contrast asks for: how somebody answers to speaking is learnt from
it, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from hub.analysis.questions import CASE
from hub.course.cases import case_numbers, presenters
from hub.course.phases import Course
from hub.course.protocol import BASELINE, PhaseDef
from hub.records import NS, Phase
from hub.signals.arousal import SETTLING_S

THIRDS = ("discussion-early", "discussion-middle", "discussion-late")
OF_A_CASE = ("presentation", *CASE)
INTERVENTION = "intervention"  # the marker that says that a leader intervened


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start_ns` to `end_ns`. `name`: as contrasts call it, or any other; `quiet`: by the
    protocol nobody speaks in it."""

    name: str
    start_ns: int
    end_ns: int
    quiet: bool


@dataclass(frozen=True, slots=True)
class Case:
    """`presenter`: the seat that was named for most of it (None: none was), `others`: named too;
    `marks_ns`: interventions within it; `sits_back`: the presenter does, in all of its discussion.
    `stretches` are those of the whole session, without a gap."""

    number: int
    presenter: int | None
    others: tuple[int, ...]
    stretches: tuple[Stretch, ...]
    marks_ns: tuple[int, ...]
    sits_back: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Each once, in order of time."""
        return tuple(dict.fromkeys(stretch.name for stretch in self.stretches))


@dataclass(frozen=True, slots=True)
class _Part:
    """A phase of a closed session, and what studies take it for."""

    phase: Phase
    end_ns: int
    known: PhaseDef | None
    part: str | None

    @property
    def lasts_ns(self) -> int:
        return self.end_ns - self.phase.start_ns


def cases_of(course: Course, end_ns: int, told: Mapping[str, str] | None = None) -> list[Case]:
    """Every case, in order; an open phase ends at `end_ns`. `told`: by the id of a phase, what it
    is taken for, whatever its protocol says."""
    parts = [_part(course, phase, end_ns, told or {}) for phase in course.phases]
    of_case = case_numbers([one.part for one in parts])
    return [_case(course, parts, number, [k == number for k in of_case])
            for number in sorted(set(of_case) - {0})]


def not_compared(course: Course, told: Mapping[str, str]) -> list[str]:
    """The ids of phases that this session has and no contrast uses."""
    parts = [_part(course, phase, phase.start_ns, told) for phase in course.phases]
    return list(dict.fromkeys(one.phase.id for one in parts if one.part is None))


def _part(course: Course, phase: Phase, end_ns: int, told: Mapping[str, str]) -> _Part:
    known = course.defined(phase.id)
    by_protocol = known.compared_as if known else None
    return _Part(phase, phase.end_ns or end_ns, known, told.get(phase.id, by_protocol))


def _case(course: Course, parts: Sequence[_Part], number: int, mine: Sequence[bool]) -> Case:
    inside = [one for one, its in zip(parts, mine, strict=True) if its]
    begin_ns, end_ns = inside[0].phase.start_ns, inside[-1].end_ns
    rest = max((k for k, one in enumerate(parts)
                if one.part == BASELINE and one.phase.start_ns < begin_ns), default=None)
    own = [its or k == rest for k, its in enumerate(mine)]
    presenter, *others = [*presenters(course.presenter, begin_ns, end_ns), None]
    return Case(
        number, presenter, tuple(seat for seat in others if seat is not None),
        tuple(_stretches(parts, own)),
        tuple(one.at_ns for one in course.markers
              if one.label == INTERVENTION and begin_ns <= one.at_ns < end_ns),
        not any(one.known and one.known.presenter_in_circle
                for one in inside if one.part == "discussion"),
    )


def _stretches(parts: Sequence[_Part], own: Sequence[bool]) -> Iterable[Stretch]:
    """The whole session's; the case's discussion in three equal parts, however often it was left.
    """
    talks_ns = sum(one.lasts_ns for one, its in zip(parts, own, strict=True)
                   if its and one.part == "discussion")
    talked_ns = 0
    for k, (one, its) in enumerate(zip(parts, own, strict=True)):
        if its and one.part == "discussion":
            thirds_ns = [third * talks_ns // 3 - talked_ns for third in range(4)]
            yield from _cut(one, thirds_ns, THIRDS)
            talked_ns += one.lasts_ns
        elif its and one.part == BASELINE:
            settling_ns = min(round(SETTLING_S * NS), one.lasts_ns // 3)
            yield from _cut(one, [0, settling_ns, one.lasts_ns], (f"settling {k}", BASELINE))
        else:
            yield from _cut(one, [0, one.lasts_ns], ((its and one.part) or f"{one.phase.id} {k}",))


def _cut(one: _Part, edges_ns: Sequence[int], names: Sequence[str]) -> Iterable[Stretch]:
    """A phase in pieces: `edges_ns` after its beginning, those that lie within it."""
    quiet = one.known is not None and one.known.quiet
    for name, (a, b) in zip(names, pairwise(edges_ns), strict=True):
        begin, end = max(a, 0), min(b, one.lasts_ns)
        if begin < end:
            yield Stretch(name, one.phase.start_ns + begin, one.phase.start_ns + end, quiet)
