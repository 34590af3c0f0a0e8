"""The synchrony of an analysed session: per phase, for skin and heart, and as a curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.analysis.seats import NS, Seats, matrix
from hub.records import Phase
from hub.signals.synchrony import PhaseSynchrony, group
from hub.signals.synchrony_curve import curve

FS = 1.0  # features come once a second
# The level of the skin's last ten seconds, and heart rate: what a second's figures are made of.
SIGNALS: dict[str, str] = {"eda": "scl", "hr": "hr"}


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """One signal in one phase; `found` as `signals.synchrony` says."""

    phase: str
    start_ns: int
    end_ns: int
    signal: str
    found: PhaseSynchrony


@dataclass(frozen=True, slots=True)
class CurveRow:
    """One window of one signal; `low` to `high` is where chance lies."""

    signal: str
    time_ns: int
    value: float
    low: float
    high: float


def phase_synchrony(
    seats: Seats, phases: tuple[Phase, ...], end_ns: int
) -> list[PhaseRow]:
    """Every phase, for every signal of SIGNALS. An open phase ends at `end_ns`."""
    rows: list[PhaseRow] = []
    for signal, feature in SIGNALS.items():
        start_ns, values = matrix(seats, feature)
        spans = [((p.start_ns - start_ns) / NS, ((p.end_ns or end_ns) - start_ns) / NS)
                 for p in phases]
        for phase, found in zip(phases, group(values, FS, spans), strict=True):
            end = phase.end_ns or end_ns
            rows.append(PhaseRow(phase.id, phase.start_ns, end, signal, found))
    return rows


def synchrony_curve(seats: Seats) -> list[CurveRow]:
    """The windowed curve of every signal of SIGNALS."""
    rows: list[CurveRow] = []
    for signal, feature in SIGNALS.items():
        start_ns, values = matrix(seats, feature)
        shown = curve(values, FS)
        rows += [
            CurveRow(signal, start_ns + round(float(at)) * NS, float(value), shown.low, shown.high)
            for at, value in zip(shown.times_s, shown.value, strict=True) if np.isfinite(value)
        ]
    return rows

