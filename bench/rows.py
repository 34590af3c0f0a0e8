"""A figure of the table, and how the table is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MARKS = {True: "ok", False: "MISSED", None: ""}


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `good` None: nothing was promised."""

    section: str
    what: str
    figure: str
    target: str = ""
    good: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0..1) of them do not exceed; NaN where there is none."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def times_row(
    section: str, what: str, values: Sequence[float], unit: str, limit: float,
    shares: tuple[float, float] = (0.5, 0.95),
) -> Row:
    """Two percentiles of some times; the higher one must be below `limit`."""
    low, high = (percentile(values, share) for share in shares)
    names = [f"p{round(share * 100)}" for share in shares]
    figure = f"{names[0]} {low:.3g} {unit}, {names[1]} {high:.3g} {unit} (n {len(values)})"
    return Row(section, what, figure, f"{names[1]} < {limit:g} {unit}", high < limit)


def table(rows: Iterable[Row]) -> str:
    """All figures as text, under the names of their sections."""
    lines: list[str] = []
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            lines += ["", section]
        lines.append(f"  {row.what:<42} {row.figure:<46} {row.target:<14} {MARKS[row.good]}")
    return "\n".join(line.rstrip() for line in lines)
