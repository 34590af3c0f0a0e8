"""All straight lines that two-sided bounds leave possible, their middle, and how far it can be off.

An unknown, nearly straight curve y(x) is known only by bounds: it lies below some points (ABOVE:
a message arrived at y, having been sent at x) and above others (BELOW: it was sent at y and had
arrived at x). Every line `y = offset + slope * x` that keeps all bounds is possible; they form a
convex polygon in the (slope, offset) plane, and each bound cuts off a half-plane. Its corners are
the supporting lines of the two lower envelopes. The estimate is the polygon's centroid; its error
is the farthest corner, so half the smallest round trip, the statistics and an extrapolation are
in it without being modelled. A bound that cuts nothing costs one comparison per corner.

The curve may bend: `Rule.bend` is the largest second derivative believed. A curve that bends no
more than that stays within bend * window**2 / 16 of some line, so bounds are loosened by as much.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hub.arrays import Floats
from hub.clock.polygon import Corner, carve, clip, cut, middle, room

Bound = tuple[float, float, float]  # x, y, side

ABOVE = 1.0  # the curve is at or below the point
BELOW = -1.0  # the curve is at or above the point

STRAYS = 5  # so many bounds of one side in a row that cannot be true: the clock has stepped
PASSED = 10_000  # strays remembered
CLOSEST = 3000  # so many bounds a window are kept of each side, and those that matter


@dataclass(frozen=True, slots=True)
class Rule:
    """What is believed of a curve before the first bound. Units are those of x and y."""

    slopes: tuple[float, float]
    bend: float  # largest second derivative
    window: float  # in x: so much is used, not counting silences
    reach: float  # in x: nothing older is used, whatever the silences
    step: float  # in y: a bound that contradicts the others by more is a stray

    def slack(self, span: float) -> float:
        """How far the curve is from its best line over a span at most."""
        return self.bend * max(span, self.window) ** 2 / 16 + 1e-6

    def believed(self, slope: float) -> float:
        """The slope, or the nearest that is believed."""
        least, most = self.slopes
        return min(max(least, slope), most)

    def narrowed(self, low: float, high: float) -> Rule:
        """The rule of one whose slope is already known to lie within low..high."""
        least, most = self.slopes
        return replace(self, slopes=(max(least, low), min(most, high)))


@dataclass(frozen=True, slots=True)
class Line:
    """The middle of the possible lines. Valid from `since` to `until`; the error grows outside."""

    ref: float
    slope: float
    offset: float
    corners: Sequence[Corner]  # the possible lines furthest out, at the same reference
    slack: float
    bend: float
    since: float
    until: float

    def at(self, x: float) -> float:
        return self.offset + self.slope * (x - self.ref)

    def error(self, x: float) -> float:
        """How far `at(x)` is from the curve at most."""
        dx = x - self.ref
        ends = [a + s * dx for s, a in self.corners]
        here = self.offset + self.slope * dx
        return max(max(ends) - here, here - min(ends)) + self.slack + self.bent(x)

    def errors(self, x: Floats) -> Floats:
        """`error` of many."""
        dx = x - self.ref
        slopes, offsets = np.array(self.corners).T[:, :, None]
        far = np.abs(offsets - self.offset + (slopes - self.slope) * dx).max(axis=0)
        beyond = np.maximum(np.maximum(self.since - x, x - self.until), 0.0)
        return far + self.slack + self.bend * beyond * (beyond + self.until - self.since) / 2

    def bent(self, x: float) -> float:
        """What the curve's bend can add at x, outside the window."""
        beyond = max(self.since - x, x - self.until, 0.0)
        return self.bend * beyond * (beyond + self.until - self.since) / 2

    def slopes(self) -> tuple[float, float]:
        """The least and the greatest slope still possible."""
        each = [s for s, _ in self.corners]
        return min(each), max(each)


def fit(bounds: Floats, rule: Rule, slack: float = 0.0) -> Line:
    """The line of these bounds, loosened further where the curve bends more than is believed."""
    ref, since, until = float(bounds[-1, 0]), float(bounds[:, 0].min()), float(bounds[:, 0].max())
    base = rule.slack(until - since)
    slack = max(slack, base)
    near = bounds - np.array([ref, 0.0, 0.0])
    while not (corners := carve(near, rule.slopes, slack)):
        slack *= 2
    if slack > base:
        corners = carve(near, rule.slopes, slack := slack * 2)
    bend = rule.bend * slack / base
    return Line(ref, *middle(corners), corners, slack, bend, since, until)


def latest(bounds: Floats, side: float, rule: Rule, until: float) -> Floats:
    """The bounds of one side that are still used: a window of x, silences not counted; the last
    one however old it is."""
    mine = bounds[bounds[:, 2] == side]
    mine = mine[np.argsort(mine[:, 0], kind="stable")]
    heard = np.minimum(np.diff(mine[:, 0], append=mine[-1:, 0]), rule.window / 30)
    age = np.cumsum(heard[::-1])[::-1]
    used = mine[(age <= rule.window) & (mine[:, 0] >= until - rule.reach)]
    return used if len(used) else mine[-1:]


