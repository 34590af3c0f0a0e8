"""The smoothed slope of a pulse wave, from raw samples, in blocks of one second.

Every stage here is causal with a fixed look-ahead and works at absolute sample positions, so its
results do not depend on how the samples were cut into pushes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MEMORY = 8  # blocks that say what is usual
USUAL = 3  # of the sorted memory: below the median, since artefacts only ever add
STEP = 10.0  # times the usual steep slope: steeper is not a pulse but a step of lamp or contact
SMOOTH_S = 0.052  # standard deviation of the Gaussian that ends the band at 5 Hz
WANDER_S = 0.28  # and of the one that begins it at 0.5 Hz
HALF_S = 0.8  # half the kernel's length: what must be known after a sample


@dataclass(frozen=True, slots=True)
class Slopes:
    """Blocks of slope (blocks, samples a block), counts per sample; `lost`: not received;
    `first`: the sample index of the first."""

    first: int
    slope: Floats
    lost: Bools

    def then(self, more: Slopes) -> Slopes:
        """These and the ones that follow."""
        slope = np.concatenate((self.slope, more.slope))
        return Slopes(self.first, slope, np.concatenate((self.lost, more.lost)))

    def split(self, n: int) -> tuple[Slopes, Slopes]:
        """The first `n` blocks, and the rest."""
        first = self.first + n * self.slope.shape[1]
        head = Slopes(self.first, self.slope[:n], self.lost[:n])
        return head, Slopes(first, self.slope[n:], self.lost[n:])


class Usual:
    """What is usual: a low quantile of the last MEMORY levels, the first of which stands for all
    before it."""

    def __init__(self) -> None:
        self._last: list[float] = []

    def begin(self, level: float) -> None:
        self._last = [level] * MEMORY

    @property
    def begun(self) -> bool:
        return bool(self._last)

    @property
    def latest(self) -> float:
        return self._last[-1] if self._last else 0.0

    def after(self, level: float) -> float:
        """What is usual once `level` has been seen too."""
        if not self._last:
            self.begin(level)
        self._last = [*self._last[1:], level]
        return sorted(self._last)[USUAL]


def kernel(fs: float) -> Floats:
    """Band-pass for a slope: Gaussian smoothing less a wider one, odd length, zero phase."""
    half = round(HALF_S * fs)
    t = np.arange(-half, half + 1) / fs
    narrow, wide = (np.exp(-0.5 * (t / s) ** 2) for s in (SMOOTH_S, WANDER_S))
    return narrow / narrow.sum() - wide / wide.sum()


class SlopeStream:
    """Samples in, whole blocks of smoothed slope out, HALF_S behind.

    Steps of the lamp or of contact are cut in the slope, before smoothing; what was not received
    counts as level. Amplitude, offset and unit of the samples do not matter.
    """

    def __init__(self, fs: float) -> None:
        self.block = max(8, round(fs))
        self._kernel = kernel(fs)
        self._half = len(self._kernel) // 2
        self._samples: Floats = np.empty(0)
        self._previous = np.nan
        self._usual = Usual()
        self._steps: Floats = np.zeros(self._half)
        self._slopes: Floats = np.empty(0)
        self._lost: Bools = np.empty(0, bool)
        self._done = 0

    def push(self, samples: NDArray[Any]) -> Slopes:
        joined = np.concatenate((self._samples, samples))
        whole = len(joined) - len(joined) % self.block
        self._samples = joined[whole:]
        if whole:
            self._smooth(*self._clean(joined[:whole]))
        return self._take()

    def _clean(self, x: Floats) -> tuple[Floats, Bools]:
        """Differences without steps and gaps, and which samples were not received."""
        steps = np.empty_like(x)
        steps[0] = x[0] - self._previous
        np.subtract(x[1:], x[:-1], out=steps[1:])
        self._previous = float(x[-1])
        lost = np.isnan(x)
        steps[np.isnan(steps)] = 0.0
        blocks = steps.reshape(-1, self.block)
        size = np.abs(blocks)
        steep = size > self._limits(size.copy(), lost)[:, None]
        if steep.any():
            blocks[steep] = 0.0
        return steps, lost

    def _limits(self, size: Floats, lost: Bools) -> Floats:
        """The steepest a pulse may be, for each block."""
        at = int(0.8 * self.block)
        size.partition(at, axis=1)
        missing = lost.reshape(size.shape).sum(axis=1).tolist()
        limits: list[float] = []
        for steep, gone in zip(size[:, at].tolist(), missing, strict=True):
            known = gone <= self.block // 4
            limits.append(STEP * self._usual.after(steep if known else self._usual.latest))
        return np.array(limits)

    def _smooth(self, steps: Floats, lost: Bools) -> None:
        joined = np.concatenate((self._steps, steps))
        if len(joined) >= len(self._kernel):
            smooth = np.convolve(joined, self._kernel, "valid")
            self._slopes = np.concatenate((self._slopes, smooth))
            joined = joined[1 - len(self._kernel) :]
        self._steps = joined
        self._lost = np.concatenate((self._lost, lost))

    def _take(self) -> Slopes:
        whole = len(self._slopes) - len(self._slopes) % self.block
        out = Slopes(
            self._done,
            self._slopes[:whole].reshape(-1, self.block),
            self._lost[:whole].reshape(-1, self.block),
        )
        self._slopes, self._lost = self._slopes[whole:], self._lost[whole:]
        self._done += whole
        return out
