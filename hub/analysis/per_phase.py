"""The features of each seat in each phase."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hub.analysis.seats import NS, Seats, SeatSeconds
from hub.records import Phase
from hub.signals.column import Column
from hub.signals.features import FEATURES, Feature


@dataclass(frozen=True, slots=True)
class PhaseFeatures:
    """One feature of one seat in one phase.

    mean      over the whole seconds whose window lies inside the phase; None: see `reason`
    coverage  the share of those seconds that have a value
    """

    phase: str
    start_ns: int
    seat: int
    feature: str
    unit: str
    mean: float | None
    seconds: int
    coverage: float
    reason: str | None


def features_per_phase(
    seats: Seats, phases: Iterable[Phase], end_ns: int
) -> list[PhaseFeatures]:
    """Every feature of every seat in every phase; an open phase ends at `end_ns`.

    A window is never shrunk and never reaches into the phase before: where it does not fit, the
    figure is withheld.
    """
    return [
        _one(phase, seat, rows, feature, phase.end_ns or end_ns)
        for phase in phases
        for seat, rows in sorted(seats.items())
        for feature in FEATURES
    ]


def _one(
    phase: Phase, seat: int, rows: SeatSeconds, feature: Feature, end_ns: int
) -> PhaseFeatures:
    begin_ns = phase.start_ns + round(feature.window_s * NS)
    possible = max(0, (end_ns // NS) - -(-begin_ns // NS) + 1)
    inside = rows.features[feature.name].part(*rows.between(begin_ns, end_ns))
    values = inside.value[~np.isnan(inside.value)]
    coverage = len(values) / possible if possible else 0.0
    reason = _reason(feature, possible, coverage, (end_ns - phase.start_ns) / NS, inside)
    mean = None if reason else float(np.mean(values))
    return PhaseFeatures(
        phase.id, phase.start_ns, seat, feature.name, feature.unit, mean, len(values),
        round(coverage, 4), reason,
    )


def _reason(
    feature: Feature, possible: int, coverage: float, lasts_s: float, inside: Column
) -> str | None:
    if not possible:
        shown_s = math.floor(lasts_s * 10) / 10  # rounded up it could read as if it did fit
        return f"window of {feature.window_s:g} s does not fit a phase of {shown_s:.1f} s"
    if coverage == 0.0:
        return _most_common(inside.reason.tolist())
    if coverage < feature.minimum_coverage:
        return f"only {coverage:.0%} of the phase is valid"
    return None


def _most_common(reasons: Iterable[str | None]) -> str:
    """Why most of these seconds have no value."""
    said = Counter(reason for reason in reasons if reason).most_common(1)
    return said[0][0] if said else "no valid second"
