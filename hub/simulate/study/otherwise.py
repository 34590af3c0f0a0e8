"""How often studies find what is not there where speech and taps are otherwise than assumed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import stdtr  # type: ignore[reportMissingTypeStubs]

from hub.analysis.contrasts import estimates
from hub.analysis.questions import PHASED
from hub.arrays import Floats
from hub.simulate.study.scenario import MEASURES, SCENARIOS
from hub.simulate.study.session import simulate
from hub.simulate.study.taps import Taps, tapped

SESSIONS = (12, 40)  # of a study
DRAWN = 2000  # studies, drawn from the sessions
# What is otherwise: with which time constant (s) speech is felt, and how turns are tapped.
OTHERWISE: dict[str, tuple[float, Taps]] = {
    "nothing": (8.0, Taps()),
    "speech is felt for 30 s (time constant; assumed: 8 s)": (30.0, Taps()),
    "for 60 s": (60.0, Taps()),
    "for 120 s": (120.0, Taps()),
    "every turn is tapped 5 s late": (8.0, Taps(late_s=5)),
    "10 s": (8.0, Taps(late_s=10)),
    "20 s": (8.0, Taps(late_s=20)),
    "a tenth of the turns is not tapped, and nobody is said to speak": (8.0, Taps(missed=0.1)),
    "a fifth": (8.0, Taps(missed=0.2)),
    "in a tenth of the turns who spoke before is said to speak on": (8.0, Taps(kept=0.1)),
    "in a fifth": (8.0, Taps(kept=0.2)),
}


def table(measure: str, sessions: int) -> str:
    """In Markdown: of each contrast the share of studies, of as many sessions as SESSIONS says,
    with p <= 0.05 though there is no effect; drawn from so many simulated `sessions`."""
    head = ["what is otherwise than assumed", *PHASED]
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|",
                      *_rows(measure, sessions)])


def _rows(measure: str, sessions: int) -> Iterator[str]:
    for name, (felt_s, taps) in OTHERWISE.items():
        found = without_effect(measure, felt_s, taps, sessions)
        shares = [_found([one[contrast] for one in found]) for contrast in PHASED]
        yield "| " + " | ".join([name, *shares]) + " |"


def without_effect(
    measure: str, felt_s: float, taps: Taps, sessions: int, seed: int = 9
) -> list[dict[str, float]]:
    """Every contrast in so many sessions of speech and trend alone."""
    rng = np.random.default_rng(seed)
    felt = replace(MEASURES[measure], delay_s=felt_s)
    return [estimates(tapped(simulate(SCENARIOS["speech and trend"], felt, rng), taps, rng))
            for _ in range(sessions)]


def _found(values: Sequence[float]) -> str:
    known = np.array([one for one in values if np.isfinite(one)])
    return " / ".join(f"{_significant(known, n):.0%}" for n in SESSIONS)


def _significant(values: Floats, sessions: int) -> float:
    """Share of studies of so many sessions, drawn from these, with p <= 0.05 (Student)."""
    drawn = np.random.default_rng(1).choice(values, (DRAWN, sessions))
    t = drawn.mean(axis=1) / (drawn.std(axis=1, ddof=1) / sessions**0.5)
    p: Floats = 2 * stdtr(sessions - 1, -abs(t))
    return float(np.mean(p <= 0.05))
