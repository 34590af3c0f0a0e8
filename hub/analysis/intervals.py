"""The interbeat intervals of a seat over a whole session, with what was set right in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hub.analysis.part import SeatSamples
from hub.analysis.session import Analysis
from hub.arrays import Floats, Ints
from hub.records import NS
from hub.signals import ppg
from hub.signals.corrected import corrected
from hub.signals.quality import touched

BREAK_NS = 30 * NS  # after a longer pause everything is learnt anew: it may be another finger, as
# with another kit another person; and where time goes back there are two devices of one name
LEAST_S = 10.0  # of a stretch
SHORTEST_NS, LONGEST_NS = NS / ppg.MOST_HZ, NS / ppg.LEAST_HZ  # of samples that show a pulse


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One interval that passed the signal quality. `kind`: see `signals.corrected`."""

    seat: int
    end_ns: int
    ibi_ms: float
    kind: str


def intervals_of(analysis: Analysis) -> list[IntervalRow]:
    """Of every seat, in order of time, but where two devices of one name sent by turns."""
    seats = sorted({row.seat for row in analysis.ledgers})
    return [row for seat in seats for row in _of_seat(seat, analysis.samples(seat))]


def _of_seat(seat: int, samples: SeatSamples) -> Iterator[IntervalRow]:
    gaps = np.diff(samples.time_ns)
    pauses = np.flatnonzero((gaps > BREAK_NS) | (gaps < 0)) + 1
    breaks = sorted({*pauses.tolist(), *samples.begins})
    for times, values in zip(np.split(samples.time_ns, breaks), np.split(samples.value, breaks),
                             strict=True):
        if len(times) > 1 and int(times[-1] - times[0]) > LEAST_S * NS:
            yield from _of_stretch(seat, times, values)


def _of_stretch(
    seat: int, times: Ints, values: Floats
) -> Iterator[IntervalRow]:
    """On the sensor's own even clock, NaN where nothing was received."""
    period_ns = float(np.median(np.diff(times)))
    if not SHORTEST_NS <= period_ns <= LONGEST_NS:
        return
    at = np.rint((times - times[0]) / period_ns).astype(np.int64)
    even = np.full(int(at[-1]) + 1, np.nan)
    even[at] = values
    found = corrected(ppg.detect_beats(touched(even), NS / period_ns))
    for end_s, ibi_s, kind in zip(found.times_s.tolist(), found.ibi_s.tolist(), found.kind,
                                  strict=True):
        yield IntervalRow(seat, int(times[0]) + round(end_s * NS), round(1000 * ibi_s, 3), kind)
