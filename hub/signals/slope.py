"""The smoothed slope of a pulse wave, from raw samples, in blocks of one second.

Every stage here is causal with a fixed look-ahead and works at absolute sample positions, so its
results do not depend on how the samples were cut into pushes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Bools, Floats, Ints, Marks

MEMORY = 8  # blocks that say what is usual
USUAL = 3  # of the sorted memory: below the median, since artefacts only ever add
STEP = 10.0  # times the usual steep slope: steeper is not a pulse but a step of lamp or contact
STEEP = 0.8  # share of a block's slopes that are less steep than a steep one
LASTING = 3  # blocks: what is as steep for so long is what there is now, and before it was silence
SMOOTH_S = 0.052  # standard deviation of the Gaussian that ends the band (`kernel`) above
SHORT_S = 0.05  # a gap no longer than that smoothing hides nothing
BRIDGED_S = 0.1  # in one no longer than this a pulse can be seen, but not when its beat was
BRIDGED, LOST = 1, 2  # what a sample may be: in such a gap, and in a longer one
WANDER_S = 0.28  # and of the one that ends it below
HALF_S = 0.8  # half the kernel's length: what must be known after a sample
BEFORE = np.arange(1 - MEMORY, 1)  # places of the last MEMORY ones


@dataclass(frozen=True, slots=True)
class Slopes:
    """Blocks of slope (blocks, samples a block), counts per sample, each between its sample and the
    one before; `lost`: 0, BRIDGED or LOST; `first`: the sample index of the first."""

    first: int
    slope: Floats
    lost: Marks

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
        self._last: Floats = np.empty(0)

    def begin(self, level: float) -> None:
        self._last = np.full(MEMORY, level)

    @property
    def begun(self) -> bool:
        return bool(len(self._last))

    @property
    def latest(self) -> float:
        return float(self._last[-1]) if self.begun else 0.0

    def after(self, levels: Floats) -> Floats:
        """What is usual once each of these has been seen too."""
        if not self.begun:
            self.begin(levels[0])
        seen = np.concatenate((self._last, levels))
        self._last = seen[-MEMORY:]
        ends = np.arange(MEMORY, len(seen))
        return np.sort(seen[ends[:, None] + BEFORE])[:, USUAL]


def kernel(fs: float) -> Floats:
    """Band-pass for a slope: Gaussian smoothing less a wider one, odd length, zero phase. It lets
    most through at 1.5 Hz, half the amplitude at 0.63 and 4 Hz, a third at 0.5 and 4.9 Hz."""
    half = round(HALF_S * fs)
    t = np.arange(-half, half + 1) / fs
    narrow, wide = (np.exp(-0.5 * (t / s) ** 2) for s in (SMOOTH_S, WANDER_S))
    return narrow / narrow.sum() - wide / wide.sum()


def steep(size: Floats) -> Floats:
    """How steep a steep one of each block's differences is, of those that are any: a held sample
    says nothing of a slope."""
    n, moved = size.shape[1], np.count_nonzero(size, axis=1)
    at = np.minimum(n - moved + (STEEP * moved).astype(np.int64), n - 1)
    return np.sort(size)[np.arange(len(size)), at]


class SlopeStream:
    """Samples in, whole blocks of smoothed slope out, HALF_S behind.

    Steps of the lamp or of contact are cut in the slope, before smoothing. A gap no longer than
    BRIDGED_S is bridged by the difference across it; in a longer one all counts as level.
    Amplitude, offset and unit of the samples do not matter.
    """

    def __init__(self, fs: float) -> None:
        self.block = max(8, round(fs))
        self._kernel = kernel(fs)
        self._half = len(self._kernel) // 2
        self._samples: Floats = np.empty(0)
        self._short, self._bridged = (max(1, round(s * fs)) for s in (SHORT_S, BRIDGED_S))
        self._previous = np.nan  # the last sample received
        self._gone = 0  # samples since
        self._usual = Usual()
        self._lasting: Floats = np.zeros(LASTING)  # how steep the last blocks were
        self._steps: Floats = np.zeros(self._half)
        self._slopes: Floats = np.empty(0)
        self._lost: Marks = np.empty(0, np.int8)
        self._done = 0

    def push(self, samples: NDArray[Any]) -> Slopes:
        joined = np.concatenate((self._samples, samples))
        whole = len(joined) - len(joined) % self.block
        self._samples = joined[whole:]
        if whole:
            self._smooth(*self._clean(joined[:whole]))
        return self._take()

    def _clean(self, x: Floats) -> tuple[Floats, Marks]:
        """Differences without steps and gaps, and which samples are lost to one."""
        gone = np.isnan(x)
        if not gone.any() and not self._gone:
            steps = x - np.concatenate(((self._previous,), x[:-1]))
            self._previous = float(x[-1])
            steps[:1][np.isnan(steps[:1])] = 0.0  # the very first
            return self._without_steps(steps, gone, 1), gone.astype(np.int8)
        steps, since = self._across(x, gone)
        steps[np.isnan(steps) | (since > self._bridged + 1)] = 0.0
        lost = gone * np.where(since > self._bridged, LOST, BRIDGED * (since > self._short))
        return self._without_steps(steps, gone, since.reshape(-1, self.block)), lost.astype(np.int8)

    def _without_steps(self, steps: Floats, gone: Bools, since: Ints | int) -> Floats:
        """The differences, 0 where steeper than a pulse may be over so many samples."""
        blocks = steps.reshape(-1, self.block)
        size = np.abs(blocks)
        too_steep = size > self._limits(size, gone)[:, None] * since
        if too_steep.any():
            blocks[too_steep] = 0.0
        return steps

    def _across(self, x: Floats, gone: Bools) -> tuple[Floats, Ints]:
        """The difference of each sample to the last one received before it, and how many samples
        that lies back."""
        at = np.arange(len(x))
        last = np.maximum.accumulate(np.where(gone, -1, at))  # received up to here; -1: none
        before = np.concatenate(([-1], last[:-1]))
        known = before >= 0
        steps = x - np.where(known, x[before], self._previous)
        since = np.where(known, at - before, at + 1 + self._gone)
        if last[-1] >= 0:
            self._previous, self._gone = float(x[last[-1]]), 0
        self._gone += len(x) - 1 - int(last[-1])
        return steps, since

    def _limits(self, size: Floats, gone: Bools) -> Floats:
        """The steepest a pulse may be, for each block: by its steep differences, where most of it
        was received."""
        steepest, known = steep(size), 2 * gone.reshape(size.shape).sum(axis=1) <= self.block
        seen = np.concatenate((self._lasting, np.where(known, steepest, 0.0)))
        self._lasting = seen[-LASTING:]
        lasting = np.minimum.reduce([seen[k : k + len(size)] for k in range(1, LASTING + 1)])
        usual = self._usual.after(self._levels(steepest, known))
        return STEP * np.maximum(usual, lasting)

    def _levels(self, steepest: Floats, known: Bools) -> Floats:
        """As they are known; where one is not, it is taken to be the one before."""
        if known.all():
            return steepest  # the usual case
        before = np.concatenate(((self._usual.latest,), steepest))
        at = np.arange(1, len(before)) * known
        return before[np.maximum.accumulate(at)]

    def _smooth(self, steps: Floats, lost: Marks) -> None:
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
