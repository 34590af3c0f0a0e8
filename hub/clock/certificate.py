"""The time certificate of a session: how each kit's clock ran, and what may be said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hub.clock.envelope import ABOVE, BELOW
from hub.clock.kit import FinalClock, FinalFit
from hub.clock.sensor import FinalSensor

Boot = tuple[str, int]


def certificate(
    kits: Mapping[Boot, FinalClock], sensors: Mapping[Boot, Sequence[FinalSensor]]
) -> dict[str, dict[str, Any]]:
    """JSON-able, "<kit>:<boot hex>" -> its figures; None where a thing is not known.

    offset_s          UTC minus the kit's tick at the first exchange
    drift_ppm         by how much UTC gained on the kit's clock, mean
    exchanges         messages of the rarer direction
    round_trip_ms     the smallest way there plus the smallest way back
    residual_ms_p50   how long messages took by this clock, both directions
    residual_ms_p99
    claimed_error_ms  the largest between first and last exchange, and of the first and last sample;
                      covers the true one
    settled_at        UTC ns at which the live clock first claimed less than 10 ms
    heard_ns          UTC ns at which the first message came, and the last
    steps, refused    times the clock had stepped and was begun anew; stamps that cannot be true
    jumps             of these steps: [UTC ns, by how many s UTC had jumped against the kit's clock]
    rate_hz           the sensor's, mean, in UTC seconds
    odd_rates_hz      the rates one after the other, where it did not run at one of about 100
    phase_error_ms    the largest claimed error of a sample in the kit's clock
    index_breaks      times samples were lost uncounted
    """
    return {
        f"{kit}:{boot:08x}": _kit(clock) | _sensor(sensors.get((kit, boot), ()), clock.fit())
        for (kit, boot), clock in kits.items()
    }


def _kit(clock: FinalClock) -> dict[str, Any]:
    fit = clock.fit()
    known = {"placed": fit is not None, "exchanges": clock.exchanges, "steps": clock.steps,
             "refused": clock.refused, "settled_at": clock.settled_ns,
             "heard_ns": [*clock.heard_ns[:1], *clock.heard_ns[-1:]],
             "jumps": [[at_ns, round(by_s, 4)] for at_ns, by_s in clock.jumps()]}
    if fit is None:
        unknown = ("offset_s", "drift_ppm", "round_trip_ms", "residual_ms_p50",
                   "residual_ms_p99", "claimed_error_ms")
        return known | dict.fromkeys(unknown)
    delay, side = clock.delays_ms().T
    return known | {
        "offset_s": round((fit.to_ns(fit.origin.tick) - fit.origin.tick * 1000) / 1e9, 6),
        "drift_ppm": round(fit.drift_ppm, 3),
        "round_trip_ms": _ms(sum(delay[side == way].min() for way in (ABOVE, BELOW))),
        "residual_ms_p50": _ms(np.percentile(delay, 50)),
        "residual_ms_p99": _ms(np.percentile(delay, 99)),
        "claimed_error_ms": _ms(clock.error_ns / 1e6),
    }


def _sensor(runs: Sequence[FinalSensor], kit: FinalFit | None) -> dict[str, Any]:
    fits = [(run, fit) for run in runs if (fit := run.fit())]
    if not fits:
        return {"rate_hz": None, "odd_rates_hz": [], "phase_error_ms": None, "index_breaks": 0}
    longest = max((fit for _, fit in fits), key=lambda fit: fit.n)
    second = 1e6 / (1 + kit.drift_ppm * 1e-6) if kit else 1e6
    return {
        "rate_hz": round(second / longest.period_us, 5),
        "odd_rates_hz": [
            round(second / period_us, 2)
            for run, _ in fits if run.is_odd for period_us in run.periods_us
        ],
        "phase_error_ms": _ms(max(fit.error_us for _, fit in fits) / 1e3),
        "index_breaks": sum(run.breaks for run, _ in fits),
    }


def _ms(value: Any) -> float:
    return round(float(value), 3)
