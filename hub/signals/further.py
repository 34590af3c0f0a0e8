"""A second look at what may be a pulse: whether the wave rises further within a third of a second
than it falls. What is alike both ways, as a lamp or a swing, is so over any time; a pulse that
happens to be as steep both ways, as of a slow heart or of a sensor that lets no slow change
through, seldom is.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import numpy as np

from hub.arrays import Floats, Marks
from hub.signals.asymmetry import FEWEST, RECENT, Asymmetry, most_of, of_two

WITHIN = 0.35  # of a block: how far it rises and falls in that time
LOOKED_AT = 60  # blocks


class Further:
    """`keep` every block; they are looked at only if need be, two at a time."""

    def __init__(self) -> None:
        self._blocks: deque[tuple[Floats, Marks]] = deque(maxlen=LOOKED_AT)
        self._new = 0
        self._ratios: deque[float] = deque(maxlen=LOOKED_AT)  # log; NaN: nothing could be seen
        self._asymmetry = Asymmetry()

    def keep(self, slope: Floats, lost: Marks) -> None:
        """One block more."""
        self._blocks.append((slope, lost))
        self._new += 1

    def surely(self) -> float:
        """How far it surely is a pulse by that."""
        self._look()
        every = np.array(self._ratios)
        ratios = every[~np.isnan(every)]
        if len(ratios) < FEWEST:
            return 0.0
        lately = every[-RECENT:]
        recent: list[float] = lately[~np.isnan(lately)].tolist()
        pairs = len(ratios) / 2
        return self._asymmetry.surely(float(ratios.mean()), float(ratios.std()), pairs, recent)[0]

    def _look(self) -> None:
        """At the blocks that are new, with the two before them."""
        new = list(self._blocks)[-self._new - 2 :] if self._new else []
        self._new = 0
        if len(new) < 3:
            return
        slope, lost = (np.array(part) for part in zip(*new, strict=True))
        rises = rises_within(slope, round(WITHIN * slope.shape[1]))
        self._ratios.extend(of_two(a, b) for a, b in pairwise(most_of(rises, lost[1:])))


def rises_within(slope: Floats, n: int) -> Floats:
    """How far it rises over the `n` samples up to each, of each block but the first."""
    heights = slope.cumsum(axis=1)
    rises: Floats = heights[1:].copy()
    rises[:, n:] -= heights[1:, :-n]
    rises[:, :n] += heights[:-1, -1:] - heights[:-1, -n:]
    return rises
