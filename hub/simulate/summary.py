"""What a simulated session came to: its figures against the truth, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hub.analysis.intervals import intervals_of
from hub.analysis.per_phase import PhaseFeatures
from hub.analysis.session import Analysis, analyse, journal_of
from hub.disk.journal import follow
from hub.records import OVERFLOW, Ledger
from hub.simulate import acks
from hub.simulate.heart_score import HeartScore
from hub.simulate.score import SeatScore
from hub.simulate.skin_score import SkinScore
from hub.simulate.stays import Worked, hearts_of, pulse_of, skin_of, stays
from hub.simulate.truth import Truth, box_clocks
from hub.simulate.verdict import Json, bound_ms, why_presses, why_seat
from hub.simulate.world import Anchor


@dataclass(frozen=True, slots=True)
class Ran:
    """A session that is over: where it lies, what was true, how it was run."""

    folder: Path
    truth_file: Path
    truth: Truth
    network: str
    console_ms: Sequence[float]
    asked: frozenset[str] = frozenset()  # kits that the demo itself gave a seat
    broker: str | None = None  # that it had stopped, and how


def summarise(ran: Ran) -> Json:
    """The summary; `ok` and, where it is not, `why`."""
    return held(analyse(ran.folder), ran)


def held(analysis: Analysis, ran: Ran) -> Json:
    """What was worked out of a session, held against what was true."""
    worked = Worked(analysis, analysis.features_per_phase(), intervals_of(analysis))
    phases = [_phase(phase) for phase in analysis.phases]
    seats = [_seat(seat, worked, ran) for seat, had in analysis.course.seats.items() if had]
    presses = _presses(ran, analysis)
    cause = [f"{ran.broker}: nothing came from then on, hence what is lost"] if ran.broker else []
    clock_ms = bound_ms(ran.network, _lasted_s(analysis))
    of_seats = [reason for seat in seats for reason in why_seat(seat, clock_ms)]
    why = [*cause, *of_seats, *why_presses(presses), *_why_kits(analysis, ran)]
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


def _seat(seat: int, worked: Worked, ran: Ran) -> Json:
    """One seat with all kits it had, each held against its own truth while it was there."""
    analysis = worked.analysis
    here = stays(seat, analysis, ran.truth.by_kit)
    rows = [row for row in analysis.ledgers if row.seat == seat]
    kits = dict.fromkeys(str(span.value) for span in analysis.course.seats[seat])
    known = [ran.truth.by_kit[kit] for kit in kits if kit in ran.truth.by_kit]
    held = pulse_of(seat, analysis, here)
    return {
        "seat": seat, "kit": ", ".join(kits),
        "source": ", ".join(dict.fromkeys(one.source for one in known)),
        "expected": held.expected, "stored": held.stored,
        "late": int(analysis.samples(seat).late.sum()),
        "lost": held.lost, "unread": _unread(seat, analysis),
        "duplicates": held.duplicates, "unplaced": held.unplaced,
        "repeats_dropped": sum({row.kit: row.repeats for row in rows}.values()),
        "clock_error_ms": _clock(held, rows), "skin": _skin(skin_of(seat, analysis, here)),
        "heart": _heart(hearts_of(seat, worked, here)),
        "features": _features(worked.features, seat),
    }


def _unread(seat: int, analysis: Analysis) -> int:
    """Samples of the pulse that a kit did not read in time: here because the machine was busy."""
    return sum(
        gap.samples for gap in analysis.gaps
        if gap.seat == seat and gap.channel == "ppg" and gap.cause == OVERFLOW
    )


def _clock(held: SeatScore, rows: Sequence[Ledger]) -> Json:
    claims = [row.clock_error_ms for row in rows if row.clock_error_ms is not None]
    claimed = max(claims) if claims and len(claims) == len(rows) else None
    return {"p50": held.error(50), "p99": held.error(99), "claimed": claimed}


def _skin(held: SkinScore) -> Json:
    return {"expected": held.expected, "stored": held.stored, "fits": held.share,
            "hole_s": held.hole_s}


def _heart(hearts: Sequence[HeartScore]) -> Json | None:
    """The worst of those that a seat had; None: none was modelled, or there for long enough."""
    if not hearts:
        return None
    return {"off": _worst([one.off for one in hearts]),
            "phase_off": _worst([one.phase_off for one in hearts]),
            "f1": min(one.f1 for one in hearts)}


def _worst(sizes: Sequence[float | None]) -> float | None:
    return max((size for size in sizes if size is not None), default=None)


def _features(features: Sequence[PhaseFeatures], seat: int) -> dict[str, Json]:
    """By phase, in order: its features; a figure that is withheld is null and has its reason. A
    phase that came again is called "<id> 2"."""
    begun: dict[tuple[int, str], str] = {}
    found: dict[str, Json] = {}
    for one in features:
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


def _presses(ran: Ran, analysis: Analysis) -> Json:
    """Presses on the box, from the touch to the box's having the acknowledgement, and on the
    console, from the press to the hub's answer. `off_ms`: how far the touch on the box that was
    placed worst is from its true time."""
    box, pressed = ran.truth.meta["box"], ran.truth.meta["presses"]
    box_ms = acks.press_acks_ms(
        follow(journal_of(ran.folder), 0), box["kit"], box_clocks(ran.truth),
        Anchor(**ran.truth.meta["anchor"]),
    )
    taken = [*box_ms, *ran.console_ms]
    found = [round(float(p), 1) for p in np.percentile(taken, [50, 95])] if taken else [None, None]
    return {
        "count": len(taken), "box": len(box_ms), "pressed_on_box": len(pressed),
        "ack_ms": {"p50": found[0], "p95": found[1]}, "off_ms": _presses_off_ms(ran, analysis),
    }


def _presses_off_ms(ran: Ran, analysis: Analysis) -> float | None:
    """Each touch is compared with the event of the box that is nearest; None: there are none."""
    said = np.array([one.event.at_ns for one in analysis.course.history
                     if one.event.source == "box"], dtype=np.int64)
    true = [one["time_ns"] for one in ran.truth.meta["presses"]]
    if not len(said) or not true:
        return None
    return round(max(float(np.abs(said - at).min()) for at in true) * 1e-6, 1)


def _why_kits(analysis: Analysis, ran: Ran) -> list[str]:
    seated = {span.value for spans in analysis.course.seats.values() for span in spans}
    return [
        *(f"{kit} was given a seat, and the journal has none"
          for kit in sorted(ran.asked) if kit not in seated),
        *(f"{kit} is no kit of this demo: nothing is known of it"
          for kit in sorted(map(str, seated)) if kit not in ran.truth.by_kit),
    ]
