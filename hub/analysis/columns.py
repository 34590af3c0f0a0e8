"""Seconds as columns, to go from one process to another: exactly what they were, and quickly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hub.records import Second, Value

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Columns:
    """`seats`, `times_ns`: (seconds,). By feature: value (NaN: withheld), quality, and which of
    the `reasons`."""

    seats: Ints
    times_ns: Ints
    features: dict[str, tuple[Floats, Floats, Ints]]
    reasons: list[str | None]


def pack(seconds: list[Second]) -> Columns:
    """Seconds that all have the same features."""
    number: dict[str | None, int] = {None: 0}
    features: dict[str, tuple[Floats, Floats, Ints]] = {}
    for name in seconds[0].values if seconds else ():
        value, quality, reason = zip(*[row.values[name] for row in seconds], strict=True)
        which = [number.setdefault(one, len(number)) for one in reason]
        features[name] = np.array(value, np.float64), np.array(quality), np.array(which, np.int64)
    seats = np.array([row.seat for row in seconds], np.int64)
    times = np.array([row.time_ns for row in seconds], np.int64)
    return Columns(seats, times, features, list(number))


def unpack(columns: Columns) -> list[Second]:
    """The seconds."""
    names = list(columns.features)
    by_feature = [_values(*columns.features[name], columns.reasons) for name in names]
    rows = zip(columns.seats.tolist(), columns.times_ns.tolist(), *by_feature, strict=True)
    return [Second(seat, ns, dict(zip(names, values, strict=True))) for seat, ns, *values in rows]


def _values(
    value: Floats, quality: Floats, which: Ints, reasons: list[str | None]
) -> list[Value]:
    figures: list[float | None] = value.tolist()
    for k in np.flatnonzero(np.isnan(value)).tolist():
        figures[k] = None
    numbers: list[int] = which.tolist()
    why = [reasons[k] for k in numbers]
    return list(map(Value, figures, quality.tolist(), why))