class Envelope:
    """Bounds as they come, one at a time: cheap, causal, and of bounded memory.

    `began` lists the x from which on bounds are used because the curve had stepped there.
    """

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.began: list[float] = []
        self._stepping = False
        self._passed: deque[Bound] = deque(maxlen=PASSED)
        self._clear()

    def _clear(self) -> None:
        self._bounds: Floats = np.empty((0, 3))  # in use since it was last carved
        self._new: list[Bound] = []  # and since then
        self._last = {ABOVE: -math.inf, BELOW: -math.inf}
        self._strays: list[Bound] = []
        self._rebuild_at = -math.inf
        self._line: Line | None = None  # as it was when it was last asked for
        self._corners: Sequence[Corner] = ()  # as they are now
        self._until = -math.inf

    @property
    def line(self) -> Line | None:
        """The middle of what is possible now; None until both sides have a bound."""
        line, corners = self._line, self._corners
        if line and (line.corners is not corners or line.until != self._until):
            same = line.corners is corners
            slope, offset = (line.slope, line.offset) if same else middle(corners)
            self._line = Line(
                line.ref, slope, offset, corners, line.slack, line.bend, line.since, self._until
            )
        return self._line

    def add(self, x: float, y: float, side: float) -> None:
        """One more bound. x may come somewhat out of order."""
        line = self._line
        if line is None:
            self._keep(x, y, side)
            self._rebuild()
            return
        depth = room(self._corners, x - line.ref, y + side * line.slack, side)
        least = min(depth)
        if (least < 0 or self._strays) and self._is_stray((x, y, side), max(depth), line):
            return
        cuts, silence = least < -line.slack / 100, x - self._last[side]
        if cuts or silence >= self.rule.window / CLOSEST:
            self._keep(x, y, side)
            if x > self._rebuild_at or x < line.since or silence > self.rule.reach:
                self._rebuild()
            elif cuts:
                self._corners = clip(self._corners, depth)
                if not self._corners:
                    self._rebuild(line.slack * 1.5)

    def add_all(self, bounds: Iterable[Bound]) -> None:
        """Several, one after the other."""
        for bound in bounds:
            self.add(*bound)

    def add_many(self, bounds: Sequence[Bound]) -> None:
        """As `add_all`, of a whole session: a window at once where none in it can be a stray. (So
        all is carved anew at other times: a bound just as far off as a stray may be none.)"""
        rows, begin = np.array(bounds).reshape(-1, 3), 0
        while begin < len(rows):
            later = rows[begin:, 0] > self._until + self.rule.window
            end = begin + int(later.argmax()) + 1 if later.any() else len(rows)
            if self._agree(rows[begin:end]):
                self._keep_all(bounds[begin:end], rows[begin:end])
            else:
                self.add_all(bounds[begin:end])
            begin = end

    def _agree(self, rows: Floats) -> bool:
        """Whether some line keeps these and all that is still used: then each agrees with what came
        before it."""
        for _ in range(2):  # else without what is too old
            line = self._line
            if line is None or self._strays or line.slack > self.rule.slack(0.0):
                break
            near = rows - np.array([line.ref, 0.0, 0.0])
            if left := cut(self._corners, near, line.slack):
                self._corners = left
                return True
            self._rebuild()
        return False

    def _keep_all(self, bounds: Sequence[Bound], rows: Floats) -> None:
        self._new += bounds
        for side, last in self._last.items():
            newest = rows[rows[:, 2] == side, 0].max(initial=last)
            self._last[side] = float(newest)
        self._until = max(self._last.values())

    def _keep(self, x: float, y: float, side: float) -> None:
        self._new.append((x, y, side))
        if x > self._last[side]:
            self._last[side] = x
        if x > self._until:
            self._until = x

    def _rebuild(self, slack: float = 0.0) -> None:
        """Forget what is too old and carve anew: four times a window, or where nothing is left."""
        bounds = np.concatenate((self._bounds, np.array(self._new).reshape(-1, 3)))
        sides = [latest(bounds, side, self.rule, self._until) for side in (ABOVE, BELOW)]
        self._bounds, self._new = np.concatenate(sides), []
        self._rebuild_at = self._until + self.rule.window / 4
        known = all(len(side) for side in sides)
        self._line = fit(self._bounds, self.rule, slack) if known else None
        self._corners = self._line.corners if self._line else ()

    def _is_stray(self, bound: Bound, depth: float, line: Line) -> bool:
        """True if the bound cannot be true; after STRAYS of them the past is dropped instead."""
        agrees = depth >= 0 or depth + line.bent(bound[0]) >= -self.rule.step
        if self._strays and agrees == (self._strays[0][2] == bound[2]):
            self._passed += self._strays
            self._strays = []
        if not agrees:
            self._strays.append(bound)
            if len(self._strays) >= STRAYS and not self._stepping:
                self._step()
        return not agrees

    def strays(self) -> set[Bound]:
        """The bounds that were passed over because they could not be true."""
        return {*self._passed, *self._strays}

    def used(self, bounds: Sequence[Bound]) -> Floats:
        """Those of the bounds that were not passed over, a row each."""
        strays = self.strays()
        kept = [bound for bound in bounds if bound not in strays] if strays else bounds
        return np.array(kept).reshape(-1, 3)

    def begin_anew(self, x: float, rule: Rule) -> None:
        """Drop all bounds: from x on the curve is another."""
        self.rule = rule
        self.began.append(x)
        self._clear()

    def _step(self) -> None:
        start = min(x for x, _, _ in self._strays)
        kept = [(x, y, side) for x, y, side in self._bounds.tolist()] + self._new
        newer = [bound for bound in kept if bound[0] >= start] + self._strays
        self.begin_anew(start, self.rule)
        self._stepping = True  # bounds that contradict each other must not begin anew for ever
        self.add_all(newer)
        self._stepping = False
