"""What we accept, as a table, and what is said of a figure: ok, MISSED or void.

The limits were set before the code, on other recordings than those judged here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Figures = dict[str, float | None]
Table = dict[str, dict[str, Figures]]  # condition -> method -> figures

COUNTS = 0.85  # an error counts where at least this share of the windows is answered
WITHHELD, WITHHELD_BPM = 0.20, 5.0  # fewer answered than that, and these near: 'or withheld'


@dataclass(frozen=True)
class Criterion:
    """One line: where the figure stands, `low` and `high` (inclusive) of what is accepted;
    `share`: the figure that says how much was answered, and the least of it."""

    said: str
    condition: str
    figure: str
    low: float | None = None
    high: float | None = None
    share: str | None = None
    least: float = COUNTS
    or_withheld: bool = False

    @property
    def limit(self) -> str:
        """As people write it."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g}-{self.high:g}"
        limit = f">= {self.low:g}" if self.high is None else f"<= {self.high:g}"
        if self.share and self.least > COUNTS:
            limit += f", >= {100 * self.least:.0f} % answered"
        return limit + ", or withheld" * self.or_withheld

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def badness(self, value: float) -> float:
        """To order methods by: the less, the better."""
        if self.low is not None and self.high is not None:
            return abs(value - (self.low + self.high) / 2)
        return value if self.low is None else -value


def _hr(said: str, condition: str, high: float, least: float = 0.9) -> Criterion:
    return Criterion(said, condition, "hr_bpm", high=high, share="hr_answered", least=least)


def _rmssd(said: str, condition: str, figure: str, high: float) -> Criterion:
    return Criterion(said, condition, figure, high=high, share="rmssd_answered")


MEDIAN, P90 = "rmssd_median_ms", "rmssd_p90_ms"
CRITERIA = (
    Criterion("beat F1, clean", "clean", "f1", low=0.98),
    Criterion("beat F1, seated", "seated", "f1", low=0.985),
    Criterion("beat F1, 7 artefacts, mean", "artefacts", "f1", low=0.97),
    Criterion("beat F1, MAX30102 counts", "max30102", "f1", low=0.98),
    Criterion("beat F1, treadmill", "treadmill", "f1", low=0.87, or_withheld=True),
    Criterion("interval error, clean, ms", "clean", "ibi_ms", high=9.5),
    _hr("heart rate 10 s error, clean, 1/min", "clean", 0.4),
    _hr("heart rate 10 s error, artefacts, 1/min", "artefacts", 0.5),
    _rmssd("RMSSD median error, clean, ms", "clean", MEDIAN, 2.5),
    _rmssd("RMSSD median error, artefacts, ms", "artefacts", MEDIAN, 4.0),
    _rmssd("RMSSD 90th percentile, clean, ms", "clean", P90, 8.0),
    _rmssd("RMSSD 90th percentile, artefacts, ms", "artefacts", P90, 12.0),
    Criterion("heart rate, stress against rest, AUC", "stress", "auc", low=0.82, share="answered"),
    Criterion("skin response F1, 9 conditions", "skin", "mean", low=0.90),
    Criterion("false skin responses, flat, 1/min", "skin", "flat_per_min", high=0.05),
    Criterion("synchrony, AUC coupled or not", "synchrony", "auc", low=0.96),
    Criterion("synchrony, false positives at 5 %", "synchrony", "false_positives", 0.03, 0.07),
    Criterion("offline, CPU s per participant-hour", "offline", "cpu_s_per_hour", high=0.2),
    Criterion("live, CPU ms per kit and second", "live cost", "ms_per_second", high=0.5),
    _hr("live heart rate error, motion, 1/min", "live motion", 1.0, COUNTS),
    _rmssd("live RMSSD error, motion, ms", "live motion", MEDIAN, 7.0),
)  # fmt: skip


def verdict(criterion: Criterion, row: Figures) -> str:
    """`-` (not measured), `ok`, `ok: withheld`, `MISSED`, or why the figure does not count."""
    value = row.get(criterion.figure)
    share = row.get(criterion.share) if criterion.share else 1.0
    if value is None or share is None:
        return "-"
    if criterion.or_withheld and not criterion.holds(value) and _withheld(row):
        return "ok: withheld"
    if share < COUNTS:
        return f"void: only {100 * share:.0f} % answered"
    if share < criterion.least:
        return f"MISSED: only {100 * share:.0f} % answered"
    return "ok" if criterion.holds(value) else "MISSED"


def _withheld(row: Figures) -> bool:
    """Little heart rate was given, and what was given is near."""
    share, error = row.get("hr_answered"), row.get("hr_bpm")
    few = share is not None and share < WITHHELD
    return few and (error is None or error <= WITHHELD_BPM)


def best_peer(
    criterion: Criterion, rows: dict[str, Figures], ours: Callable[[str], bool]
) -> tuple[str, float] | None:
    """The other method with the best figure that counts."""
    found = [
        (name, value) for name, row in rows.items()
        if not ours(name) and (value := row.get(criterion.figure)) is not None
        and not verdict(criterion, row).startswith("void")
    ]  # fmt: skip
    return min(found, key=lambda one: criterion.badness(one[1]), default=None)
