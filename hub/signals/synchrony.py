"""Do people's signals go together more than chance would have it, phase by phase?

For each phase and person the trend is taken out and the spectrum made flat (whiten); each pair's
correlations within +-LAG_S, as Fisher's z in standard errors of what the two have of the phase, are
weighed by how likely such a lag is; the group's figure is the sum over pairs, by the root of their
number: as wide, by chance, of few as of many. Chance is what comes of the same signals, each turned
round by a random shift of its own (circular shifts keep every person's autocorrelation; naive
p-values call half of uncoupled phases significant). After Behrens et al. 2020 (tolerant of lags),
Tschacher & Meier 2020 (surrogates within the phase), Holm 1979 (many phases). Heart and skin are
never pooled: call it for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Floats, Ints
from hub.signals import arguments
from hub.signals.circular_correlation import Pairs, pairs_of, shifted_sums, tolerant
from hub.signals.whiten import HIGH_HZ, LOW_HZ, thinned, whitened

LAG_S = 5.0  # so much one may be behind another
USUAL_LAG_S = 2.0  # standard deviation of the weight given to lags
EDGE_S = 15.0  # at either end of a phase whitening knows too little
SURROGATES = 999
LEAST_SURROGATES = 19  # of fewer p is never 0.05
LEAST_HZ = 1.0
PHASE_MIN_S = 180.0
PERSONS_MIN = 2
VALID_MIN = 0.5  # of the phase, or the person is left out of it
ALPHA = 0.05
TOO_SHORT = f"shorter than {PHASE_MIN_S:.0f} s"
TOO_LITTLE = "too little of the phase is shared by any two"
NOT_HERE = "this person's signal is not valid here, or nothing moves in it"

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PhaseSynchrony:
    """One phase. `value`: mean correlation over pairs (at an unknown lag within LAG_S, the likelier
    ones counting more), less what chance gives (0: as chance);
    comparable between phases of about the same length only, as the same coupling gives more in a
    longer one. A twentieth of chance lies below `low`, one above `high`, on the same scale;
    `effect`: in standard deviations of chance; `p`: one-sided, of this phase alone;
    `p_corrected`: after Holm over all phases asked for. `persons` counted, `valid`: their share of
    valid samples, of the whole phase asked for. Where `reason` is given, the phase was not judged
    and the figures are None."""

    value: float | None
    p: float | None
    p_corrected: float | None
    low: float | None
    high: float | None
    effect: float | None
    persons: int
    valid: float
    reason: str | None = None

    @property
    def distinguishable(self) -> bool:
        """False: not distinguishable from chance (or not judged)."""
        return self.p_corrected is not None and self.p_corrected <= ALPHA

    def __str__(self) -> str:
        if self.value is None:
            return f"not judged: {self.reason}"
        said = "above chance" if self.distinguishable else "not distinguishable from chance"
        return f"{self.value:+.3f} (chance {self.low:+.3f} to {self.high:+.3f}), {said}"


@dataclass(frozen=True, slots=True)
class PairSynchrony:
    """Two persons (row numbers). `value` and `p` as in PhaseSynchrony; `lag_s`: by how much the
    second follows the first (negative: leads), meaningful only where p is small."""

    first: int
    second: int
    value: float | None
    p: float | None
    lag_s: float | None


@dataclass(frozen=True, slots=True)
class Leading:
    """One person against the others. `value`: how much more alike the others are when they follow
    (0 to LAG_S later) than when they lead, as a difference of mean correlations; `p` two-sided;
    `lag_s`: the lag at which they are most alike (positive: the others follow)."""

    value: float | None
    p: float | None
    lag_s: float | None
    reason: str | None = None


def group(
    signals: NDArray[Any], fs: float, phases: Sequence[Span], surrogates: int = SURROGATES,
    seed: int = 0,
) -> list[PhaseSynchrony]:
    """The synchrony of all persons in each phase.

    `signals` (persons, samples) of one kind (skin conductance in uS, or heart rate) at `fs` Hz
    (1 Hz or more), NaN where not valid; `phases`: start and end in s since the first sample. The
    same input gives the same output, also of a phase beside others. ValueError for another shape,
    a rate below 1 Hz, or a phase without an end.
    """
    signals, fs = checked(signals, fs)
    surrogates = _enough(surrogates)
    found = [_judged(_cut(signals, fs, span), surrogates, seed) for span in phases]
    corrected = holm([one.p for one in found])
    return [replace(one, p_corrected=p) for one, p in zip(found, corrected, strict=True)]


def pairs(
    signals: NDArray[Any], fs: float, phase: Span, surrogates: int = SURROGATES, seed: int = 0
) -> list[PairSynchrony]:
    """Each pair of persons in one phase; see `group`. The p-values are not corrected."""
    ready = _cut(*checked(signals, fs), phase)
    surrogates = _enough(surrogates)
    if ready.reason:
        return []
    out: list[PairSynchrony] = []
    for a in range(len(ready.rows)):
        for b in range(a + 1, len(ready.rows)):
            two = _Ready(ready.signals[[a, b]], ready.rate, [0, 1], ready.valid, None)
            one = _judged(two, surrogates, seed)
            lag = _best_lag(pairs_of(two.signals), ready.rate)
            out.append(PairSynchrony(ready.rows[a], ready.rows[b], one.value, one.p, lag))
    return out


def leading(
    signals: NDArray[Any], fs: float, phase: Span, person: int, surrogates: int = SURROGATES,
    seed: int = 0,
) -> Leading:
    """Whether the others follow `person` (a row of `signals`: the presenter, say) or lead, in one
    phase; see `group`. ValueError for a person who has no row."""
    signals, fs = checked(signals, fs)
    if person not in range(len(signals)):
        raise ValueError(f"a person of {len(signals)} rows, from 0 on, is needed, not {person!r}")
    ready = _cut(signals, fs, phase)
    surrogates = _enough(surrogates)
    if ready.reason or person not in ready.rows:
        return _nobody_leads(ready.reason or NOT_HERE)
    at = ready.rows.index(person)
    order = [at, *(k for k in range(len(ready.rows)) if k != at)]
    some = _first_against_others(pairs_of(ready.signals[order]))
    reach = round(LAG_S * ready.rate)
    chance = _shifts(len(order), ready, surrogates, seed)
    chance[:, 1:] = 0  # the others stay together: what they share is no proof that they follow
    observed, alone = (_following(some, reach, shifts) for shifts in (chance[:1] * 0, chance))
    alone = alone[~np.isnan(alone)]
    if np.isnan(observed[0]) or len(alone) < surrogates / 2:
        return _nobody_leads(TOO_LITTLE)
    p = (1 + np.sum(np.abs(alone) >= abs(observed[0]))) / (len(alone) + 1)
    return Leading(float(observed[0]) / _weight(some), float(p), _best_lag(some, ready.rate))


def against_others(
    signals: NDArray[Any], others: Sequence[NDArray[Any]], fs: float, phases: Sequence[Span],
    draws: int = SURROGATES, seed: int = 0,
) -> list[float | None]:
    """The second null: the p of each phase against groups put together from persons who never met.

    `others`: other sessions' signals, each already cut and aligned so that the phases lie where
    they lie here. What the shared protocol alone brings about is in those groups too. None where a
    phase cannot be judged, or fewer than two sessions have it.
    """
    here, fs = checked(signals, fs)
    there = [arguments.rows(one) for one in others]
    draws = arguments.count(draws, "draws", LEAST_SURROGATES)
    return [_against(here, there, fs, span, draws, seed) for span in phases]


def checked(signals: NDArray[Any], fs: float) -> tuple[Floats, float]:
    """Signals and rate as `group` takes them, or a ValueError."""
    return arguments.rows(signals), arguments.rate(fs, "synchrony", LEAST_HZ)


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """p-values corrected for their number (Holm 1979); None stays None and does not count."""
    known = sorted((p, k) for k, p in enumerate(ps) if p is not None)
    out: list[float | None] = [None] * len(ps)
    worst = 0.0
    for rank, (p, k) in enumerate(known):
        worst = max(worst, min(1.0, (len(known) - rank) * p))
        out[k] = worst
    return out


@dataclass(frozen=True, slots=True)
class _Ready:
    """A phase made ready: `rows`: which persons the signals are of."""

    signals: Floats
    rate: float
    rows: list[int]
    valid: float
    reason: str | None


def _cut(signals: Floats, fs: float, phase: Span) -> _Ready:
    start, end = (round(s * fs) for s in arguments.span(phase))
    part, rate = thinned(signals[:, max(0, start) : max(0, end)], fs)
    length_s = part.shape[1] / rate
    asked = max(1, part.shape[1], int((end - start) * rate / fs))
    share: Floats = np.sum(~np.isnan(part), axis=1) / asked
    edge = round(EDGE_S * rate)
    ready = np.full(part.shape, np.nan)
    if length_s >= PHASE_MIN_S:
        ready = whitened(part, rate)[:, edge:-edge]
    there = [k for k in range(len(part)) if share[k] >= VALID_MIN]
    rows = [k for k in there if not np.isnan(ready[k]).all()]
    valid = float(np.mean(share[rows])) if rows else 0.0
    reasons = (
        (length_s < PHASE_MIN_S, TOO_SHORT),
        (len(there) < PERSONS_MIN, "fewer than two persons with a valid signal"),
        (len(rows) < PERSONS_MIN, "nothing moves beyond a trend in all signals, or all but one"),
    )
    return _Ready(ready[rows], rate, rows, valid, next((why for so, why in reasons if so), None))


def _enough(surrogates: int) -> int:
    return arguments.count(surrogates, "surrogates", LEAST_SURROGATES)


def _judged(ready: _Ready, surrogates: int, seed: int) -> PhaseSynchrony:
    n = len(ready.rows)
    if ready.reason:
        return _not_judged(n, ready.valid, ready.reason)
    every = pairs_of(ready.signals)
    best = _alike(every, ready)
    chance = shifted_sums(every, best, _shifts(n, ready, surrogates, seed))
    (observed,) = shifted_sums(every, best, np.zeros((1, n), np.int64))
    chance = chance[~np.isnan(chance)]
    if np.isnan(observed) or len(chance) < surrogates / 2:
        return _not_judged(n, ready.valid, TOO_LITTLE)
    scale = _weight(every) * _independent(ready) ** 0.5
    middle, spread = float(chance.mean()), float(chance.std())
    low, high = (float(q) for q in np.quantile(chance, (0.05, 0.95)))
    p = float((1 + np.sum(chance >= observed)) / (len(chance) + 1))
    value, low, high = (float(np.tanh(z / scale) - np.tanh(middle / scale))
                        for z in (observed, low, high))
    effect = float(observed - middle) / max(spread, 1e-12)
    return PhaseSynchrony(value=value, p=p, p_corrected=None, low=low, high=high, effect=effect,
                          persons=n, valid=ready.valid)


def _not_judged(persons: int, valid: float, reason: str) -> PhaseSynchrony:
    return PhaseSynchrony(value=None, p=None, p_corrected=None, low=None, high=None, effect=None,
                          persons=persons, valid=valid, reason=reason)


def _nobody_leads(reason: str) -> Leading:
    return Leading(value=None, p=None, lag_s=None, reason=reason)


def _independent(ready: _Ready) -> float:
    """How many values of a whole signal are independent."""
    return 2 * (HIGH_HZ - LOW_HZ) * ready.signals.shape[1] / ready.rate


def _weight(some: Pairs) -> float:
    """By how much a sum over pairs as they lie is more than the mean of their z, each z times the
    root of what the two share."""
    judged = ~np.isnan(some.r[:, 0])
    return float(np.sqrt(some.share[judged, 0].sum()))


def _alike(every: Pairs, ready: _Ready) -> Floats:
    reach = round(LAG_S * ready.rate)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (USUAL_LAG_S * ready.rate)) ** 2)
    return tolerant(every, weights / weights.sum(), _independent(ready))


def _shifts(persons: int, ready: _Ready, surrogates: int, seed: int) -> Ints:
    rng = np.random.default_rng(seed)
    return rng.integers(0, ready.signals.shape[1], (surrogates, persons))


def _best_lag(some: Pairs, rate: float) -> float | None:
    """The lag (s) within +-LAG_S of the greatest mean correlation; None: none is judged."""
    lags = np.arange(-round(LAG_S * rate), round(LAG_S * rate) + 1)
    z = np.arctanh(some.r[:, lags])
    here = ~np.isnan(z)
    if not here.any():
        return None
    mean = np.where(here, z, 0.0).sum(axis=0) / np.maximum(here.sum(axis=0), 1)
    return float(lags[int(np.argmax(np.where(here.any(axis=0), mean, -np.inf)))] / rate)


def _first_against_others(every: Pairs) -> Pairs:
    with_first = every.first == 0
    return Pairs(every.first[with_first], every.second[with_first], every.r[with_first],
                 every.share[with_first])


def _following(some: Pairs, reach: int, shifts: Ints) -> Floats:
    """Mean z at positive lags less that at negative ones, under each row of shifts, in standard
    errors; of pairs all of whose lags are judged."""
    z = np.arctanh(some.r) * np.sqrt(some.share)
    lags = np.arange(1, reach + 1)
    after = np.mean([np.roll(z, -k, axis=1) for k in lags], axis=0)
    before = np.mean([np.roll(z, k, axis=1) for k in lags], axis=0)
    return shifted_sums(some, after - before, shifts)


def _against(
    here: Floats, there: list[Floats], fs: float, span: Span, draws: int, seed: int
) -> float | None:
    ours = _cut(here, fs, span)
    strangers = [cut for one in there if not (cut := _cut(one, fs, span)).reason]
    lengths = {cut.signals.shape[1] for cut in strangers} | {ours.signals.shape[1]}
    if ours.reason or len(strangers) < 2 or len(lengths) > 1:
        return None
    observed, rng = _sum(ours), np.random.default_rng(seed)
    drawn = np.array([_sum(replace(ours, signals=_strangers(strangers, len(ours.rows), rng)))
                      for _ in range(draws)])
    drawn = drawn[~np.isnan(drawn)]
    if np.isnan(observed) or len(drawn) < draws / 2:
        return None
    return float((1 + np.sum(drawn >= observed)) / (len(drawn) + 1))


def _strangers(sessions: list[_Ready], persons: int, rng: np.random.Generator) -> Floats:
    """One person each of different sessions, as far as there are so many; nobody twice."""
    rows = [rng.permutation(len(one.rows)) for one in sessions]
    order: list[int] = np.argsort(rng.permutation(len(sessions))).tolist()
    in_turn = [sessions[k].signals[rows[k][turn]] for turn in range(max(len(one) for one in rows))
               for k in order if turn < len(rows[k])]
    return np.array(in_turn[:persons])


def _sum(ready: _Ready) -> float:
    every = pairs_of(ready.signals)
    none = np.zeros((1, len(ready.signals)), np.int64)
    return float(shifted_sums(every, _alike(every, ready), none)[0])
