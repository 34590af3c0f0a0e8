"""What the scripted leader and observer will say, and when: a session as the method orders it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hub.course.protocol import PhaseDef, Protocol
from hub.simulate.chance import SCRIPT, stream

BEGIN_S = 1.0  # after the opening
TURN_S = (7.0, 22.0)  # how long one person speaks


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is said at a moment (s after the opening): `kind` and `data` of an event."""

    at_s: float
    kind: str
    data: dict[str, Any]


def plan(protocol: Protocol, seats: int, presenter: int, seed: int) -> tuple[Act, ...]:
    """The protocol's phases in their usual order, each of its typical length, and who speaks in
    it. `presenter` presents the first case, the next seat the next."""
    rng = stream(seed, SCRIPT)
    acts: list[Act] = []
    at_s = BEGIN_S
    known: int | None = None
    for phase in filter(None, map(protocol.phase, protocol.order)):
        acts.append(Act(at_s, "phase", {"phase": phase.id}))
        acts.extend(_turns(phase, at_s, _speakers(phase, seats, known), rng))
        if phase.id == "case-call":
            known = known % seats + 1 if known else presenter
            acts.append(Act(at_s + 0.6 * phase.typical_s, "presenter", {"seat": known}))
        at_s += phase.typical_s
    return tuple(sorted(acts, key=lambda act: act.at_s))


def _speakers(phase: PhaseDef, seats: int, presenter: int | None) -> list[int]:
    """Who may speak. The leader has no seat."""
    everybody = list(range(1, seats + 1))
    members = [seat for seat in everybody if seat != presenter]
    may = {"presenter": [presenter] if presenter else [], "members": members, "all": everybody}
    return may.get(phase.who_speaks, [])


def _turns(
    phase: PhaseDef, at_s: float, speakers: list[int], rng: np.random.Generator
) -> list[Act]:
    if not speakers:
        return [Act(at_s + 0.5, "speaker", {"seat": None})]
    turns: list[Act] = []
    t, end_s, last = at_s + 0.5, at_s + phase.typical_s - 1.0, None
    while t < end_s:
        others = [seat for seat in speakers if seat != last] or speakers
        last = int(rng.choice(others))
        turns.append(Act(t, "speaker", {"seat": last}))
        t += min(float(rng.uniform(*TURN_S)), max(2.0, phase.typical_s / 3))
    return turns if len(speakers) > 1 else turns[:1]
