"""The parts of arousal: which figures it comes from, and how much people vary in each."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from hub.arrays import Floats
from hub.signals.column import Column


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

    def error_at(self, level: Floats) -> Floats:
        """The standard error of one window at these levels, in the part's unit."""
        if self.error:
            return np.full_like(level, self.error)
        return np.sqrt(np.maximum(level, 1.0) * (self.window_s / 60.0)) * (60.0 / self.window_s)


PARTS: tuple[Part, ...] = (
    Part("delta_hr", "hr", False, 5.0, 10.0, 2.0, 0.5),
    Part("delta_ln_scl", "scl", True, 0.2, 10.0, 1.0, 0.02),
    Part("delta_scr_rate", "scr_rate", False, 3.0, 60.0, 1.0),
    Part("delta_ln_rmssd", "rmssd", True, 0.3, 60.0, 1.0, 0.12),
)
SYMPATHETIC = 3  # the first of the parts
SKIN = np.array((False, True, True, False))[:, None]  # which of the parts are the skin's
ANY = np.ones_like(SKIN)
WEIGHTS = np.array([part.weight for part in PARTS])[:, None]
TYPICAL = np.array([part.typical for part in PARTS])[:, None]


def level(part: Part, found: Column) -> Floats:
    """What is compared: the feature or its logarithm, NaN where withheld."""
    if not part.as_log:
        return found.value
    return np.log(np.where(found.value > 0, found.value, nan))
