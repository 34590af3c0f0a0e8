"""One simulated session of a study, at the level of a slow signal."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter  # type: ignore[reportMissingTypeStubs]

from hub.analysis.contrasts import AROUND_STEPS, StudySession
from hub.analysis.speech import known_who
from hub.arrays import Floats, Ints
from hub.simulate.study.scenario import (
    FOLLOWS,
    INTERVENES,
    MEMBERS,
    PHASES,
    PRESENTER,
    STEP_S,
    TURN_S,
    Measure,
    Scenario,
)

NAMES = tuple(name for name, *_ in PHASES)
BEHIND_STEPS = 1  # of members who follow
STEPS = [round(length / STEP_S) for _, length, *_ in PHASES]
PHASE = np.repeat(np.arange(len(PHASES)), STEPS)
ENDS = np.cumsum(STEPS).tolist()
QUIET = np.array([presenter + members == 0 for *_, presenter, members in PHASES])[PHASE]


def _steps_of(phase: str) -> Ints:
    return np.flatnonzero(NAMES.index(phase) == PHASE)


def simulate(
    scenario: Scenario, measure: Measure, rng: np.random.Generator, own: Floats | None = None
) -> StudySession:
    """A session; row 0 presents. `own`: what each phase does to each person (see `profiles`), of
    people who come again; None: they are others each time."""
    persons = scenario.persons
    speaks = _speaking(persons, rng)
    size = scenario.effect * (1 + scenario.spread * rng.normal())
    noise = _fluctuation(persons, measure, rng)
    _couple(noise, min(1.0, max(0.0, size)) * FOLLOWS if scenario.follows else 0.0)
    marks = rng.choice(_steps_of("discussion-middle"), 2, replace=False)
    y = measure.sd * (noise + size * _planted(persons, marks))
    y += rng.normal(0, 3 * measure.sd, (persons, 1))  # people differ
    if scenario.own:
        y += measure.sd * scenario.own * (profiles(persons, rng) if own is None else own)[:, PHASE]
    if scenario.speech:
        y += _of_speech(speaks, measure, rng)
    if scenario.trend:
        y += _of_time(persons, measure, rng)
    y[rng.random(y.shape) < scenario.missing] = np.nan
    return StudySession(y, speaks, PHASE, NAMES, 0, np.sort(marks), known_who(speaks, QUIET))


def profiles(persons: int, rng: np.random.Generator) -> Floats:
    """What each phase does to each person, of standard deviation 1."""
    return rng.normal(size=(persons, len(PHASES)))


def _fluctuation(persons: int, measure: Measure, rng: np.random.Generator) -> Floats:
    """Autoregressive courses of standard deviation 1."""
    keep = float(np.exp(-STEP_S / measure.memory_s))
    steps = rng.normal(0, (1 - keep**2) ** 0.5, (persons, len(PHASE)))
    steps[:, 0] = rng.normal(size=persons)
    return _remembered(steps, keep)


def _remembered(steps: Floats, keep: float) -> Floats:
    """Each step and, `keep` times, what was before it; along the second axis."""
    return np.asarray(lfilter([1.0], [1.0, -keep], steps, axis=1), np.float64)


def _couple(noise: Floats, share: float) -> None:
    """In the early discussion members follow the presenter, a step behind."""
    early = _steps_of("discussion-early")
    led = noise[0, early - BEHIND_STEPS]
    noise[1:, early] = (1 - share**2) ** 0.5 * noise[1:, early] + share * led


def _planted(persons: int, marks: Ints) -> Floats:
    out = np.tile([MEMBERS.get(name, 0.0) for name in NAMES], (persons, 1))
    out[0] = [PRESENTER.get(name, 0.0) for name in NAMES]
    course = out[:, PHASE]
    for mark in marks.tolist():
        course[:, mark : mark + AROUND_STEPS] += INTERVENES
    return course


def _speaking(persons: int, rng: np.random.Generator) -> Floats:
    """Who speaks at each step: one at a time, in turns of random length."""
    who = np.full(len(PHASE), -1)
    at = 0
    while at < len(PHASE):
        phase = int(PHASE[at])
        _, _, presenter, members = PHASES[phase]
        draw = rng.random()
        if draw < presenter:
            speaker, turn = 0, TURN_S["presenter"]
        elif draw < presenter + members:
            speaker, turn = int(rng.integers(1, persons)), TURN_S["member"]
        else:
            speaker, turn = -1, 10.0
        length = max(1, round(rng.exponential(turn) / STEP_S))
        end = min(at + length, ENDS[phase])
        who[at:end] = speaker
        at = end
    return (who == np.arange(persons)[:, None]).astype(np.float64)


def _of_speech(speaks: Floats, measure: Measure, rng: np.random.Generator) -> Floats:
    """What speaking does: it builds up and dies away."""
    keep = float(np.exp(-STEP_S / measure.delay_s))
    risen = _remembered((1 - keep) * speaks, keep)
    return rng.normal(*measure.speech, (len(speaks), 1)) * risen


def _of_time(persons: int, measure: Measure, rng: np.random.Generator) -> Floats:
    """Own drifts, and one slow course that all share, each in their own measure."""
    t = np.linspace(0, 1, len(PHASE))
    course = np.sin(2 * np.pi * (rng.uniform(0.3, 1.0) * t + rng.random()))
    loads = rng.uniform(0.5, 1.5, (persons, 1))
    return rng.normal(*measure.drift, (persons, 1)) * t + measure.shared * loads * course
