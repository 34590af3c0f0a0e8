"""Arousal once the session is over: within a person, over all of it.

Live, a person's spread is known only so far. Afterwards each part is a z over the whole session
(z in place of range correction: Ben-Shakhar 1985), so that a figure means the same at its
beginning and at its end. Who was a non-responder at its end is one in all of it. Exploratory as
the live index is, and named apart from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import nan

import numpy as np

from hub.arrays import Bools, Floats
from hub.signals.column import Column, last_known
from hub.signals.features import BOTH, OWN, PULSE, Feature
from hub.signals.index import LEAST_WEIGHT, Scores, muted, sides
from hub.signals.parts import ANY, PARTS, WEIGHTS, level
from hub.signals.prv import RMSSD_COVERAGE

LEAST_S = 300  # valid seconds of a part, or it has no spread to speak of
TOO_SHORT = "too little of the session is valid"


def _after(name: str, inputs: tuple[str, ...], coverage: float, label: str) -> Feature:
    return Feature(
        name=name, unit="z", window_s=60.0, inputs=inputs, minimum_coverage=coverage, source=OWN,
        label={"en": label}, decimals=2,
    )  # fmt: skip


AFTER: tuple[Feature, ...] = (
    _after("arousal_after", BOTH, LEAST_WEIGHT,
           "Arousal index over the whole session (exploratory)"),
    _after("arousal_sympathetic_after", BOTH, LEAST_WEIGHT,
           "Sympathetic part over the whole session"),
    _after("arousal_parasympathetic_after", PULSE, RMSSD_COVERAGE,
           "Parasympathetic part over the whole session"),
)  # fmt: skip


def after(live: Mapping[str, Column]) -> dict[str, Column]:
    """The figures of AFTER at all of one seat's seconds, of the features as they were live."""
    found = [live[part.feature] for part in PARTS]
    z: Floats = np.array([_z(level(part, of)) for part, of in zip(PARTS, found, strict=True)])
    known = ~np.isnan(z)
    mute = np.full(z.shape[1], last_known(live["non_responder"].value) == 1.0)
    quality: Floats = np.array([of.quality for of in found])
    itself: Bools = np.ones(len(mute), np.bool_)  # each stands against its own session
    scores = Scores(
        z=np.where(known, z, 0.0), quality=muted(quality, mute),
        weight=np.broadcast_to(WEIGHTS, z.shape), known=known,
        anchored=known, ended=itself, needed=ANY,
    )  # fmt: skip
    columns = [_enough(side) for side in sides(scores, mute)]
    return {feature.name: of for feature, of in zip(AFTER, columns, strict=True)}


def _enough(side: Column) -> Column:
    """What is given nowhere says that the session is too short for it, and not why a moment is."""
    gone = np.isnan(side.value)
    return side.without(gone, TOO_SHORT) if gone.all() else side


def _z(levels: Floats) -> Floats:
    """z over the session; NaN where the level is, or where there is too little of it."""
    known = levels[~np.isnan(levels)]
    if len(known) < LEAST_S or np.ptp(known) == 0.0:
        return np.full(len(levels), nan)
    return (levels - known.mean()) / known.std()
