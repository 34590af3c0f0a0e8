"""The kits that a seat had, each held against its own truth while it was there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from firmware import wire
from hub.analysis.intervals import IntervalRow
from hub.analysis.per_phase import PhaseFeatures
from hub.analysis.session import Analysis
from hub.arrays import Floats, Ints
from hub.simulate.heart_score import HeartScore, Span, heart_score
from hub.simulate.score import SeatScore, score, together
from hub.simulate.skin_score import SkinScore, skin_score, skin_together
from hub.simulate.truth import SeatTruth

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Worked:
    """A session worked out, with what takes a while and every seat needs."""

    analysis: Analysis
    features: Sequence[PhaseFeatures]
    intervals: Sequence[IntervalRow]


@dataclass(frozen=True, slots=True)
class Stay:
    """A kit's time on a seat, and who wore it."""

    truth: SeatTruth
    span: Span
    k: int  # which of the seat's kits it was


def stays(seat: int, analysis: Analysis, by_kit: Mapping[str, SeatTruth]) -> list[Stay]:
    """Those of a seat; a kit that is none of the demo's has no truth."""
    return [
        Stay(by_kit[str(span.value)], (span.start_ns, span.end_ns or analysis.last_ns), k)
        for k, span in enumerate(analysis.course.seats[seat]) if span.value in by_kit
    ]


def pulse_of(seat: int, analysis: Analysis, here: Sequence[Stay]) -> SeatScore:
    """Every sample of the pulse."""
    return together(_each(seat, analysis, here, wire.PPG_IR, score))


def skin_of(seat: int, analysis: Analysis, here: Sequence[Stay]) -> SkinScore:
    """Every sample of the skin."""
    return skin_together(_each(seat, analysis, here, wire.EDA, skin_score))


def _each(
    seat: int, analysis: Analysis, here: Sequence[Stay], channel: int,
    hold: Callable[[SeatTruth, Ints, Floats, Span], T],
) -> list[T]:
    """A channel's samples of each stay, held against its truth."""
    samples = analysis.samples(seat, channel)
    whose = _whose(seat, analysis, samples.time_ns)
    return [hold(one.truth, samples.time_ns[whose == one.k], samples.value[whose == one.k],
                 one.span) for one in here]


def _whose(seat: int, analysis: Analysis, times_ns: Ints) -> Ints:
    """Which of the seat's kits it had at these times."""
    starts = np.array([span.start_ns for span in analysis.course.seats[seat]], dtype=np.int64)
    return np.searchsorted(starts, times_ns, side="right").clip(1) - 1


def hearts_of(seat: int, worked: Worked, here: Sequence[Stay]) -> list[HeartScore]:
    """Each modelled heart that beat there long enough."""
    seconds = worked.analysis.seats.get(seat)
    if seconds is None:
        return []
    ends = np.array([row.end_ns for row in worked.intervals if row.seat == seat], dtype=np.int64)
    rates = _rates(seat, worked)
    scores = [heart_score(one.truth, one.span, seconds, ends, rates) for one in here]
    return [one for one in scores if one is not None]


def _rates(seat: int, worked: Worked) -> dict[Span, float]:
    """The mean heart rate in each phase that has one."""
    ends = {phase.start_ns: phase.end_ns or worked.analysis.last_ns
            for phase in worked.analysis.phases}
    return {(one.start_ns, ends[one.start_ns]): one.mean for one in worked.features
            if one.seat == seat and one.feature == "hr" and one.mean is not None}
