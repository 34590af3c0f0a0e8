"""Puts a signal on its UTC grid, so that a better clock overwrites the same points."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt

from hub.records import Wave

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

PERIOD_NS = {"ppg": 40_000_000, "eda": 62_500_000}
GAP_PERIODS = 3  # a longer silence between samples is drawn as a gap, not bridged


class WaveGrid:
    """Samples in, `Wave`s out, by straight lines between neighbours.

    Points lie at multiples of PERIOD_NS[channel]; a point is given out once, when a sample at or
    after it has come. NaN where the neighbours are further apart than GAP_PERIODS sample periods.
    """

    def __init__(self, seat: int, channel: str) -> None:
        self.seat, self.channel = seat, channel
        self.period_ns = PERIOD_NS[channel]
        self._last_ns: int | None = None
        self._last = float("nan")

    def push(self, times_ns: npt.NDArray[np.int64], values: Floats) -> Wave | None:
        """The grid points that these samples settle, or None where they settle none."""
        if self._last_ns is None:
            self._last_ns, self._last = int(times_ns[0]), float(values[0])
        first = -(-(self._last_ns + 1) // self.period_ns)
        last = int(times_ns[-1]) // self.period_ns
        begin = self._last_ns
        x = np.concatenate(([begin], times_ns))
        y = np.concatenate(([self._last], values))
        if times_ns[-1] > begin:
            self._last_ns, self._last = int(times_ns[-1]), float(values[-1])
        if last < first:
            return None
        grid = np.arange(first, last + 1, dtype=np.int64) * self.period_ns
        return Wave(
            self.seat, self.channel, first * self.period_ns, self.period_ns,
            tuple(_between(grid, x, y).tolist()),
        )


def _between(grid: npt.NDArray[np.int64], x: npt.NDArray[np.int64], y: Floats) -> Floats:
    """y at the grid; NaN inside gaps. x rises but for jitter of the clock, which is ironed out."""
    x = np.maximum.accumulate(x)
    at = (grid - x[0]).astype(np.float64)
    points = (x - x[0]).astype(np.float64)
    out = cast("Floats", np.interp(at, points, y))
    step = np.diff(points)
    usual = float(np.median(step[1:])) if len(step) > 1 else float("inf")
    left = cast("Ints", np.searchsorted(points, at, side="right"))
    wide = step[np.minimum(left, len(step)) - 1] > GAP_PERIODS * usual
    return np.where(wide, np.nan, out)
