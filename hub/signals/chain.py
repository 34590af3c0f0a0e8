"""The likeliest chain of beats through candidate upstrokes: strong ones, alike, at even intervals.

Dynamic programming (Viterbi) with a look-ahead: a beat that lies LAG_S behind is decided and never
taken back. What was passed over may still become one, a beat between two or where the chain turns
out to be another, for OPEN_S: until then it is not `certain_s`. A candidate remembers the interval
of the best chain that ends in it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import log
from operator import attrgetter
from typing import Generic, TypeVar

from hub.signals.dicrotic import LATEST_S, LOWER, DicroticWave

T = TypeVar("T")
# A beat, and its rival: what the best candidate that was skipped just before it is worth, as share
# of its own worth or of the beat's before, whichever is less.
Told = tuple[T, float]

SHORTEST_GAP_S = 0.28  # 214 beats a minute
LONGEST_GAP_S = 2.2  # 27 a minute; a longer pause breaks the chain
LAG_S = 1.5
OPEN_S = 2.0  # and a candidate that was passed over
PRICE = 0.16  # a candidate must be this strong to be worth a beat of its own
STRONG = 1.15  # strength that counts at most
UNALIKE = 0.3  # share of the strength that counts without any likeness to the beats before
UNEVEN_PRICE = 3.0  # price of a change of interval, times its squared log ratio
LONGER_MOST, SHORTER_MOST = 0.9, 0.5  # at most: a rhythm of every second beat must not last
UNLIKE_SIZES = 0.1  # price of a change of strength, times its log ratio: for dicrotic waves
WAVE = 0.35  # price of what a known dicrotic wave would be
FRESH = 0.15  # price of the first interval of a chain
BREAK = 1.2  # price of a pause
NEVER = 1e9
FOLLOW, LACKING = 0.2, 0.1  # how fast the remembered interval follows; one far too long
AT, WORTH, SCORE = (attrgetter(name) for name in ("at", "worth", "score"))


def worth(strength: float, alike: float) -> float:
    """What a candidate is worth, by its strength (1: a usual upstroke; STRONG at most) and by its
    correlation with the beats before."""
    return strength * (UNALIKE + (1 - UNALIKE) * (alike if alike > 0.0 else 0.0) ** 3)


def uneven(gap: float, usual: float) -> float:
    """The price of an interval after the remembered one (0: none)."""
    if not usual:
        return FRESH
    price = UNEVEN_PRICE * log(gap / usual) ** 2
    most = LONGER_MOST if gap > usual else SHORTER_MOST
    return price if price < most else most


def followed(gap: float, usual: float, price: float) -> float:
    """The interval to remember, by how `uneven` it was: one far too short begins a new rhythm, one
    far too long probably lacks a beat."""
    if not usual:
        return gap
    if gap > usual:
        return usual + (LACKING if price == LONGER_MOST else FOLLOW) * (gap - usual)
    return gap if price == SHORTER_MOST else usual + FOLLOW * (gap - usual)


@dataclass(slots=True, eq=False)
class Candidate(Generic[T]):
    """A possible beat: the how manieth of all, when (s), what it stands for, how far (s) from both
    neighbours it is one out of turn too, the log of its strength, and its worth; and the best chain
    that ends in it: its score, its interval (0: it begins here), and the beat before (None: none).
    """

    number: int
    at: float
    what: T
    apart_s: float
    size: float
    worth: float
    score: float = 0.0
    interval: float = 0.0
    back: Candidate[T] | None = None


class Chain(Generic[T]):
    """`add` candidates in order of time, then `decide` what is certain at a moment."""

    def __init__(self) -> None:
        self._all: list[Candidate[T]] = []  # their numbers follow one another
        self._added = 0
        self._rooted = False  # the first of them is decided already
        self._closed_s = -NEVER  # what was passed over until then is no beat any more
        self._wave = DicroticWave()
        self.certain_s = -NEVER  # no beat that comes lies before

    def add(
        self, at: float, strength: float, alike: float, what: T, apart_s: float = NEVER
    ) -> None:
        """A candidate at `at` seconds, of this strength and likeness (see `worth`); `decide` gives
        `what`. It is a beat between two others too, if it is `apart_s` from both: long and short
        intervals in turn cost more than every second beat is worth."""
        new = Candidate(self._added, at, what, apart_s, log(strength), worth(strength, alike))
        self._link(new, self._all)
        self._all.append(new)
        self._added += 1

    def _link(self, new: Candidate[T], earlier: list[Candidate[T]]) -> None:
        """Give a candidate its best predecessor."""
        at, size = new.at, new.size
        if at <= self._closed_s:
            new.score = -NEVER
            return
        best, back, interval = self._nothing(at)
        for one in earlier[::-1]:
            if one.score <= best:
                continue  # the usual case: there are only prices to pay
            gap = at - one.at
            if gap < SHORTEST_GAP_S:
                continue
            if gap > LONGEST_GAP_S:
                if one.score - BREAK > best:
                    best, back, interval = one.score - BREAK, one, 0.0
                continue
            price = uneven(gap, one.interval)
            other = abs(size - one.size)
            score = one.score - price - UNLIKE_SIZES * (other if other < 1.0 else 1.0)
            if gap < LATEST_S and self._is_wave(one, new):
                score -= WAVE
            if score > best:
                best, back = score, one
                interval = followed(gap, one.interval, price)
        new.score = best + new.worth - PRICE
        new.back, new.interval = back, interval

    def _link_again(self, number: int) -> None:
        """From the candidate of this number on."""
        for k in range(number - self._first, len(self._all)):
            self._link(self._all[k], self._all[:k])

    def _is_wave(self, beat: Candidate[T], one: Candidate[T]) -> bool:
        """Whether `one` would be the known dicrotic wave of this beat."""
        return one.size < beat.size - LOWER and self._wave.follows(one.at - beat.at)

    def _nothing(self, at: float) -> tuple[float, Candidate[T] | None, float]:
        """Score, predecessor and interval where nothing fits before."""
        if not self._rooted:
            return 0.0, None, 0.0
        root = self._all[0]
        return (-NEVER if at - root.at < SHORTEST_GAP_S else -BREAK), root, 0.0

    def decide(self, now: float) -> list[Told[T]]:
        """The beats that are certain at `now`: those of the best chain at least LAG_S back."""
        decided_s = now - LAG_S
        due = self._best_path(decided_s)
        beats: list[Told[T]] = []
        if len(due) > self._rooted:
            beats = self._told(due)
            doubled = self._note(due)
            self._root(due[-1])
            if doubled:
                self._begin_anew()
        elif not self._rooted:
            self._forget_before(decided_s)
        self._close(decided_s)
        return beats

    def _note(self, path: list[Candidate[T]]) -> bool:
        """What came between these beats; whether every second of the last was a dicrotic wave."""
        doubled = False
        for before, after in pairwise(path):
            self._wave.passed_over(self._came(before, after))
            doubled = self._wave.taken_for_beats(after.at - before.at, after.size - before.size)
        return doubled

    def _begin_anew(self) -> None:
        """Forget the rhythm."""
        self._all[0].interval = 0.0
        self._link_again(self._first + 1)

    def _close(self, decided_s: float) -> None:
        """What was passed over OPEN_S ago is no beat, whatever comes; the first of what was since
        may still be one."""
        self.certain_s, before_s, self._closed_s = decided_s, self._closed_s, decided_s - OPEN_S
        if len(self._all) < 2 or self._all[1].at > decided_s:
            return  # nothing was passed over: the usual case
        old = max(1, bisect_right(self._all, before_s, key=AT))
        still = max(1, bisect_right(self._all, self._closed_s, key=AT))
        if old < still:
            self._link_again(self._first + old)
        self.certain_s = min([decided_s, *(one.at for one in self._all[still : still + 1])])

    def _with_skipped(self, path: list[Candidate[T]]) -> list[Candidate[T]]:
        """And those between that are far enough from both."""
        out = path[:1]
        for before, after in pairwise(path):
            for one in self._between(before, after):
                at, apart_s = one.at, one.apart_s
                if apart_s < LATEST_S and self._wave.follows(at - before.at):
                    continue
                if out[-1].at + apart_s <= at <= after.at - apart_s and at > self._closed_s:
                    out.append(one)
            out.append(after)
        return out

    def ahead(self) -> list[T]:
        """The rest of the best chain: what is not certain yet."""
        path = self._with_skipped(self._best_path(NEVER))
        return [one.what for one in path if not (self._rooted and one is self._all[0])]

    def _told(self, path: list[Candidate[T]]) -> list[Told[T]]:
        """These beats and those between, but for the root, which was told before."""
        if path[-1].number - path[0].number == len(path) - 1:  # nothing between: the usual case
            return [(one.what, 0.0) for one in path[self._rooted :]]
        path = self._with_skipped(path)
        told = [(after.what, self._rival(before, after)) for before, after in pairwise(path)]
        return told if self._rooted else [(path[0].what, 0.0), *told]

    def _rival(self, before: Candidate[T], after: Candidate[T]) -> float:
        """Of what lies between these: too near to be a beat besides, it may be one instead."""
        if after.number == before.number + 1:
            return 0.0  # the usual case
        skipped = [one.worth for one in self._between(before, after)]
        return max(skipped) / min(before.worth, after.worth)

    def _came(self, before: Candidate[T], after: Candidate[T]) -> float:
        """How long (s) after the one what lies far enough from both to have been a beat came, the
        best of it; 0: nothing did."""
        if after.number == before.number + 1:
            return 0.0  # the usual case
        a, b = before.at + SHORTEST_GAP_S, after.at - SHORTEST_GAP_S
        apart = [one for one in self._between(before, after) if a <= one.at <= b]
        return max(apart, key=WORTH, default=before).at - before.at

    def _between(self, before: Candidate[T], after: Candidate[T]) -> list[Candidate[T]]:
        """What was passed over."""
        return self._all[before.number + 1 - self._first : after.number - self._first]

    def _best_path(self, until_s: float) -> list[Candidate[T]]:
        """The best chain up to this moment, oldest first."""
        one = max(self._all, key=SCORE, default=None)
        while one and one.at > until_s:
            one = one.back
        path: list[Candidate[T]] = []
        while one:
            path.append(one)
            one = one.back
        return path[::-1]

    @property
    def _first(self) -> int:
        """Number of the first candidate that is kept."""
        return self._added - len(self._all)

    def _root(self, root: Candidate[T]) -> None:
        """Drop all before `root`, and hang on it what hung on what was dropped."""
        del self._all[: root.number - self._first]
        self._rooted, root.back = True, None
        first = root.number
        loose: set[int] = set()
        for one in self._all[1:]:
            back = one.back
            if back is None or back.number < first or back.number in loose:
                loose.add(one.number)
                self._link(one, self._all[: one.number - first])

    def _forget_before(self, at: float) -> None:
        """Without a decided beat, candidates that can no longer begin a chain are dropped."""
        keep = bisect_right(self._all, at, key=AT)
        if keep:
            del self._all[:keep]
            self._link_again(self._first)
