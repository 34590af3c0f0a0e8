"""Where conductance bends as no skin does: a step, a spike, a press of the electrodes.

How steep or how short a rise is tells nothing of it; how sharply it bends against its own size does
(labelled recordings of wrists: three experts' on 23 hours, see docs/signals-limits.md).
"""

from __future__ import annotations

import numpy as np

from hub.arrays import Bools, Floats

LAG_S, ROUND_S = 0.125, 1.0  # a sample against those so far from it; what is round it
LEAST_US, OF_LEVEL, OF_RANGE = 0.12, 0.04, 0.5  # more: in all, of the level, of the range round it
NOISE, USUAL, USUAL_S = 12.0, 0.25, 8.0  # and times the lower quarter of the bends before


class Bends:
    """Conductance in, NaN where there is none; out, for what lies ROUND_S before each sample,
    whether it bends so."""

    def __init__(self, rate: float) -> None:
        self._lag, self._side = round(LAG_S * rate) or 1, round(ROUND_S * rate)
        self._coarse = max(1.0, self._lag / rate / LAG_S) ** 0.5  # coarser samples bend more
        self._last: Floats = np.full(2 * self._side, np.nan)
        self._bends: Floats = np.full(round(USUAL_S * rate), np.nan)

    def push(self, x: Floats) -> Bools:
        lag, side, n = self._lag, self._side, len(x)
        seen = np.concatenate((self._last, x))
        middle, before = seen[side : side + n], seen[side - lag : side - lag + n]
        bend = np.abs(before + seen[side + lag : side + lag + n] - 2 * middle) / self._coarse
        bends = np.concatenate((self._bends, bend))
        out = bend > np.maximum(LEAST_US, OF_LEVEL * middle)
        for k in out.nonzero()[0].tolist():
            reach = OF_RANGE * np.ptp(seen[k : k + 2 * side + 1])
            usual = np.quantile(np.nan_to_num(bends[k : k + len(self._bends)]), USUAL)
            out[k] = bend[k] > max(reach, NOISE * usual)
        self._last, self._bends = seen[n:], bends[n:]
        return out
