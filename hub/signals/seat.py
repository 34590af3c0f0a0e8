"""The signals of one seat: samples placed in session time in, every feature at every whole second
out. The same whether the samples come live, late or from a replay, in pieces of any length."""

from __future__ import annotations

from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.records import Value
from hub.signals.arousal import Arousal
from hub.signals.features import FEATURES
from hub.signals.pulse_track import PulseTrack
from hub.signals.quality import PulseSensor
from hub.signals.skin_track import SkinTrack

NAMES = tuple(f.name for f in FEATURES)
DEFAULT_SENSOR = PulseSensor()
BEHIND_S = 30.0


class SeatSignals:
    """`push_ppg` and `push_eda`, then `advance` for the seconds that are now final.

    Session time (s) is UTC less a whole number of seconds, so that whole seconds are whole UTC
    seconds. Pieces of a channel come in order; what was lost comes as NaN; after a pause of more
    than placed.BREAK_S the next piece just begins later, and everything is learnt anew.
    """

    def __init__(
        self, sensor: PulseSensor = DEFAULT_SENSOR, channels: tuple[str, ...] = ("ppg", "eda")
    ) -> None:
        self._pulse = PulseTrack(sensor)
        self._skin = SkinTrack()
        tracks: dict[str, PulseTrack | SkinTrack] = {"ppg": self._pulse, "eda": self._skin}
        self._awaited = [tracks[c] for c in channels]
        self._arousal = Arousal()
        self._next_s: int | None = None

    def push_ppg(self, samples: NDArray[Any], start_s: float, period_s: float) -> None:
        """Raw counts of the pulse sensor (NaN: not received), the first at `start_s`."""
        self._pulse.push(samples, start_s, period_s)

    def push_eda(self, us: NDArray[Any], start_s: float, period_s: float) -> None:
        """Skin conductance (uS; NaN: not received), the first at `start_s`."""
        self._skin.push(us, start_s, period_s)

    def baseline(self, start_s: float, end_s: float) -> None:
        """The baseline phase, once it has ended; said again, the last one counts."""
        self._arousal.baseline(start_s, end_s)

    def advance(self, until_s: float, final: bool = False) -> list[tuple[int, dict[str, Value]]]:
        """The whole seconds up to `until_s` that are final, in order, each once.

        What was pushed is worked on here, so the less often this is called, the cheaper it is. A
        second waits until both channels are certain up to it (about 4 s behind, and for a kit
        that is away until its backlog has come). `final`: nothing more will come for them.
        """
        for track in (self._pulse, self._skin):
            track.settle()
        if self._next_s is None:
            self._next_s = self._first()
        if self._next_s is None:
            return []
        last = floor(until_s) if final else floor(min(until_s, self.certain_s))
        seconds = range(self._next_s, last + 1)
        out = [(second, self._second(second)) for second in seconds]
        self._next_s = max(self._next_s, last + 1)
        return out

    @property
    def certain_s(self) -> float:
        """Session time up to which all beats and responses are known. Both channels come in the
        same frames: one that is BEHIND_S behind the other has a sensor that is silent."""
        certain = [t.certain_s for t in self._awaited]
        return float(max(min(certain), max(certain) - BEHIND_S)) if certain else -np.inf

    def _first(self) -> int | None:
        begun = [t.first_s for t in self._awaited]
        known = [s for s in begun if s is not None]
        return min(known) if known else None

    def _second(self, second: int) -> dict[str, Value]:
        values = {**self._pulse.second(second), **self._skin.second(second)}
        values |= self._arousal.step(second, values)
        return {name: values[name] for name in NAMES}
