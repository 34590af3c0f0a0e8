"""Skin conductance: from codes to level and responses.

What is valid and the responses are the same live and afterwards. The level of a whole recording
(`decompose`) is that around each sample, a seat's that before each second (skin_track): while the
skin moves they differ.

Samples lost here and there are bridged, longer gaps and what no skin does are masked (contact); the
rest is smoothed; a response is a rise of at least 0.05 uS, whatever the largest is (responses); the
level is a low percentile.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hub.arrays import Bools, Floats, Marks
from hub.signals import arguments
from hub.signals.bridge import Bridge
from hub.signals.contact import FINE, ContactStream
from hub.signals.responses import NO_SCRS, Found, ResponseStream, Scrs

LEAST_HZ = 3.5  # of less, noise of 20 nS makes responses: one in two minutes at 3 Hz
FASTEST_HZ = 8.0  # what is twice as fast is averaged down first
SMOOTH_S, LEAST_SAMPLES = 0.3, 1.4  # standard deviation of the Gaussian, and in samples at least
BRIDGED_S = 0.35  # gaps of up to this are bridged
SCL_S = 10.0  # the level is a low percentile of this much
SCL_SHARE = 0.2
REST_S = 9.0  # of nothing: what was pushed before is out then
RECOVERED_S = 15.0  # after its peak a response is looked at for being back to half
FULL_SCALE = 32_752  # the last code of an ADS1015 (ADS1115: 32767): wet or touching electrodes
BEYOND_US = 1e6  # stands for what is infinite: no skin, as `to_us` means it


def to_us(
    code: NDArray[Any], lsb_uv: float, vexc_uv: float, rf_ohm: float, rs_ohm: float
) -> Floats:
    """Conductance (uS) from the converter's codes: constant voltage `vexc_uv` over skin and series
    resistance `rs_ohm`, amplified by `rf_ohm`; one code is `lsb_uv`. NaN stays NaN; what is at
    FULL_SCALE, or the series resistance does not allow, is infinite."""
    code = arguments.samples(code)
    measured = code * (lsb_uv / (vexc_uv * rf_ohm))
    rest = 1.0 - measured * rs_ohm
    if rest.size and rest.min() > 0 and code.max() < FULL_SCALE:  # never of NaN: the usual case
        return 1e6 * measured / rest
    with np.errstate(divide="ignore", invalid="ignore"):
        us = np.where(rest > 0, 1e6 * measured / rest, np.where(np.isnan(rest), np.nan, np.inf))
    return np.where(code >= FULL_SCALE, np.inf, us)


@dataclass(frozen=True, slots=True)
class Eda:
    """`scl` (uS, NaN where not valid) and `valid` for each sample, and the responses."""

    scl: Floats
    scrs: Scrs
    valid: Bools


@dataclass(frozen=True, slots=True)
class Skin:
    """A stretch that is now certain, at the stream's own rate: smoothed conductance (uS) and its
    faults (`contact`; FINE: valid); the responses that became certain, and when each was known (at
    its peak or later)."""

    level: Floats
    fault: Marks
    scrs: Scrs
    known_s: Floats

    @property
    def valid(self) -> Bools:
        return self.fault == FINE


class EdaStream:
    """`push` conductance in pieces of any length; what comes back is final.

    `rate` is the rate of what comes out; all responses known before `certain_s` are out.
    """

    def __init__(self, fs: float) -> None:
        self.fs = fs = arguments.rate(fs, "skin conductance", LEAST_HZ)
        self._merge = max(1, int(fs // FASTEST_HZ))
        self.rate = fs / self._merge
        smooth_s = max(SMOOTH_S, LEAST_SAMPLES / self.rate)
        half = max(1, round(2.5 * smooth_s * self.rate))
        at = np.arange(-half, half + 1) / self.rate
        kernel = np.exp(-0.5 * (at / smooth_s) ** 2)
        self._kernel = kernel / kernel.sum()
        self._bridge = Bridge(int(BRIDGED_S * fs))
        self._contact = ContactStream(self.rate)
        self.spread_s = sqrt(self._kernel @ at**2)
        self._responses = ResponseStream(self.rate, self.spread_s)
        self._rest: Floats = np.empty(0)
        self._edge: Floats | None = None
        self._fault: Marks = np.empty(0, np.int8)
        self._ended = False

    @property
    def certain_s(self) -> float:
        return self.time_s(self._responses.certain - 1)

    def time_s(self, position: Any) -> Any:
        """Seconds since the first sample, of positions in what comes out."""
        return (position * self._merge + (self._merge - 1) / 2) / self.fs

    def push(self, us: NDArray[Any]) -> Skin:
        us = arguments.samples(us, BEYOND_US)
        if self._ended:
            raise ValueError(arguments.ENDED)
        believed = self._contact.push(self._thin(self._bridge.push(us)))
        level = self._smooth(believed.level)
        self._fault = np.concatenate((self._fault, believed.fault))
        n = len(level)
        fault, self._fault = self._fault[:n], self._fault[n:]
        return Skin(level, fault, *self._told(self._responses.push(level, fault == FINE)))

    def flush(self) -> Skin:
        """The rest, once nothing more will come; ValueError where something does."""
        rest = self.push(np.full(round(REST_S * self.rate) * self._merge, np.nan))
        self._ended = True
        return rest

    def _told(self, found: list[Found]) -> tuple[Scrs, Floats]:
        """These responses by their peaks, and when each was known (s)."""
        if not found:
            return NO_SCRS, NO_SCRS.peak_s  # the usual case
        onset, peak, amplitude, known = np.array(sorted(found, key=itemgetter(1))).T
        scrs = Scrs(self.time_s(onset), self.time_s(peak), amplitude, np.full(len(found), np.nan))
        return scrs, self.time_s(known)

    def _thin(self, us: Floats) -> Floats:
        if self._merge == 1:
            return us
        joined = np.concatenate((self._rest, us))
        whole = len(joined) - len(joined) % self._merge
        self._rest = joined[whole:]
        return joined[:whole].reshape(-1, self._merge).sum(axis=1) / self._merge

    def _smooth(self, level: Floats) -> Floats:
        """`level` through the kernel, half its length behind; before the first, its value."""
        if not len(level):
            return level
        filled = np.where(np.isnan(level), 0.0, level)
        if self._edge is None:
            self._edge = np.full(len(self._kernel) // 2, filled[0])
        joined = np.concatenate((self._edge, filled))
        self._edge = joined[max(0, len(joined) - len(self._kernel) + 1) :]
        if len(joined) < len(self._kernel):
            return np.empty(0)
        return np.asarray(np.convolve(joined, self._kernel, "valid"), np.float64)


def decompose(eda_us: NDArray[Any], fs: float) -> Eda:
    """Level, responses and validity of a whole recording (uS at `fs` Hz; NaN: not received)."""
    stream, eda_us = EdaStream(fs), arguments.samples(eda_us, BEYOND_US)
    parts = [stream.push(eda_us), stream.flush()]
    level = np.concatenate([p.level for p in parts])
    valid = np.concatenate([p.valid for p in parts])
    count = int(np.ceil(len(eda_us) / (stream.fs / stream.rate)))
    level, valid = level[:count], valid[:count]
    scrs = recovered(concat([p.scrs for p in parts]), level, valid, stream)
    at = np.arange(len(eda_us)) / fs
    position = np.clip(np.rint(at * stream.rate), 0, max(0, len(level) - 1)).astype(np.int64)
    if not len(level):
        return Eda(np.full(len(eda_us), np.nan), scrs, np.zeros(len(eda_us), bool))
    ok = valid[position]
    return Eda(np.where(ok, tonic(level, valid, stream.rate)[position], np.nan), scrs, ok)


def concat(parts: list[Scrs]) -> Scrs:
    """The responses of several stretches, one after the other."""
    names = ("onset_s", "peak_s", "amplitude_us", "recovery_s")
    return Scrs(*(np.concatenate([getattr(p, n) for p in parts]) for n in names))


def tonic(level: Floats, valid: Bools, rate: float) -> Floats:
    """The level (uS) at each sample: a low percentile of the valid SCL_S round it."""
    side = round(SCL_S * rate / 2)
    step = max(1, round(rate))
    masked = np.pad(np.where(valid, level, np.nan), side, constant_values=np.nan)
    windows = np.sort(sliding_window_view(masked, 2 * side + 1)[::step], axis=1)  # NaN last
    count = np.sum(~np.isnan(windows), axis=1)
    low = windows[np.arange(len(windows)), (SCL_SHARE * np.maximum(count - 1, 0)).astype(int)]
    known = count > 0
    if not known.any():
        return np.full(len(level), np.nan)
    knots = np.arange(len(windows)) * step
    return np.interp(np.arange(len(level)), knots[known], low[known])


def recovered(scrs: Scrs, level: Floats, valid: Bools, stream: EdaStream) -> Scrs:
    """With the time at which each response was back to half, if that was seen in RECOVERED_S
    and before the next began."""
    out = np.full(len(scrs), np.nan)
    ends = np.append(scrs.onset_s[1:], np.inf)[: len(scrs)]
    for k, (peak, end) in enumerate(zip(scrs.peak_s, ends, strict=True)):
        a = round(float(peak) * stream.rate)
        b = round(min(float(end), float(peak) + RECOVERED_S) * stream.rate)
        part = level[a:b]
        if len(part) and valid[a:b].all():
            top = part[0] + lowered(level, a, stream)
            below = 1 + np.flatnonzero(part[1:] <= top - scrs.amplitude_us[k] / 2)
            out[k] = stream.time_s(a + below[0]) if len(below) else np.nan
    return Scrs(scrs.onset_s, scrs.peak_s, scrs.amplitude_us, out)


def lowered(level: Floats, k: int, stream: EdaStream) -> float:
    """By how much the smoothing lowered the level at a peak (uS)."""
    if not 0 < k < len(level) - 1:
        return 0.0
    bend = (level[k + 1] - 2 * level[k] + level[k - 1]) * stream.rate**2
    return max(0.0, -0.5 * stream.spread_s**2 * float(bend))
