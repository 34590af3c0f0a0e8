"""What one method did in one condition, over all cases, and its figures."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bench.signals.accept import Figures
from bench.signals.measures import answered


@dataclass
class Tally:
    """F1 and mean interval error (ms) of each case; the heart rate's (1/min) and RMSSD's (ms)
    error of each window, NaN where it was not answered."""

    f1: list[float] = field(default_factory=list)
    ibi: list[float] = field(default_factory=list)
    hr: list[float] = field(default_factory=list)
    rmssd: list[float] = field(default_factory=list)

    def row(self) -> Figures:
        hr, rmssd = answered(self.hr), answered(self.rmssd)
        return {
            "f1": _of(np.mean, self.f1), "ibi_ms": _of(np.mean, self.ibi),
            "hr_bpm": _of(np.mean, hr[0]), "hr_answered": hr[1],
            "rmssd_median_ms": _of(np.median, rmssd[0]),
            "rmssd_p90_ms": _of(lambda e: np.percentile(e, 90), rmssd[0]),
            "rmssd_answered": rmssd[1],
        }  # fmt: skip


def pooled(some: list[Tally]) -> Tally:
    """As one: each case, and each window, as heavy as the next."""
    whole = Tally()
    for tally in some:
        for key in vars(whole):
            getattr(whole, key).extend(getattr(tally, key))
    return whole


def mean(rows: list[Figures]) -> Figures:
    """Each row as heavy as the next; None where any of them has no figure."""
    return {key: _whole([row[key] for row in rows]) for key in rows[0]}


def _whole(values: list[float | None]) -> float | None:
    there = [v for v in values if v is not None]
    return float(np.mean(there)) if len(there) == len(values) else None


def _of(figure, values) -> float | None:
    return float(figure(values)) if len(values) else None
