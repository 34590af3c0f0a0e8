"""Turns as somebody taps them who is late, misses some, or lets the last speaker speak on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hub.analysis.contrasts import StudySession
from hub.analysis.speech import known_who
from hub.arrays import Floats
from hub.simulate.study.scenario import STEP_S
from hub.simulate.study.session import QUIET

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Taps:
    """`late_s`: every turn's beginning and end; `missed`: the share of turns in which nobody is
    said to speak; `kept`: that in which who was tapped before is still said to."""

    late_s: float = 0.0
    missed: float = 0.0
    kept: float = 0.0


def tapped(session: StudySession, taps: Taps, rng: np.random.Generator) -> StudySession:
    """A session of `simulate` as these taps tell it."""
    speaks = later(session.speaks, round(taps.late_s / STEP_S))
    who = np.where(speaks.any(axis=0), speaks.argmax(axis=0), NOBODY)
    begins = np.flatnonzero(np.diff(who, prepend=NOBODY))
    for begin, end, draw in zip(begins, [*begins[1:], len(who)], rng.random(len(begins)),
                                strict=True):
        if draw < taps.kept:
            who[begin:end] = who[begin - 1]
        elif draw < taps.kept + taps.missed:
            who[begin:end] = NOBODY
    speaks = (who == np.arange(len(speaks))[:, None]) & ~QUIET
    return replace(session, speaks=speaks.astype(np.float64), known=known_who(speaks, QUIET))


def later(speaks: Floats, steps: int) -> Floats:
    """By so many steps; earlier where there are fewer than none. Nobody speaks before and after."""
    around = abs(steps)
    whole = np.pad(speaks, ((0, 0), (around, around)))
    return whole[:, around - steps : around - steps + speaks.shape[1]]
