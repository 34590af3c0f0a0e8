"""The mission's questions as contrasts: one figure a session, tested over sessions.

A signal of each person in steps through a session, who spoke when, and the phases: out comes, for
each contrast, one figure. Speech moves heart, skin and breath, so it is taken out first (`speech`);
without recorded turns there are no figures. Every figure is formed within each person before people
are compared, so it does not matter at which level somebody is who comes late. Every contrast but
the last is the presenter's less the mean of the members', so that what time does to all (the order
of phases is fixed) cancels. All but the last two compare phases, and of somebody whose speaking
cannot be told from them they are withheld; the last two compare within phases, where it always can.
Nothing is bridged. Tests are over sessions: single sessions describe, only studies test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.special import stdtr, stdtrit  # type: ignore[reportMissingTypeStubs]

from hub.analysis.questions import CONTRASTS, PHASED, Weights
from hub.analysis.speech import comparable, tellable
from hub.arrays import Bools, Floats, Ints
from hub.signals.synchrony import holm

AROUND_STEPS = 12  # before and after an intervention: a minute
FOLLOW_STEPS = 2  # how far one may be behind another
ENOUGH = 0.5  # of a minute must be valid
SHARED = 0.3  # of the early or late discussion two must both be valid
FLAT = 1e-12  # a signal without variation runs with nobody
NAN = float("nan")
MEMBERS_SILENT = "no turns of members recorded"


@dataclass(frozen=True, slots=True)
class StudySession:
    """`y` (persons, steps) in any unit, NaN where not valid; `speaks` (persons, steps) 0..1;
    `phase` (steps): the phase's number in `names`; `presenter`: a row; `marks`: steps at which the
    leader intervened; `known` (steps): whether it is known who speaks (see `speech.known_who`). The
    discussion comes as three: discussion-early, -middle, -late."""

    y: Floats
    speaks: Floats
    phase: Ints
    names: tuple[str, ...]
    presenter: int
    marks: Ints
    known: Bools

    @property
    def told_y(self) -> Floats:
        """`y` where it is known who speaks; else NaN."""
        return np.where(self.known, self.y, np.nan)


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


def unusable(session: StudySession) -> str | None:
    """Why this session has no contrasts; None: it has them."""
    return silent(session.speaks, session.presenter)


def silent(speaks: Floats, presenter: int) -> str | None:
    """Whose turns were not recorded: what speaking does cannot be taken out of them, and would
    pass for an effect. None: they were."""
    if not speaks[presenter].any():
        return "no turns of the presenter recorded"
    members = np.delete(speaks, presenter, axis=0)
    return None if members.any() else MEMBERS_SILENT


def phase_levels(y: Floats, session: StudySession) -> Floats:
    """(persons, phases): each person's mean of `y` (persons, steps) in each phase, where it is
    known who speaks; NaN for a phase without such valid steps."""
    steps = [session.known & (session.phase == k) for k in range(len(session.names))]
    return np.column_stack([_mean(y[:, here], 1) for here in steps])


def _mean(x: Floats, axis: int | None = None) -> Floats:
    """Of what is valid; NaN where nothing is."""
    values, here = _filled(x)
    count = here.sum(axis=axis)
    return values.sum(axis=axis) / np.where(count > 0, count, np.nan)


def estimates(session: StudySession) -> dict[str, float]:
    """Every contrast of CONTRASTS in this session; NaN where a phase of it is missing or the
    presenter is not `told_apart`, and all where the session is `unusable`."""
    if unusable(session):
        return dict.fromkeys(CONTRASTS, NAN)
    y = _silent(session)
    levels, told = phase_levels(y, session), told_apart(session)
    phased = {name: _apart(np.where(told[name][:, None], levels, NAN), weights, session)
              for name, weights in PHASED.items()}
    return phased | {name: measure(y, session) for name, measure in ALONE.items()}


def levels_of(session: StudySession) -> tuple[Floats, Bools]:
    """The levels that contrasts are formed of (persons, phases), and which of them hold no more of
    speaking than can be told from that phase."""
    weights = np.eye(len(session.names))
    told = tellable(session.told_y, session.speaks, session.phase, weights)
    return phase_levels(_silent(session), session), told


def _silent(session: StudySession) -> Floats:
    """`y` without what speaking adds."""
    return comparable(session.y, session.speaks, session.phase, session.known)


def told_apart(session: StudySession) -> dict[str, Bools]:
    """For each contrast of PHASED, of whom speaking can be told from the phases."""
    weights = np.array([[of.get(name, 0.0) for name in session.names] for of in PHASED.values()])
    told = tellable(session.told_y, session.speaks, session.phase, weights)
    return dict(zip(PHASED, told.T, strict=True))


def _apart(levels: Floats, weights: Weights, session: StudySession) -> float:
    """The presenter's own contrast less the mean of those members' who have all its phases."""
    if not weights.keys() <= set(session.names):
        return NAN
    own = levels[:, [session.names.index(name) for name in weights]] @ list(weights.values())
    return float(own[session.presenter] - _mean(np.delete(own, session.presenter)))


def following(y: Floats, session: StudySession) -> float:
    """How much more alike the members run with the presenter than with one another, early
    discussion less late: the mean Fisher z within FOLLOW_STEPS, each signal less its straight line
    in that stretch, over members of whom both are known, early and late. (The greatest z would be
    greater, by chance, where more is missing. What all share makes members as alike with one
    another.)"""
    early, late = (_alike(y, session, f"discussion-{part}") for part in ("early", "late"))
    more, presenter = early - late, session.presenter
    led = np.delete(more[presenter], presenter)
    members = np.delete(np.delete(more, presenter, axis=0), presenter, axis=1)
    return float(_mean(led - _mean(members, 1)))


def _alike(y: Floats, session: StudySession, phase: str) -> Floats:
    """(persons, persons): of each two; NaN where too little of both is valid, and of oneself."""
    if phase not in session.names:
        return np.full((len(y), len(y)), np.nan)
    flat = _less_line(y[:, session.phase == session.names.index(phase)])
    together, *behind = (_fisher(flat, lag) for lag in range(FOLLOW_STEPS + 1))
    alike = _mean(np.array([together, *behind, *(one.T for one in behind)]), 0)
    np.fill_diagonal(alike, np.nan)
    return alike


def _less_line(y: Floats) -> Floats:
    """Each row less its straight line."""
    t, y = _centred(np.where(np.isfinite(y), np.arange(float(y.shape[1])), np.nan)), _centred(y)
    slope = np.nansum(t * y, axis=1) / np.maximum(np.nansum(t * t, axis=1), 1.0)
    return y - t * slope[:, None]


def _fisher(y: Floats, lag: int) -> Floats:
    """(persons, persons): Fisher's z of each with each so many steps behind, where both are
    valid."""
    steps = y.shape[1] - lag
    (a, here), (b, there) = _filled(y[:, :steps]), _filled(y[:, lag:])
    n = here @ there.T
    known = np.maximum(n, 1.0)
    of_a, of_b = a @ there.T, here @ b.T
    power = ((a * a) @ there.T - of_a**2 / known) * (here @ (b * b).T - of_b**2 / known)
    told = (n >= max(SHARED * steps, 3)) & (power > FLAT)
    r = (a @ b.T - of_a * of_b / known) / np.sqrt(np.where(told, power, np.nan))
    return np.arctanh(np.clip(r, -0.999, 0.999))


def _filled(y: Floats) -> tuple[Floats, Floats]:
    """0 where it is not valid; and 1 where it is, else 0."""
    here = np.isfinite(y)
    return np.where(here, y, 0.0), here.astype(np.float64)


def _centred(x: Floats) -> Floats:
    """Each row less its mean."""
    return x - _mean(x, 1)[:, None]


def intervening(y: Floats, session: StudySession) -> float:
    """How much more people rise round a leader's intervention than round the other moments of the
    same phase, which have the phase's own course too; the mean over people and interventions."""
    rises = _rises(y, session.phase)
    steps = np.arange(y.shape[1], dtype=np.int64)
    apart = np.abs(np.subtract.outer(steps, session.marks)) >= 2 * AROUND_STEPS
    others = apart.all(axis=1)
    more = [rises[:, m] - _mean(rises[:, others & (session.phase == session.phase[m])], 1)
            for m in session.marks.tolist()]
    return float(_mean(np.array(more)))


def _rises(y: Floats, phase: Ints) -> Floats:
    """(persons, steps): each one's mean in the minute from a step on less that in the minute before
    it; NaN where the two are not within one phase, or too little of one is valid."""
    n, around = y.shape[1], AROUND_STEPS
    padded = np.pad(y, ((0, 0), (around, around)), constant_values=np.nan)
    windows = sliding_window_view(padded, around, axis=1)
    enough = np.isfinite(windows).mean(axis=2) >= ENOUGH
    minutes = np.where(enough, _mean(windows, 2), np.nan)
    ends = np.pad(phase, around, constant_values=-1)
    within = (ends[:n] == phase) & (ends[2 * around - 1 :][:n] == phase)
    return np.where(within, minutes[:, around : around + n] - minutes[:, :n], np.nan)


ALONE: dict[str, Callable[[Floats, StudySession], float]] = {
    "following": following, "intervention": intervening,
}


def averaged(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """One presenter's cases: the mean of those that have a contrast; NaN where none has."""
    out = dict[str, float]()
    for name in CONTRASTS:
        known = [one[name] for one in several if np.isfinite(one[name])]
        out[name] = sum(known) / len(known) if known else NAN
    return out


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
