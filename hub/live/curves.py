"""What was said at each point of a time grid, the newest of it, in memory that never grows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

NOTHING = float("nan")


class Curve:
    """Figures, by `names`, at the last `kept` points of a grid of `period_ns` (UTC). All the
    memory it will ever have is taken at once, so that a hub with a thousand kits does not grow
    while they record."""

    def __init__(self, names: tuple[str, ...], period_ns: int, kept: int) -> None:
        self.names, self.period_ns = names, period_ns
        self._columns = [array("f", [NOTHING]) * kept for _ in names]
        self._first, self._last = 0, -1  # numbers of grid points; last -1: none yet

    def put(self, time_ns: int, *columns: Iterable[float | None]) -> None:
        """Figures from this point of the grid on, a column for each name; None: there is none.
        Said again, the last word counts; what is older than the curve is passed over."""
        packed = [array("f", _numbers(column)) for column in columns]
        begin = time_ns // self.period_ns
        end = begin + len(packed[0])
        self._first = begin if self._last < 0 else self._first
        self._make_room(end - self._first)
        skip = max(0, self._first - begin)
        at = slice(begin + skip - self._first, end - self._first)
        if skip >= len(packed[0]):
            return
        for column, figures in zip(self._columns, packed, strict=True):
            column[at] = figures[skip:]
        self._last = max(self._last, end - 1)

    def _make_room(self, points: int) -> None:
        over = points - len(self._columns[0])
        if over <= 0:
            return
        for column in self._columns:
            gone = min(over, len(column))
            del column[:gone]
            column.extend([NOTHING] * gone)
        self._first += over

    def has_room(self, time_ns: int) -> bool:
        """True if nothing falls out at the beginning when this point is put."""
        return self._last < 0 or time_ns // self.period_ns - self._first < len(self._columns[0])

    def thin(self) -> None:
        """Of every two points keep one: in the same memory there is room for twice the time."""
        odd = self._first % 2
        for column in self._columns:
            kept = column[odd::2]
            column[:] = kept + array("f", [NOTHING]) * (len(column) - len(kept))
        self._first, self._last = (self._first + odd) // 2, self._last // 2
        self.period_ns *= 2

    @property
    def start_ns(self) -> int:
        """The time of the first point that is kept."""
        return self._first * self.period_ns

    def column(self, name: str, decimals: int = 5) -> list[float | None]:
        """The figures of one name, in order, from the first point to the last that was said."""
        said = self._columns[self.names.index(name)][: self._last + 1 - self._first]
        return [None if v != v else round(v, decimals) for v in said]

    def rows(self) -> Iterator[tuple[int, dict[str, float | None]]]:
        """Each point's time (ns) and figures, in order."""
        for k, figures in enumerate(zip(*map(self.column, self.names), strict=True)):
            time_ns = self.start_ns + k * self.period_ns
            yield time_ns, dict(zip(self.names, figures, strict=True))


def _numbers(column: Iterable[float | None]) -> Iterator[float]:
    return (NOTHING if value is None else value for value in column)
