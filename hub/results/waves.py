"""Puts a signal on its UTC grid, so that a better clock overwrites the same points."""

from __future__ import annotations

from typing import cast

import numpy as np

from hub.arrays import Floats, Ints
from hub.records import Wave
from hub.results.channels import Channel

SILENCE_NS = 60_000_000_000  # after so long nothing is drawn in between
GAP_PERIODS = 3  # a longer silence between samples is drawn as a gap, not bridged


class WaveGrid:
    """Samples in, `Wave`s out, by straight lines between neighbours.

    Points lie at multiples of the channel's `wave_ns`; each is given out once, when a sample at or
    after it has come. NaN where the neighbours are further apart than GAP_PERIODS sample periods.
    """

    def __init__(self, seat: int, channel: Channel) -> None:
        self.seat, self.channel = seat, channel.name
        self.period_ns = channel.wave_ns
        self._last_ns: int | None = None
        self._last = float("nan")

    def push(self, times_ns: Ints, values: Floats) -> Wave | None:
        """The grid points that these samples settle, or None where they settle none."""
        if self._last_ns is None or int(times_ns[0]) - self._last_ns > SILENCE_NS:
            self._last_ns, self._last = int(times_ns[0]), float(values[0])
        begin, before, end = self._last_ns, self._last, int(times_ns[-1])
        first, last = begin // self.period_ns + 1, end // self.period_ns
        if end > begin:
            self._last_ns, self._last = end, float(values[-1])
        if last < first:
            return None
        start_ns = first * self.period_ns
        at = np.arange(start_ns - begin, end - begin + 1, self.period_ns, dtype=np.float64)
        points, y = np.zeros(len(times_ns) + 1), np.empty(len(values) + 1)
        points[1:], y[0], y[1:] = times_ns - begin, before, values
        wave = tuple(_between(at, points, y).tolist())
        return Wave(self.seat, self.channel, start_ns, self.period_ns, wave)


def _between(at: Floats, points: Floats, y: Floats) -> Floats:
    """y, known at points, at others; NaN inside gaps. `points` rise but for jitter of the clock,
    which is ironed out."""
    step = points[1:] - points[:-1]
    if step.min() < 0:
        points = np.maximum.accumulate(points)
        step = points[1:] - points[:-1]
    out = np.interp(at, points, y)
    if len(step) < 2 or step.max() <= GAP_PERIODS * step[1:].min():
        return out  # the usual case: no step can be a gap, whatever the usual step is
    usual = float(np.median(step[1:]))
    left = cast("Ints", np.searchsorted(points, at, side="right"))
    wide = step[np.minimum(left, len(step)) - 1] > GAP_PERIODS * usual
    return np.where(wide, np.nan, out)
