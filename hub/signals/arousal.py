"""Arousal within a person, against the baseline: parts in natural units, and an index to show.

Two minutes of baseline give a level but no standard deviation to divide by. So the index divides
by the person's spread over the session so far, drawn towards a typical spread while it is short.
Exploratory: the parts are what to report. Sympathetic and parasympathetic are kept apart.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import isnan, log, nan, sqrt

import numpy as np

from hub.records import Value


@dataclass(frozen=True, slots=True)
class Part:
    """One part: the feature it comes from, whether as a logarithm, how much people typically vary
    within a session (prior), its window, its weight in the index, and the standard error of one
    window (of responses, which are counted, the square root of the count: Poisson)."""

    name: str
    feature: str
    as_log: bool
    typical: float
    window_s: float
    weight: float
    error: float = 0.0  # 0: counted

    def error_at(self, level: float) -> float:
        """The standard error of one window at this level, in the part's unit."""
        return self.error or sqrt(max(level, 1.0) * self.window_s / 60.0) * 60.0 / self.window_s


PARTS: tuple[Part, ...] = (
    Part("delta_hr", "hr", False, 5.0, 10.0, 2.0, 0.5),
    Part("delta_ln_scl", "scl", True, 0.2, 10.0, 1.0, 0.02),
    Part("delta_scr_rate", "scr_rate", False, 3.0, 60.0, 1.0),
    Part("delta_ln_rmssd", "rmssd", True, 0.3, 60.0, 1.0, 0.12),
)
SYMPATHETIC = 3  # the first of the parts
PRIOR_S = 300.0  # the typical spread counts as this many seconds
SETTLING_S = 60.0  # the beginning of a baseline is not used, but never more than a third of it
LEAST_S = 10  # valid seconds that make a reference
LEAST_WEIGHT = 0.5  # of the parts, by weight: fewer make no index
MEDIAN = 1.2533  # of a median's standard error to a mean's, of normal values
UNANCHORED = 0.5  # quality without a baseline
NO_BASELINE = "no baseline"  # the value then stands against the session so far
TELLING_S = 600.0  # valid seconds without any response that make a non-responder
NON_RESPONDER = "non-responder"  # about one in ten people: their skin tells little
SKIN_TELLS = 0.25  # what the skin's parts of a non-responder weigh, against 1
SKIN = (False, True, True, False)  # which of the parts are the skin's
LONGEST_S = 4 * 3600  # of what a baseline may lie back


@dataclass(slots=True)
class Track:
    """One part over the session: what it was each second, and its spread (Welford)."""

    values: array[float] = field(default_factory=lambda: array("f"))
    n: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def note(self, x: float) -> None:
        self.values.append(x)
        if len(self.values) > LONGEST_S:
            del self.values[0]
        if not isnan(x):
            self.n += 1
            step = x - self.mean
            self.mean += step / self.n
            self.squares += step * (x - self.mean)

    def spread(self, typical: float) -> float:
        return sqrt((PRIOR_S * typical**2 + self.squares) / (PRIOR_S + self.n))


