"""A circle of eight for the fake hub: forty minutes that were, and seconds that come."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hub.course.library import library
from hub.live.messages import team_messages
from hub.records import Second, Value
from hub.results.pipeline import CourseChanged, Ledgers
from hub.team.curve import Team
from tests.web.fake import FakeHub, Info

S = 1_000_000_000
SEATS = 8
PRESENTER = 3
PAST = (  # phase, seconds it lasted
    ("baseline", 190),
    ("building-trust", 260),
    ("case-call", 210),
    ("presentation", 640),
    ("questions", 420),
    ("discussion", 700),
)
LEVEL = {
    "baseline": 0.0,
    "building-trust": 0.25,
    "case-call": 0.5,
    "presentation": 0.7,
    "questions": 0.55,
    "discussion": 0.35,
}
PRESENTERS = {"case-call": 1.3, "presentation": 2.0, "questions": 1.1, "discussion": 0.7}


@dataclass
class Scene:
    hub: FakeHub
    info: Info
    since_s: int
    team: Team = field(default_factory=lambda: Team(late=True))

    def second(self, t: int) -> list[dict[str, Any]]:
        """The messages of the t-th second of the session."""
        return [*self._seconds(t), *self._team(t)]

    def _team(self, t: int) -> list[dict[str, Any]]:
        """What a team is told, by what tells it in earnest."""
        ns = (self.since_s + t) * S
        values = [self._arousal(seat, t, _phase_at(t)) for seat in range(1, SEATS + 1)]
        said = [Second(n, ns, {"arousal": Value(v, 1.0)}) for n, v in enumerate(values, 1)]
        results = [CourseChanged(self.hub.course(self.info.id)), *said, Ledgers(ns, ())]
        return team_messages(one for result in results for one in self.team.feed(result))

    def _seconds(self, t: int) -> list[dict[str, Any]]:
        phase = _phase_at(t)
        values = [self._arousal(seat, t, phase) for seat in range(1, SEATS + 1)]
        ns = (self.since_s + t) * S
        shown = sorted(v for v in values if v is not None)
        group = {
            "type": "group",
            "time_ns": ns,
            "n": len(shown),
            "median": None,
            "low": None,
            "high": None,
            "reason": "the baseline has not ended",
        }
        if t > 190:
            low, median, high = (shown[round(q * (len(shown) - 1))] for q in (0.25, 0.5, 0.75))
            group |= {"median": median, "low": low, "high": high, "reason": None}
        return [group, *(self._second(seat, ns, v) for seat, v in enumerate(values, 1))]

    def _arousal(self, seat: int, t: int, phase: str) -> float | None:
        if t < 190 or (seat == 7 and t > 2300):
            return None
        wander = 0.35 * math.sin(t / (90 + 13 * seat) + seat) + 0.15 * math.sin(t / 31 + 2 * seat)
        level = PRESENTERS.get(phase, 0.3) if seat == PRESENTER else LEVEL[phase]
        return level * min(1.0, _into(t) / 60 + 0.3) + wander

    def _second(self, seat: int, ns: int, arousal: float | None) -> dict[str, Any]:
        q = {5: 0.62, 7: 0.2}.get(seat, 0.95)
        values = {
            "arousal": {"v": arousal, "q": q, "r": None if arousal else "no baseline"},
            "hr": {"v": 68.0 + seat, "q": q, "r": None},
            "scl": {"v": 4.0 + seat / 3, "q": q, "r": None},
            "quality_ppg": {"v": q, "q": q, "r": None},
            "quality_eda": {"v": q, "q": q, "r": None},
        }
        return {"type": "second", "seat": seat, "time_ns": ns, "values": values}

    def waves(self, t: int, seconds: int = 1) -> Iterator[dict[str, Any]]:
        for seat in range(1, SEATS + 1):
            for channel, hz, make in (("ppg", 50, _ppg), ("eda", 4, _eda)):
                start = (self.since_s + t) * S
                values = [make(seat, t + k / hz) for k in range(hz * seconds)]
                yield {
                    "type": "wave",
                    "seat": seat,
                    "channel": channel,
                    "start_ns": start,
                    "period_ns": S // hz,
                    "values": values,
                }

    def ledger(self, t: int) -> dict[str, Any]:
        return {
            "type": "ledger",
            "now_ns": (self.since_s + t) * S,
            "rows": [_account(seat, t, self.since_s) for seat in range(1, SEATS + 1)],
        }

    def tell(self, t: int) -> None:
        self.hub.live(self.info.id).apply([*self.second(t), *self.waves(t), self.ledger(t)])

    def run(self, stop: threading.Event) -> None:
        t = self.hub.now_ns() // S - self.since_s
        while not stop.wait(1):
            t += 1
            self.tell(t)


def scene(hub: FakeHub, language: str = "en") -> Scene:
    """A session in its discussion, its past told."""
    now_ns, told, team = _past()
    hub.offset_ns = now_ns - time.time_ns()
    made = _begun(hub, language, now_ns)
    made.team = deepcopy(team)
    hub.live(made.info.id).apply(told)
    return made


@cache
def _past() -> tuple[int, list[dict[str, Any]], Team]:
    """When a scene's hub has it, what it was told by then, and its team. All scenes have the same:
    to work it out anew took half of the live page's tests."""
    now_ns = time.time_ns()
    made = _begun(FakeHub(), "en", now_ns)
    now = now_ns // S - made.since_s
    told = [one for t in range(30, now) for one in made.second(t)]
    return now_ns, [*told, *made.waves(now - 60, 60), made.ledger(now)], made.team


