"""What a simulated session came to: its figures against the truth, as JSON and as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hub.analysis.session import Analysis, analyse, journal_of
from hub.disk.journal import follow
from hub.records import OVERFLOW, Ledger
from hub.simulate import acks
from hub.simulate.score import SeatScore, score, together
from hub.simulate.truth import Truth
from hub.simulate.world import World

Json = dict[str, Any]
SHOWN = ("hr", "rmssd", "scl", "scr_rate", "arousal")  # in the text; the JSON has all
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


@dataclass(frozen=True, slots=True)
class Ran:
    """A session that is over: where it lies, what was true, how it was run."""

    folder: Path
    truth_file: Path
    truth: Truth
    world: World
    network: str
    console_ms: Sequence[float]
    asked: frozenset[str] = frozenset()  # kits that the demo itself gave a seat
    broker: str | None = None  # that it had stopped, and how


def summarise(ran: Ran) -> Json:
    """The summary; `ok` and, where it is not, `why`."""
    analysis = analyse(ran.folder)
    phases = [_phase(phase) for phase in analysis.phases]
    seats = [_seat(seat, analysis, ran) for seat, had in analysis.course.seats.items() if had]
    presses = _presses(ran)
    cause = [f"{ran.broker}: nothing came from then on, hence what is lost"] if ran.broker else []
    why = [*cause, *_why(seats, presses, _lasted_s(analysis), ran), *_why_kits(analysis, ran)]
    return {
        "session": str(ran.folder), "truth": str(ran.truth_file),
        "protocol": analysis.course.protocol.id if analysis.course.protocol else None,
        "network": ran.network, "seconds": round(_lasted_s(analysis), 1),
        "phases": phases, "seats": seats, "presses": presses, "why": why, "ok": not why,
    }


def _lasted_s(analysis: Analysis) -> float:
    return (analysis.last_ns - (analysis.course.opened_ns or analysis.first_ns)) * 1e-9


def _phase(phase: Any) -> Json:
    return {name: getattr(phase, name) for name in ("id", "start_ns", "end_ns", "source")}


def _seat(seat: int, analysis: Analysis, ran: Ran) -> Json:
    """One seat with all kits it had, each held against its own truth while it was there."""
    stays = _stays(seat, analysis, ran)
    rows = [row for row in analysis.ledgers if row.seat == seat]
    kits = dict.fromkeys(str(span.value) for span in analysis.course.seats[seat])
    known = [ran.truth.by_kit[kit] for kit in kits if kit in ran.truth.by_kit]
    held = together(stays)
    return {
        "seat": seat, "kit": ", ".join(kits),
        "source": ", ".join(dict.fromkeys(one.source for one in known)),
        "expected": held.expected, "stored": held.stored,
        "late": int(analysis.samples(seat).late.sum()),
        "lost": held.lost, "unread": _unread(seat, analysis),
        "duplicates": held.duplicates, "unplaced": held.unplaced,
        "repeats_dropped": sum({row.kit: row.repeats for row in rows}.values()),
        "clock_error_ms": _clock(held, rows), "features": _features(analysis, seat),
    }


def _unread(seat: int, analysis: Analysis) -> int:
    """Samples of the pulse that a kit did not read in time: here because the machine was busy."""
    return sum(
        gap.samples for gap in analysis.gaps
        if gap.seat == seat and gap.channel == "ppg" and gap.cause == OVERFLOW
    )


def _stays(seat: int, analysis: Analysis, ran: Ran) -> list[SeatScore]:
    """The score of each kit's time on a seat; a kit that is none of the demo's has no truth."""
    spans = analysis.course.seats[seat]
    samples = analysis.samples(seat)
    starts = np.array([span.start_ns for span in spans], dtype=np.int64)
    whose = np.searchsorted(starts, samples.time_ns, side="right").clip(1) - 1
    return [
        score(ran.truth.by_kit[str(span.value)], samples.time_ns[whose == k],
              samples.value[whose == k], (span.start_ns, span.end_ns or analysis.last_ns))
        for k, span in enumerate(spans) if span.value in ran.truth.by_kit
    ]


def _clock(held: SeatScore, rows: Sequence[Ledger]) -> Json:
    claims = [row.clock_error_ms for row in rows if row.clock_error_ms is not None]
    claimed = max(claims) if claims and len(claims) == len(rows) else None
    return {"p50": held.error(50), "p99": held.error(99), "claimed": claimed}


def _features(analysis: Analysis, seat: int) -> dict[str, Json]:
    """By phase, in order: its features; a figure that is withheld is null and has its reason. A
    phase that came again is called "<id> 2"."""
    begun: dict[tuple[int, str], str] = {}
    found: dict[str, Json] = {}
    for one in analysis.features_per_phase():
        if one.seat != seat:
            continue
        key = (one.start_ns, one.phase)
        if key not in begun:
            again = 1 + sum(phase == one.phase for _, phase in begun)
            begun[key] = one.phase if again == 1 else f"{one.phase} {again}"
        figures: Json = {"mean": one.mean, "unit": one.unit, "coverage": one.coverage}
        withheld = {"reason": one.reason} if one.mean is None else {}
        found.setdefault(begun[key], {})[one.feature] = figures | withheld
    return found


def _presses(ran: Ran) -> Json:
    """Presses on the box, from the touch to the box's having the acknowledgement, and on the
    console, from the press to the hub's answer."""
    box = ran.world.box
    box_ms = acks.press_acks_ms(
        follow(journal_of(ran.folder), 0), box.name, ran.world.box_clocks, ran.world.anchor
    )
    taken = [*box_ms, *ran.console_ms]
    found = [round(float(p), 1) for p in np.percentile(taken, [50, 95])] if taken else [None, None]
    return {
        "count": len(taken), "box": len(box_ms), "pressed_on_box": len(ran.world.pressed),
        "ack_ms": {"p50": found[0], "p95": found[1]},
    }


