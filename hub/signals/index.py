"""The arousal index and its two sides, of parts as z: a weighted mean of those there are.

Each says what it stands against, how much of it is missing, and its standard error. Exploratory:
the parts are what to report. Sympathetic and parasympathetic are kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import nan

import numpy as np

from hub.arrays import Bools, Floats
from hub.signals.column import Column, chosen, either, named
from hub.signals.parts import ANY, PARTS, SKIN, SYMPATHETIC

LEAST_WEIGHT = 0.5  # of the parts, by weight: fewer make no index
UNLIKE = 0.5  # share of the figure by which a part that is missing would differ from it
NO_BASELINE = "no baseline"  # the value then stands against the session so far
SHORT_BASELINE = "baseline too short"  # and so it does, where one was too short for this part
TOO_FEW, TOO_POOR = "too few parts", "quality too low"
NON_RESPONDER = "non-responder"  # about one in ten people: their skin tells little
SKIN_TELLS = 0.25  # what the skin's parts of a non-responder weigh, against 1
SIDES = "arousal", "arousal_sympathetic", "arousal_parasympathetic"
# Less of a parasympathetic part is more arousal.
TURNED = np.where(np.arange(len(PARTS)) < SYMPATHETIC, 1.0, -1.0)[:, None]
TINY = 1e-300


@dataclass(frozen=True)
class Scores:
    """The parts at each second, (parts, seconds): z (0 where not known), its quality, its weight,
    whether it is known, and whether it stands against a baseline; (seconds,) whether a baseline has
    ended; and (parts, 1) those of which one at least must count."""

    z: Floats
    quality: Floats
    weight: Floats
    known: Bools
    anchored: Bools
    ended: Bools
    needed: Bools

    @cached_property
    def counted(self) -> Bools:
        """Known; without a baseline only where those that have one are too few for a figure."""
        return self.known & (self.anchored | ~self.enough(self.anchored))

    def enough(self, of: Bools) -> Bools:
        """Where these parts are enough for a figure."""
        weight = (self.weight * of).sum(axis=0)
        heavy = weight >= LEAST_WEIGHT * self.weight.sum(axis=0)
        return heavy & (of & self.needed).any(axis=0)

    @cached_property
    def trust(self) -> Floats:
        return self.weight * self.quality * self.counted

    def of(self, first: int, last: int, needed: Bools) -> Scores:
        """Some of the parts, and which of these are needed."""
        at = slice(first, last)
        return Scores(
            z=self.z[at], quality=self.quality[at], weight=self.weight[at], known=self.known[at],
            anchored=self.anchored[at], ended=self.ended, needed=needed,
        )  # fmt: skip

    @cached_property
    def parted(self) -> tuple[Scores, Scores]:
        """Skin and heart, but not the heart alone, which the vagus moves as well; and the vagus."""
        return (self.of(0, SYMPATHETIC, SKIN[:SYMPATHETIC]),
                self.of(SYMPATHETIC, len(PARTS), ANY[SYMPATHETIC:]))  # fmt: skip


def index(scores: Scores, error: Floats, mute: Bools) -> dict[str, Column]:
    """The index and its two sides, each with its standard error (of measuring, of the reference
    and of what is missing, not of what an index means)."""
    skin_and_heart, vagus = scores.parted
    errors = error, error[:SYMPATHETIC], error[SYMPATHETIC:]
    given = sides(scores, mute)
    certain = map(_uncertain, given, (scores, skin_and_heart, vagus), errors)
    return dict(zip(SIDES, given, strict=True)) | {
        f"{name}_se": of for name, of in zip(SIDES, certain, strict=True)
    }


def sides(scores: Scores, mute: Bools) -> tuple[Column, Column, Column]:
    """The index and its two SIDES."""
    skin_and_heart, vagus = scores.parted
    return (_noted(combined(scores, TURNED), mute), _noted(combined(skin_and_heart), mute),
            combined(vagus))  # fmt: skip


def muted(quality: Floats, mute: Bools | bool) -> Floats:
    """The parts' quality (parts, seconds): the skin's of a non-responder counts for less."""
    return quality * np.where(SKIN & mute, SKIN_TELLS, 1.0)


def _uncertain(side: Column, scores: Scores, error: Floats) -> Column:
    """The standard error of a weighted mean, and what the parts that are missing might change of
    it; withheld where that is."""
    trust = scores.trust
    measured = np.sqrt(((trust * error) ** 2).sum(axis=0)) / np.maximum(trust.sum(axis=0), TINY)
    missing = (scores.weight * ~scores.counted).sum(axis=0) / scores.weight.sum(axis=0)
    return Column(np.hypot(measured, UNLIKE * missing * side.value), side.quality, side.reason)


def _noted(index: Column, mute: Bools) -> Column:
    """A non-responder's figure says that it is one, where it has not to say what it stands
    against."""
    said = chosen(mute & ~np.isnan(index.value), either(index.reason, NON_RESPONDER), index.reason)
    return Column(index.value, index.quality, said)


def combined(scores: Scores, ways: Floats | float = 1.0) -> Column:
    """The mean of the parts there are, weighted by quality, each taken times its way; its quality
    counts what is missing."""
    counted, trust = scores.counted, scores.trust
    whole, total = scores.weight.sum(axis=0), trust.sum(axis=0)
    few = ~scores.enough(counted)
    gone = few | (total <= 0)
    mean = (trust * (ways * scores.z)).sum(axis=0) / np.maximum(total, TINY)
    loose = np.any(counted & ~scores.anchored, axis=0, keepdims=True)[0]
    short = loose & scores.ended
    return Column(
        np.where(gone, nan, mean), np.where(gone, 0.0, total / whole),
        named((few, TOO_FEW), (gone, TOO_POOR), (short, SHORT_BASELINE), (loose, NO_BASELINE)),
    )
