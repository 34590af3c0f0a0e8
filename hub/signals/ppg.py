"""Beats from a pulse wave (PPG), the same live and afterwards.

Slope without steps, 0.5-5 Hz (slope) -> pulses that rise (polarity) -> upstrokes that stand out
-> the likeliest chain of them (chain) -> a quality from their likeness (shape). A beat's time is
that of its steepest rise, between samples.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.signals.beats import NO_BEATS, Beats, join
from hub.signals.candidates import Candidates
from hub.signals.chain import LAG_S, Chain
from hub.signals.polarity import HOLD, Upright
from hub.signals.shape import KNOWN, ShapeMemory, SlopeMemory
from hub.signals.slope import Slopes, SlopeStream

PATIENCE_S = 8.0  # the first beats wait this long for others to be compared with
GROUP = 60  # blocks in one go: bounds the memory of a long push


def detect_beats(ppg: NDArray[Any], fs: float) -> Beats:
    """Beats in `ppg` (samples at `fs` Hz, any unit and polarity; NaN: not received)."""
    detector = BeatDetector(fs)
    return join([detector.push(ppg), detector.flush()])


class BeatDetector:
    """`push` samples in pieces of any length; what comes back are beats now certain.

    No beat will come any more before `certain_s`: 2.5 to 3.5 s behind the last sample, but about
    10 s at the very beginning, where polarity and shape are learnt.
    """

    def __init__(self, fs: float) -> None:
        if not 20 <= fs <= 2000:
            raise ValueError(f"a pulse wave at {fs} Hz: beats need 20 to 2000 samples a second")
        self.fs = float(fs)
        self._stream = SlopeStream(fs)
        self._upright = Upright()
        self._candidates = Candidates()
        self._chain = Chain()
        self._slope = SlopeMemory(fs)
        self._shapes = ShapeMemory()
        self._pending: list[float] = []  # beats without quality yet, s
        self._begun = False
        self._received = 0
        self._now = 0.0  # end of what the chain has seen

    @property
    def certain_s(self) -> float:
        behind = self._now - LAG_S
        return max(0.0, min(behind, self._pending[0]) if self._pending else behind)

    def push(self, samples: NDArray[Any]) -> Beats:
        samples = np.asarray(samples, np.float64)
        self._received += len(samples)
        step = GROUP * self._stream.block
        cuts = range(0, len(samples), step)
        return join([self._group(samples[c : c + step]) for c in cuts])

    def flush(self) -> Beats:
        """The rest, once nothing more will come."""
        end = self._received / self.fs
        blocks = HOLD + int(PATIENCE_S) + 4
        beats = self.push(np.full(self._stream.block * blocks, np.nan))
        inside = beats.times_s < end
        return Beats(beats.times_s[inside], beats.quality[inside])

    def _group(self, samples: NDArray[np.float64]) -> Beats:
        slopes = self._stream.push(samples)
        if not len(slopes.slope):
            return NO_BEATS
        upright, pulses = self._upright.push(slopes)
        return self._follow(upright, pulses) if pulses else NO_BEATS

    def _follow(self, slopes: Slopes, pulses: list[float]) -> Beats:
        """The beats that become certain with these blocks."""
        self._slope.keep(slopes, pulses)
        block = slopes.slope.shape[1]
        for b, found in enumerate(self._candidates.find(slopes)):
            for at, strength in found:
                self._chain.add(at / self.fs, strength)
            self._now = (slopes.first + (b + 1) * block) / self.fs
            self._pending += self._chain.decide(self._now)
            if not self._begun:
                self._begin()
        return self._judge() if self._begun else NO_BEATS

    def _begin(self) -> None:
        """Once there are enough first beats to compare with one another."""
        waited = bool(self._pending) and self._now - self._pending[0] > PATIENCE_S
        if waited or len(self._pending) >= KNOWN:
            self._begun = True
            self._shapes.begin(self._slope.cut(np.array(self._pending) * self.fs))

    def _judge(self) -> Beats:
        if not self._pending:
            return NO_BEATS
        times = np.array(self._pending)
        self._pending = []
        return Beats(times, np.array(self._shapes.judge(self._slope.cut(times * self.fs))))
