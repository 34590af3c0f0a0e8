"""Many simulated studies: how often a contrast is found, how far off, how often falsely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hub.analysis.contrasts import Tested, averaged, estimates, over_sessions
from hub.analysis.questions import CONTRASTS, PHASED
from hub.simulate.study.scenario import (
    INTERVENES,
    MEASURES,
    MEMBERS,
    PRESENTER,
    Measure,
    Scenario,
)
from hub.simulate.study.session import profiles, simulate

# What an effect of 1 makes of each contrast, in standard deviations.
PLANTED: dict[str, float] = {
    name: sum(w * (PRESENTER.get(phase, 0.0) - MEMBERS.get(phase, 0.0))
              for phase, w in weights.items())
    for name, weights in PHASED.items()
} | {"intervention": INTERVENES}


@dataclass(frozen=True, slots=True)
class Found:
    """One contrast over many studies. `significant`: share with p <= 0.05, uncorrected;
    `corrected`: after Holm; `mean` of the estimates, `truth` (None where it has no simple one), in
    the measure's unit; `covered`: share of the 95 % intervals that hold the truth."""

    contrast: str
    studies: int
    significant: float
    corrected: float
    mean: float
    truth: float | None
    covered: float | None


def truth(contrast: str, scenario: Scenario, measure: Measure) -> float | None:
    """What the contrast would be without noise, in the measure's unit."""
    if contrast not in PLANTED:  # following: a correlation
        return None if scenario.effect else 0.0
    return scenario.effect * measure.sd * PLANTED[contrast]


def unit(contrast: str) -> float:
    """How large a contrast an effect of 1 makes, in standard deviations; 1 if it has no truth."""
    return abs(PLANTED.get(contrast, 1.0))


def study(scenario: Scenario, measure: Measure, sessions: int, seed: int) -> list[Tested]:
    """One study of so many sessions, tested; of closed groups over their presenters."""
    rng = np.random.default_rng(seed)
    if not scenario.groups:
        return over_sessions([estimates(simulate(scenario, measure, rng)) for _ in range(sessions)])
    groups = [profiles(scenario.persons, rng) for _ in range(scenario.groups)]
    found: dict[tuple[int, int], list[dict[str, float]]] = {}
    for k in range(sessions):
        turn, group = divmod(k, scenario.groups)
        own = np.roll(groups[group], -turn, axis=0)
        session = estimates(simulate(scenario, measure, rng, own))
        found.setdefault((group, turn % scenario.persons), []).append(session)
    return over_sessions([averaged(cases) for cases in found.values()])


def trials(
    scenario: Scenario, measure: str, sessions: int, studies: int, seed: int = 1,
    say: Callable[[int], None] = lambda _: None,
) -> dict[str, Found]:
    """Each contrast over so many studies. The same seed gives the same figures. `say` hears of the
    number of each study before it begins."""
    size, rows = MEASURES[measure], list[list[Tested]]()
    for k in range(studies):
        say(k + 1)
        rows.append(study(scenario, size, sessions, seed * 100_003 + k))
    return {name: _found(name, [row[k] for row in rows], truth(name, scenario, size))
            for k, name in enumerate(CONTRASTS)}


def _found(name: str, tested: list[Tested], real: float | None) -> Found:
    p = np.array([one.p for one in tested], np.float64)
    corrected = np.array([one.p_corrected for one in tested], np.float64)
    held = None
    if real is not None:
        held = float(np.mean([(one.low or 0) <= real <= (one.high or 0) for one in tested]))
    mean = float(np.mean([one.mean for one in tested if one.mean is not None]))
    return Found(name, len(tested), float(np.mean(p <= 0.05)), float(np.mean(corrected <= 0.05)),
                 mean, real, held)
