"""Arousal within a person, against the baseline: parts in natural units, and an index to show.

Two minutes of baseline give a level but no standard deviation to divide by. So the index divides
by the person's spread over the session so far, drawn towards a typical spread while it is short.
Exploratory: the parts are what to report. Sympathetic and parasympathetic are kept apart.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from math import inf, nan, sqrt

import numpy as np

from hub.arrays import Bools, Floats
from hub.records import Value
from hub.signals.column import Column, Reasons, chosen, column, named, pieces
from hub.signals.index import NO_BASELINE, SHORT_BASELINE, Scores, index, muted
from hub.signals.parts import ANY, PARTS, TYPICAL, WEIGHTS, Part, level

PRIOR_S = 300.0  # the typical spread counts as this many seconds
SETTLING_S = 60.0  # the beginning of a baseline is not used, but never more than a third of it
LEAST_S = 10  # valid seconds that make a reference
FEW_WINDOWS, STEADY = 2, 0.4  # a baseline's swing is drawn towards this share of the typical
# spread, which counts as so many windows
MEDIAN = 1.2533  # of a median's standard error to a mean's, of normal values
UNANCHORED = 0.5  # quality without a baseline
TELLING_S = 600.0  # valid seconds that tell whether somebody responds
RESPONDS = 0.2  # a minute, on the mean: with fewer it is a non-responder (a touch now and then may
# look like a response)
EARLY = "too early to say"
NO_REFERENCE = np.array([np.full(len(PARTS), nan), *np.zeros((3, len(PARTS)))])
LONGEST_S = 4 * 3600  # of what a baseline may lie back


class Arousal:
    """One person's course. `baseline` counts for the seconds after its end. `arousal_figures` takes
    the seconds, of many people at once; `step` one of one person's."""

    def __init__(self) -> None:
        self._values = array("f")  # the parts of every second, one second after the other
        # what the sums are about, of each part and of the rate of responses, and these: count, sum,
        # squares
        self._about: Floats = np.append(np.full(len(PARTS), nan), 0.0)
        self._sums: Floats = np.zeros((3, len(PARTS) + 1))
        self._next_s: int | None = None
        self._baselines: list[tuple[float, float]] = []
        self._known: dict[int, Floats] = {-1: NO_REFERENCE}

    def baseline(self, start_s: float, end_s: float) -> None:
        """The person sat quietly from `start_s` to `end_s`. Said in order of time: at a second the
        last that had ended counts, and for a part that it is too short for, the one before.
        ValueError where it ends before it began."""
        if not -inf < start_s <= end_s < inf:
            raise ValueError(f"start and end of a baseline are needed, not {start_s} to {end_s} s")
        self._baselines.append((start_s, end_s))

    def forget_baselines(self) -> None:
        """From here on it is as if none had been said."""
        self._baselines, self._known = [], {-1: self._known[-1]}

    def step(self, second: int, found: Mapping[str, Value]) -> dict[str, Value]:
        """The parts and the index at one second."""
        given = {name: column([value]) for name, value in found.items()}
        figures = arousal_figures([self], [range(second, second + 1)], given)
        return {name: of.values()[0] for name, of in figures.items()}

    def take(self, span: range, levels: Floats, rates: Floats) -> tuple[Floats, Floats]:
        """Keep the parts (parts, seconds) and the rate of responses of the next seconds. What it
        all was up to each: count, mean, and sum of the squares about the mean of each part (3,
        parts, seconds); count and sum of the rates (2, seconds)."""
        self._note(span, levels)
        about, sums = self._summed(np.concatenate((levels, rates[None])))
        n, total, squares = sums[:, :-1]
        mean = total / np.maximum(n, 1.0)
        so_far = np.array((n, about[:-1] + mean, np.maximum(squares - total * mean, 0.0)))
        return so_far, sums[:2, -1]

    def _summed(self, rows: Floats) -> tuple[Floats, Floats]:
        """What the sums are about, and they. A part's are of what lies about its first value, so
        that no digit is lost."""
        known = ~np.isnan(rows)
        if np.isnan(self._about).any():
            first = rows[np.arange(len(rows)), known.argmax(axis=1)]
            self._about = np.where(np.isnan(self._about), first, self._about)
        about = self._about[:, None]
        off = np.where(known, rows - about, 0.0)
        new = np.array((known, off, off * off))
        sums = np.concatenate((self._sums[..., None], new), axis=-1).cumsum(axis=-1)
        self._sums = sums[..., -1]
        return about, sums[..., 1:]

    def _note(self, span: range, levels: Floats) -> None:
        """Keep the parts (parts, seconds) of these seconds; those left out count as withheld."""
        missing = 0 if self._next_s is None else min(span.start - self._next_s, LONGEST_S)
        gone = np.full((missing, len(PARTS)), nan, np.float32)
        self._values.frombytes(gone.tobytes() + levels.T.astype(np.float32).tobytes())
        del self._values[: -LONGEST_S * len(PARTS)]
        self._next_s = span.stop

    def reference(self, second: int) -> Floats:
        """What each part stands against at a second that was noted (NaN: no baseline yet, or too
        short a one), how many windows are behind that, their standard deviation, and whether a
        baseline has ended (1): (4, parts)."""
        which = sum(end < second for _, end in self._baselines) - 1
        for later in range(len(self._known) - 1, which + 1):
            before = self._known[later - 1]
            own = np.array([self._median(k, part, later) for k, part in enumerate(PARTS)]).T
            self._known[later] = np.where(np.isnan(own[0]) & ~np.isnan(before[0]), before, own)
        return self._known[which]

    def _median(self, k: int, part: Part, which: int) -> tuple[float, float, float, float]:
        """The median of the part over a baseline, of windows that lie wholly inside; how many that
        do not overlap are in it, and by how much these swing; and 1."""
        start, end = self._baselines[which]
        begin = start + min(SETTLING_S, (end - start) / 3)
        values = np.array(self._values[k :: len(PARTS)])
        first = (self._next_s or 0) - len(values)  # the second of values[0]
        a = max(0, int(np.ceil(begin + part.window_s)) - first)
        values = values[a : max(0, int(end) + 1 - first)]
        values = values[~np.isnan(values)]
        if len(values) < LEAST_S:
            return nan, 0.0, 0.0, 1.0
        windows = max(1.0, len(values) / part.window_s)
        return float(np.median(values)), windows, swings(part, values), 1.0


