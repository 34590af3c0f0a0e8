"""Seats' seconds by hand, as an analysis has them."""

from itertools import groupby

import numpy as np

from hub.analysis.seats import SeatSeconds
from hub.signals.column import column


def seats_of(seconds):
    """`Second`s of any seats, each seat's in order of time."""
    ordered = sorted(seconds, key=lambda second: second.seat)
    return {seat: _columns(list(rows)) for seat, rows in groupby(ordered, lambda row: row.seat)}


def _columns(rows):
    times = np.array([row.time_ns for row in rows])
    names = rows[0].values
    columns = {n: column([row.values[n] for row in rows]) for n in names}
    return SeatSeconds(times, columns, np.full(len(rows), "kit", object))
