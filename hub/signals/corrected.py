"""Intervals with beats out of turn set right, and a record of what was done to each.

After Lipponen & Tarvainen (2019, J Med Eng Technol 43:173-181): thresholds from the spread of the
91 differences around, ectopic by the pattern of three successive differences, missed and extra
beats by what half of, or two, intervals would be. Ours: no threshold is below LEAST_S. Applied only
to what passed the signal quality: on a poor pulse wave the method alone makes things worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.arrays import Floats
from hub.signals.beats import Beats
from hub.signals.column import share_of
from hub.signals.intervals import Intervals, intervals

NORMAL, ECTOPIC, MISSED, EXTRA, ODD = "normal", "ectopic", "missed", "extra", "long-short"
SPREAD = 5.2  # times the quartile deviation: 99.95 % of what is normal
AROUND, MEDIAN = 45, 5  # on each side: for the spread, for the usual length
SLANT, OFFSET = 0.13, 0.17  # of the region of ectopic patterns
SHORTER = 2.0  # weight of what is shorter than usual, since lengths are skewed
FAR = 3.0  # from the usual length, in its thresholds
LEAST_S = 0.02  # of a threshold
LEAST = 12  # intervals: fewer are left as they are


@dataclass(frozen=True, slots=True)
class Corrected:
    """Intervals in order of time: when each ends (s), its length (s) once set right, and its kind:
    normal (as measured), ectopic or long-short (drawn between its neighbours), missed (one of two
    halves), extra (two put together). What failed the signal quality is not among them."""

    times_s: Floats
    ibi_s: Floats
    kind: list[str]


def corrected(given: Beats | Intervals) -> Corrected:
    """`given` with beats out of turn set right."""
    found = given if isinstance(given, Intervals) else intervals(given)
    times, ibi = found.times_s[found.good], found.ibi_s[found.good]
    if len(ibi) < LEAST:
        return Corrected(times, ibi, [NORMAL] * len(ibi))
    follows = np.append(times[1:] - ibi[1:] - times[:-1] < LEAST_S, False)
    return _set_right(times, ibi, kinds(ibi, follows.tolist()))


def kinds(ibi: Floats, follows: list[bool]) -> list[str]:
    """The kind of each interval (s); `follows`: the next begins where it ends."""
    steps = np.diff(ibi, prepend=ibi[0])
    usual = np.nanmedian(_around(ibi, MEDIAN), axis=1)
    off = ibi - usual
    off = np.where(off < 0, SHORTER * off, off)
    far = _threshold(off).tolist()
    d: list[float] = [*(steps / _threshold(steps)).tolist(), 0.0, 0.0]
    m: list[float] = (off / far).tolist()
    lengths: list[float] = [*ibi.tolist(), 0.0]
    out = [NORMAL] * len(ibi)
    for n in range(1, len(ibi)):
        if out[n - 1] is EXTRA:
            continue  # the rest of the interval that a beat too many cut
        out[n] = _kind(d[n - 1 : n + 3], m[n])
        if out[n] is ECTOPIC:
            out[n - 1] = ECTOPIC
        elif out[n] is ODD:
            pair = lengths[n], lengths[n + 1] if follows[n] else 0.0
            out[n] = _count(pair, float(usual[n]), far[n], d[n])
    return out


def _kind(steps: list[float], m: float) -> str:
    """From the step before, that to the interval and the two after it, and from how far it is from
    the usual length, all in thresholds."""
    sign = 1.0 if steps[1] > 0 else -1.0
    before, step, after, then = (sign * x for x in steps)
    if step > 1 and max(before, after) < -SLANT * step - OFFSET:
        return ECTOPIC
    odd = (step > 1 and min(after, then) < -1) or abs(m) > FAR
    return ODD if odd else NORMAL


def _count(pair: tuple[float, float], usual: float, far: float, d: float) -> str:
    """Whether a beat was missed within an interval, or is too many after it."""
    if d > 0 and abs(pair[0] / 2 - usual) < far:
        return MISSED
    if d < 0 and pair[1] and abs(sum(pair) - usual) < far:
        return EXTRA
    return ODD


def _set_right(times: Floats, ibi: Floats, kind: list[str]) -> Corrected:
    kept = np.array([k in (NORMAL, MISSED, EXTRA) for k in kind])
    where = np.arange(len(ibi))
    smooth = np.interp(where, where[kept], ibi[kept]) if kept.any() else ibi
    rows: list[tuple[float, float, str]] = []
    before = 0.0  # the part of a beat too many, to be put to the next interval
    for end, length, what in zip(times.tolist(), smooth.tolist(), kind, strict=True):
        if what is EXTRA:
            before = length
        elif what is MISSED:
            rows += [(end - length / 2, length / 2, MISSED), (end, length / 2, MISSED)]
        else:
            rows.append((end, before + length, EXTRA if before else what))
            before = 0.0
    at, lengths, names = zip(*rows, strict=True)
    return Corrected(np.array(at), np.array(lengths), list(names))


def _around(x: Floats, side: int) -> Floats:
    """Every value with `side` on each side of it (NaN beyond the ends)."""
    padded = np.pad(x, side, constant_values=np.nan)
    return np.lib.stride_tricks.sliding_window_view(padded, 2 * side + 1)


def _threshold(x: Floats) -> Floats:
    ordered = np.sort(_around(np.abs(x), AROUND), axis=1)  # NaN last
    low, high = (share_of(ordered, share) for share in (0.25, 0.75))
    return np.maximum(SPREAD * 0.5 * (high - low), LEAST_S)
