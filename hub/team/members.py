"""Who counts in a phase."""

from __future__ import annotations

from hub.policy import GROUP_MIN
from hub.team.figures import SPREAD_MIN, Shown, shown
from hub.team.kept import NS, Figures, Kept

FIRST_S, FIRST_SHARE = 30, 0.5
HOLD_NS = 30 * NS


class Members:
    """Those with a valid figure for most of the first FIRST_S seconds, and the last figures of
    each. `since_ns`: from when on they count."""

    def __init__(self, since_ns: int, kept: Kept) -> None:
        self.since_ns = since_ns
        self.seats = tuple(seat for seat in kept.seats if _is_there(seat, since_ns, kept))
        self._last: dict[int, tuple[int, Figures]] = {}

    def hear(self, time_ns: int, kept: Kept) -> None:
        """The next second."""
        for seat in self.seats:
            figures = kept.at(seat, time_ns)
            if figures is not None:
                self._last[seat] = (time_ns, figures)

    def shown(self, time_ns: int) -> Shown | None:
        """The figures of all; None where somebody's are too old, or too few are of now."""
        held = [self._last.get(seat, (0, ())) for seat in self.seats]
        fresh = sum(at_ns == time_ns for at_ns, _ in held)
        if fresh < GROUP_MIN or any(time_ns - at_ns >= HOLD_NS for at_ns, _ in held):
            return None
        return shown(time_ns, [figures for _, figures in held], fresh >= SPREAD_MIN)


def _is_there(seat: int, since_ns: int, kept: Kept) -> bool:
    valid = sum(kept.at(seat, since_ns + k * NS) is not None for k in range(FIRST_S))
    return valid >= FIRST_SHARE * FIRST_S
