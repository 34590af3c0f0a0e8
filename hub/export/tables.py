"""The tables of an export, from one analysis: columns by name, each with its type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from hub.analysis.group_synchrony import phase_synchrony
from hub.analysis.intervals import intervals_of
from hub.analysis.kits import kits_on_seats
from hub.analysis.session import Analysis
from hub.analysis.spoken import spoken_by
from hub.analysis.turns import turns_of
from hub.arrays import Ints
from hub.course.cases import case_numbers
from hub.disk.erased import erased_seats
from hub.results.channels import CHANNELS
from hub.signals.after import AFTER
from hub.signals.column import Column as Figures
from hub.signals.column import below
from hub.signals.features import FEATURES, Feature


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: int64, int16, float64, float32, bool or string. None or NaN: a missing value."""

    kind: str
    values: Any


Table = dict[str, Column]
Seconds = dict[int, tuple[Ints, dict[str, Figures]]]  # by seat
NONE = Figures(np.empty(0), np.empty(0), np.empty(0, np.object_))


def _column(kind: str, rows: Any, get: Callable[[Any], Any]) -> Column:
    return Column(kind, [get(row) for row in rows])


def _times(rows: Any) -> Table:
    """From when to when each of them lasts."""
    return {
        "start_ns": _column("int64", rows, lambda row: row.start_ns),
        "end_ns": _column("int64", rows, lambda row: row.end_ns),
    }


def sample_tables(analysis: Analysis) -> Iterator[Table]:
    """Every sample: time_ns (UTC), seat, channel, value, unit, late. A table for each seat and
    channel, since of all together they would take more memory than all the rest."""
    seats = sorted({row.seat for row in analysis.ledgers}) or [0]
    return (_samples(analysis, seat, channel) for seat in seats for channel in CHANNELS)


def _samples(analysis: Analysis, seat: int, channel: int) -> Table:
    samples, row = analysis.samples(seat, channel), CHANNELS[channel]
    n = len(samples.time_ns)
    return {
        "time_ns": Column("int64", samples.time_ns),
        "seat": Column("int16", np.full(n, seat, np.int16)),
        "channel": Column("string", np.full(n, row.name)),
        "value": Column("float64", np.where(np.isfinite(samples.value), samples.value, np.nan)),
        "unit": Column("string", np.full(n, row.unit)),
        "late": Column("bool", samples.late),
    }


def features_table(analysis: Analysis) -> Table:
    """A row per seat and whole second: a column per feature, and its quality and reason."""
    seconds = {seat: (rows.time_ns, rows.features) for seat, rows in analysis.seats.items()}
    return _by_second(seconds, FEATURES)


def features_after_table(analysis: Analysis) -> Table:
    """A row per seat and whole second: what only the whole session tells."""
    seconds = {seat: (rows.time_ns, rows.after()) for seat, rows in analysis.seats.items()}
    return _by_second(seconds, AFTER)


def _by_second(seconds: Seconds, features: tuple[Feature, ...]) -> Table:
    """In order of time, and of seats within a second."""
    times = [time_ns for time_ns, _ in seconds.values()]
    seats = [np.full(len(of), seat) for seat, of in zip(seconds, times, strict=True)]
    time_ns, seat = (np.concatenate([np.empty(0, np.int64), *of]) for of in (times, seats))
    order = np.lexsort((seat, time_ns))
    table = {
        "time_ns": Column("int64", time_ns[order]),
        "seat": Column("int16", seat[order].astype(np.int16)),
    }
    for feature in features:
        found = below([NONE, *(columns[feature.name] for _, columns in seconds.values())])
        table[feature.name] = Column("float64", found.value[order])
        table[f"{feature.name}_quality"] = Column(
            "float32", found.quality[order].astype(np.float32))
        table[f"{feature.name}_reason"] = Column("string", found.reason[order])
    return table


def phases_table(analysis: Analysis) -> Table:
    """A row per phase: id, label (en), start_ns, end_ns, source, event, case, part."""
    phases = analysis.phases
    parts = [analysis.course.compared_as(phase.id) for phase in phases]
    return {
        "phase": _column("string", phases, lambda phase: phase.id),
        "label": _column("string", phases, lambda phase: phase.label.get("en", phase.id)),
        **_times(phases),
        "source": _column("string", phases, lambda phase: phase.source),
        "event": _column("string", phases, lambda phase: phase.event),
        "case": Column("int16", [number or None for number in case_numbers(parts)]),
        "part": Column("string", parts),
    }


