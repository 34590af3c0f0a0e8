"""A session held against its truth, sample by sample."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hub.arrays import Bools, Floats, Ints
from hub.simulate.truth import SeatTruth

WIDTH = 12  # so many values in a row are found nowhere else
CONFIRM_NS = 2_000_000_000  # a kit has heard by then that it is to record
COUNTED = ("expected", "stored", "lost", "duplicates", "unplaced")
CLOSE_NS = 20_000_000  # the last sample before the close lies within this


def match(known: Ints, values: Ints, width: int = WIDTH) -> Ints:
    """For each value the index in `known` from which it comes, found by runs of equal values;
    -1 where it cannot be told."""
    found = np.full(len(values), -1, dtype=np.int64)
    if min(len(known), len(values)) < width:
        return found
    at = _once(_hashes(known, width), _hashes(values, width))
    for k in range(width):
        part = found[k : k + len(at)]
        take = (part < 0) & (at >= 0)
        part[take] = at[take] + k
    return found


def _hashes(values: Ints, width: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    v = values.astype(np.uint64)
    n = len(v) - width + 1
    total = np.zeros(n, dtype=np.uint64)
    for k in range(width):
        total = total * np.uint64(0x9E3779B97F4A7C15) + v[k : k + n] + np.uint64(1)
    return total


def _once(
    known: np.ndarray[tuple[int, ...], np.dtype[np.uint64]],
    asked: np.ndarray[tuple[int, ...], np.dtype[np.uint64]],
) -> Ints:
    """Where in `known` each of `asked` is; -1 where nowhere, or more than once."""
    order = np.argsort(known, kind="stable")
    ordered = known[order]
    low = np.searchsorted(ordered, asked, side="left")
    high = np.searchsorted(ordered, asked, side="right")
    return np.where(high - low == 1, order[np.minimum(low, len(order) - 1)], -1)


@dataclass(frozen=True, slots=True)
class SeatScore:
    """What one seat should have, and has.

    expected    enrolled time x the true rate
    stored      samples in the journal
    lost        samples the sensor made in the enrolled time that are not stored
    duplicates  samples stored twice
    unplaced    stored samples that could not be found in the truth
    error_ms    of each sample that was found: exported minus true time
    """

    expected: int
    stored: int
    lost: int
    duplicates: int
    unplaced: int
    error_ms: Floats

    def error(self, percent: float) -> float | None:
        """This percentile of the clock error's size, in ms."""
        if not len(self.error_ms):
            return None
        return round(float(np.percentile(np.abs(self.error_ms), percent)), 3)


def score(
    truth: SeatTruth, times_ns: Ints, values: Floats, enrolled: tuple[int, int]
) -> SeatScore:
    """Hold exported PPG samples against the truth. `enrolled`: UTC ns from the seat's being given
    to its end. A kit has CONFIRM_NS to hear of it; from its first sample on it is enrolled. Where
    it is taken away within that time and never heard of it, nothing is expected."""
    found = match(truth.ppg_value, np.rint(values).astype(np.int64))
    placed: Bools = found >= 0
    index = found[placed]
    had = np.unique(index)
    begin_ns, end_ns = since_first(truth.ppg_time_ns[had[:1]], enrolled)
    inside = (truth.ppg_time_ns >= begin_ns) & (truth.ppg_time_ns < end_ns - CLOSE_NS)
    inside[had] = False
    return SeatScore(
        expected=max(0, round((end_ns - begin_ns) * 1e-9 * truth.sensor_hz)),
        stored=len(values),
        lost=int(np.count_nonzero(inside)),
        duplicates=len(index) - len(had),
        unplaced=int(np.count_nonzero(~placed)),
        error_ms=(times_ns[placed] - truth.ppg_time_ns[index]).astype(np.float64) * 1e-6,
    )


def since_first(times_ns: Ints, enrolled: tuple[int, int]) -> tuple[int, int]:
    """When a kit was enrolled that has samples of these times, see `score`."""
    since_ns, end_ns = enrolled
    first_ns = int(times_ns[0]) if len(times_ns) else end_ns
    return (first_ns if first_ns - since_ns <= CONFIRM_NS else since_ns), end_ns


def together(scores: Sequence[SeatScore]) -> SeatScore:
    """The scores of the kits that one seat had, as one."""
    counts = {name: sum(getattr(one, name) for one in scores) for name in COUNTED}
    errors = [np.empty(0), *(one.error_ms for one in scores)]
    return SeatScore(**counts, error_ms=np.concatenate(errors))


def beats_f1(truth: Iterable[int], found: Iterable[int], within_ns: int = 150_000_000) -> float:
    """F1 of found beats (UTC ns): each true beat is met by at most one within the tolerance."""
    a, b = np.sort(np.fromiter(truth, np.int64)), np.sort(np.fromiter(found, np.int64))
    if not len(a) or not len(b):
        return 0.0
    hits = i = j = 0
    while i < len(a) and j < len(b):
        off = int(b[j] - a[i])
        hits += abs(off) <= within_ns
        i, j = i + (off >= -within_ns), j + (off <= within_ns)
    return 2 * hits / (len(a) + len(b))


def heart_rate_bpm(beat_ns: Ints, at_ns: int, window_s: float = 10.0) -> float | None:
    """The true rate over the window that ends then; None with fewer than three beats in it."""
    inside = beat_ns[(beat_ns > at_ns - round(window_s * 1e9)) & (beat_ns <= at_ns)]
    if len(inside) < 3:
        return None
    return 60e9 * (len(inside) - 1) / float(inside[-1] - inside[0])
