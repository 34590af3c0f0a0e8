"""Where a skin conductance can be believed: what no skin does is masked with seconds around it.

Rules after Kleckner et al. 2018 (IEEE TBME): 0.05-60 uS, at most 10 uS/s, and the neighbourhood of
what breaks them; and, since a lost electrode falls and skin recovers slowly, a limit to falling,
and to how sharply it may bend.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from hub.arrays import Bools, Floats, Marks
from hub.signals.bend import ROUND_S, Bends

LOWEST_US, HIGHEST_US = 0.05, 60.0
STEEPEST_US_S = 10.0
FALL_S = 0.25  # a fall is measured over this
FALL_RELATIVE, FALL_LEAST_US_S = 0.3, 0.5  # faster than this share of the level a second: no skin
AFTER_S, BEFORE_S = 5.0, 2.0  # masked round what is not skin
LOST_S = 1.0  # masked round what was not received
BENT_S = 2.0  # masked after what bends as no skin does, and ROUND_S before
FAR = 1 << 40
# Why a sample is not to be believed; where several hold, the highest is told.
FINE, MOVED, MISSING, TOO_HIGH, TOO_LOW = range(5)
RANGES = (  # what it is told as, and seconds that are masked after it and before: of what bends
    # (ROUND_S ago), is steep, was not received, lies too high and too low
    (MOVED, BENT_S - ROUND_S, BEFORE_S), (MOVED, AFTER_S, BEFORE_S), (MISSING, LOST_S, LOST_S),
    (TOO_HIGH, AFTER_S, BEFORE_S), (TOO_LOW, AFTER_S, BEFORE_S),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Believed:
    """Conductance (uS) with the unbelievable held over, and what is wrong at or near each sample
    (FINE: to be believed)."""

    level: Floats
    fault: Marks


class ContactStream:
    """Conductance in, masked conductance out, BEFORE_S behind."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._reach = round(FALL_S * rate) or 1
        self._ahead = round(BEFORE_S * rate)
        self._recent: Floats = np.full(self._reach, np.nan)
        self._held = np.nan
        self._bends = Bends(rate)
        self._last = [-FAR] * len(RANGES)  # of each kind
        self._kinds: Floats = np.empty((1 + len(RANGES), 0))  # level and the kinds: not yet out
        self._seen = 0
        self._calm = ceil(AFTER_S * rate) + 1  # samples after the last fault

    def push(self, x: Floats) -> Believed:
        low, high, steep = self._no_skin(x)
        bad, lost = low | high | steep, np.isnan(x)
        level = self._hold(x, bad | lost)
        bent = self._bends.push(np.where(bad, np.nan, x))
        new = np.array((level, bent, steep, lost, high, low), float)
        kinds = np.concatenate((self._kinds, new), axis=1)
        out = max(0, kinds.shape[1] - self._ahead)
        believed = self._mask(kinds, out)
        self._kinds = kinds[:, out:]
        self._seen += out
        return believed

    def _no_skin(self, x: Floats) -> tuple[Bools, Bools, Bools]:
        """What is too low, too high, or changes faster than skin does."""
        joined = np.concatenate((self._recent, x))
        self._recent = joined[len(joined) - self._reach :]
        with np.errstate(invalid="ignore"):
            rate = (x - joined[self._reach - 1 : -1]) * self._rate
            before = joined[: len(x)]
            fall = (before - x) * (self._rate / self._reach)
            steep = np.abs(rate) > STEEPEST_US_S
            steep |= fall > np.maximum(FALL_LEAST_US_S, FALL_RELATIVE * before)
        return x < LOWEST_US, x > HIGHEST_US, steep

    def _hold(self, x: Floats, gone: Bools) -> Floats:
        """The last believable level stands in where there is none."""
        where = np.maximum.accumulate(np.where(gone, 0, np.arange(1, len(x) + 1)))
        level = np.concatenate(([self._held], x))[where]
        if len(level):
            self._held = float(level[-1])
        return level

    def _mask(self, kinds: Floats, out: int) -> Believed:
        """The first `out` samples; the others are there to look ahead."""
        level = kinds[0, :out]
        fault = np.where(np.isnan(level), MISSING, FINE).astype(np.int8)
        seen: list[float] = kinds[1:].sum(axis=1).tolist()
        for k, (name, after_s, before_s) in enumerate(RANGES):
            if seen[k] or self._seen - self._last[k] <= self._calm:
                near, self._last[k] = self._near(
                    kinds[1 + k] > 0, out, after_s, before_s, self._last[k]
                )
                fault[near] = name
        return Believed(level, fault)

    def _near(
        self, flag: Bools, out: int, after_s: float, before_s: float, last: int
    ) -> tuple[Bools, int]:
        """Which of the first `out` samples have a flag in the `before_s` after or `after_s` before
        them, and the position of the last flag among them."""
        at = np.arange(self._seen, self._seen + len(flag))
        earlier = np.maximum.accumulate(np.where(flag, at, -FAR))
        later = np.minimum.accumulate(np.where(flag, at, FAR)[::-1])[::-1]
        earlier = np.maximum(earlier, last)[:out]
        near = (at[:out] - earlier <= after_s * self._rate) & np.ones(out, bool)
        near |= later[:out] - at[:out] <= before_s * self._rate
        return near, int(earlier[-1]) if out else last
