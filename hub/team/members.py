"""Who counts in a phase."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, combinations

from hub.policy import GROUP_MIN
from hub.records import NS
from hub.team.figures import SPREAD_MIN, Shown, shown
from hub.team.kept import Figures

FIRST_S, FIRST_SHARE = 30, 0.5
BRIDGE_NS = 30 * NS  # no more than what is known ahead, since the curve is late
DIFFER_BY = 3  # seats; fewer would be the difference of two figures
Member = tuple[int, str | None]  # a seat with the kit on it: with another it may be another person
Who = tuple[Member, ...]  # in order
At = Callable[[Member, int], Figures | None]  # a member's figures of a second (UTC ns)


class Members:
    """Those who count, and the last figures of each. `since_ns`: from when on they count."""

    def __init__(self, since_ns: int, who: Who) -> None:
        self.since_ns, self.who = since_ns, who
        self._last: dict[Member, tuple[int, Figures]] = {}

    def hear(self, time_ns: int, at: At) -> None:
        """The next second."""
        for member in self.who:
            figures = at(member, time_ns)
            if figures is not None:
                self._last[member] = (time_ns, figures)

    def shown(self, time_ns: int, at: At) -> Shown | None:
        """The figures of all; None where somebody's are missing for long, or too few are of now."""
        fresh = sum(self._last.get(member, (0,))[0] == time_ns for member in self.who)
        if fresh < GROUP_MIN:
            return None
        figures = [self._figures(member, time_ns, at) for member in self.who]
        known = [one for one in figures if one is not None]
        return shown(time_ns, known, fresh >= SPREAD_MIN) if len(known) == len(figures) else None

    def _figures(self, member: Member, time_ns: int, at: At) -> Figures | None:
        """Of that second; where they are missing, on the line between those before and after."""
        last_ns, last = self._last.get(member, (0, ()))
        if last_ns == time_ns:
            return last
        for next_ns in range(time_ns + NS, last_ns + BRIDGE_NS + 1, NS):
            after = at(member, next_ns)
            if after is not None:
                return _on_the_line(last, after, (time_ns - last_ns) / (next_ns - last_ns))
        return None


def _on_the_line(before: Figures, after: Figures, share: float) -> Figures:
    return tuple(None if a is None or b is None else a + share * (b - a)
                 for a, b in zip(before, after, strict=True))


def who_is_there(seated: Iterable[Member], since_ns: int, at: At) -> Who:
    """Those with a valid figure for most of the first FIRST_S seconds."""
    return tuple(member for member in seated if _is_there(member, since_ns, at))


def who_counts(there: Who, before: Sequence[Who]) -> Who:
    """Of those who are there now and were never left out; `before`: all who were shown so far, the
    last at the end. All of them if they may be shown; or those of last time who are still there; or
    all but one or two; or those of last time, until all of them are back."""
    gone = left_out(before)
    there = tuple(member for member in there if member not in gone)
    still = tuple(member for member in there if before and member in before[-1])
    some = (few for out in range(1, DIFFER_BY) for few in _all_but(out, there))
    found = (who for who in chain((there, still), some) if may_be_shown(who, before))
    return next(found, before[-1] if before else there)


def _all_but(out: int, there: Who) -> Iterator[Who]:
    return combinations(there, max(0, len(there) - out))


def left_out(before: Sequence[Who]) -> set[Member]:
    """Who was shown, and not the last time."""
    return set[Member]().union(*before).difference(*before[-1:])


def may_be_shown(who: Who, before: Sequence[Who]) -> bool:
    """True if they are enough, none of them was left out before and, beside all who were shown
    before, they are others by DIFFER_BY or what is left of them. Whoever came late, or comes back,
    would be the difference of two figures, and could be so as often as they like; who leaves is so
    once, and not of the same minute."""
    now = set(who)
    return len(who) >= GROUP_MIN and now.isdisjoint(left_out(before)) and all(
        now <= set(one) or len(now ^ set(one)) >= DIFFER_BY for one in before
    )


def _is_there(member: Member, since_ns: int, at: At) -> bool:
    valid = sum(at(member, since_ns + k * NS) is not None for k in range(FIRST_S))
    return valid >= FIRST_SHARE * FIRST_S
