"""Heart rate and pulse-rate variability while samples come in."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from hub.signals import prv
from hub.signals.ppg import BeatDetector


class PulseWindow:
    """`push` one second of pulse wave at a time (NaN: not received): the heart rate over 10 s
    (1/min) and RMSSD over 60 s (ms), up to the last moment that is certain; None: withheld."""

    def __init__(self, fs: float) -> None:
        self._detector = BeatDetector(fs)
        self._log = prv.IntervalLog()

    def push(self, samples: NDArray[Any]) -> dict[str, float | None]:
        beats = self._detector.push(samples)
        for at, quality in zip(beats.times_s.tolist(), beats.quality.tolist(), strict=True):
            self._log.add(at, at, quality)
        self._log.judge()
        at = self._detector.certain_s
        rows = (self._log.ends_s, self._log.ibi_s, self._log.valid)
        full = {"hr": at >= prv.HR_S, "rmssd": at >= prv.RMSSD_S}
        values = {"hr": prv.heart_rate(rows, at).value, "rmssd": prv.rmssd(rows, at).value}
        self._log.forget(at - prv.RMSSD_S - 2.0)
        return {name: value if full[name] else None for name, value in values.items()}
