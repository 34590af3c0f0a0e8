"""A group in figures, none of which is one person's.

A median of five is the third person's own value, and a quartile of nine the third's again: whoever
knows the order knows the figure of somebody. So each figure here is the mean of three persons or
more, none of them the highest or the lowest, and is given in steps of STEP:

- the middle: the mean of the middle half. A quarter of the people (rounded down) is left out at
  either end; of five the middle three are left, of eight the middle four. Like a median it does
  not follow one who is far from all others.
- low and high, from SPREAD_MIN people on: the mean of the three around the quartile. Of fewer,
  that would be the extremes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hub.team.kept import Figures

SPREAD_MIN = 8
LEFT_OUT = 4  # one in four, at either end
DECIMALS = 1  # z: finer would be nobody's need, and somebody's trace


@dataclass(frozen=True, slots=True)
class Shown:
    """What a team sees of one second (z). `low` and `high`: None of fewer than SPREAD_MIN; a part:
    None where somebody's is not known."""

    time_ns: int
    middle: float
    low: float | None
    high: float | None
    sympathetic: float | None
    parasympathetic: float | None


def shown(time_ns: int, figures: Sequence[Figures], spread: bool) -> Shown:
    """Of the figures of all members; `spread`: enough of them for its edges."""
    arousal, *parts = ([one[k] for one in figures] for k in range(3))
    ordered = _ordered(arousal)
    low, high = (_around(ordered), _around(ordered[::-1])) if spread else (None, None)
    return Shown(time_ns, middle(ordered), low, high, *map(_part, parts))


def middle(values: Sequence[float]) -> float:
    """The mean of the middle half."""
    out = len(values) // LEFT_OUT
    return _mean(sorted(values)[out : len(values) - out])


def _around(ordered: Sequence[float]) -> float:
    """The mean of the three around the quartile of this end."""
    at = round((len(ordered) - 1) / 4)
    return _mean(ordered[at - 1 : at + 2])


def _part(values: Sequence[float | None]) -> float | None:
    known = _ordered(values)
    return middle(known) if len(known) == len(values) else None


def _ordered(values: Sequence[float | None]) -> list[float]:
    return sorted(value for value in values if value is not None)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), DECIMALS) + 0.0  # not -0.0
