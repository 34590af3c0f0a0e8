"""The pulse of one seat, second by second: from samples placed in time to heart rate and RMSSD."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Floats
from hub.records import Value
from hub.signals import arguments, hr, prv, quality
from hub.signals.beats import Beats
from hub.signals.column import FULL, Column, Reasons, column, pieces, texts
from hub.signals.finger import Finger
from hub.signals.intervals import IntervalLog, Young
from hub.signals.placed import Placed, Stretches, joined, seconds_of
from hub.signals.ppg import LEAST_HZ, BeatDetector
from hub.signals.windows import Asked, asked, windows

KEEP_S = prv.LONG_S + 2.0  # of intervals: the longest window
SLOW = {"sdnn": prv.sdnn_of, "hf": prv.hf_of}
SWINGS = 30  # seconds that say what a usual range is
ANOTHER = 0.151  # of a rate: a clock is less off at first, before it is known


@dataclass(frozen=True, slots=True)
class PulseLook:
    """What one seat's pulse shows at successive seconds: how long there has been one of this rate
    (s), and why no longer; how many samples there should be in each, and the raw counts of it; its
    heart rate, the intervals of the minute before it; the windows of slow figures that are worked
    out anew (None: none is), and which of them stands at each."""

    since_s: Floats
    young: Reasons
    rate_hz: Floats
    light: Stretches
    rates: list[Value]
    minute: Asked
    slow: Asked | None
    stands: list[int]

    @property
    def anew(self) -> int:
        """How many slow windows there are."""
        return len(self.slow.at_s) if self.slow else 0


class PulseTrack:
    """`push` samples; `look` at whole seconds, in order, each once: `pulse_figures` makes values
    of that, for many seats at once.

    Values do not depend on how the samples were cut into pushes: a second is `certain` when all
    beats up to it are known.
    """

    def __init__(self, young: str = FULL) -> None:
        self.first_s: int | None = None
        self.certain_s = -np.inf
        self._young = young
        self._placed: Placed | None = None
        self._detector: BeatDetector | None = None
        self._beats: list[tuple[float, float, float]] = []  # session, sensor time, quality
        self._log = IntervalLog()
        self._swings: list[float] = []
        self._rates_hz: list[float] = []  # one after the other,
        self._since_s: list[int] = []  # and from which second on
        self.finger = Finger()
        self._slow: dict[str, list[Value]] = {}

    def push(self, samples: NDArray[Any], start_s: float, period_s: float) -> None:
        """`samples` are raw counts, NaN: not received; the first lies at `start_s`."""
        samples = arguments.samples(samples)
        if not len(samples):
            return
        if self._placed is None or self._placed.breaks(start_s) or self._is_another(period_s):
            self._begin(start_s, period_s)
        assert self._placed
        self._placed.push(samples, start_s, period_s)

    def _is_another(self, period_s: float) -> bool:
        """Whether this is not the rate that the detector was made for."""
        return abs(self._rates_hz[-1] * period_s - 1.0) > ANOTHER

    def settle(self) -> None:
        """Work on what was pushed."""
        new = self._placed.gather() if self._placed else np.empty(0)
        if not len(new):
            return
        assert self._placed and self._detector
        self._keep(self._detector.push(quality.touched(new)))
        self.certain_s = self._placed.locate(self._detector.certain_s * self._detector.fs)[0]

    def _begin(self, start_s: float, period_s: float) -> None:
        """A first sample, or one after a pause: what was learnt may be of another finger. Or one of
        another rate, at which all is learnt anew: figures wait until their windows hold only it."""
        self.settle()
        if self._detector:
            self._keep(self._detector.flush())
        if self.first_s is None:
            self.first_s = ceil(start_s)
        if not self._rates_hz or self._is_another(period_s):
            self._rates_hz.append(1.0 / period_s)
            self._since_s.append(max([ceil(start_s), *self._since_s[-1:]]))
        self._detector = BeatDetector(max(LEAST_HZ, float(round(1.0 / period_s))))
        self._placed = Placed(start_s, self._placed)

    def _keep(self, beats: Beats) -> None:
        assert self._placed and self._detector
        for at, good in zip(beats.times_s.tolist(), beats.quality.tolist(), strict=True):
            self._beats.append((*self._placed.locate(at * self._detector.fs), good))

    def look(self, span: range) -> PulseLook:
        """What is to be seen at these seconds, each from what lies before it. They come in order,
        each once."""
        at = np.arange(span.start, span.stop, dtype=np.float64)
        rates, known = self._heart_rates(span)
        begun = bool(self._slow)
        anew = [k for k, second in enumerate(span)
                if second % prv.LONG_EVERY_S == 0 or not (begun or k)]  # fmt: skip
        rows = self._log.rows
        slow = asked(rows, [known[k] for k in anew], at[anew], prv.LONG_S) if anew else None
        rates_hz = self._rates_hz or [1.0]
        which = [bisect_right(self._since_s, second) - 1 for second in span]  # -1: none yet
        look = PulseLook(
            since_s=at - [self._since_s[k] if k >= 0 else -np.inf for k in which],
            young=texts(FULL if k > 0 else self._young for k in which),
            rate_hz=np.array([rates_hz[max(k, 0)] for k in which]),
            light=seconds_of(self._placed, span),
            rates=rates,
            minute=asked(rows, known, at, prv.RMSSD_S),
            slow=slow,
            stands=[bisect_right(anew, k) - (not begun) for k in range(len(span))],
        )
        self._log.forget(span.stop - 1 - KEEP_S)
        if self._placed:
            self._placed.forget(span.stop - 2.0)
        return look

    def _heart_rates(self, span: range) -> tuple[list[Value], list[Young]]:
        """The heart rate of each second, as far as beats were known and judged by then; and how
        far that was."""
        rates: list[Value] = []
        known: list[Young] = []
        for second in span:
            self._take(second)
            rates.append(hr.heart_rate(self._log.rows, second))
            known.append(self._log.young)
        return rates, known

    def _take(self, second: int) -> None:
        """Take the beats up to `second` into the log."""
        n = 0
        for n, beat in enumerate(self._beats, 1):
            if beat[0] > second:
                n -= 1
                break
            self._log.add(*beat)
        del self._beats[:n]
        self._log.judge()

    def usual(self, swings: list[float]) -> list[float]:
        """The usual range (counts) before each of the next seconds, whose ranges these are."""
        usual: list[float] = []
        for swing in swings:
            usual.append(sorted(self._swings)[len(self._swings) // 2] if self._swings else 0.0)
            if swing:
                self._swings = [*self._swings[1 - SWINGS :], swing]
        return usual

    def standing(self, name: str, anew: list[Value], stands: list[int]) -> list[Value]:
        """A slow figure at each of the next seconds: the one before, or one of those worked out
        `anew`."""
        found = self._slow.get(name, list[Value]()) + anew
        self._slow[name] = found[-1:]
        return [found[k] for k in stands]


def pulse_figures(tracks: Sequence[PulseTrack], looks: Sequence[PulseLook]) -> dict[str, Column]:
    """The values of these tracks at what each was looked at, one after the other."""
    since = np.concatenate([look.since_s for look in looks])
    young = np.concatenate([look.young for look in looks])
    minute = windows([look.minute for look in looks])
    covered = minute.covered_s(quality.PULSE_S + 1.0) / quality.PULSE_S
    light = _light(tracks, looks, covered)
    swings = light.swing.tolist()
    usual = [
        swing for track, at in _each(tracks, looks) for swing in track.usual(swings[at])
    ]  # fmt: skip
    pulse = quality.of_pulse(light, covered, np.array(usual))

    def held(window_s: float, found: Column) -> Column:
        return found.held(pulse, since < window_s, young)

    return {
        "hr": held(hr.HR_S, column([rate for look in looks for rate in look.rates])),
        "rmssd": held(prv.RMSSD_S, prv.rmssd_of(minute)),
        **{name: held(prv.LONG_S, found) for name, found in _slow(tracks, looks).items()},
        "contact_ppg": light.contact,
        "quality_ppg": pulse,
    }


def _light(
    tracks: Sequence[PulseTrack], looks: Sequence[PulseLook], covered: Floats
) -> quality.Light:
    """What the counts of each second say, against those of the finger that was there before."""
    seen = joined([look.light for look in looks])
    highs, shares = seen.each(np.fmax, seen.samples).tolist(), covered.tolist()
    least = [
        counts for track, at in _each(tracks, looks)
        for counts in track.finger.least(highs[at], shares[at])
    ]  # fmt: skip
    rates_hz = np.concatenate([look.rate_hz for look in looks])
    light = quality.of_light(seen, rates_hz, np.array(least))
    off = (light.contact.value == 0.0).tolist()
    often = [
        gone for track, at in _each(tracks, looks) for gone in track.finger.often_off(off[at])
    ]  # fmt: skip
    return light.off(np.array(often, np.bool_))


def _slow(tracks: Sequence[PulseTrack], looks: Sequence[PulseLook]) -> dict[str, Column]:
    several = [look.slow for look in looks if look.slow]
    seen = windows(several) if several else None
    of_each = pieces(look.anew for look in looks)
    out: dict[str, Column] = {}
    for name, figure in SLOW.items():
        new = figure(seen).values() if seen else []
        out[name] = column([
            value for track, look, at in zip(tracks, looks, of_each, strict=True)
            for value in track.standing(name, new[at], look.stands)
        ])  # fmt: skip
    return out


def _each(
    tracks: Sequence[PulseTrack], looks: Sequence[PulseLook]
) -> Iterator[tuple[PulseTrack, slice]]:
    """Each track, and where its seconds lie among all."""
    return zip(tracks, pieces(len(look.rates) for look in looks), strict=True)
