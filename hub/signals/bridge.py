"""Gaps too short to hide anything of a slow signal are bridged by a straight line."""

from __future__ import annotations

import numpy as np

from hub.arrays import Floats


class Bridge:
    """Samples in (NaN: not received), the same out, with a straight line across each gap of at most
    `longest` samples. Lost ones at the end wait until it is known how long their gap is; those
    before the first received stay lost."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._kept: Floats = np.full(1, np.nan)  # the last that is out, and the lost that wait

    def push(self, x: Floats) -> Floats:
        joined = np.concatenate((self._kept, x))
        out = len(joined) - self._waiting(joined)
        self._kept = joined[out - 1 :]
        return self._bridged(joined)[1:out]

    def _waiting(self, x: Floats) -> int:
        """How many at the end are lost, if a bridge may still come."""
        received = ~np.isnan(x[: -2 - self._longest : -1])
        return int(received.argmax()) if received.any() else 0

    def _bridged(self, x: Floats) -> Floats:
        lost = np.isnan(x)
        if not lost.any():
            return x
        at = np.arange(len(x))
        before = np.maximum.accumulate(np.where(lost, 0, at))
        after = np.minimum.accumulate(np.where(lost, len(x), at)[::-1])[::-1]
        apart = after - before
        x = np.append(x, np.nan)
        with np.errstate(invalid="ignore"):  # infinite on both sides
            line = x[before] + (at - before) / np.maximum(apart, 1) * (x[after] - x[before])
        return np.where(lost & (apart <= self._longest + 1), line, x[:-1])
