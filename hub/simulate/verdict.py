"""Whether a simulated session is as it should be, and if not, why: the bounds and their words.

The bounds of the skin, the heart and presses leave room for a busy machine, which reads its sensors
late; what a fault of the hub does to them is far beyond.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
TOO_BUSY = (
    "this machine was too busy to read the simulated sensors in time. Close other programs and run "
    "it again"
)
# The clock's bounds: after so many seconds, so many ms (99 % of samples), by the kind of network.
BOUNDS_MS: dict[str, tuple[tuple[float, float], ...]] = {
    "uniform": ((300.0, 5.0), (60.0, 10.0), (0.0, 25.0)),
    "wifi": ((300.0, 2.0), (60.0, 10.0), (0.0, 25.0)),
    "none": ((300.0, 2.0), (60.0, 10.0), (0.0, 25.0)),
}
PRESS_MS = 250.0
SKIN_AMISS, SKIN_FITS, SKIN_HOLE_S = 0.04, 0.75, 0.6
RATE_OFF, PHASE_OFF, BEATS_F1 = 3.0, 8.0, 0.7
CHECKED = (
    "Checked: samples and clocks of pulse and skin, presses on the box; where the",
    "heart is modelled, its beats and rates. Not checked: RMSSD, levels and responses",
    "of the skin, arousal, synchrony.",
)


def bound_ms(network: str, lasted_s: float) -> float:
    """How far off a clock may be."""
    return next(ms for since, ms in BOUNDS_MS[network] if lasted_s >= since)


def why_seat(seat: Json, clock_ms: float) -> list[str]:
    """What is amiss with a seat."""
    checks = (*_pulse(seat, clock_ms), *_skin(seat["skin"]), *_heart(seat["heart"]))
    return [f"seat {seat['seat']}: {text}" for failed, text in checks if failed]


Checks = tuple[tuple[bool, str], ...]


def _pulse(seat: Json, clock_ms: float) -> Checks:
    p99, claimed = seat["clock_error_ms"]["p99"], seat["clock_error_ms"]["claimed"]
    return (
        (seat["stored"] == 0, "nothing was stored"),
        (seat["lost"] > 0, _lost(seat)),
        (seat["duplicates"] > 0, f"{seat['duplicates']} samples stored twice"),
        (seat["unplaced"] > 0, f"{seat['unplaced']} samples that no sensor made"),
        (p99 is not None and p99 > clock_ms, f"clock {p99} ms off, {clock_ms} ms allowed"),
        (p99 is not None and (claimed is None or p99 > claimed),
         f"clock {p99} ms off, and only {claimed} ms claimed"),
    )


def _lost(seat: Json) -> str:
    if seat["lost"] > seat["unread"]:
        return f"{seat['lost']} samples lost"
    return f"{seat['lost']} samples lost: {TOO_BUSY}"


def _skin(skin: Json) -> Checks:
    expected, stored, fits = skin["expected"], skin["stored"], skin["fits"]
    return (
        (abs(expected - stored) > 1 + SKIN_AMISS * expected,
         f"{stored} samples of the skin in place of {expected}"),
        (skin["hole_s"] > SKIN_HOLE_S, f"{skin['hole_s']} s without a sample of the skin"),
        (fits is not None and fits < SKIN_FITS,
         f"only {fits or 0:.0%} of the skin's samples are what it gave at that time"),
    )


def _heart(heart: Json | None) -> Checks:
    if heart is None:
        return ()
    off, phase = heart["off"], heart["phase_off"]
    return (
        (off is None, "no heart rate"),
        (off is not None and off > RATE_OFF, f"heart rate {off}/min off"),
        (phase is not None and phase > PHASE_OFF, f"mean heart rate of a phase {phase}/min off"),
        (heart["f1"] < BEATS_F1, f"beats not where the heart beat (F1 {heart['f1']})"),
    )


def why_presses(presses: Json) -> list[str]:
    """What is amiss with the presses on the box."""
    off = presses["off_ms"]
    checks = (
        (presses["box"] < presses["pressed_on_box"],
         f"{presses['box']} of {presses['pressed_on_box']} presses on the box arrived"),
        (off is not None and off > PRESS_MS, f"a press on the box is {off} ms away from its time"),
    )
    return [text for failed, text in checks if failed]
