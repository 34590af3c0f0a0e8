"""How long a session takes once it is over: 14 simulated people for 90 minutes, from the journal to
every figure, with the clocks of the whole session, on all cores."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.people import rows as session_rows
from bench.rows import Row
from hub.analysis.session import Analysis, analyse
from hub.disk.journal import JOURNAL, Entry, Journal
from hub.records import Received
from tests.rows import event

PEOPLE, SESSION_S = 14, 5400
LIMIT_S = 10.0
MEDIAN_MS, SPREAD, LONGEST_MS = 3.0, 1.7, 900.0  # of the network's delays beyond the first ms
SECTION = f"after a session: {PEOPLE} people, {SESSION_S // 60} minutes, analysed from its journal"


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the wall, of CPU in all processes, and what came of it."""

    wall_s: float
    cpu_s: float
    found: Analysis


def measure(folder: Path) -> list[Row]:
    """Write such a session and analyse it."""
    recorded(folder)
    taken = timed(folder)
    seconds = sum(len(seat.time_ns) for seat in taken.found.seats.values())
    person_hours = PEOPLE * SESSION_S / 3600
    return [
        Row(SECTION, "from the journal to all figures", f"{taken.wall_s:.1f} s "
            f"({SESSION_S / taken.wall_s:.0f} times as fast as it was)", f"< {LIMIT_S:g} s",
            taken.wall_s < LIMIT_S),
        Row(SECTION, "CPU of all processes", f"{taken.cpu_s:.1f} s: "
            f"{taken.cpu_s / person_hours:.2f} s for a person's hour"),
        Row(SECTION, "seconds of seats worked out", f"{seconds}"),
    ]  # fmt: skip


def recorded(folder: Path, people: int = PEOPLE, seconds: int = SESSION_S) -> None:
    """The session's folder, its frames as late as Wi-Fi makes them."""
    folder.mkdir(parents=True)
    rows = _late(session_rows(seconds, people))
    rows.append(event("close", rows[-1].at_ns, len(rows) + 1))
    journal = Journal(folder / JOURNAL)
    journal.set_meta(format=1, session="bench", tag=99, site="s", room="r", opened_ns=0)
    journal.append(Entry(r.at_ns, r.topic, r.payload, r.kit, r.boot, r.seq) for r in rows)
    journal.set_meta(closed_ns=rows[-1].at_ns, sealed_ns=rows[-1].at_ns)
    journal.close()


def _late(rows: list[Received]) -> list[Received]:
    rng = np.random.default_rng(1)
    ms = 1.0 + MEDIAN_MS * np.exp(SPREAD * rng.standard_normal(len(rows)))
    later = [round(1e6 * min(one, LONGEST_MS)) for one in ms.tolist()]
    moved = [row._replace(at_ns=row.at_ns + late) if row.kit else row
             for row, late in zip(rows, later, strict=True)]  # fmt: skip
    return sorted(moved, key=lambda row: row.at_ns)


def timed(folder: Path) -> Taken:
    """The analysis of a session, as a command would do it."""
    before, begun = _cpu_s(), time.perf_counter()
    found = analyse(folder)
    return Taken(time.perf_counter() - begun, _cpu_s() - before, found)


def _cpu_s() -> float:
    """Of this process, and of those that it started and that have ended."""
    return sum(os.times()[:4])
