"""The channels of a body, in one table: stream, waves, signals, export, InfluxDB, codebook and live
view read it here. What is no row of it (PPG_RED) is kept in the journal, and nothing is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from firmware import wire
from hub.arrays import Floats, Ints
from hub.signals.eda import to_us
from hub.signals.seat import SeatSignals

FrontEnd = Mapping[str, float]  # what a kit says of its converter, see `hub.about`
Push = Callable[[SeatSignals, Floats, float, float], None]  # values, of the first (s), period (s)


@dataclass(frozen=True, slots=True)
class Channel:
    """One row. `period_us`: of its samples by the kit's clock; None: they lie by their index on the
    clock of the pulse sensor. `to_value`: raw samples in `unit`. `push`: its way into the signals
    of a seat. A wave has a point every `wave_ns`; pages show `shown_s` of it, with so many
    `decimals`. For readers: the `signal`, what it is taken from (`source`), what a `value` is."""

    name: str
    unit: str
    period_us: int | None
    to_value: Callable[[Ints, FrontEnd], Floats]
    push: Push
    wave_ns: int
    decimals: int
    shown_s: int
    signal: str
    source: str
    value: str


def _counts(samples: Ints, _: FrontEnd) -> Floats:
    return samples.astype(np.float64)


def _conductance(samples: Ints, front_end: FrontEnd) -> Floats:
    return to_us(samples, **front_end)


PPG = Channel(
    name="ppg", unit="counts", period_us=None, to_value=_counts,
    push=lambda seat, counts, start_s, period_s: seat.push_ppg(counts, start_s, period_s),
    wave_ns=40_000_000, decimals=1, shown_s=12,
    signal="pulse", source="infra-red light at the finger",
    value="raw counts of the converter (17 bit, at the upper end of 18), falling with the pulse",
)
EDA = Channel(
    name="eda", unit="uS", period_us=62_500, to_value=_conductance,
    push=lambda seat, us, start_s, period_s: seat.push_eda(us, start_s, period_s),
    wave_ns=62_500_000, decimals=5, shown_s=60,
    signal="skin conductance", source="skin conductance",
    value="uS; empty: received, and beyond the range of the converter (saturated)",
)
CHANNELS: dict[int, Channel] = {wire.PPG_IR: PPG, wire.EDA: EDA}


def named(name: str) -> Channel:
    """The channel of a wave or a message."""
    return next(channel for channel in CHANNELS.values() if channel.name == name)
