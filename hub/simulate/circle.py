"""Sets up a simulated circle: people, their kits with wrong clocks, and the leader's box."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hub.simulate.bodies import Body, circle
from hub.simulate.chance import CLOCKS, stream
from hub.simulate.feed import Clocks, Feed
from hub.simulate.kits import Kit, Place, config
from hub.simulate.world import Anchor, Wearer, World, mono_us

HOUR_US = 3_600_000_000
BOX = "box-1"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many seats, and what all chance is drawn from."""

    seats: int
    seed: int


def clocks(seat: int, plan: Plan) -> Clocks:
    """The crystals of a seat's kit: the sensor 97-103 Hz (the last seat's exactly 100), the tick
    up to 50 ppm and some hours off."""
    rng = stream(plan.seed, CLOCKS, seat)
    hz = 100.0 if seat == plan.seats else round(float(rng.uniform(97, 103)), 4)
    return Clocks(hz, int(rng.integers(-50_000, 50_001)), int(rng.uniform(0.1, 20) * HOUR_US))


def build(plan: Plan, place: Place, folder: Path) -> World:
    """The world, not yet started. RecordingsMissing, KitsMissing: something is not installed."""
    people = circle(plan.seats, plan.seed)
    wearers: list[Wearer] = []
    for person in people:
        own, name = clocks(person.seat, plan), f"kit-{person.seat}"
        kit = Kit(folder / name, config(place, name, "kit"), own.record())
        wearers.append(Wearer(person.seat, kit, Feed(Body(person, plan.seed), own, mono_us())))
    own = clocks(0, plan)
    box = Kit(folder / BOX, config(place, BOX, "box"), own.record())
    return World(tuple(wearers), box, own, Anchor.take())
