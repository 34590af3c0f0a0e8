"""The mission's questions as contrasts: one figure a session, tested over sessions.

A signal of each person in steps through a session, who spoke when, and the phases: out comes, for
each contrast, one figure. Speech moves heart, skin and breath, so each person's own answer to
speaking (now, and up to LAGS steps ago) is taken out first, learnt from how it varies within the
phases. Every contrast but the last two is the presenter's less the mean of the members', so that
what time does to all (the order of phases is fixed) cancels. Tests are over sessions: single
sessions describe, only studies test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit  # type: ignore[reportMissingTypeStubs]

from hub.analysis.questions import CONTRASTS, PHASED
from hub.signals.synchrony import holm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LAGS = 6  # steps of 5 s: speaking is felt for about half a minute
RIDGE = 1e-9
AROUND_STEPS = 12  # before and after an intervention: a minute
FOLLOW_STEPS = 2  # how far one may be behind another


@dataclass(frozen=True, slots=True)
class StudySession:
    """`y` (persons, steps) in any unit, NaN where not valid; `speaks` (persons, steps) 0..1;
    `phase` (steps): the phase's number in `names`; `presenter`: a row; `marks`: steps at which the
    leader intervened. The discussion comes as three: discussion-early, -middle, -late."""

    y: Floats
    speaks: Floats
    phase: Ints
    names: tuple[str, ...]
    presenter: int
    marks: Ints


@dataclass(frozen=True, slots=True)
class Tested:
    """A contrast over `n` sessions: `mean` with its 95 % interval (Student), `p` two-sided and
    `p_corrected` (Holm, over the contrasts asked for). None: fewer than three sessions have it."""

    name: str
    n: int
    mean: float | None
    low: float | None
    high: float | None
    p: float | None
    p_corrected: float | None = None


def phase_levels(session: StudySession) -> Floats:
    """(persons, phases): each person's mean in each phase, without their answer to speaking; NaN
    for a phase without valid steps."""
    speech = np.stack([_delayed(session.speaks, lag) for lag in range(LAGS + 1)], axis=2)
    return np.array([_levels(y, s, session) for y, s in zip(session.y, speech, strict=True)])


def _delayed(speaks: Floats, lag: int) -> Floats:
    out = np.zeros_like(speaks)
    out[:, lag:] = speaks[:, : speaks.shape[1] - lag]
    return out


def _levels(y: Floats, speech: Floats, session: StudySession) -> Floats:
    """Ordinary least squares with a mean for each phase, by centring within phases."""
    here = np.isfinite(y)
    count = np.bincount(session.phase[here], minlength=len(session.names)).astype(np.float64)
    count[count == 0] = np.nan
    both = np.column_stack((y, speech))[here]
    at = session.phase[here]
    means = np.array([np.bincount(at, column, len(count)) for column in both.T]).T / count[:, None]
    centred = both - means[at]
    x = centred[:, 1:]
    ridge = RIDGE * max(1.0, float(np.trace(x.T @ x))) * np.eye(x.shape[1])
    weights = np.linalg.solve(x.T @ x + ridge, x.T @ centred[:, 0])
    return np.asarray(means[:, 0] - means[:, 1:] @ weights, np.float64)


def estimates(session: StudySession) -> dict[str, float]:
    """Every contrast of CONTRASTS in this session; NaN where a phase of it is missing."""
    levels = phase_levels(session)
    others = np.arange(len(levels)) != session.presenter
    there = np.isfinite(levels[others])
    members = np.where(there, levels[others], 0.0).sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    apart = levels[session.presenter] - np.where(there.any(axis=0), members, np.nan)
    index = {name: k for k, name in enumerate(session.names)}
    found = {
        name: sum(weight * apart[index[phase]] if phase in index else np.nan
                  for phase, weight in weights.items())
        for name, weights in PHASED.items()
    }
    alone = {name: measure(session) for name, measure in ALONE.items()}
    return {name: float(value) for name, value in found.items()} | alone


def following(session: StudySession) -> float:
    """How alike the members run with the presenter, early discussion less late: the mean of the
    greatest Fisher z within FOLLOW_STEPS, each signal less its straight line in that stretch."""
    both = [_alike(session, f"discussion-{part}") for part in ("early", "late")]
    return both[0] - both[1]


def _alike(session: StudySession, phase: str) -> float:
    if phase not in session.names:
        return float("nan")
    part = session.y[:, session.phase == session.names.index(phase)]
    line = np.stack((np.ones(part.shape[1]), np.linspace(-1, 1, part.shape[1])))
    line = np.linalg.qr(line.T)[0]
    flat = part - (part @ line) @ line.T
    leader = flat[session.presenter]
    z = [max(_fisher(leader, row, lag) for lag in range(-FOLLOW_STEPS, FOLLOW_STEPS + 1))
         for k, row in enumerate(flat) if k != session.presenter]
    return float(np.mean(z))


def _fisher(a: Floats, b: Floats, lag: int) -> float:
    a, b = (a[: len(a) - lag], b[lag:]) if lag >= 0 else (a[-lag:], b[:lag])
    return float(np.arctanh(np.clip(np.corrcoef(a, b)[0, 1], -0.999, 0.999)))


def intervening(session: StudySession) -> float:
    """The group's mean in the minute after a leader's intervention less that before."""
    group = np.nanmean(session.y, axis=0)
    steps = [group[m : m + AROUND_STEPS].mean() - group[m - AROUND_STEPS : m].mean()
             for m in session.marks.tolist() if AROUND_STEPS <= m <= len(group) - AROUND_STEPS]
    return float(np.mean(steps)) if steps else float("nan")


ALONE: dict[str, Callable[[StudySession], float]] = {
    "following": following, "intervention": intervening,
}


def over_sessions(sessions: Sequence[Mapping[str, float]]) -> list[Tested]:
    """Each contrast over the sessions' estimates (`estimates` of each session)."""
    tested = [_tested(name, np.array([one[name] for one in sessions])) for name in CONTRASTS]
    corrected = holm([one.p for one in tested])
    return [Tested(one.name, one.n, one.mean, one.low, one.high, one.p, p)
            for one, p in zip(tested, corrected, strict=True)]




def _tested(name: str, values: Floats) -> Tested:
    values = values[np.isfinite(values)]
    n = len(values)
    if n < 3:
        return Tested(name, n, None, None, None, None)
    mean, error = float(values.mean()), max(float(values.std(ddof=1)) / n**0.5, 1e-12)
    reach = float(stdtrit(n - 1, 0.975)) * error
    p = float(2 * stdtr(n - 1, -abs(mean) / error))
    return Tested(name, n, mean, mean - reach, mean + reach, p)
