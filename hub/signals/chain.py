"""The likeliest chain of beats through candidate upstrokes: strong ones, alike, at even intervals.

Dynamic programming (Viterbi) with a look-ahead: a beat that lies LAG_S behind is decided and never
taken back. What was passed over may still become one, a beat between two or where the chain turns
out to be another, for OPEN_S: until then it is not `certain_s`. A candidate remembers the interval
of the best chain that ends in it.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from math import log
from typing import Any, Generic, TypeVar

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


def worth(strength: float, alike: float) -> float:
    """What a candidate is worth, by its strength (1: a usual upstroke; STRONG at most) and by its
    correlation with the beats before."""
    return strength * (UNALIKE + (1 - UNALIKE) * max(0.0, alike) ** 3)


def uneven(gap: float, usual: float) -> float:
    """The price of an interval after the remembered one (0: none)."""
    if not usual:
        return FRESH
    return min(UNEVEN_PRICE * log(gap / usual) ** 2, LONGER_MOST if gap > usual else SHORTER_MOST)


def followed(gap: float, usual: float, price: float) -> float:
    """The interval to remember, by how `uneven` it was: one far too short begins a new rhythm, one
    far too long probably lacks a beat."""
    if not usual:
        return gap
    if gap > usual:
        return usual + (LACKING if price == LONGER_MOST else FOLLOW) * (gap - usual)
    return gap if price == SHORTER_MOST else usual + FOLLOW * (gap - usual)


class Chain(Generic[T]):
    """`add` candidates in order of time, then `decide` what is certain at a moment."""

    def __init__(self) -> None:
        self._at: list[float] = []
        self._what: list[T] = []
        self._apart: list[float] = []  # so far (s) from both neighbours, a beat out of turn too
        self._size: list[float] = []  # log of the strength
        self._worth: list[float] = []
        self._score: list[float] = []
        self._interval: list[float] = []  # 0: the chain begins here
        self._back: list[int] = []  # index of the predecessor, -1: none
        self._rooted = False  # the first in the lists is decided already
        self._closed_s = -NEVER  # what was passed over until then is no beat any more
        self._wave = DicroticWave()
        self.certain_s = -NEVER  # no beat that comes lies before

    def add(
        self, at: float, strength: float, alike: float, what: T, apart_s: float = NEVER
    ) -> None:
        """A candidate at `at` seconds, of this strength and likeness (see `worth`); `decide` gives
        `what`. It is a beat between two others too, if it is `apart_s` from both: long and short
        intervals in turn cost more than every second beat is worth."""
        self._at.append(at)
        self._what.append(what)
        self._apart.append(apart_s)
        self._size.append(log(strength))
        self._worth.append(worth(strength, alike))
        self._score.append(0.0)
        self._interval.append(0.0)
        self._back.append(-1)
        self._link(len(self._at) - 1)

    def _link(self, i: int) -> None:
        """Give candidate `i` its best predecessor."""
        at = self._at[i]
        if at <= self._closed_s:
            self._score[i] = -NEVER
            return
        best, back, interval = self._nothing(at)
        for k in range(i - 1, -1, -1):
            gap = at - self._at[k]
            if gap < SHORTEST_GAP_S:
                continue
            if gap > LONGEST_GAP_S:
                if self._score[k] - BREAK > best:
                    best, back, interval = self._score[k] - BREAK, k, 0.0
                continue
            usual = self._interval[k]
            other = min(1.0, abs(self._size[i] - self._size[k]))
            price = uneven(gap, usual)
            score = self._score[k] - price - UNLIKE_SIZES * other
            if gap < LATEST_S and self._is_wave(k, i):
                score -= WAVE
            if score > best:
                best, back = score, k
                interval = followed(gap, usual, price)
        self._score[i] = best + self._worth[i] - PRICE
        self._back[i], self._interval[i] = back, interval

    def _is_wave(self, k: int, i: int) -> bool:
        """Whether `i` would be the known dicrotic wave of beat `k`."""
        lower = self._size[i] < self._size[k] - LOWER
        return lower and self._wave.follows(self._at[i] - self._at[k])

    def _nothing(self, at: float) -> tuple[float, int, float]:
        """Score, predecessor and interval where nothing fits before."""
        if not self._rooted:
            return 0.0, -1, 0.0
        return (-NEVER if at - self._at[0] < SHORTEST_GAP_S else -BREAK), 0, 0.0

    def decide(self, now: float) -> list[Told[T]]:
        """The beats that are certain at `now`: those of the best chain at least LAG_S back."""
        decided_s = now - LAG_S
        due = [i for i in self._best_path() if self._at[i] <= decided_s]
        beats = self._told(self._with_skipped(due))
        doubled = self._note(due)
        if due:
            self._root(due[-1])
            if doubled:
                self._begin_anew()
        elif not self._rooted:
            self._forget_before(decided_s)
        self._close(decided_s)
        return beats

    def _note(self, path: list[int]) -> bool:
        """What came between these beats; whether every second of the last was a dicrotic wave."""
        doubled = False
        at, size = self._at, self._size
        for before, after in pairwise(path):
            best = max(self._between(before, after), key=self._worth.__getitem__, default=before)
            self._wave.passed_over(at[best] - at[before])
            doubled = self._wave.taken_for_beats(at[after] - at[before], size[after] - size[before])
        return doubled

    def _begin_anew(self) -> None:
        """Forget the rhythm."""
        self._interval[0] = 0.0
        for i in range(1, len(self._at)):
            self._link(i)

    def _close(self, decided_s: float) -> None:
        """What was passed over OPEN_S ago is no beat, whatever comes; the first of what was since
        may still be one."""
        self.certain_s, before_s, self._closed_s = decided_s, self._closed_s, decided_s - OPEN_S
        if len(self._at) < 2 or self._at[1] > decided_s:
            return  # nothing was passed over: the usual case
        old = max(1, bisect_right(self._at, before_s))
        still = max(1, bisect_right(self._at, self._closed_s))
        for i in range(old, len(self._at)) if old < still else ():
            self._link(i)
        self.certain_s = min([decided_s, *self._at[still : still + 1]])

    def _with_skipped(self, path: list[int]) -> list[int]:
        """And those between that are far enough from both."""
        out = path[:1]
        for before, after in pairwise(path):
            for i in range(before + 1, after):
                at, apart_s = self._at[i], self._apart[i]
                if apart_s < LATEST_S and self._wave.follows(at - self._at[before]):
                    continue
                first_s, last_s = self._at[out[-1]] + apart_s, self._at[after] - apart_s
                if first_s <= at <= last_s and at > self._closed_s:
                    out.append(i)
            out.append(after)
        return out

    def ahead(self) -> list[T]:
        """The rest of the best chain: what is not certain yet."""
        path = self._with_skipped(self._best_path())
        return [self._what[i] for i in path if not (self._rooted and i == 0)]

    def _told(self, path: list[int]) -> list[Told[T]]:
        """These beats but for the root, which was told before."""
        first = [] if self._rooted or not path else [(self._what[path[0]], 0.0)]
        return first + [(self._what[i], self._rival(k, i)) for k, i in pairwise(path)]

    def _rival(self, before: int, after: int) -> float:
        """Of what lies between these: too near to be a beat besides, it may be one instead."""
        skipped = self._worth[before + 1 : after]
        if not skipped:
            return 0.0
        return max(skipped) / min(self._worth[before], self._worth[after])

    def _between(self, before: int, after: int) -> list[int]:
        """What lies far enough from both to have been a beat."""
        if after == before + 1:
            return []  # the usual case
        a, b = self._at[before] + SHORTEST_GAP_S, self._at[after] - SHORTEST_GAP_S
        return [k for k in range(before + 1, after) if a <= self._at[k] <= b]

    def _best_path(self) -> list[int]:
        """Indices of the best chain, oldest first."""
        if not self._at:
            return []
        i = max(range(len(self._at)), key=self._score.__getitem__)
        path = [i]
        while self._back[i] >= 0:
            i = self._back[i]
            path.append(i)
        return path[::-1]

    def _root(self, root: int) -> None:
        """Drop all before `root`, and hang on it what hung on what was dropped."""
        if root == 0 and self._rooted:
            return
        for column in self._columns():
            del column[:root]
        self._back = [b - root for b in self._back[root:]]
        self._rooted = True
        loose = {0}  # the root needs no predecessor
        for i in range(1, len(self._at)):
            if self._back[i] < 0 or (self._back[i] in loose and self._back[i] > 0):
                loose.add(i)
                self._link(i)
        self._back[0] = -1

    def _columns(self) -> tuple[list[Any], ...]:
        own = self._at, self._what, self._apart, self._size, self._worth
        return *own, self._score, self._interval

    def _forget_before(self, at: float) -> None:
        """Without a decided beat, candidates that can no longer begin a chain are dropped."""
        keep = next((i for i, t in enumerate(self._at) if t > at), len(self._at))
        if keep:
            for column in self._columns():
                del column[:keep]
            del self._back[:keep]
            for i in range(len(self._at)):
                self._link(i)
