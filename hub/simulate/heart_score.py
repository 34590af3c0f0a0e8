"""Beats and heart rates of a modelled heart held against its truth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hub.analysis.seats import SeatSeconds
from hub.arrays import Bools, Floats, Ints
from hub.simulate.score import beats_f1, heart_rate_bpm
from hub.simulate.truth import SeatTruth

LEAST_BEATS = 30  # of fewer little can be said: a rhythm has to be found first
NEAR_NS = 5_000_000_000
Span = tuple[int, int]  # from, to (UTC ns)


@dataclass(frozen=True, slots=True)
class HeartScore:
    """One heart on a seat. In 1/min; None: there is no rate to compare.

    off        how far its rate is from the true one, the median over the seconds
    phase_off  how far the mean of a phase is, where that is farthest
    f1         of the beats that end the intervals that passed, but for those in or near movements,
               which are rightly withheld
    """

    off: float | None
    phase_off: float | None
    f1: float


def heart_score(
    truth: SeatTruth, there: Span, seconds: SeatSeconds, ends_ns: Ints, rates: Mapping[Span, float]
) -> HeartScore | None:
    """`there`: when the body was on its seat; `ends_ns`: of its intervals; `rates`: the mean in
    each phase. None where its beats are not known, or fewer than LEAST_BEATS."""
    beats = np.empty(0, np.int64) if truth.beat_ns is None else truth.beat_ns
    beats = beats[_within(beats, there)]
    if len(beats) < LEAST_BEATS:
        return None
    here = _within(seconds.time_ns, there)
    true = np.array([_rate(beats, at) for at in seconds.time_ns[here].tolist()])
    phases = [rate - _rate(beats, end, end - begin) for (begin, end), rate in rates.items()
              if there[0] <= begin and end <= there[1]]
    return HeartScore(
        _size(seconds.features["hr"].value[here] - true, 50), _size(np.array(phases), 100),
        round(beats_f1(_still(beats, truth), _still(ends_ns[_within(ends_ns, there)], truth)), 3),
    )


def _still(times_ns: Ints, truth: SeatTruth) -> Ints:
    """Those that are in no movement, nor near one."""
    moved = np.concatenate([truth.shaken_ns, truth.lifted_ns]).reshape(-1, 2)
    near = (times_ns[:, None] > moved[:, 0] - NEAR_NS) & (times_ns[:, None] < moved[:, 1] + NEAR_NS)
    return times_ns[~near.any(axis=1)]


def _within(times_ns: Ints, span: Span) -> Bools:
    return (times_ns >= span[0]) & (times_ns < span[1])


def _rate(beats: Ints, at_ns: int, window_ns: int = 10_000_000_000) -> float:
    rate = heart_rate_bpm(beats, at_ns, window_ns * 1e-9)
    return np.nan if rate is None else rate


def _size(off: Floats, percent: float) -> float | None:
    off = np.abs(off[np.isfinite(off)])
    return round(float(np.percentile(off, percent)), 2) if len(off) else None