def turns_table(analysis: Analysis) -> Table:
    """A row per turn of a presenter or speaker: role, seat, start_ns, end_ns."""
    turns = turns_of(analysis.course, erased_seats(analysis.folder))
    return {
        "role": _column("string", turns, lambda turn: turn.role),
        "seat": _column("int16", turns, lambda turn: turn.seat),
        **_times(turns),
    }


def seats_table(analysis: Analysis) -> Table:
    """A row per kit on a seat: seat, kit, start_ns, end_ns."""
    rows = kits_on_seats(analysis.course, erased_seats(analysis.folder))
    return {
        "seat": _column("int16", rows, lambda row: row.seat),
        "kit": _column("string", rows, lambda row: row.kit),
        **_times(rows),
    }


def per_phase_table(analysis: Analysis) -> Table:
    """A row per phase, seat and feature: mean, coverage, quality, and the reason for them."""
    rows = analysis.features_per_phase()
    return {
        "phase": _column("string", rows, lambda row: row.phase),
        "start_ns": _column("int64", rows, lambda row: row.start_ns),
        "seat": _column("int16", rows, lambda row: row.seat),
        "feature": _column("string", rows, lambda row: row.feature),
        "unit": _column("string", rows, lambda row: row.unit),
        "mean": _column("float64", rows, lambda row: row.mean),
        "seconds": _column("int64", rows, lambda row: row.seconds),
        "coverage": _column("float64", rows, lambda row: row.coverage),
        "quality": _column("float64", rows, lambda row: row.quality),
        "reason": _column("string", rows, lambda row: row.reason),
    }


def markers_table(analysis: Analysis) -> Table:
    """A row per marker: at_ns, label, source, event."""
    markers = analysis.course.markers
    return {
        "at_ns": _column("int64", markers, lambda marker: marker.at_ns),
        "label": _column("string", markers, lambda marker: marker.label),
        "source": _column("string", markers, lambda marker: marker.source),
        "event": _column("string", markers, lambda marker: marker.event),
    }


def synchrony_table(analysis: Analysis) -> Table:
    """A row per phase and signal: the group's synchrony against chance."""
    spoken = spoken_by(analysis.course, analysis.last_ns)
    rows = phase_synchrony(analysis.seats, analysis.phases, analysis.last_ns, spoken)
    table = {
        "phase": _column("string", rows, lambda row: row.phase),
        **_times(rows),
        "signal": _column("string", rows, lambda row: row.signal),
        "persons": _column("int16", rows, lambda row: row.looked_at("persons")),
    }
    for name in ("value", "low", "high", "effect", "p", "p_corrected", "valid"):
        table[name] = _column("float64", rows, lambda row, name=name: row.looked_at(name))
    table["reason"] = _column("string", rows, lambda row: row.found.reason)
    return table


def intervals_table(analysis: Analysis) -> Table:
    """A row per interbeat interval: when it ends, how long it is, and what was set right."""
    rows = intervals_of(analysis)
    return {
        "end_ns": _column("int64", rows, lambda row: row.end_ns),
        "seat": _column("int16", rows, lambda row: row.seat),
        "ibi_ms": _column("float64", rows, lambda row: row.ibi_ms),
        "kind": _column("string", rows, lambda row: row.kind),
    }


AT_ONCE: dict[str, Callable[[Analysis], Table]] = {
    "features": features_table,
    "phases": phases_table,
    "turns": turns_table,
    "seats": seats_table,
    "per_phase": per_phase_table,
    "markers": markers_table,
    "features_after": features_after_table,
    "synchrony": synchrony_table,
    "intervals": intervals_table,
}


def _at_once(make: Callable[[Analysis], Table], analysis: Analysis) -> list[Table]:
    return [make(analysis)]


# Each in parts, one below the other.
TABLES: dict[str, Callable[[Analysis], Iterable[Table]]] = {
    "samples": sample_tables,
    **{name: partial(_at_once, make) for name, make in AT_ONCE.items()},
}