def _begun(hub: FakeHub, language: str, now_ns: int) -> Scene:
    """Its phases, and what the leader pressed."""
    length = sum(seconds for _, seconds in PAST)
    opened = (now_ns // S - length - 25) * S
    seats = {n: f"kit-{n}" for n in range(1, SEATS + 1)}
    info = hub.open_session(
        "room-1", library().texts["classic-90"], seats, hub.simulated, language, opened
    )
    at = opened + 25 * S
    for n, (phase, seconds) in enumerate(PAST):
        hub.record_event(info.id, "phase", {"phase": phase}, at, "console", f"press-of-{n}")
        at += seconds * S
    said = (
        ("presenter", {"seat": PRESENTER}, 640),
        ("speaker", {"seat": 6}, 2300),
        ("marker", {"label": "intervention"}, 1950),
    )
    for kind, data, t in said:
        hub.record_event(info.id, kind, data, opened + t * S, "console", f"press-{kind}")
    return Scene(hub, info, opened // S)


def _phase_at(t: int) -> str:
    at = 25
    for phase, seconds in PAST:
        at += seconds
        if t < at:
            return phase
    return PAST[-1][0]


def _into(t: int) -> float:
    at = 25
    for _, seconds in PAST:
        if t < at + seconds:
            return t - at
        at += seconds
    return t - at


def _ppg(seat: int, t: float) -> float | None:
    if seat == 7:
        return 9000 + random.Random(round(t * 50)).gauss(0, 40)
    beat = (t * (1.1 + 0.04 * seat)) % 1
    pulse = math.exp(-(((beat - 0.2) / 0.09) ** 2)) + 0.4 * math.exp(-(((beat - 0.5) / 0.12) ** 2))
    return 105000 - 900 * pulse + 120 * math.sin(t / 3)


def _eda(seat: int, t: float) -> float | None:
    into = (t + 7 * seat) % 23
    response = 0.4 * (1 - math.exp(-into)) * math.exp(-into / 5)
    return 4 + seat / 3 + response + 0.1 * math.sin(t / 40)


def _account(seat: int, t: int, since_s: int) -> dict[str, Any]:
    expected = round(t * (99.2 + 0.3 * seat))
    lost = 212 if seat == 4 else 0
    return {
        "seat": seat,
        "kit": f"kit-{seat}",
        "expected": expected,
        "stored": expected - lost,
        "late": 11_840 if seat == 2 else 0,
        "lost": lost,
        "repeats": 0,
        "clock_error_ms": 17.0 if seat == 8 else 1.2 + seat / 5,
        "settling": seat == 8,
        "rate_hz": 99.2 + 0.3 * seat,
        "contact": seat != 7,
        "ring_permille": 10 + 40 * seat,
        "last_ns": (since_s + t - (42 if seat == 2 else 0)) * S,
    }
