"""Skin conductance held against its truth: what lay on the wires when each sample was taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hub.arrays import Bools, Floats, Ints
from hub.results.channels import EDA
from hub.simulate.score import since_first
from hub.simulate.skin import code
from hub.simulate.truth import SeatTruth

NEAR_NS = 25_000_000  # half of what a level lasts on the wires


@dataclass(frozen=True, slots=True)
class SkinScore:
    """The skin's samples of one seat.

    expected   enrolled time x the rate at which kits take them
    stored     samples in the journal
    fitting    of these, those whose code lay on the wires within NEAR_NS of their time
    hole_s     the longest time without one
    """

    expected: int
    stored: int
    fitting: int
    hole_s: float

    @property
    def share(self) -> float | None:
        """The share that fits."""
        return round(self.fitting / self.stored, 3) if self.stored else None


def skin_score(
    truth: SeatTruth, times_ns: Ints, values_us: Floats, enrolled: tuple[int, int]
) -> SkinScore:
    """Hold exported conductances against the truth. `enrolled` as for `score.score`."""
    begin_ns, end_ns = since_first(times_ns, enrolled)
    edges = np.concatenate([[begin_ns], np.sort(times_ns), [end_ns]])
    assert EDA.period_us is not None
    return SkinScore(
        expected=max(0, round((end_ns - begin_ns) * 1e-3 / EDA.period_us)),
        stored=len(times_ns),
        fitting=int(np.count_nonzero(_fits(truth, times_ns, code(values_us)))),
        hole_s=round(float(np.diff(edges).max()) * 1e-9, 3),
    )


def _fits(truth: SeatTruth, times_ns: Ints, codes: Ints) -> Bools:
    """Which codes lay on the wires about when they are said to have been taken."""
    first, last = (np.searchsorted(truth.eda_time_ns, times_ns + by, side="right") - 1
                   for by in (-NEAR_NS, NEAR_NS))
    return (truth.eda_code[first] == codes) | (truth.eda_code[last] == codes)


def skin_together(scores: Sequence[SkinScore]) -> SkinScore:
    """The scores of the kits that one seat had, as one."""
    return SkinScore(
        sum(one.expected for one in scores), sum(one.stored for one in scores),
        sum(one.fitting for one in scores), max((one.hole_s for one in scores), default=0.0),
    )
