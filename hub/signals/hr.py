"""Heart rate over windows of intervals.

Each figure is a Value. Where too little of its window is in valid intervals it is withheld, with
the reason; or given with one, where doubted beats are as fast as those before, or in an irregular
rhythm. Its quality is that share; in such a rhythm half the share in beats that are believed.
"""

from __future__ import annotations

from bisect import bisect_right
from math import sqrt

from hub.records import Value
from hub.signals.intervals import LONGEST_S, SHORTEST_S, Intervals, Rows, as_rows, covered
from hub.signals.rhythm import MINUTE_S, OUT_OF_RHYTHM, by_chance

HR_S, HR_COVERAGE = 10.0, 0.25  # and the least share of it in valid intervals
SURE, EVEN = 0.7, 0.1  # with less coverage, the intervals may not vary more (share of mean)
FILLED = 0.4  # of the window in intervals and in what was counted between them
TRUST_S, TRUST = 60.0, 0.5  # and of the time in beats just before, so much must be in valid ones
LEAP, LEAP_A_S = 25.0, 1.0  # what a heart rate (1/min) may be away from the one just before: at
# once, and more for every second that lies between
LEAP_LEAST_S, SURELY = 5.0, 0.9  # of valid intervals before; less of the time valid leaves doubt
UNLIKE = 15.0  # 1/min: what is as near to the mere count of intervals did not leap
RECENT_S, RECENT = 120.0, 0.2  # time whose valid intervals say how fast it beats; their least share
NEAR, NEAR_SHARE = 0.12, 0.6  # how near to that an interval must be, and how much of a window is
UNFIT = 0.03  # of a minute's intervals, more do not fit, where a rhythm is irregular
BELIEVED = 0.8  # and as many are of beats that can be believed: with fewer it is rather a movement
UNSURE = 0.5  # share of its quality that a heart rate keeps in such a rhythm
LEAST = 0.05  # of the window in valid intervals: not without a single one
MOST_FILLED = 8  # beats that a count may put into a stretch without valid intervals
WHOLE = 0.25  # how far from a whole number such a count may be to be taken as one
FEW = "too few valid beats"
UNEVEN = "too few valid beats, and these uneven"
DOUBTED = "too few valid beats, and most before them doubted"
LEAPT = "too far from the rate before, with doubted beats between"
KNOWN = "too few valid beats; those doubted are as fast as the ones before"


def heart_rate(found: Intervals | Rows, at_s: float) -> Value:
    """Beats a minute over the HR_S up to `at_s`: the intervals, the first as far as it lies in the
    window, and between valid ones what would fit in there. Where that is too little, the rate of
    intervals as the person is `known` to have, and the reason KNOWN. In an irregular rhythm all
    believed beats count, and the quality is UNSURE of that."""
    rows, at_s = as_rows(found), float(at_s)  # among fractions a whole number is found half as fast
    if out_of_rhythm(rows, at_s):
        rate = _heart_rate(all_good(rows), at_s)
        return Value(rate.value, UNSURE * rate.quality, rate.reason or OUT_OF_RHYTHM)
    return _heart_rate(rows, at_s)


def _heart_rate(rows: Rows, at_s: float) -> Value:
    sure, beats, time = counted(rows, at_s - HR_S, at_s)
    coverage = min(1.0, sure / HR_S)
    if reason := withheld(rows, at_s, sure, beats, time):
        rate = known(rows, at_s, sure)
        return Value(rate, coverage, KNOWN if rate else reason)
    return Value(60.0 * beats / time, coverage)


def out_of_rhythm(rows: Rows, at_s: float) -> bool:
    """Whether intervals of beats that can be believed do not fit one another, over MINUTE_S, as no
    breathing moves them."""
    ends, _, valid, good = rows
    a, b = bisect_right(ends, at_s - MINUTE_S), bisect_right(ends, at_s)
    if good[a:b] == valid[a:b]:
        return False  # the usual case
    believed = sum(good[a:b])
    unfit = believed - sum(valid[a:b])
    enough = unfit > UNFIT * (b - a) and believed >= BELIEVED * (b - a)
    return enough and by_chance(rows, at_s)


def all_good(rows: Rows) -> Rows:
    """With every interval valid whose beats can be believed."""
    return rows._replace(valid=rows.good)


