"""Arousal once the session is over: within a person, over all of it.

Live, a person's spread is known only so far. Afterwards each part is a z over the whole session
(range correction by z: Ben-Shakhar 1985), so that a figure means the same at its beginning and at
its end. Exploratory as the live index is, and named apart from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from statistics import fmean, pstdev

from hub.records import Value
from hub.signals.arousal import (
    LEAST_WEIGHT,
    PARTS,
    SYMPATHETIC,
    Score,
    combined,
    flipped,
    level,
)
from hub.signals.features import BOTH, OWN, PULSE, Feature

LEAST_S = 300  # valid seconds of a part, or it has no spread to speak of
TOO_SHORT = "too little of the session is valid"


def _after(name: str, inputs: tuple[str, ...], label: str) -> Feature:
    return Feature(name, "z", 60.0, inputs, LEAST_WEIGHT, OWN, {"en": label}, 2)


AFTER: tuple[Feature, ...] = (
    _after("arousal_after", BOTH, "Arousal index over the whole session (exploratory)"),
    _after("arousal_sympathetic_after", BOTH, "Sympathetic part over the whole session"),
    _after("arousal_parasympathetic_after", PULSE, "Parasympathetic part over the whole session"),
)


def after(seconds: Sequence[dict[str, Value]]) -> list[dict[str, Value]]:
    """The figures of AFTER for each of one seat's seconds (their live values), in order."""
    levels = [[level(part, found) for found in seconds] for part in PARTS]
    scores = [_scores(one) for one in levels]
    qualities = [[found[part.feature].quality for found in seconds] for part in PARTS]
    return [_second([_score(z[k], q[k]) for z, q in zip(scores, qualities, strict=True)])
            for k in range(len(seconds))]


def _scores(levels: list[float]) -> list[float]:
    """z over the session; NaN where the level is, or where there is too little of it."""
    known = [x for x in levels if not isnan(x)]
    spread = pstdev(known) if len(known) >= LEAST_S else 0.0
    if spread == 0.0:
        return [float("nan")] * len(levels)
    mean = fmean(known)
    return [(x - mean) / spread for x in levels]


def _score(z: float, quality: float) -> Score | None:
    return None if isnan(z) else (z, quality, True)


def _second(scores: list[Score | None]) -> dict[str, Value]:
    weights = [part.weight for part in PARTS]
    found = (
        combined(flipped(scores), weights),
        combined(scores[:SYMPATHETIC], weights[:SYMPATHETIC]),
        combined(scores[SYMPATHETIC:], weights[SYMPATHETIC:]),
    )
    return {feature.name: value if value.value is not None else Value(None, 0.0, TOO_SHORT)
            for feature, value in zip(AFTER, found, strict=True)}
