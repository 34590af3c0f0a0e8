"""Intervals by windows: a row for each second, so that one operation works on all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hub.arrays import Bools, Floats
from hub.signals.column import stacked
from hub.signals.intervals import Rows, Young

# A row is this long, or twice, four times ... as long. numpy adds up so many in an order of their
# own, and halves what is longer: so a row's sum does not depend on how long the others are.
SHORTEST = 128


@dataclass(frozen=True, slots=True)
class Windows:
    """The intervals that end in (at_s - length_s, at_s], a window a row (windows, intervals), as
    far as they were known and judged at `at_s`: when they end (s), their lengths (s; 0: none
    there), whether they count, whether their beats can be believed; and how many there are."""

    at_s: Floats
    length_s: float
    ends_s: Floats
    ibi_s: Floats
    valid: Bools
    good: Bools
    known: list[int]

    def covered_s(self, last_s: float | None = None) -> Floats:
        """Seconds in intervals that count; with `last_s` only those that end within that."""
        kept = self.valid
        if last_s is not None:
            kept = kept & (self.ends_s > (self.at_s - last_s)[:, None])
        return (self.ibi_s * kept).sum(axis=1)

    @property
    def coverage(self) -> Floats:
        """The share of the window in intervals that count."""
        return np.minimum(1.0, self.covered_s() / self.length_s)


def window(rows: Rows, at_s: float, length_s: float) -> Windows:
    """The one window of intervals of which nothing will change."""
    a, b = bisect_right(rows[0], at_s - length_s), bisect_right(rows[0], at_s)
    cut = Rows(rows.ends_s[a:b], rows.ibi_s[a:b], rows.valid[a:b], rows.good[a:b])
    return windows(cut, [(b - a, ())], np.array([at_s]), length_s)


def windows(rows: Rows, known: Sequence[Young], at_s: Floats, length_s: float) -> Windows:
    """A window for each of `at_s`; `known` says of each how many intervals were known then and
    how the last of them, whose verdict may change, were judged."""
    ends, last = rows[0], [first + len(verdicts) for first, verdicts in known]
    begin = [min(bisect_right(ends, at - length_s), end)
             for at, end in zip(at_s.tolist(), last, strict=True)]  # fmt: skip
    out = _empty(at_s, length_s, [b - a for a, b in zip(begin, last, strict=True)])
    oldest = min(begin)
    all_ends, all_ibi, valid, good = (np.array(column[oldest : max(last)]) for column in rows)
    for k, (a, b, (first, verdicts)) in enumerate(zip(begin, last, known, strict=True)):
        here = slice(a - oldest, b - oldest)
        out.ends_s[k, : b - a] = all_ends[here]
        out.ibi_s[k, : b - a] = all_ibi[here]
        out.good[k, : b - a] = good[here]
        sure = max(0, min(first, b) - a)
        out.valid[k, :sure] = valid[here][:sure]
        out.valid[k, sure : b - a] = verdicts[max(0, a - first) :]
    return out


def joined(several: Sequence[Windows]) -> Windows:
    """All their windows, one after the other."""
    if len(several) == 1:
        return several[0]
    return Windows(
        at_s=np.concatenate([one.at_s for one in several]),
        length_s=several[0].length_s,
        ends_s=stacked([one.ends_s for one in several], 0.0),
        ibi_s=stacked([one.ibi_s for one in several], 0.0),
        valid=stacked([one.valid for one in several], False),
        good=stacked([one.good for one in several], False),
        known=[n for one in several for n in one.known],
    )


def _empty(at_s: Floats, length_s: float, known: list[int]) -> Windows:
    width = SHORTEST
    while width < max(known):
        width *= 2
    shape = (len(at_s), width)
    return Windows(
        at_s=at_s, length_s=length_s, ends_s=np.zeros(shape), ibi_s=np.zeros(shape),
        valid=np.zeros(shape, np.bool_), good=np.zeros(shape, np.bool_), known=known,
    )  # fmt: skip