def _why(seats: list[Json], presses: Json, lasted_s: float, ran: Ran) -> list[str]:
    bound = next(ms for since, ms in BOUNDS_MS[ran.network] if lasted_s >= since)
    why = [reason for seat in seats for reason in _why_seat(seat, bound)]
    if presses["box"] < presses["pressed_on_box"]:
        why.append(f"{presses['box']} of {presses['pressed_on_box']} presses on the box arrived")
    return why


def _why_kits(analysis: Analysis, ran: Ran) -> list[str]:
    seated = {span.value for spans in analysis.course.seats.values() for span in spans}
    return [
        *(f"{kit} was given a seat, and the journal has none"
          for kit in sorted(ran.asked) if kit not in seated),
        *(f"{kit} is no kit of this demo: nothing is known of it"
          for kit in sorted(map(str, seated)) if kit not in ran.truth.by_kit),
    ]


def _lost(seat: Json) -> str:
    if seat["lost"] > seat["unread"]:
        return f"{seat['lost']} samples lost"
    return f"{seat['lost']} samples lost: {TOO_BUSY}"


def _why_seat(seat: Json, bound_ms: float) -> list[str]:
    clock, where = seat["clock_error_ms"], f"seat {seat['seat']}"
    p99, claimed = clock["p99"], clock["claimed"]
    checks = (
        (seat["stored"] == 0, "nothing was stored"),
        (seat["lost"] > 0, _lost(seat)),
        (seat["duplicates"] > 0, f"{seat['duplicates']} samples stored twice"),
        (seat["unplaced"] > 0, f"{seat['unplaced']} samples that no sensor made"),
        (p99 is not None and p99 > bound_ms, f"clock {p99} ms off, {bound_ms} ms allowed"),
        (p99 is not None and (claimed is None or p99 > claimed),
         f"clock {p99} ms off, and only {claimed} ms claimed"),
    )
    return [f"{where}: {text}" for failed, text in checks if failed]


def text(said: Json) -> str:
    """The summary for a person."""
    ack = said["presses"]["ack_ms"]
    lines = [
        f"Session of {said['seconds']:.0f} s, protocol {said['protocol']}", "",
        "seat  kit      expected   stored   late  lost  repeats  clock p50/p99 (claimed) ms  pulse",
        *map(_seat_line, said["seats"]), "",
        *_feature_lines(said), "",
        f"presses {said['presses']['count']}, acknowledged after {ack['p50']} ms "
        f"(95 %: {ack['p95']})",
        f"session {said['session']}", f"truth   {said['truth']}", "",
        "Everything is as it should be." if said["ok"] else "NOT as it should be:",
        *(f"  {reason}" for reason in said["why"]),
        *_next(said["session"], said["ok"]),
    ]
    return "\n".join(lines)


def _next(session: str, ok: bool) -> list[str]:
    if not ok:
        return [f"Next, for when and why: stillpoint verify {session}"]
    return [f"Next: stillpoint verify {session}",
            f"      stillpoint export {session} --format csv"]


def _seat_line(seat: Json) -> str:
    clock = seat["clock_error_ms"]
    return (
        f"{seat['seat']:>4}  {seat['kit']:<8} {seat['expected']:>8} {seat['stored']:>8} "
        f"{seat['late']:>6} {seat['lost']:>5} {seat['repeats_dropped']:>8}  "
        f"{clock['p50']!s:>7} / {clock['p99']!s:<7} ({clock['claimed']})  {seat['source']}"
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
