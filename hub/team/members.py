"""Who counts in a phase."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, combinations

from hub.policy import GROUP_MIN
from hub.records import NS
from hub.team.figures import SPREAD_MIN, Shown, shown
from hub.team.kept import Figures, Kept

FIRST_S, FIRST_SHARE = 30, 0.5
BRIDGE_NS = 30 * NS  # no more than what is known ahead, since the curve is late
DIFFER_BY = 3  # seats; fewer would be the difference of two figures
Seats = tuple[int, ...]  # in order


class Members:
    """Those who count, and the last figures of each. `since_ns`: from when on they count."""

    def __init__(self, since_ns: int, seats: Seats) -> None:
        self.since_ns, self.seats = since_ns, seats
        self._last: dict[int, tuple[int, Figures]] = {}

    def hear(self, time_ns: int, kept: Kept) -> None:
        """The next second."""
        for seat in self.seats:
            figures = kept.at(seat, time_ns)
            if figures is not None:
                self._last[seat] = (time_ns, figures)

    def shown(self, time_ns: int, kept: Kept) -> Shown | None:
        """The figures of all; None where somebody's are missing for long, or too few are of now."""
        fresh = sum(self._last.get(seat, (0,))[0] == time_ns for seat in self.seats)
        if fresh < GROUP_MIN:
            return None
        figures = [self._figures(seat, time_ns, kept) for seat in self.seats]
        known = [one for one in figures if one is not None]
        return shown(time_ns, known, fresh >= SPREAD_MIN) if len(known) == len(figures) else None

    def _figures(self, seat: int, time_ns: int, kept: Kept) -> Figures | None:
        """Of that second; where they are missing, on the line between those before and after."""
        last_ns, last = self._last.get(seat, (0, ()))
        if last_ns == time_ns:
            return last
        for next_ns in range(time_ns + NS, last_ns + BRIDGE_NS + 1, NS):
            after = kept.at(seat, next_ns)
            if after is not None:
                return _on_the_line(last, after, (time_ns - last_ns) / (next_ns - last_ns))
        return None


def _on_the_line(before: Figures, after: Figures, share: float) -> Figures:
    return tuple(None if a is None or b is None else a + share * (b - a)
                 for a, b in zip(before, after, strict=True))


def who_is_there(since_ns: int, kept: Kept) -> Seats:
    """Those with a valid figure for most of the first FIRST_S seconds."""
    return tuple(seat for seat in kept.seats if _is_there(seat, since_ns, kept))


def who_counts(there: Seats, before: Sequence[Seats]) -> Seats:
    """Of those who are there now; `before`: all who were shown so far. All of them if they may be
    shown; or those of last time who are still there; or all but one or two; or those of last time,
    until all of them are back."""
    still = tuple(seat for seat in there if before and seat in before[-1])
    some = (few for out in range(1, DIFFER_BY) for few in _all_but(out, there))
    found = (who for who in chain((there, still), some) if may_be_shown(who, before))
    return next(found, before[-1] if before else there)


def _all_but(out: int, there: Seats) -> Iterator[Seats]:
    return combinations(there, max(0, len(there) - out))


def may_be_shown(seats: Seats, before: Collection[Seats]) -> bool:
    """True if they are enough and, beside all who were shown before, are others by DIFFER_BY or
    what is left of them. Whoever came late, or comes back, would be the difference of two figures,
    and could be so as often as they like; who leaves is so once, and not of the same minute."""
    now = set(seats)
    return len(seats) >= GROUP_MIN and all(
        now <= set(one) or len(now ^ set(one)) >= DIFFER_BY for one in before
    )


def _is_there(seat: int, since_ns: int, kept: Kept) -> bool:
    valid = sum(kept.at(seat, since_ns + k * NS) is not None for k in range(FIRST_S))
    return valid >= FIRST_SHARE * FIRST_S
