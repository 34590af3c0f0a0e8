"""The signals of one seat: samples placed in session time in, every feature at every whole second
out. The same whether the samples come live, late or from a replay, in pieces of any length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hub.records import Value
from hub.signals.arousal import Arousal, arousal_figures
from hub.signals.column import ANOTHER_KIT, FULL, Column
from hub.signals.features import FEATURES
from hub.signals.pulse_track import PulseTrack, pulse_figures
from hub.signals.skin_track import SkinTrack, skin_figures

NAMES = tuple(f.name for f in FEATURES)
BEHIND_S = 30.0
Row = tuple[int, dict[str, Value]]  # the second, and the features there


class SeatSignals:
    """`push_ppg` and `push_eda`, then `advance` for the seconds that are now final.

    Session time (s) is UTC less a whole number of seconds, so that whole seconds are whole UTC
    seconds. Pieces of a channel come in order; what was lost comes as NaN; after a pause of more
    than placed.BREAK_S the next piece just begins later, and everything is learnt anew.

    `begin_s`: another kit was on the seat before, and the seconds are this one's from then on.
    `arousal`: what is known of who wore this kit on this seat before.
    """

    def __init__(
        self, channels: tuple[str, ...] = ("ppg", "eda"), begin_s: int | None = None,
        arousal: Arousal | None = None,
    ) -> None:
        young = FULL if begin_s is None else ANOTHER_KIT
        self.pulse, self.skin = PulseTrack(young), SkinTrack(young)
        self.begin_s, self._end_s = begin_s, inf
        self._next: SeatSignals | None = None
        tracks: dict[str, PulseTrack | SkinTrack] = {"ppg": self.pulse, "eda": self.skin}
        self._awaited = [tracks[c] for c in channels]
        self.arousal = arousal or Arousal()
        self.next_s: int | None = None  # the first second that is still to be given

    def push_ppg(self, samples: NDArray[Any], start_s: float, period_s: float) -> None:
        """Raw counts of the pulse sensor (NaN: not received), the first at `start_s`."""
        self.pulse.push(samples, start_s, period_s)

    def push_eda(self, us: NDArray[Any], start_s: float, period_s: float) -> None:
        """Skin conductance (uS; NaN: not received), the first at `start_s`."""
        self.skin.push(us, start_s, period_s)

    def baseline(self, start_s: float, end_s: float) -> None:
        """One more baseline phase: it counts for the seconds after its end."""
        self.arousal.baseline(start_s, end_s)

    def baselines(self, spans: Iterable[tuple[float, float]]) -> None:
        """These are the baseline phases, in order of time, whatever was said of them before."""
        self.arousal.forget_baselines()
        for span in spans:
            self.arousal.baseline(*span)

    def advance(self, until_s: float, final: bool = False) -> list[Row]:
        """`advance` of this seat alone."""
        return advance([self], until_s, final)[0]

    def followed_by(self, another: SeatSignals) -> None:
        """Another kit is on the seat: from its first second on there is none of this one."""
        assert another.begin_s is not None
        self._next = self._next or another
        self._end_s = min(self._end_s, another.begin_s - 1)

    def settle(self) -> None:
        """Work on what was pushed."""
        for track in (self.pulse, self.skin):
            track.settle()

    def due(self, until_s: float, final: bool) -> range:
        """The whole seconds up to `until_s` that are final now; all that follow are settled."""
        if self.next_s is None:
            self.next_s = self._first()
        if self.next_s is None:
            return range(0)
        certain_s = inf if final else self.certain_s
        last = floor(min(until_s, certain_s, self._end_s))
        first, self.next_s = self.next_s, max(self.next_s, last + 1)
        return range(first, self.next_s)

    @property
    def certain_s(self) -> float:
        """Session time up to which all beats and responses are known. Both channels come in the
        same frames: one that is BEHIND_S behind the other has a sensor that is silent. Once
        seconds of the next kit are certain, all of this one's are."""
        if self._next and self._next.certain_s > self._end_s:
            return inf
        certain = [t.certain_s for t in self._awaited]
        return float(max(min(certain), max(certain) - BEHIND_S)) if certain else -np.inf

    def _first(self) -> int | None:
        begun = [t.first_s for t in self._awaited]
        known = [s for s in begun if s is not None]
        if not known:
            return None
        return min(known) if self.begin_s is None else max(min(known), self.begin_s)


def advance(
    seats: Sequence[SeatSignals], until_s: float, final: bool = False
) -> list[list[Row]]:
    """Of each seat the whole seconds up to `until_s` that are final, in order, each once.

    What was pushed is worked on here, for all seats together, so the less often this is called and
    the more there are, the cheaper it is. A second waits until both channels are certain up to it
    (about 4 s behind, and for a kit that is away until its backlog has come). `final`: nothing more
    will come for them.
    """
    spans, found = work(seats, until_s, final)
    rows = zip(*[column.values() for column in found.values()], strict=True)
    values = (dict(zip(NAMES, row, strict=True)) for row in rows)
    return [list(zip(span, values, strict=False)) for span in spans]


def work(
    seats: Sequence[SeatSignals], until_s: float, final: bool = False
) -> tuple[list[range], dict[str, Column]]:
    """As `advance`, in columns: of each seat the seconds, and every feature, in the order of NAMES,
    at all of them, one seat after the other."""
    for seat in seats:
        seat.settle()
    spans = [seat.due(until_s, final) for seat in seats]
    busy = [(seat, span) for seat, span in zip(seats, spans, strict=True) if span]
    if not busy:
        return spans, {}
    found = _figures(*zip(*busy, strict=True))
    return spans, {name: found[name] for name in NAMES}


def _figures(seats: Sequence[SeatSignals], spans: Sequence[range]) -> dict[str, Column]:
    """Every feature at these seconds of each seat, one seat after the other."""
    pulses, skins = [seat.pulse for seat in seats], [seat.skin for seat in seats]
    looks = [track.look(span) for track, span in zip(pulses, spans, strict=True)]
    found = pulse_figures(pulses, looks)
    found |= skin_figures([track.look(span) for track, span in zip(skins, spans, strict=True)])
    return found | arousal_figures([seat.arousal for seat in seats], spans, found)
