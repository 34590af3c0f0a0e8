"""The streams of chance of a simulated circle: each use has its own, so that no two go together."""

from __future__ import annotations

import numpy as np

BODY, HANDS, CLOCKS, SCRIPT, VESSELS = range(5)
ALL = 0  # the seat of what is drawn once for the circle; of BODY: who its people are


def stream(seed: int, use: int, seat: int = ALL) -> np.random.Generator:
    """The chance of one use on one seat."""
    return np.random.default_rng([seed, seat, use])
