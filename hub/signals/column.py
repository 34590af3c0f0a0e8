"""A feature at successive seconds, all worked out at once: many seconds cost hardly more than one.

What stands at a second must not depend on which others are worked out with it. So whatever is done
to columns is done second by second, in an order of its own (`tests/signals/test_seat.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from math import isnan
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from hub.arrays import Bools, Floats, Ints
from hub.records import Value

Reasons = NDArray[np.object_]  # of str or None
# A Value of three: as Value(*three), without a call in Python for each of millions.
MADE: Callable[[Any], Value] = partial(cast("Any", tuple).__new__, Value)
FULL = "window not full"
ANOTHER_KIT = "another kit"  # it may be another person: no window reaches to the one before


@dataclass(frozen=True, slots=True)
class Column:
    """`value` (NaN: withheld), `quality` 0..1, and the reason for either, or None."""

    value: Floats
    quality: Floats
    reason: Reasons

    def without(self, where: Bools, reason: Reasons | str) -> Column:
        """Withheld at these seconds for this reason; its quality stays."""
        return Column(
            np.where(where, np.nan, self.value), self.quality, chosen(where, reason, self.reason)
        )

    def held(self, signal: Column, young: Bools, why: Reasons) -> Column:
        """Withheld where the window is not full yet (`why` it is not), and where the signal is gone
        (quality 0), for its reason."""
        gone = np.isnan(self.value) | (signal.value == 0.0)
        return self.without(gone, either(signal.reason, self.reason)).without(young, why)

    def part(self, begin: int, end: int) -> Column:
        """From one second to before another."""
        return Column(
            self.value[begin:end], self.quality[begin:end], self.reason[begin:end]
        )

    def at(self, where: Bools | Ints) -> Column:
        """Those seconds alone, in this order."""
        return Column(self.value[where], self.quality[where], self.reason[where])

    def values(self) -> list[Value]:
        """One for each second."""
        figures = [None if isnan(x) else x for x in self.value.tolist()]
        rows = zip(figures, self.quality.tolist(), self.reason.tolist(), strict=True)
        return list(map(MADE, rows))


def pieces(lengths: Iterable[int]) -> list[slice]:
    """Where in a column of several seats each one's seconds lie, who has so many."""
    return [slice(a, b) for a, b in pairwise(accumulate(lengths, initial=0))]


def below(columns: Sequence[Column]) -> Column:
    """Columns one below the other."""
    return Column(
        np.concatenate([one.value for one in columns]),
        np.concatenate([one.quality for one in columns]),
        np.concatenate([one.reason for one in columns]),
    )


def last_known(values: Floats) -> float | None:
    """The last of these that is no NaN; None where all are."""
    known = values[~np.isnan(values)]
    return float(known[-1]) if len(known) else None


def share_of(ordered: Floats, share: float) -> Floats:
    """A quantile of what each row has (in order, NaN last), by straight lines between neighbours;
    NaN of none."""
    rows = np.arange(len(ordered))
    last = np.maximum(np.isfinite(ordered).sum(axis=1) - 1, 0)
    at = share * last
    low = at.astype(np.int64)
    below, above = ordered[rows, low], ordered[rows, np.minimum(low + 1, last)]
    return below + (at - low) * (above - below)


def column(values: Iterable[Value]) -> Column:
    """The column of these."""
    value, quality, reason = zip(*values, strict=True)
    return Column(np.array(value, np.float64), np.array(quality, np.float64), texts(reason))


def texts(reasons: Iterable[str | None]) -> Reasons:
    """Reasons as a column holds them."""
    return np.array(list(reasons), np.object_)


def named(*cases: tuple[Bools, str]) -> Reasons:
    """For each second the name of the first case that holds there, None where none does."""
    out: Reasons = np.full(len(cases[0][0]), None, np.object_)
    for where, name in reversed(cases):
        out[where] = name
    return out


def none(reasons: Reasons) -> Bools:
    """Where there is no reason."""
    return np.array([reason is None for reason in reasons.tolist()], np.bool_)


def chosen(where: Bools, yes: Reasons | str | None, no: Reasons | str | None) -> Reasons:
    """`yes` where it holds, `no` where not."""
    return np.where(where, np.asarray(yes, np.object_), np.asarray(no, np.object_))


def either(first: Reasons, second: Reasons | str) -> Reasons:
    """The first reason or, where there is none, the second."""
    return chosen(none(first), second, first)