class Arousal:
    """`step` once a second, in order. `baseline` counts for the seconds after its end."""

    def __init__(self) -> None:
        self._tracks = tuple(Track() for _ in PARTS)
        self._next_s: int | None = None
        self._baselines: list[tuple[float, float]] = []
        self._using: tuple[float, float] | None = None
        self._levels: list[float] = [nan] * len(PARTS)
        self._counts: list[float] = [0.0] * len(PARTS)  # windows behind each reference
        self._telling_s = 0
        self._responded = False

    def baseline(self, start_s: float, end_s: float) -> None:
        """The person sat quietly from `start_s` to `end_s`; the last one said counts."""
        self._baselines.append((start_s, end_s))

    def step(self, second: int, found: dict[str, Value]) -> dict[str, Value]:
        """The parts and the index at `second` from that second's features."""
        self._fill(second)
        levels = [level(part, found) for part in PARTS]
        self._listen(found["scr_rate"].value)
        self._refer(second)
        for track, x in zip(self._tracks, levels, strict=True):
            track.note(x)
        self._next_s = second + 1
        return self._values(levels, found)

    def _fill(self, second: int) -> None:
        """Seconds that were left out count as withheld."""
        missing = 0 if self._next_s is None else min(second - self._next_s, LONGEST_S)
        for track in self._tracks:
            for _ in range(missing):
                track.note(nan)

    def _listen(self, scr_rate: float | None) -> None:
        """Whether the skin ever answers."""
        if scr_rate is not None:
            self._telling_s += 1
            self._responded = self._responded or scr_rate > 0

    @property
    def non_responder(self) -> Value:
        """1 after TELLING_S valid seconds without a response, 0 once there was one."""
        share = min(1.0, self._telling_s / TELLING_S)
        if not self._responded and share < 1.0:
            return Value(None, share, "too early to say")
        return Value(float(not self._responded), share)

    def _refer(self, second: int) -> None:
        """Take the last baseline that has ended before this second."""
        ended = [b for b in self._baselines if b[1] < second]
        now = ended[-1] if ended else None
        if now == self._using:
            return
        self._using = now
        found = [
            (nan, 0.0) if now is None else self._reference(part, track, now, second)
            for part, track in zip(PARTS, self._tracks, strict=True)
        ]
        self._levels, self._counts = [one[0] for one in found], [one[1] for one in found]

    def _reference(
        self, part: Part, track: Track, span: tuple[float, float], second: int
    ) -> tuple[float, float]:
        """The median of the part over the baseline, of windows that lie wholly inside; and how
        many windows that do not overlap are in it."""
        start, end = span
        begin = start + min(SETTLING_S, (end - start) / 3)
        first = second - len(track.values)  # the second of values[0]
        a = max(0, int(np.ceil(begin + part.window_s)) - first)
        b = max(0, int(end) + 1 - first)
        values = np.array(track.values[a:b])
        values = values[~np.isnan(values)]
        if len(values) < LEAST_S:
            return nan, 0.0
        return float(np.median(values)), max(1.0, len(values) / part.window_s)

    def _values(self, levels: list[float], found: dict[str, Value]) -> dict[str, Value]:
        out: dict[str, Value] = {"non_responder": self.non_responder}
        scores: list[Score | None] = []
        errors: list[float] = []
        for k, (part, x) in enumerate(zip(PARTS, levels, strict=True)):
            source = found[part.feature]
            if isnan(x):
                out[part.name] = Value(None, source.quality, source.reason)
                scores.append(None)
                errors.append(0.0)
                continue
            anchored = not isnan(self._levels[k])
            track = self._tracks[k]
            delta = x - (self._levels[k] if anchored else track.mean)
            quality = source.quality * (1.0 if anchored else UNANCHORED)
            out[part.name] = Value(delta, quality, None if anchored else NO_BASELINE)
            spread = track.spread(part.typical)
            scores.append((delta / spread, quality, anchored))
            errors.append(self._error(k, x) / spread)
        mute = out["non_responder"].value == 1.0
        weights = [p.weight * (SKIN_TELLS if mute and skin else 1.0)
                   for p, skin in zip(PARTS, SKIN, strict=True)]
        out["arousal"] = noted(combined(flipped(scores), weights), mute)
        out["arousal_se"] = error_of(out["arousal"], scores, weights, errors)
        sympathetic = combined(scores[:SYMPATHETIC], weights[:SYMPATHETIC])
        out["arousal_sympathetic"] = noted(sympathetic, mute)
        out["arousal_parasympathetic"] = combined(scores[SYMPATHETIC:], weights[SYMPATHETIC:])
        return out

    def _error(self, k: int, x: float) -> float:
        """Standard error of a part's difference: of this window, and of the reference (a median,
        hence the factor; without a baseline the session's mean, which is far surer)."""
        part, level = PARTS[k], self._levels[k]
        if isnan(level):
            return part.error_at(x)
        reference = MEDIAN * part.error_at(level) / sqrt(self._counts[k])
        return sqrt(part.error_at(x) ** 2 + reference**2)


Score = tuple[float, float, bool]  # z, quality, against a baseline


def level(part: Part, found: dict[str, Value]) -> float:
    """What is compared: the feature or its logarithm, NaN where withheld."""
    x = found[part.feature].value
    if x is None or (part.as_log and x <= 0):
        return nan
    return log(x) if part.as_log else x


def flipped(scores: list[Score | None]) -> list[Score | None]:
    """The parasympathetic parts turned: less of it is more arousal."""
    turned = [s and (-s[0], s[1], s[2]) for s in scores[SYMPATHETIC:]]
    return scores[:SYMPATHETIC] + turned


def noted(index: Value, mute: bool) -> Value:
    """A non-responder's figure says that it is one."""
    return index if not mute or index.value is None else Value(
        index.value, index.quality, NON_RESPONDER)


def error_of(
    index: Value, scores: list[Score | None], weights: list[float], errors: list[float]
) -> Value:
    """The standard error of the index: of measuring and of the reference, not of what an index
    means."""
    if index.value is None:
        return Value(None, index.quality, index.reason)
    trusts = [w * s[1] if s else 0.0 for s, w in zip(scores, weights, strict=True)]
    squares = sum((t * e) ** 2 for t, e in zip(trusts, errors, strict=True))
    return Value(sqrt(squares) / sum(trusts), index.quality, index.reason)


def combined(scores: list[Score | None], weights: list[float]) -> Value:
    """The mean of the parts there are, weighted by quality; its quality counts what is missing."""
    known = [(s, w) for s, w in zip(scores, weights, strict=True) if s]
    share = sum(w for _, w in known) / sum(weights)
    if share < LEAST_WEIGHT:
        return Value(None, 0.0, "too few parts")
    trust = sum(w * s[1] for s, w in known)
    if trust <= 0:
        return Value(None, 0.0, "quality too low")
    mean = sum(w * s[1] * s[0] for s, w in known) / trust
    reason = None if all(s[2] for s, _ in known) else NO_BASELINE
    return Value(mean, trust / sum(weights), reason)
