"""Each person's level in each phase of a case: the numbers that contrasts are formed of.

A contrast is withheld where speaking cannot be told from a difference of phases; a level has to
stand alone, so it is where speaking cannot be told from its own phase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hub.analysis.contrasts import StudySession, levels_of
from hub.analysis.measures import MEASURED
from hub.analysis.questions import PHASED
from hub.records import NS
from hub.signals.features import BY_NAME
from hub.study.cases import THIRDS, Case
from hub.study.steps import People, spoken, tells_nothing

PHASES = tuple(dict.fromkeys(name for weights in PHASED.values() for name in weights))
FEW_TURNS = "too few turns begin or end within one"
UNTOLD = f"speaking cannot be told from the phase: {FEW_TURNS}"
UNRECORDED = "it is not recorded who spoke in most of it"
MUTE = "non-responder"


@dataclass(frozen=True, slots=True)
class Level:
    """A person's mean of a measure in a phase, less what speaking adds; None: see `reason`.
    `steps`: those of the phase that are valid and of which it is known who spoke; `spoke`: the
    share of it in which that person did (None: it is not recorded)."""

    measure: str
    seat: int
    phase: str
    value: float | None
    steps: int
    spoke: float | None
    reason: str | None


def levels_in(
    people: People, case: Case, sessions: Mapping[str, StudySession]
) -> tuple[Level, ...]:
    """Of each measure (`sessions`: the case in its steps) and person, those phases of the case that
    contrasts use."""
    spoke = spoken(people, case)
    return tuple(level for measure, session in sessions.items()
                 for level in _levels(people, case, measure, session, spoke))


def _levels(
    people: People, case: Case, measure: str, session: StudySession,
    spoke: Mapping[tuple[int, str], float],
) -> list[Level]:
    values, told = levels_of(session)
    out = list[Level]()
    for name in (one for one in PHASES if one in session.names):
        k = session.names.index(name)
        here = session.phase == k
        valid = np.isfinite(session.told_y[:, here]).sum(axis=1)
        known = bool(session.known[here].any())
        for row, seat in enumerate(people.seats):
            share, steps = spoke.get((seat, name)), int(valid[row])
            nothing = None if steps else _nothing(people, case, measure, seat, name, known)
            why = nothing or (None if told[row, k] else UNTOLD)
            value = None if why else float(values[row, k])
            out.append(Level(measure, seat, name, value, steps, share, why))
    return out


def _nothing(
    people: People, case: Case, measure: str, seat: int, name: str, known: bool
) -> str:
    """Why no step of somebody in this phase is valid."""
    mute = tells_nothing(people.seats[seat], MEASURED[measure])
    checks = (
        (not known, UNRECORDED),
        (mute, MUTE),
        (True, f"too little of the {long(name)} is valid"),
    )
    return does_not_fit(name, case, measure) or next(why for holds, why in checks if holds)


def does_not_fit(name: str, case: Case, measure: str) -> str | None:
    """Why a window of this measure has no room in this phase; None: it has."""
    window_s = BY_NAME[MEASURED[measure].feature].window_s
    longest_ns = max(s.end_ns - s.start_ns for s in case.stretches if s.name == name)
    if longest_ns > window_s * NS:
        return None
    return f"a window of {window_s:g} s does not fit the {long(name)}"


def long(name: str) -> str:
    """As a sentence has it."""
    return f"{name.removeprefix('discussion-')} discussion" if name in THIRDS else name
