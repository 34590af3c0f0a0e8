"""People with known bodies: what their sensors would read, and what was true meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from hub.arrays import Floats, Ints
from hub.simulate import recordings
from hub.simulate.chance import BODY, HANDS, VESSELS, stream
from hub.simulate.fidget import STILL, Fidget, Fidgets
from hub.simulate.pulse import Finger, Heart, Optics, Pulses, converted
from hub.simulate.scene import Mood, Scene, target, which
from hub.simulate.skin import NON_RESPONDER, Skin, Sweat

FOLLOW_S = 7.0  # how fast arousal follows what goes on
FIDGETS = {4: Fidgets(shakes=1.0), 6: Fidgets(shakes=0.2, lifts=0.4)}  # by seat
OWN = 0.06  # how far each goes its own way, standard deviation


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits on a seat. `recording`: the real pulse replayed instead of a modelled heart."""

    seat: int
    heart: Heart
    skin: Skin
    finger: Finger
    recording: str | None = None
    fidgets: Fidgets = STILL

    @property
    def source(self) -> str:
        """Where the pulse comes from."""
        return f"recording: heartpy {self.recording}" if self.recording else "model"


class Replayed:
    """Blood volume of a recording. Its beats are not known: `beats` is None."""

    beats: list[float] | None = None

    def __init__(self, loop: recordings.Loop) -> None:
        self._loop = loop

    def volume(self, at_s: Floats, step_s: float, mood: Mood) -> Floats:
        """About 0..1 a pulse; the mood does not move a recording."""
        return self._loop.at(at_s)


class Arousal:
    """A seat's arousal, which follows the scenes slowly and also goes its own way."""

    def __init__(self, seat: int, rng: np.random.Generator) -> None:
        self._seat, self._rng = seat, rng
        self._level, self._own = 0.2, 0.0  # both 0..1

    def mood(self, at_s: Floats, step_s: float, scenes: list[Scene]) -> Mood:
        """The mood at moments of an even grid that goes on where the last call ended."""
        index = which(scenes, at_s)
        goal, speaking = np.empty(len(at_s)), np.empty(len(at_s))
        for k in map(int, np.unique(index)):
            here = index == k
            goal[here] = target(scenes[k], self._seat, at_s[here])
            speaking[here] = float(scenes[k].speaker == self._seat)
        return Mood(self._follow(goal + 0.08 * speaking, step_s), speaking)

    def _follow(self, goal: Floats, step_s: float) -> Floats:
        length = step_s * len(goal)
        decay = math.exp(-length / 40.0)
        self._own = self._own * decay + float(self._rng.normal(0, OWN * math.sqrt(1 - decay**2)))
        start, aim = self._level, float(goal.mean()) + self._own
        self._level = start + (aim - start) * (1 - math.exp(-length / FOLLOW_S))
        return np.clip(np.linspace(start, self._level, len(goal)), 0, 1)


@dataclass
class Trace:
    """The truth of one body, in seconds of the machine's monotonic clock."""

    arousal_s: list[float] = field(default_factory=list[float])
    arousal: list[float] = field(default_factory=list[float])
    speaking: list[float] = field(default_factory=list[float])


class Body:
    """One simulated person. `pulse` and `skin` are asked for stretch after stretch."""

    def __init__(self, person: Person, seed: int) -> None:
        rng = stream(seed, BODY, person.seat)
        self.person, self.trace = person, Trace()
        name = person.recording
        self.heart = Replayed(recordings.load(name)) if name else Pulses(person.heart, rng)
        self.sweat = Sweat(person.skin, rng)
        self.fidget = Fidget(person.fidgets, stream(seed, HANDS, person.seat))
        self._optics = Optics(person.finger, rng)
        self._arousal = Arousal(person.seat, rng)

    def mood(self, at_s: Floats, step_s: float, scenes: list[Scene]) -> Mood:
        """The mood over a stretch; remembers it as truth."""
        mood = self._arousal.mood(at_s, step_s, scenes)
        self.trace.arousal_s.append(float(at_s[-1]))
        self.trace.arousal.append(float(mood.arousal[-1]))
        self.trace.speaking.append(float(mood.speaking[-1]))
        return mood

    def pulse(self, at_s: Floats, step_s: float, mood: Mood) -> Ints:
        """Counts of the infrared channel, as the sensor gives them."""
        volume = self.heart.volume(at_s, step_s, mood)
        volume = volume + self.fidget.shaking(at_s, step_s, mood)
        return converted(self.fidget.seen(at_s, self._optics.counts(volume, step_s, mood)))

    def skin_us(self, at_s: Floats, step_s: float, mood: Mood) -> Floats:
        """Conductance in uS."""
        return self.sweat.conductance_us(at_s, step_s, mood)


def circle(seats: int, seed: int) -> tuple[Person, ...]:
    """`seats` different people. Seat 3 hardly sweats; seats 2 and 5 replay real pulses (see
    `replayed`); seat 4 fidgets, and seat 6 lifts the finger now and then."""
    rng, names = stream(seed, BODY), replayed(seats)
    return tuple(
        _person(seat, names.get(seat), rng.uniform(0, 1, 8).tolist(),
                float(stream(seed, VESSELS, seat).uniform()))
        for seat in range(1, seats + 1)
    )


def presenting(seats: int) -> int:
    """The seat that presents the first case."""
    return 1 if seats > 2 else 2


def replayed(seats: int) -> dict[int, str]:
    """The recording on each seat that replays one: never the first that presents, since no mood
    moves a recording."""
    where = (2, 5) if seats >= 5 else (2, 3) if seats > 2 else (1,)
    return dict(zip(where, ("data3.csv", "data2.csv"), strict=False))


def _person(seat: int, recording: str | None, u: list[float], vessels: float) -> Person:
    heart = Heart(
        rest_bpm=58 + 20 * u[0], gain_bpm=16 + 12 * u[1], sinus_bpm=2.5 + 3.5 * u[2],
        breath_hz=0.19 + 0.10 * u[3],
    )
    skin = Skin(level_us=2.5 + 7 * u[4], gain_us=1.5 + 3 * u[5], size_us=0.2 + 0.3 * u[6])
    finger = Finger(level=0.56 + 0.08 * u[7], perfusion=0.010 + 0.010 * vessels)
    return Person(
        seat, heart, NON_RESPONDER if seat == 3 else skin, finger, recording,
        FIDGETS.get(seat, STILL),
    )
