"""Heart rate and pulse-rate variability while samples come in."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from hub.signals import arguments, hr, prv
from hub.signals.intervals import IntervalLog
from hub.signals.ppg import BeatDetector

TAIL = 400  # intervals: as many as the RECENT_S of a fast heart rate have
LATEST = 3  # valid intervals that say how fast the heart beats now
UNSEEN_S = 1.5  # the end of a window of which no beat is known yet
OPEN_S = 4.0  # longer without any: nobody knows


class PulseWindow:
    """`push` one second of pulse wave at a time (NaN: not received): the heart rate over the last
    10 s (1/min) and RMSSD over the 60 s before the last certain beat (ms); None: withheld.

    The heart rate is the one for now: likely beats are counted before they are certain, and the
    last one to three seconds, of which no beat is known yet, at the rate of the latest ones. For
    the final one, about 3 s later, see `prv.heart_rate`.
    """

    def __init__(self, fs: float) -> None:
        self._detector = BeatDetector(fs)
        self._log = IntervalLog()
        self._received = 0

    def push(self, samples: NDArray[Any]) -> dict[str, float | None]:
        samples = arguments.samples(samples)
        self._received += len(samples)
        beats = self._detector.push(samples)
        for at, quality in zip(beats.times_s.tolist(), beats.quality.tolist(), strict=True):
            self._log.add(at, at, quality)
        self._log.judge()
        at = self._detector.certain_s
        variability = prv.rmssd(self._log.rows, at).value if at >= prv.RMSSD_S else None
        self._log.forget(at - hr.RECENT_S - 2.0)
        return {"hr": self._now() if at >= hr.HR_S else None, "rmssd": variability}

    def _now(self) -> float | None:
        log = self._log.tail(TAIL)
        for at, quality in self._detector.likely():
            log.add(at, at, quality)
        log.judge()
        now = self._received / self._detector.fs
        rows = hr.all_good(log.rows) if hr.out_of_rhythm(log.rows, now) else log.rows
        sure, beats, time = hr.counted(rows, now - hr.HR_S, now)
        latest = [k for k, valid in enumerate(rows.valid) if valid][-LATEST:]
        seen = hr.HR_S - UNSEEN_S
        if hr.withheld(rows, now, sure, beats, time, seen):
            return hr.known(rows, now, sure, seen)
        rest = now - log.ends_s[latest[-1]]
        if rest < OPEN_S:
            rate = len(latest) / sum([log.ibi_s[k] for k in latest])
            beats, time = beats + rest * rate, time + rest
        return 60.0 * beats / time
