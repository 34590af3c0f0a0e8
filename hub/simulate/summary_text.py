"""The summary of a simulated session for a person, in 80 columns."""

from __future__ import annotations

import numpy as np

from hub.simulate.verdict import CHECKED, Json

SHOWN = ("hr", "rmssd", "scl", "scr_rate", "arousal")  # the JSON has all


def text(said: Json) -> str:
    """The summary for a person."""
    lines = [
        f"Session of {said['seconds']:.0f} s, protocol {said['protocol']}", "",
        "pulse sensor and clock",
        "seat  kit      expected   stored  late lost  repeats  clock p50/p99 (claimed) ms",
        *map(_seat_line, said["seats"]), "",
        "against the truth",
        "seat  skin: expected stored  true  heart: off 1/min  beats F1  pulse",
        *map(_truth_line, said["seats"]), "",
        *_feature_lines(said), "",
        _presses_line(said["presses"]),
        f"session {said['session']}", f"truth   {said['truth']}", "",
        "All that was checked is as it should be." if said["ok"] else "NOT as it should be:",
        *(f"  {reason}" for reason in said["why"]), *CHECKED,
        *_next(said["session"], said["ok"]),
    ]
    return "\n".join(lines)


def _next(session: str, ok: bool) -> list[str]:
    if not ok:
        return [f"Next, for when and why: stillpoint verify {session}"]
    return [f"Next: stillpoint verify {session}",
            f"      stillpoint export {session} --format csv"]


def _presses_line(presses: Json) -> str:
    """By how much they are off is known of the box's alone."""
    ack, off_ms = presses["ack_ms"], presses["off_ms"]
    said = [f"presses {presses['count']}"]
    if presses["count"]:
        said.append(f"acknowledged after {ack['p50']} ms (95 %: {ack['p95']})")
    return ", ".join(said if off_ms is None else [*said, f"off by {off_ms} ms"])


def _seat_line(seat: Json) -> str:
    clock = seat["clock_error_ms"]
    return (
        f"{seat['seat']:>4}  {seat['kit']:<8} {seat['expected']:>8} {seat['stored']:>8} "
        f"{seat['late']:>5} {seat['lost']:>4} {seat['repeats_dropped']:>8}  "
        f"{clock['p50']!s:>7} / {clock['p99']!s:<7} ({clock['claimed']})"
    )


def _truth_line(seat: Json) -> str:
    skin, heart = seat["skin"], seat["heart"] or {"off": "-", "f1": "-"}
    true = "-" if skin["fits"] is None else f"{100 * skin['fits']:.0f} %"
    return (
        f"{seat['seat']:>4} {skin['expected']:>15} {skin['stored']:>6} {true:>6} "
        f"{heart['off']!s:>16} {heart['f1']!s:>9}  {seat['source'].removeprefix('recording: ')}"
    )


def _feature_lines(said: Json) -> list[str]:
    """The middle of the seats, by phase."""
    phases = dict.fromkeys(phase for seat in said["seats"] for phase in seat["features"])
    head = "median over seats".ljust(20) + "".join(f"{name:>10}" for name in SHOWN)
    rows = [
        phase.ljust(20) + "".join(f"{_middle(said, phase, name):>10}" for name in SHOWN)
        for phase in phases
    ]
    units = "".ljust(20) + "".join(f"{_unit(said, name):>10}" for name in SHOWN)
    if not rows:
        return ["No features: no phase."]
    return [head, units, *rows, "(-: withheld; --json says why)"]


def _unit(said: Json, feature: str) -> str:
    """As the features' table has it."""
    return next((phase[feature]["unit"] for seat in said["seats"]
                 for phase in seat["features"].values() if feature in phase), "")


def _middle(said: Json, phase: str, feature: str) -> str:
    all_seats = [seat["features"].get(phase, {}).get(feature, {}) for seat in said["seats"]]
    means = [figures["mean"] for figures in all_seats if figures.get("mean") is not None]
    return f"{np.median(means):.2f}" if means else "-"
