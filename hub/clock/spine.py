"""The curve through a whole session's bounds: both ways in time, piecewise, continuous.

Every `spacing` there is a knot: the middle of the possible lines of a window centred on it.
Between knots the curve is straight, so it follows a slow drift; where nothing was heard for long
there are no knots, and it goes straight across. Before the first knot and after the last it goes
on as the lines there do. Where the clock has stepped a new piece begins.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from hub.arrays import Floats
from hub.clock.envelope import ABOVE, BELOW, Line, Rule, fit


@dataclass(frozen=True, slots=True)
class Piece:
    """One continuous stretch of the curve."""

    x: Floats  # knots
    y: Floats
    error: Floats
    first: Line
    last: Line

    def at(self, x: Floats) -> Floats:
        y = np.interp(x, self.x, self.y, np.nan, np.nan)
        if not np.isnan(y.sum()):
            return y
        before, after = x < self.x[0], x > self.x[-1]
        y = np.where(before, self.first.offset + self.first.slope * (x - self.first.ref), y)
        return np.where(after, self.last.offset + self.last.slope * (x - self.last.ref), y)

    def slope(self) -> float:
        """Its mean slope."""
        length = self.x[-1] - self.x[0]
        if len(self.x) < 3 or length == 0:
            return self.first.slope
        return float((self.y[-1] - self.y[0]) / length)

    def errors(self, x: Floats) -> Floats:
        """The claimed error: the knots' own, and what the bend adds between them."""
        gaps = np.diff(self.x, append=self.x[-1])
        gap = gaps[np.searchsorted(self.x, x, side="right").clip(1) - 1]
        error = np.interp(x, self.x, self.error) + self.first.bend * gap**2 / 8
        error = np.where(x < self.x[0], self.first.errors(x), error)
        return np.where(x > self.x[-1], self.last.errors(x), error)


@dataclass(frozen=True, slots=True)
class Spine:
    """The pieces in order, each valid from its start on; the first one also before."""

    starts: Floats
    pieces: tuple[Piece, ...]

    def at(self, x: Floats) -> Floats:
        return self._each(x, Piece.at)

    def errors(self, x: Floats) -> Floats:
        """The claimed error of `at`."""
        return self._each(x, Piece.errors)

    def knots(self) -> Floats:
        """Where the pieces' knots are, and the middles between them."""
        return np.concatenate([np.r_[p.x, (p.x[1:] + p.x[:-1]) / 2] for p in self.pieces])

    def jumps(self) -> list[tuple[float, float]]:
        """Where each later piece begins, and by how much it lies above the one before."""
        starts = self.starts[1:].reshape(-1, 1)
        return [
            (float(x[0]), float(after.at(x)[0] - before.at(x)[0]))
            for x, (before, after) in zip(starts, pairwise(self.pieces), strict=True)
        ]

    def slope(self) -> float:
        """Mean slope of the longest piece."""
        longest = max(self.pieces, key=lambda p: p.x[-1] - p.x[0])
        return longest.slope()

    def _each(self, x: Floats, what: Callable[[Piece, Floats], Floats]) -> Floats:
        if len(self.pieces) == 1:
            return what(self.pieces[0], x)
        which = np.searchsorted(self.starts[1:], x, side="right")
        out = np.empty_like(x)
        for i, piece in enumerate(self.pieces):
            mine = which == i
            if mine.any():
                out[mine] = what(piece, x[mine])
        return out


def spine(bounds: Floats, began: Sequence[float], rule: Rule, spacing: float) -> Spine | None:
    """The curve of all bounds (rows x, y, side), which stepped at `began`. None if it cannot be
    placed: no piece has bounds of both sides."""
    starts = np.array([-math.inf, *began])
    ends = [*starts[1:], math.inf]
    found: list[tuple[float, Piece]] = []
    for start, end in zip(starts, ends, strict=True):
        mine = bounds[(bounds[:, 0] >= start) & (bounds[:, 0] < end)]
        if len(np.unique(mine[:, 2])) == 2:
            found.append((start, piece(mine[np.argsort(mine[:, 0])], rule, spacing)))
    if not found:
        return None
    return Spine(np.array([start for start, _ in found]), tuple(p for _, p in found))


def piece(bounds: Floats, rule: Rule, spacing: float) -> Piece:
    """One piece. `bounds` are sorted by x and have both sides."""
    sides = [bounds[bounds[:, 2] == side, 0] for side in (ABOVE, BELOW)]
    lines = [
        (x, fit(around(bounds, x, rule.window), rule))
        for x in knots_of(bounds, spacing)
        if all(is_near(side, x, spacing) for side in sides)
    ]
    if not lines:
        whole = fit(bounds, rule)
        lines = [(whole.since, whole), (whole.until, whole)]
    x, y, error = np.array([(x, line.at(x), line.error(x)) for x, line in lines]).T
    return Piece(x, y, error, lines[0][1], lines[-1][1])


def knots_of(bounds: Floats, spacing: float) -> list[float]:
    """Evenly from the first bound on, wherever there are bounds, and the last bound."""
    first, last = bounds[0, 0], bounds[-1, 0]
    steps = np.unique(np.floor((bounds[:, 0] - first) / spacing))
    knots = first + steps * spacing
    return [*knots[knots < last].tolist(), float(last)]


def is_near(xs: Floats, x: float, near: float) -> bool:
    """Whether one of `xs` (sorted) is near x."""
    at = int(np.searchsorted(xs, x))
    return float(np.abs(xs[max(0, at - 1) : at + 1] - x).min()) <= near


def around(bounds: Floats, x: float, window: float) -> Floats:
    """The bounds of a window about x, moved to lie inside the data."""
    xs = bounds[:, 0]
    low = min(max(x - window / 2, xs[0]), max(xs[-1] - window, xs[0]))
    return bounds[xs.searchsorted(low) : xs.searchsorted(low + window, "right")]
