"""The kits of a seat, one after the other.

A seat with another kit may be another person: no window reaches back to the kit before, and what
was learnt of somebody counts for this seat with this kit alone. With a kit that comes back it does
again; with one that goes on after nobody had the seat, nothing was ever broken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.records import NS
from hub.results.ledger import EARLY_NS
from hub.signals.arousal import Arousal
from hub.signals.seat import SeatSignals

EARLY_S = EARLY_NS / NS + 1.0  # as a stay begins with a whole second, after the seat was given


@dataclass(frozen=True, slots=True)
class Stay:
    """A kit on a seat until another comes; `number`: which of them it is, 0, 1, ..."""

    kit: str
    number: int
    signals: SeatSignals

    def has(self, kit: str, at_s: float) -> bool:
        """Whether a sample of this kit, taken then, is of this stay or of a later one."""
        begin_s = self.signals.begin_s
        return kit == self.kit and (begin_s is None or begin_s - EARLY_S <= at_s)


class Stays:
    """Those of one seat so far, in order. What was given is never changed: a kit that is said to
    have come earlier, or whose coming is taken back, changes only the seconds still to come."""

    def __init__(self) -> None:
        self._stays: list[Stay] = []
        self._arousal: dict[str, Arousal] = {}  # by kit
        self._baselines: Sequence[tuple[float, float]] = ()

    def __iter__(self) -> Iterator[Stay]:
        return iter(self._stays)

    def sits(self, kit: str, begin_s: int) -> None:
        """The seat's last kit is this one, since then (session time)."""
        if self._stays and self._stays[-1].kit == kit:
            return
        before = [one.signals for one in self._stays]
        given = [one.next_s for one in before if one.next_s is not None]
        signals = SeatSignals(
            begin_s=max([begin_s, *given]) if before else None,
            arousal=self._arousal.setdefault(kit, Arousal()),
        )
        signals.baselines(self._baselines)
        for one in before:
            one.followed_by(signals)
        self._stays.append(Stay(kit, len(before), signals))

    def at(self, kit: str, at_s: float) -> Stay | None:
        """The stay of which a sample of this kit is that was taken then."""
        return next((one for one in reversed(self._stays) if one.has(kit, at_s)), None)

    def baselines(self, spans: Sequence[tuple[float, float]]) -> None:
        """These are the baseline phases, in order of time, whatever was said of them before."""
        self._baselines = spans
        for one in self._stays:
            one.signals.baselines(spans)
