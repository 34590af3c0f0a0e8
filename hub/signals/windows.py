"""Intervals by windows: a row for each second, so that one operation works on all of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Bools, Floats, Ints
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


@dataclass(frozen=True, slots=True)
class Asked:
    """Windows to be made of one seat's intervals: those that are in any of them, and for each
    window where it begins and ends there, and what was known at its time."""

    at_s: Floats
    length_s: float
    rows: Rows
    begin: list[int]
    end: list[int]
    known: list[Young]


def window(rows: Rows, at_s: float, length_s: float) -> Windows:
    """The one window of intervals of which nothing will change."""
    known = bisect_right(rows[0], at_s), ()
    return windows([asked(rows, [known], np.array([at_s]), length_s)])


def asked(rows: Rows, known: Sequence[Young], at_s: Floats, length_s: float) -> Asked:
    """A window for each of `at_s`; `known` says of each how many intervals were known then and
    how the last of them, whose verdict may change, were judged."""
    ends, end = rows[0], [first + len(verdicts) for first, verdicts in known]
    begin = [min(bisect_right(ends, at - length_s), b)
             for at, b in zip(at_s.tolist(), end, strict=True)]  # fmt: skip
    oldest = min(begin)
    cut = slice(oldest, max(end))
    return Asked(
        at_s=at_s, length_s=length_s,
        rows=Rows(rows.ends_s[cut], rows.ibi_s[cut], rows.valid[cut], rows.good[cut]),
        begin=[a - oldest for a in begin], end=[b - oldest for b in end],
        known=[(first - oldest, verdicts) for first, verdicts in known],
    )  # fmt: skip


def windows(several: Sequence[Asked]) -> Windows:
    """All that are asked for, one after the other."""
    begin = np.array([k for one in several for k in one.begin])
    known = np.array([k for one in several for k in one.end]) - begin
    starts = accumulate([len(one.rows.ends_s) for one in several], initial=0)
    begin += np.repeat(list(starts)[:-1], [len(one.begin) for one in several])
    steps = np.arange(_width(int(known.max())))
    place = np.where(steps < known[:, None], begin[:, None] + steps, -1)
    ends_s, ibi_s, valid, good = zip(*[one.rows for one in several], strict=True)
    out = Windows(
        at_s=np.concatenate([one.at_s for one in several]), length_s=several[0].length_s,
        ends_s=_filled(place, ends_s, np.float64), ibi_s=_filled(place, ibi_s, np.float64),
        valid=_filled(place, valid, np.bool_), good=_filled(place, good, np.bool_),
        known=known.tolist(),
    )  # fmt: skip
    _judged_then(out, several)
    return out


def _filled(
    place: Ints, columns: Iterable[Sequence[float]], kind: type[np.generic]
) -> NDArray[Any]:
    """What stands at these places of these columns, one after the other; 0 at -1."""
    return np.array([*chain.from_iterable(columns), 0], kind)[place]


def _judged_then(out: Windows, several: Sequence[Asked]) -> None:
    """What counts in a window is what was said at its time."""
    each = ((one, k) for one in several for k in range(len(one.begin)))
    for row, (one, k) in enumerate(each):
        first, verdicts = one.known[k]
        since = max(first, one.begin[k])
        out.valid[row, since - one.begin[k] : out.known[row]] = verdicts[since - first :]


def _width(most: int) -> int:
    """The length of a row for so many."""
    width = SHORTEST
    while width < most:
        width *= 2
    return width
