"""The features of each seat in each phase."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from hub.analysis.seats import Seats, SeatSeconds
from hub.records import NS, Phase
from hub.signals.after import AFTER
from hub.signals.column import ANOTHER_KIT, Column
from hub.signals.features import FEATURES, Feature

NOTED = 0.1  # a note on fewer of the seconds says little of their mean


@dataclass(frozen=True, slots=True)
class PhaseFeatures:
    """One feature of one seat in one phase.

    mean      over the whole seconds whose window lies inside the phase; None: see `reason`
    coverage  the share of those seconds that have a value
    quality   the mean of those that have a value; None: none has
    reason    why there is no mean; beside one, what its seconds most often say, if NOTED of them do
    """

    phase: str
    start_ns: int
    seat: int
    feature: str
    unit: str
    mean: float | None
    seconds: int
    coverage: float
    quality: float | None
    reason: str | None


def features_per_phase(
    seats: Seats, phases: Iterable[Phase], end_ns: int
) -> list[PhaseFeatures]:
    """Every feature of every seat in every phase, with those that only the whole session tells; an
    open phase ends at `end_ns`.

    A window is never shrunk and never reaches into the phase before: where it does not fit, the
    figure is withheld. So it is where the seconds that would count are of more than one kit.
    """
    whole = {seat: _with_after(rows) for seat, rows in sorted(seats.items())}
    return [
        _one(phase, seat, rows, feature, phase.end_ns or end_ns)
        for phase in phases
        for seat, rows in whole.items()
        for feature in (*FEATURES, *AFTER)
    ]


def _with_after(rows: SeatSeconds) -> SeatSeconds:
    return replace(rows, features=rows.features | rows.after())


def _one(
    phase: Phase, seat: int, rows: SeatSeconds, feature: Feature, end_ns: int
) -> PhaseFeatures:
    begin_ns = phase.start_ns + round(reaching_s(feature) * NS)
    possible = max(0, (end_ns // NS) - -(-begin_ns // NS) + 1)
    begin, end = rows.between(begin_ns, end_ns)
    inside = rows.features[feature.name].part(begin, end)
    valid = ~np.isnan(inside.value)
    known, kits = inside.at(valid), set(rows.kit[begin:end][valid].tolist())
    n = len(known.value)
    coverage = n / possible if possible else 0.0
    reason = (_withheld(feature, possible, coverage, (end_ns - phase.start_ns) / NS, inside)
              or (ANOTHER_KIT if len(kits) > 1 else None))
    return PhaseFeatures(
        phase.id, phase.start_ns, seat, feature.name, feature.unit,
        None if reason else float(np.mean(known.value)), n, round(coverage, 4),
        round(float(np.mean(known.quality)), 4) if n else None, reason or _note(known),
    )


def reaching_s(feature: Feature) -> float:
    """How far back (s) a figure of this feature may reach."""
    return feature.window_s + feature.every_s - 1


def _withheld(
    feature: Feature, possible: int, coverage: float, lasts_s: float, inside: Column
) -> str | None:
    if not possible:
        shown_s = math.floor(lasts_s * 10) / 10  # rounded up it could read as if it did fit
        return f"window of {reaching_s(feature):g} s does not fit a phase of {shown_s:.1f} s"
    if coverage == 0.0:
        return _most_common(inside)[0]
    if coverage < feature.minimum_coverage:
        return f"only {coverage:.0%} of the phase is valid"
    return None


def _note(known: Column) -> str | None:
    """What enough of the seconds with a value say of it."""
    reason, times = _most_common(known)
    return reason if times and times >= NOTED * len(known.value) else None


def _most_common(seconds: Column) -> tuple[str, int]:
    """The reason that most of these seconds give, and how many do."""
    said = Counter(reason for reason in seconds.reason.tolist() if reason).most_common(1)
    return said[0] if said else ("no valid second", 0)
