"""What one recorded session gives a study: each case's contrasts and levels, or why there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from hub.analysis.contrasts import MEMBERS_SILENT, StudySession, estimates, silent, told_apart
from hub.analysis.measures import MEASURED
from hub.analysis.questions import CONTRASTS, PHASED
from hub.analysis.session import Analysis
from hub.disk.erased import erased_seats
from hub.study.cases import OF_A_CASE, THIRDS, Case, cases_of
from hub.study.levels import FEW_TURNS, Level, does_not_fit, levels_in, long
from hub.study.steps import People, in_steps, people_of

LEAST_PEOPLE = 3  # a presenter, and members to compare with
NEEDED: Mapping[str, tuple[str, ...]] = {
    **{name: tuple(weights) for name, weights in PHASED.items()},
    "following": (THIRDS[0], THIRDS[2]),
}
WITHHELD: Mapping[str, str] = {
    "following": "too little of the discussion is valid of the presenter or of two members",
    "intervention": "no intervention has a valid minute before and after it in the same phase, and "
    "other minutes to compare with",
}
STAYS = "the presenter stays in the circle: there is no push-back"
# What to do about a case that cannot be used; it stays as it is in any case.
KEPT = "it stays as it is"
SAY_WHO = "name the presenter on its console, dated back (docs/phases.md), and run again"
TAP = "next time have every turn tapped"
LONGER = "next time hold longer phases, and look at its signals with `stillpoint export`"
MORE_KITS = "next time give kits to more people"

NO_MEMBER = "no member has valid figures in all of its phases"
UNTOLD = f"the presenter's speaking cannot be told from the phases: {FEW_TURNS}"
NONE_TOLD = f"no member's speaking can be told from the phases: {FEW_TURNS}"
UNTOLD_DO = "next time have pauses and questions within a phase tapped, too"
UNKNOWN = "it is not recorded who spoke in most of the"
ADD = "if that took place, add it on its console, dated back (docs/phases.md), and run again"
# By how the reason begins; of any other `LONGER`.
DO = {UNTOLD: UNTOLD_DO, NONE_TOLD: UNTOLD_DO, UNKNOWN: TAP, NO_MEMBER: LONGER,
      WITHHELD["intervention"]: LONGER, STAYS: ADD, "no ": ADD}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A contrast of a measure in a case; None: see `reason`."""

    measure: str
    contrast: str
    value: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """A case. `presenter`: a seat (None: none is known, or it was erased); `people`: with the
    presenter; `unusable`: why it has no contrasts, nor levels; `notes`: what somebody should look
    at."""

    case: int
    presenter: int | None
    people: int
    unusable: str | None
    notes: tuple[str, ...]
    estimates: tuple[Estimate, ...] = field(repr=False)
    levels: tuple[Level, ...] = field(default=(), repr=False)


def found_in(analysis: Analysis, told: Mapping[str, str] | None = None) -> list[Found]:
    """Each case of a closed session, in order; none where none of its phases is part of a case.
    `told`: as `cases_of` has it."""
    people, without = people_of(analysis), erased_seats(analysis.folder)
    cases = cases_of(analysis.course, analysis.last_ns, told)
    before = [None, *(case.presenter for case in cases)]
    return [_found(people, case, seat, without) for case, seat in zip(cases, before, strict=False)]


def _found(people: People, case: Case, before: int | None, without: frozenset[int]) -> Found:
    """`before`: who presented the case before this one."""
    had = people.kits_in(case)
    people = people.with_first(had)
    why = _unusable(case, people, without)
    sessions = {} if why else {
        name: in_steps(people, case, measured) for name, measured in MEASURED.items()}
    given = tuple(one for name, session in sessions.items()
                  for one in _estimates(case, name, session))
    if given and all(one.value is None for one in given):
        why, given = f"no contrast has a figure {_first_of([str(one.reason) for one in given])}", ()
    levels = () if why else levels_in(people, case, sessions)
    seat = None if case.presenter in without else case.presenter
    notes = [*_notes(seat, before, [one for one in case.others if one not in without]),
             *_ended(case), *_other_kits(had)]
    return Found(case.number, seat, len(people.seats), why, tuple(notes), given, levels)


def _first_of(reasons: list[str]) -> str:
    """The first that is about what was recorded, with what to do; that a phase was left out, or
    that nobody sits back, as a protocol may have it, only where there is none."""
    done = [next((do for begin, do in DO.items() if reason.startswith(begin)), LONGER)
            for reason in reasons]
    reason, do = min(zip(reasons, done, strict=True), key=lambda one: one[1] == ADD)
    return f"({reason}); {KEPT}; {do}"


