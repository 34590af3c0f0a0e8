"""The skin conductance of one seat, second by second."""

from __future__ import annotations

from math import ceil, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.records import Value
from hub.signals import quality
from hub.signals.eda import SCL_S, SCL_SHARE, EdaStream, Skin
from hub.signals.features import FULL, SCL_COVERAGE, SCR_COVERAGE, SCR_S
from hub.signals.placed import Placed
from hub.signals.slope import Floats

FLAT_S = 30.0  # without any movement: not a skin
LEAST_MOVEMENT_US = 1e-6
NO_SKIN = "too little valid skin conductance"


class SkinTrack:
    """`push` conductance; `second` gives the values of a whole second, in order, each once."""

    def __init__(self) -> None:
        self.first_s: int | None = None
        self.certain_s = -inf
        self._placed: Placed | None = None
        self._stream: EdaStream | None = None
        self._skin: Floats = np.empty((3, 0))  # session time, level, valid
        self._known: list[float] = []  # when each response was known
        self._out = 0  # how many the stream has given

    def push(self, us: NDArray[Any], start_s: float, period_s: float) -> None:
        """`us` is conductance (uS), NaN: not received; the first lies at `start_s`."""
        if not len(us):
            return
        if self._placed is None or self._placed.breaks(start_s):
            self._begin(start_s, period_s)
        assert self._placed
        self._placed.push(np.asarray(us, np.float64), start_s, period_s)

    def settle(self) -> None:
        """Work on what was pushed."""
        new = self._placed.gather() if self._placed else np.empty(0)
        if not len(new):
            return
        assert self._placed and self._stream
        self._keep(self._stream.push(new))
        self.certain_s = self._placed.locate(self._stream.certain_s * self._stream.fs)[0]

    def _begin(self, start_s: float, period_s: float) -> None:
        """A first sample, or one after a pause."""
        self.settle()
        if self._stream:
            self._keep(self._stream.flush())
        if self.first_s is None:
            self.first_s = ceil(start_s)
        self._stream = EdaStream(float(max(1, round(1.0 / period_s))))
        self._placed = Placed(start_s, self._placed)
        self._out = 0

    def _keep(self, skin: Skin) -> None:
        assert self._placed and self._stream
        fs = self._stream.fs
        if len(skin.level):
            first, step = self._stream.time_s(self._out) * fs, fs / self._stream.rate
            time = self._placed.times(first, step, len(skin.level))
            new = np.array((time, skin.level, skin.valid), np.float64)
            self._skin = np.concatenate((self._skin, new), axis=1)
            self._out += len(skin.level)
        self._known += [self._placed.locate(p * fs)[0] for p in skin.known_s.tolist()]

    def second(self, second: int) -> dict[str, Value]:
        """The values at `second`, from what lies before it."""
        seen = self._placed.within(second - 1, second) if self._placed else np.empty(0)
        marks = (second - SCR_S, second - FLAT_S, second - SCL_S, second - 1, second)
        a, b, c, d, end = self._skin[0].searchsorted(marks, "right").tolist()
        _, level, valid = self._skin
        skin = self._quality(seen, level[b:end], valid[d:end], second)
        values = {
            "scl": self._scl(level[c:end], valid[c:end], skin, second),
            "scr_rate": self._rate(valid[a:end], skin, second),
            "contact_eda": Value(float(skin.contact), 1.0, None if skin.contact else skin.cause),
            "quality_eda": Value(skin.value, 1.0, skin.cause),
        }
        self._forget(second)
        return values

    def _quality(self, seen: Floats, level: Floats, valid: Floats, second: int) -> quality.Quality:
        young = self.first_s is None or second - self.first_s < FLAT_S
        moves = young or not len(level) or float(np.ptp(level)) > LEAST_MOVEMENT_US
        return quality.of_skin(seen, float(valid.sum()) / max(1, len(valid)), moves)

    def _scl(self, level: Floats, valid: Floats, skin: quality.Quality, second: int) -> Value:
        kept = np.sort(level[valid > 0])
        coverage = min(1.0, len(kept) / (SCL_S * self._rate_hz))
        if self._young(second, SCL_S):
            return Value(None, coverage, FULL)
        if coverage < SCL_COVERAGE or skin.value == 0.0:
            return Value(None, coverage, skin.cause or NO_SKIN)
        return Value(float(kept[int(SCL_SHARE * (len(kept) - 1))]), coverage)

    def _rate(self, valid: Floats, skin: quality.Quality, second: int) -> Value:
        seconds = float(valid.sum()) / self._rate_hz
        coverage = min(1.0, seconds / SCR_S)
        if self._young(second, SCR_S):
            return Value(None, coverage, FULL)
        if coverage < SCR_COVERAGE or skin.value == 0.0:
            return Value(None, coverage, skin.cause or NO_SKIN)
        count = sum(second - SCR_S < p <= second for p in self._known)
        return Value(60.0 * count / min(seconds, SCR_S), coverage)

    @property
    def _rate_hz(self) -> float:
        return self._stream.rate if self._stream else 1.0

    def _young(self, second: int, window_s: float) -> bool:
        return self.first_s is None or second - self.first_s < window_s

    def _forget(self, second: int) -> None:
        if self._placed:
            self._placed.forget(second - 1.0)
        old = int(self._skin[0].searchsorted(second - SCR_S - 1.0))
        if old > 200:
            self._skin = self._skin[:, old:]
        self._known = [p for p in self._known if p > second - SCR_S - 1.0]