def swings(part: Part, values: Floats) -> float:
    """The standard deviation of the windows of a baseline that do not overlap, drawn towards a
    usual one: two or three windows that happen to agree do not say that somebody is steady."""
    apart = values[:: int(part.window_s)]
    usual = FEW_WINDOWS * (STEADY * part.typical) ** 2
    squares = float(((apart - apart.mean()) ** 2).sum())
    return sqrt((usual + squares) / (FEW_WINDOWS + len(apart) - 1))


def arousal_figures(
    people: Sequence[Arousal], spans: Sequence[range], found: Mapping[str, Column]
) -> dict[str, Column]:
    """The parts and the index of these people at the next seconds of each, from the features
    `found` there, one person after the other."""
    levels = np.array([level(part, found[part.feature]) for part in PARTS])
    (n, mean, squares), told = _taken(people, spans, levels, found["scr_rate"].value)
    reference, windows, swing, ended = _references(people, spans)
    anchored = ~np.isnan(reference)
    delta = levels - np.where(anchored, reference, mean)
    spread = np.sqrt((PRIOR_S * TYPICAL**2 + squares) / (PRIOR_S + n))
    out = {"non_responder": _non_responder(*told)}
    for k, part in enumerate(PARTS):
        against = chosen(ended[k] > 0, SHORT_BASELINE, NO_BASELINE)
        out[part.name] = _part(found[part.feature], delta[k], anchored[k], against)
    mute = out["non_responder"].value == 1.0
    known = ~np.isnan(delta)
    quality = np.array([out[part.name].quality for part in PARTS])
    scores = Scores(
        z=np.where(known, delta / spread, 0.0), quality=muted(quality, mute),
        weight=np.broadcast_to(WEIGHTS, levels.shape), known=known,
        anchored=anchored, ended=ended[0] > 0, needed=ANY,
    )  # fmt: skip
    error = np.array([
        _error(*of) for of in zip(PARTS, levels, reference, windows, swing, strict=True)
    ])
    return out | index(scores, np.where(known, error / spread, 0.0), mute)


def _taken(
    people: Sequence[Arousal], spans: Sequence[range], levels: Floats, rates: Floats
) -> tuple[Floats, Floats]:
    """What `Arousal.take` tells, of one after the other."""
    whose = zip(people, spans, pieces(map(len, spans)), strict=True)
    taken = [person.take(span, levels[:, at], rates[at]) for person, span, at in whose]
    so_far, told = zip(*taken, strict=True)
    return np.concatenate(so_far, axis=-1), np.concatenate(told, axis=-1)


def _references(
    people: Sequence[Arousal], spans: Sequence[range]
) -> tuple[Floats, Floats, Floats, Floats]:
    """What `Arousal.reference` tells, each at each second: (parts, seconds)."""
    each = [person.reference(second)
            for person, span in zip(people, spans, strict=True) for second in span]  # fmt: skip
    reference, windows, swing, ended = np.array(each).transpose(1, 2, 0)
    return reference, windows, swing, ended


def _non_responder(telling: Floats, responded: Floats) -> Column:
    """1 where there were fewer than RESPONDS so far, 0 where more; before TELLING_S valid seconds 0
    where there were as many as would do in that time, and else not known. By how many seconds had a
    rate so far, and by these rates' sum."""
    share = np.minimum(1.0, telling / TELLING_S)
    mute = responded < RESPONDS * np.maximum(telling, TELLING_S)
    early = mute & (share < 1.0)
    return Column(np.where(early, nan, mute), share, named((early, EARLY)))


def _part(found: Column, delta: Floats, anchored: Bools, against: Reasons) -> Column:
    """A part's difference; where its feature is withheld so is this, for the same reason. Where it
    is not `anchored`, `against` is said."""
    gone = np.isnan(delta)
    quality = np.where(gone | anchored, found.quality, found.quality * UNANCHORED)
    reason = chosen(anchored, None, against)
    return Column(delta, quality, chosen(gone, found.reason, reason))


def _error(
    part: Part, x: Floats, reference: Floats, windows: Floats, swing: Floats
) -> Floats:
    """Standard error of a part's difference: of this window, and of the reference (a median,
    hence the factor), of which the windows may `swing` by more than they are measured; without a
    baseline it is the session's mean, which is far surer."""
    each = np.maximum(part.error_at(reference), swing)
    behind = MEDIAN * each / np.sqrt(np.maximum(windows, 1.0))
    return np.hypot(part.error_at(x), np.where(np.isnan(reference), 0.0, behind))
