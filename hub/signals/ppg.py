"""Beats from a pulse wave (PPG), the same live and afterwards.

Slope without steps, mostly 0.6-4 Hz of it (slope) -> pulses that rise (polarity) -> upstrokes that
stand out, each cut to be compared (candidates, cut) -> the likeliest chain of them (chain) -> a
quality from their likeness (likeness) and a time between samples (shift). A beat's time is that of
its steepest rise, as the shape of the beats before has it; a doubted one's lies nearer to the
middle of its neighbours (settled).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Floats
from hub.signals import arguments
from hub.signals.asymmetry import between
from hub.signals.beats import NO_BEATS, Beats, join
from hub.signals.candidates import LATELY, PULSE, STAND_OUT, Candidates, Rise
from hub.signals.chain import STRONG, Chain, Told
from hub.signals.cut import AFTER_S, Cut, SlopeMemory
from hub.signals.intervals import GOOD
from hub.signals.likeness import REMEMBERED, UNCOMPARED, ShapeMemory
from hub.signals.polarity import HOLD, Pulse, Upright
from hub.signals.settled import Judged, settled
from hub.signals.shift import MOST_SHIFT_S
from hub.signals.slope import Slopes, SlopeStream

LEAST_HZ, MOST_HZ = 20.0, 2000.0
PATIENCE_S = 8.0  # the first beats wait this long for others to be compared with
STARVED_S = 15.0  # so long without a beat, and what is known of their shape and height is forgotten
SOON_S = 4.0  # and so long where these beats were never believed
AS_GOOD, BETTER = 1.0, 1.5  # a beat's rival: from the one on it is doubted, from the other not
# believed, as where every second or third swing of an arm is taken for a beat
AT_ONCE = 40_000  # samples: bounds the memory of a long push, and each time costs as much again
Offered = tuple[Rise, Cut]  # a candidate's strengths, and its shape


def detect_beats(ppg: NDArray[Any], fs: float) -> Beats:
    """Beats in `ppg` (samples at `fs` Hz, any unit and polarity; NaN: not received)."""
    detector = BeatDetector(fs)
    return join([detector.push(ppg), detector.flush()])


class BeatDetector:
    """`push` samples in pieces of any length; what comes back are beats now certain.

    No beat will come any more before `certain_s`: 3 to 4 s behind the last sample, up to 2 s
    more where the signal is poor, and about 10 s at the very beginning, where polarity and shape
    are learnt.
    """

    def __init__(self, fs: float) -> None:
        self.fs = fs = arguments.rate(fs, "a pulse wave", LEAST_HZ, MOST_HZ)
        self._stream = SlopeStream(fs)
        self._upright = Upright()
        self._after = int(AFTER_S * fs) + 2
        self._candidates = Candidates(self._after, fs)
        self._chain: Chain[Cut] = Chain()
        self._slope = SlopeMemory(fs)
        self._shapes: ShapeMemory | None = None  # of the beats so far; None: too few
        self._pending: list[Told[Cut]] = []  # the first beats, until there are enough to compare
        self._received = 0
        self._now = 0.0  # end of what the chain has seen
        self._way = 0.0  # that the pulse pointed
        self._fed = 0.0  # when there was a beat, or nothing to be compared with
        self._last_s: float | None = None  # when the last certain beat was
        self._ended = False

    @property
    def certain_s(self) -> float:
        behind = self._chain.certain_s
        first = self._pending[0][0].at if self._pending else behind
        return max(0.0, min(behind, first) - MOST_SHIFT_S)

    @property
    def seen_s(self) -> float:
        """End of what has been looked at: all upstrokes before are known."""
        return max(0.0, self._now)

    def likely(self) -> list[tuple[float, float]]:
        """Time (s) and quality of the beats after the certain ones, as it looks now: what comes
        next may still change them."""
        if not self._shapes:
            return []
        looks = [Judged(*self._shapes.look(beat), beat.at) for beat in self._chain.ahead()]
        return [(beat.at, beat.quality) for beat in settled(self._last_s, looks, None)]

    def push(self, samples: NDArray[Any]) -> Beats:
        samples = arguments.samples(samples)
        if self._ended:
            raise ValueError(arguments.ENDED)
        self._received += len(samples)
        step = max(1, AT_ONCE // self._stream.block) * self._stream.block
        cuts = range(0, len(samples), step)
        return join([self._group(samples[c : c + step]) for c in cuts])

    def flush(self) -> Beats:
        """The rest, once nothing more will come; ValueError where something does."""
        end = self._received / self.fs
        blocks = HOLD + int(PATIENCE_S) + 4
        beats = self.push(np.full(self._stream.block * blocks, np.nan))
        self._ended = True
        inside = beats.times_s < end
        return Beats(beats.times_s[inside], beats.quality[inside])

    def _group(self, samples: Floats) -> Beats:
        slopes = self._stream.push(samples)
        if not len(slopes.slope):
            return NO_BEATS
        upright, pulses = self._upright.push(slopes)
        return self._follow(upright, pulses) if pulses else NO_BEATS

    def _follow(self, slopes: Slopes, pulses: list[Pulse]) -> Beats:
        """The beats that become certain with these blocks."""
        self._slope.keep(slopes, pulses)
        end = slopes.first - self._after
        beats: list[Judged] = []
        for k, usual in enumerate(self._cut(self._candidates.find(slopes))):
            quick = self._shapes and self._shapes.doubted_and_fast
            self._offer(self._cut([self._candidates.find_quick(k)])[0] if quick else usual)
            end += slopes.slope.shape[1]
            self._now = end / self.fs
            told = self._chain.decide(self._now)
            self._forget(told)
            beats += self._judge(told)
        if not beats:
            return NO_BEATS
        times, quality = [beat.at for beat in beats], [beat.quality for beat in beats]
        return Beats(np.array(times), np.array(quality))

    def _cut(self, found: list[list[Rise]]) -> list[list[Offered]]:
        """The candidates of each block, with their shapes (as many as there are of them)."""
        cuts = iter(self._slope.cut([at for block in found for at, _, _ in block]))
        return [list(zip(block, cuts, strict=False)) for block in found]

    def _offer(self, candidates: list[Offered]) -> None:
        """Give the chain those that stand out: against the pulse before, where beats were believed
        until now, and against all that was seen lately elsewhere."""
        shapes = self._shapes
        against = PULSE if shapes and shapes.trusted else LATELY
        for rise, cut in candidates:
            strength = rise[against]
            if strength > STAND_OUT:
                share, alike, apart_s = shapes.weigh(cut, strength) if shapes else UNCOMPARED
                counts = strength if strength < STRONG else STRONG
                self._chain.add(cut.at, counts * share, alike, cut, apart_s)

    def _judge(self, beats: list[Told[Cut]]) -> list[Judged]:
        """Time and quality of these beats; the first ones wait for one another."""
        shapes = self._shapes
        if not shapes:
            return self._judge_first(beats)
        return self._settle([judged(shapes, beat, rival) for beat, rival in beats]) if beats else []

    def _judge_first(self, beats: list[Told[Cut]]) -> list[Judged]:
        """These with those that wait, once they are enough, or waited long enough."""
        self._pending += beats
        waited = bool(self._pending) and self._now - self._pending[0][0].at > PATIENCE_S
        if not waited and len(self._pending) < REMEMBERED:
            return []
        beats, self._pending = self._pending, []
        self._shapes = ShapeMemory([beat for beat, _ in beats])
        return self._judge(beats)

    def _settle(self, beats: list[Judged]) -> list[Judged]:
        """These beats where they probably were, with the next one where it looks to be now."""
        if [beat for beat in beats if beat.quality < GOOD]:
            after_s = next((beat.at for beat in self._chain.ahead()), None)
            beats = settled(self._last_s, beats, after_s)
        self._last_s = beats[-1].at
        return beats

    def _forget(self, new: list[Told[Cut]]) -> None:
        """Forget the beats before where they are none to be compared with: upside down, or where
        nothing was like them for long. A pulse that is suddenly many times as high would never be
        one again."""
        if new or not self._shapes:
            self._fed = self._now
            turned = bool(new) and new[-1][0].pulse.way != self._way
            if turned:
                self._way, self._shapes = new[-1][0].pulse.way, None
        elif self._now - self._fed > (STARVED_S if self._shapes.worth_keeping else SOON_S):
            self._shapes = None


def judged(shapes: ShapeMemory, beat: Cut, rival: float) -> Judged:
    """A beat as these shapes have it, and no better than its rival lets it be."""
    at, quality, alike = shapes.judge(beat)
    if rival > AS_GOOD:
        quality = min(quality, uncontested(rival))
    return Judged(at, quality, alike, beat.at)


def uncontested(rival: float) -> float:
    """The most that the quality of a beat with this rival can be. (What is usual is learnt of all
    beats alike, or a pulse of which every second beat is taken would not be found again.)"""
    return 1.0 - between(rival, AS_GOOD, BETTER)
