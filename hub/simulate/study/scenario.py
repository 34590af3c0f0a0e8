"""What a simulated study assumes. Every figure here is an assumption, and is printed with what
comes of it: nobody has measured these in Balint groups yet."""

from __future__ import annotations

from dataclasses import dataclass

STEP_S = 5.0

# Phases of a 90-minute session with their lengths (s), and the share of time in which the
# presenter, and all members together, speak.
PHASES: tuple[tuple[str, int, float, float], ...] = (
    ("baseline", 180, 0.0, 0.0),
    ("talking-round", 240, 0.12, 0.85),
    ("case-call", 240, 0.35, 0.50),
    ("presentation", 600, 0.88, 0.04),
    ("questions", 480, 0.50, 0.45),
    ("discussion-early", 700, 0.0, 0.90),
    ("discussion-middle", 700, 0.0, 0.90),
    ("discussion-late", 700, 0.0, 0.90),
    ("integration", 420, 0.55, 0.35),
    ("closing", 420, 0.10, 0.80),
)
TURN_S = {"presenter": 40.0, "member": 20.0}  # how long one speaks, on average


@dataclass(frozen=True, slots=True)
class Measure:
    """A signal: `sd` of a person's fluctuation within a phase, `memory_s` of it, `speech`: what
    speaking adds (and the spread of that between people), with `delay_s` to build up; `drift` over
    the session (mean, spread between people); `shared`: of a course that all share. Units are
    those of `hub.analysis.measures`."""

    sd: float
    memory_s: float
    speech: tuple[float, float]
    delay_s: float
    drift: tuple[float, float]
    shared: float


MEASURES: dict[str, Measure] = {
    "hr": Measure(3.0, 40.0, (5.0, 2.0), 8.0, (-2.0, 2.0), 2.0),
    "ln_scl": Measure(0.08, 90.0, (0.05, 0.03), 10.0, (0.10, 0.10), 0.06),
    "scr_rate": Measure(2.0, 30.0, (2.0, 1.0), 5.0, (-0.5, 1.0), 1.0),
    "ln_rmssd": Measure(0.20, 40.0, (-0.15, 0.10), 8.0, (0.10, 0.10), 0.10),
}


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is planted. `effect`: in standard deviations of the measure (see Measure.sd);
    `speech`, `trend`: whether these confounds act; `persons` with the presenter."""

    effect: float = 0.0
    speech: bool = True
    trend: bool = True
    persons: int = 8
    spread: float = 0.5  # of the effect between sessions, as a share of it
    missing: float = 0.05  # share of steps without a valid figure
    own: float = 0.0  # sd of what each phase does to each person alone, in sds within a phase
    groups: int = 0  # closed ones, by turns; in each members present in turn. 0: others each time
    follows: bool = True  # whether members follow the presenter where there is an effect


# What an effect of 1 does to the presenter, by phase, and to the rest.
PRESENTER: dict[str, float] = {
    "case-call": 0.5, "presentation": 1.0, "questions": 0.4, "discussion-early": 0.6,
    "discussion-middle": 0.3, "discussion-late": 0.0, "integration": 0.2,
}  # fmt: skip
MEMBERS: dict[str, float] = {"presentation": 0.2, "discussion-early": 0.2}
FOLLOWS = 0.7  # share of a member's fluctuation in the early discussion that is the presenter's
INTERVENES = -0.5  # what an intervention does to all for a minute
SCENARIOS: dict[str, Scenario] = {
    "planted": Scenario(effect=1.0),
    "nothing": Scenario(speech=False, trend=False),
    "speech alone": Scenario(trend=False),
    "shared trend": Scenario(speech=False),
    "speech and trend": Scenario(),
}