def _unusable(case: Case, people: People, without: frozenset[int]) -> str | None:
    """Why a case has no contrasts, whatever is measured."""
    seat = case.presenter
    checks: tuple[tuple[Callable[[], bool], str, str], ...] = (
        (lambda: seat is None, "no presenter recorded", SAY_WHO),
        (lambda: seat in without, "its presenter was erased", "there is nothing to do"),
        (lambda: seat not in people.seats, f"seat {seat} presents but has no signals", MORE_KITS),
        (lambda: len(people.seats) < LEAST_PEOPLE,
         f"only {_people(len(people.seats))} with signals, and it takes {LEAST_PEOPLE}", MORE_KITS),
    )
    why = next((f"{why}; {KEPT}; {do}" for failed, why, do in checks if failed()), None)
    if why:
        return why
    spoke = np.array([[_spoke(people, one, case)] for one in people.seats], np.float64)
    untold = silent(spoke, people.row(seat))
    unmeasured = [one for one in sorted(people.turns.keys() - people.seats.keys())
                  if _spoke(people, one, case)]
    if untold == MEMBERS_SILENT and unmeasured:
        untold = f"the only members who spoke ({_seats(unmeasured)}) have no signals"
        return f"{untold}; {KEPT}; {TAP}, and give kits to those who speak"
    return f"{untold}; {KEPT}; {TAP}" if untold else None


def _spoke(people: People, seat: int, case: Case) -> bool:
    """In this case: turns in another tell nothing of who spoke in it."""
    return any(begin_ns < one.end_ns and one.start_ns < end_ns
               for begin_ns, end_ns in people.turns.get(seat, ())
               for one in case.stretches if one.name in OF_A_CASE)


def _notes(seat: int | None, before: int | None, others: list[int]) -> list[str]:
    if seat is None:
        return []
    checks = (
        (bool(others), f"seat {seat} was named as the presenter for most of it, {_seats(others)} "
         "for a part: correct this if it is wrong"),
        (seat == before, f"seat {seat} presents, as in the case before: if somebody else did, "
         "correct this on the console"),
    )
    return [note for holds, note in checks if holds]


def _ended(case: Case) -> list[str]:
    """Whose presenter never returned to the circle."""
    over = case.sits_back and case.stretches[-1].name in THIRDS
    return ["the session ends in its discussion: if it was broken off, the last third is not a "
            "late discussion; to see the result without it, name only the other sessions"
            ] if over else []


def _other_kits(had: Mapping[int, list[str]]) -> list[str]:
    return [f"seat {seat} had {kits[0]} for most of it, but {', '.join(kits[1:])} for a part of it "
            f"or of its baseline: only what {kits[0]} recorded counts, because another kit may "
            "mean another person" for seat, kits in had.items() if len(kits) > 1]


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _seats(seats: list[int]) -> str:
    return ("seat " if len(seats) == 1 else "seats ") + ", ".join(map(str, seats))


def _estimates(case: Case, measure: str, session: StudySession) -> list[Estimate]:
    """All contrasts of one measure."""
    values = estimates(session)
    return [_estimate(measure, name, values[name], _reason(name, case, measure, session))
            for name in CONTRASTS]


def _estimate(measure: str, contrast: str, value: float, why: str | None) -> Estimate:
    """What cannot be asked of this case has no figure, whatever was worked out."""
    if why is None and np.isfinite(value):
        return Estimate(measure, contrast, value, None)
    return Estimate(measure, contrast, None, why or WITHHELD.get(contrast, NO_MEMBER))


def _reason(contrast: str, case: Case, measure: str, session: StudySession) -> str | None:
    """Why this contrast cannot be asked of this case; None: it can."""
    if contrast == "intervention":
        return None if case.marks_ns else "no intervention marked in it"
    needed = NEEDED[contrast]
    absent = [name for name in needed if name not in case.names]
    if absent:
        return f"no {' and no '.join(_once(absent))}"
    if contrast == "push-back" and not case.sits_back:
        return STAYS
    return _withheld(needed, case, measure, session) or _untold(contrast, session)


def _once(names: list[str]) -> list[str]:
    """The discussion is one phase to who reads, and thirds to who counts."""
    return list(dict.fromkeys("discussion" if name in THIRDS else name for name in names))


def _withheld(
    needed: tuple[str, ...], case: Case, measure: str, session: StudySession
) -> str | None:
    """Where the presenter has no figure."""
    for name in needed:
        steps = session.phase == session.names.index(name)
        if np.isfinite(session.told_y[session.presenter, steps]).any():
            continue
        few = f"too little of the {long(name)} is valid of the presenter"
        unknown = f"{UNKNOWN} {long(name)}"
        return does_not_fit(name, case, measure) or (
            few if session.known[steps].any() else unknown)
    return None


def _untold(contrast: str, session: StudySession) -> str | None:
    """Where what speaking adds would pass for what a phase does."""
    told = told_apart(session).get(contrast)
    if told is None:
        return None
    if not told[session.presenter]:
        return UNTOLD
    return None if np.delete(told, session.presenter).any() else NONE_TOLD
