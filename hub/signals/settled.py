"""When a doubted beat probably was: where its own shape has it, drawn towards the middle of its
neighbours.

The time of a poor beat is less certain than that the heart beats evenly from one beat to the next;
the better estimate lies between the two. Beats whose intervals count stay where they were seen, and
so do those that are all alike: it is doubted whether they are beats, not when they were.
"""

from __future__ import annotations

from typing import NamedTuple

from hub.signals.intervals import GOOD
from hub.signals.likeness import FAST_S
from hub.signals.shift import MOST_SHIFT_S

DRAWN = 0.5  # of the way to the middle, at quality 0; none from GOOD on
UNALIKE = 0.2  # of what beats are alike, this much missing: less, and it is drawn less far
EVEN = 0.1  # share of an interval that the middle may be away: further, and it is out of turn


class Judged(NamedTuple):
    """A beat: when (s), its quality, how alike it and those before are (0..1), and when its rise
    was steepest (s)."""

    at: float
    quality: float
    alike: float
    seen_s: float


def settled(before_s: float | None, beats: list[Judged], after_s: float | None) -> list[Judged]:
    """These beats in their order, of which the doubted ones are drawn to their neighbours' middle,
    MOST_SHIFT_S at most from where they were seen: the one before the first was at `before_s`, the
    one after the last at `after_s` (None: there is none)."""
    out: list[Judged] = []
    nexts = [*(beat.at for beat in beats[1:]), after_s]
    for beat, next_s in zip(beats, nexts, strict=False):
        if beat.quality < GOOD and before_s is not None and next_s is not None:
            beat = beat._replace(at=drawn(beat, (before_s + next_s) / 2, (next_s - before_s) / 2))
        out.append(beat)
        before_s = beat.at
    return out


def drawn(beat: Judged, middle_s: float, interval_s: float) -> float:
    """When (s) this beat was, with neighbours around `middle_s` and this usual interval. In a heart
    as fast as a runner's the neighbours may be strides."""
    away = middle_s - beat.at
    if interval_s < FAST_S or abs(away) > EVEN * interval_s:
        return beat.at
    doubt = min(1.0 - beat.quality / GOOD, (1.0 - beat.alike) / UNALIKE)
    at = beat.at + DRAWN * doubt * away
    return max(beat.seen_s - MOST_SHIFT_S, min(beat.seen_s + MOST_SHIFT_S, at))