def known(rows: Rows, at_s: float, sure: float, seen_s: float = HR_S) -> float | None:
    """Beats a minute where single beats are doubted: of the intervals, valid or not, that are near
    the median of the valid ones over RECENT_S, if they are most of the window of which `seen_s`
    could be seen. None where that is chance: nothing valid in it, or too little before."""
    if sure < LEAST * seen_s:
        return None
    ends, ibi, valid, _ = rows
    a, b = bisect_right(ends, at_s - RECENT_S), bisect_right(ends, at_s)
    kept = sorted([x for x, ok in zip(ibi[a:b], valid[a:b], strict=True) if ok])
    if sum(kept) < RECENT * RECENT_S:
        return None
    usual = kept[len(kept) // 2]
    first = bisect_right(ends, at_s - HR_S)
    near = [x for x in ibi[first:b] if abs(x - usual) <= NEAR * usual]
    return 60.0 * len(near) / sum(near) if sum(near) >= NEAR_SHARE * seen_s else None


def withheld(
    rows: Rows, at_s: float, sure: float, beats: float, time: float, seen_s: float = HR_S
) -> str | None:
    """Why what was `counted` is too little for a heart rate, where `seen_s` of its window could be
    seen. Little is enough where something is missing from a good pulse, not where the signal has
    been poor for long: an even stretch in a movement that goes on is chance."""
    if sure < HR_COVERAGE * seen_s or time < FILLED * seen_s:
        return FEW
    if leapt(rows, at_s, 60.0 * beats / time):
        return LEAPT
    if sure >= SURE * seen_s:
        return None
    if unevenness(rows, at_s) > EVEN:
        return UNEVEN
    return None if trust(rows, at_s) >= TRUST else DOUBTED


def leapt(rows: Rows, at_s: float, rate: float) -> bool:
    """Whether this rate (1/min) is further from that of the TRUST_S before than a heart's can be,
    and beats in between were doubted: a rhythm of something else that took its place, as of steps.
    A heart that leaps under a good signal is believed."""
    ends, ibi, valid, _ = rows
    a, b = bisect_right(ends, at_s - TRUST_S), bisect_right(ends, at_s - HR_S)
    if abs(rate - 60.0 * (b - a) / (TRUST_S - HR_S)) < UNLIKE:
        return False
    kept = [k for k in range(a, b) if valid[k]]
    before = sorted([ibi[k] for k in kept])
    if sum(before) < LEAP_LEAST_S:
        return False
    middle = len(kept) // 2
    far = abs(rate - 60.0 / before[middle])
    since = at_s - 0.5 * HR_S - ends[kept[middle]]
    return far > LEAP + LEAP_A_S * since and trust(rows, at_s) < SURELY


def trust(rows: Rows, at_s: float) -> float:
    """Share of the time in intervals over the TRUST_S up to `at_s` that is in valid ones; what lies
    between beats further apart than LONGEST_S was not seen and does not count."""
    a, b = bisect_right(rows[0], at_s - TRUST_S), bisect_right(rows[0], at_s)
    seen = sum([x for x in rows[1][a:b] if x <= LONGEST_S])
    return covered(rows, at_s, TRUST_S) / max(seen, SHORTEST_S)


def unevenness(rows: Rows, at_s: float) -> float:
    """Standard deviation of the valid intervals in the window of the heart rate, share of their
    mean."""
    ends, ibi, valid, _ = rows
    a, b = bisect_right(ends, at_s - HR_S), bisect_right(ends, at_s)
    kept = [x for x, ok in zip(ibi[a:b], valid[a:b], strict=True) if ok]
    mean = sum(kept) / max(1, len(kept))
    return sqrt(sum([(x - mean) ** 2 for x in kept]) / max(1, len(kept))) / max(mean, SHORTEST_S)


def counted(rows: Rows, low_s: float, at_s: float) -> tuple[float, float, float]:
    """Seconds in valid intervals, beats, and seconds these were counted in."""
    ends, ibi, valid, _ = rows
    last = bisect_right(ends, at_s)
    first = bisect_right(ends, low_s, 0, last)
    if first < last and False not in valid[first:last]:  # the usual case
        there = min(ibi[first], ends[first] - low_s)
        time = sum(ibi[first + 1 : last], there)
        return time, last - first - 1 + there / ibi[first], time
    sure = beats = time = 0.0
    before = -1  # the last valid one
    for k in range(_reaching(rows, first, last), last):
        if not valid[k]:
            continue
        if 0 <= before < k - 1 and (begin := ends[k] - ibi[k]) > low_s:
            there = min(begin - low_s, begin - ends[before])
            count = _filling(rows, before, k, last)
            beats, time = beats + count * there, time + (there if count else 0.0)
        there = min(ibi[k], ends[k] - low_s)
        if there > 0:
            sure, beats, time = sure + there, beats + there / ibi[k], time + there
        before = k
    return sure, beats, time


def _reaching(rows: Rows, first: int, last: int) -> int:
    """The `first` interval that reaches into the window or, if it is not valid, the last valid one
    before it."""
    valid, a = rows.valid, first
    while 0 < a < last and not valid[a] and first - a < MOST_FILLED:
        a -= 1
    return a


def _filling(rows: Rows, before: int, after: int, last: int) -> float:
    """Beats a second between two valid intervals, with those next to them as a measure: a whole
    number of them if that is near; 0 where too many would have to be guessed."""
    ends, ibi, valid, _ = rows
    begin, end = ends[before], ends[after] - ibi[after]
    sides = (*range(max(0, before - 1), before + 1), *range(after, min(after + 2, last)))
    near = [ibi[k] for k in sides if valid[k]]
    count = (end - begin) * len(near) / sum(near)
    whole = round(count)
    if not 1 <= whole <= MOST_FILLED:
        return 0.0
    return (whole if abs(count - whole) <= WHOLE else count) / (end - begin)
