"""What a hub could get wrong in a session that was worked out, one fault each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from firmware import wire
from hub.analysis.part import SeatSamples
from hub.analysis.session import Analysis
from hub.arrays import Bools
from hub.records import NS

BLOCK = 16  # samples of the skin in a second, which a kit sends together


def _skin(change: Callable[[SeatSamples], SeatSamples]) -> Callable[[Analysis], Analysis]:
    """This done to everybody's skin."""
    def fault(analysis: Analysis) -> Analysis:
        placed = {key: change(samples) if key[1] == wire.EDA else samples
                  for key, samples in analysis.placed.items()}
        return replace(analysis, placed=placed)
    return fault


def _late(seconds: float) -> Callable[[Analysis], Analysis]:
    return _skin(lambda skin: replace(skin, time_ns=skin.time_ns + round(seconds * NS)))


def _kept(which: Callable[[int], Bools]) -> Callable[[Analysis], Analysis]:
    """Only these of so many samples."""
    def some(skin: SeatSamples) -> SeatSamples:
        keep = which(len(skin.time_ns))
        return SeatSamples(skin.time_ns[keep], skin.value[keep], skin.late[keep])
    return _skin(some)


def _swapped(analysis: Analysis) -> Analysis:
    one, other = (1, wire.EDA), (2, wire.EDA)
    placed = analysis.placed
    return replace(analysis, placed={**placed, one: placed[other], other: placed[one]})


def _doubled(analysis: Analysis) -> Analysis:
    def twice(features):
        return {**features, "hr": replace(features["hr"], value=2 * features["hr"].value)}
    seats = {seat: replace(rows, features=twice(rows.features))
             for seat, rows in analysis.seats.items()}
    return replace(analysis, seats=seats)


def _one_in_two(analysis: Analysis) -> Analysis:
    """A pulse slowed down to half: its samples are stored, and its beats lie elsewhere."""
    placed = {key: replace(samples, value=np.repeat(samples.value, 2)[: len(samples.value)])
              if key[1] == wire.PPG_IR else samples for key, samples in analysis.placed.items()}
    return replace(analysis, placed=placed)


def _pressed_early(seconds: float) -> Callable[[Analysis], Analysis]:
    def fault(analysis: Analysis) -> Analysis:
        history = tuple(
            replace(one, event=replace(one.event, at_ns=one.event.at_ns - round(seconds * NS)))
            for one in analysis.course.history)
        return replace(analysis, course=replace(analysis.course, history=history))
    return fault


ELSEWHEN = "are what it gave at that time"
FAULTS: dict[str, tuple[Callable[[Analysis], Analysis], str]] = {
    "the skin half a second late": (_late(0.5), ELSEWHEN),
    "the skin a tenth of a second early": (_late(-0.1), ELSEWHEN),
    "the skin upside down": (_skin(lambda skin: replace(
        skin, value=skin.value.max() + skin.value.min() - skin.value)), ELSEWHEN),
    "no skin of anybody": (_kept(lambda n: np.zeros(n, np.bool_)), "0 samples of the skin"),
    "one in twenty blocks of the skin dropped": (
        _kept(lambda n: np.arange(n) // BLOCK % 20 != 10), "without a sample of the skin"),
    "one in twenty samples of the skin dropped": (
        _kept(lambda n: np.arange(n) % 20 != 10), "samples of the skin in place of"),
    "the skins of two seats swapped": (_swapped, ELSEWHEN),
    "the heart rate doubled": (_doubled, "/min off"),
    "the pulse slowed down": (_one_in_two, "beats not where the heart beat"),
    "presses half a second early": (_pressed_early(0.5), "away from its time"),
    "presses three seconds early": (_pressed_early(3.0), "away from its time"),
}
