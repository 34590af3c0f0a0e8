"""What is going on in the circle at a moment, as one person in it feels it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hub.arrays import Floats, Ints


@dataclass(frozen=True, slots=True)
class Scene:
    """The room, from one moment until the next scene. Times in seconds of the machine's
    monotonic clock; `presenter` and `speaker` are numbers of bodies."""

    since_s: float
    phase: str | None = None
    phase_since_s: float = 0.0
    phase_length_s: float = 600.0  # how long such a phase usually lasts
    presenter: int | None = None
    speaker: int | None = None


@dataclass(frozen=True, slots=True)
class Mood:
    """What drives one body at given moments: its arousal (0..1) and whether it speaks (0 or 1)."""

    arousal: Floats
    speaking: Floats


@dataclass(frozen=True, slots=True)
class Course:
    """The level of arousal a role has in a phase: it goes from `begin` to `end` over the phase's
    usual length, after an extra `bump` that fades within a tenth of it."""

    begin: float
    end: float
    bump: float = 0.0

    def at(self, share: Floats) -> Floats:
        """The level after this share (0..) of the usual length."""
        return self.begin + (self.end - self.begin) * share.clip(0, 1) + self.bump * (
            (1 - 10 * share).clip(0, 1)
        )


CALM = Course(0.25, 0.20)

# What Farkas, Csukly and Fonagy (2023) claim of the presenter (high in the presentation, falling
# over the push-back), and what we assume: its first rise, and the members.
PRESENTER: dict[str, Course] = {
    "baseline": Course(0.15, 0.10),
    "case-call": Course(0.35, 0.60),
    "presentation": Course(0.85, 0.80, bump=0.10),
    "questions": Course(0.60, 0.50),
    "discussion": Course(0.65, 0.20, bump=0.20),
    "outer-circle": Course(0.35, 0.25),
    "integration": Course(0.45, 0.40, bump=0.10),
    "last-word": Course(0.45, 0.40, bump=0.10),
    "break": CALM,
    "closing": Course(0.25, 0.20),
    "recovery": Course(0.15, 0.10),
}
MEMBER: dict[str, Course] = {
    "baseline": Course(0.15, 0.10),
    "case-call": Course(0.30, 0.30),
    "presentation": Course(0.40, 0.45),
    "questions": Course(0.35, 0.35),
    "discussion": Course(0.45, 0.35),
    "outer-circle": Course(0.30, 0.25),
    "integration": Course(0.30, 0.30),
    "last-word": Course(0.30, 0.30),
    "break": CALM,
    "closing": Course(0.20, 0.20),
    "recovery": Course(0.15, 0.10),
}


def target(scene: Scene, body: int, at_s: Floats) -> Floats:
    """The arousal (0..1) that this body is drawn to at these moments of the scene."""
    table = PRESENTER if scene.presenter == body else MEMBER
    course = table.get(scene.phase or "", CALM)
    return course.at((at_s - scene.phase_since_s) / scene.phase_length_s)


def which(scenes: list[Scene], at_s: Floats) -> Ints:
    """Index of the scene that holds at each moment."""
    since = np.array([scene.since_s for scene in scenes])
    return np.maximum(np.searchsorted(since, at_s, side="right") - 1, 0)
