"""Does a pipeline's memory grow with its session? A room's frames go to it faster than real
time, and tracemalloc counts what is held. `python -m bench.hours KITS` answers a line with JSON.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import sys
import tracemalloc
from dataclasses import asdict, dataclass

from bench.load import helper
from bench.people import rows
from bench.rows import Row
from hub.results.digest import Digest
from hub.results.pipeline import Pipeline
from tests.rows import NS

KITS = 3
FULL_S = 300  # by then every window of a seat is full
ROOM_S = 3000  # by then the room's is too: the group's half hour (hub/results/group.py)
END_S = 4500
LOOK_S, AROUND_S = 30, 150  # looked at so often; the middle of so long counts
NICE = 10
EARLY_B, LATE_B = 300.0, 40.0  # at most, for a kit and second
SECTION = f"memory of a pipeline over its session: {KITS} kits, faster than real time"


@dataclass(frozen=True, slots=True)
class Held:
    """KB held when the seats' windows were full, and bytes for a kit and second after that: until
    the room's are full, and from then on."""

    kb: float
    early: float
    late: float


def held(kits: int, end_s: int = END_S) -> Held:
    """Feed a session of so many kits and seconds."""
    looks = _looks(kits, end_s)

    def around(at_s: float) -> float:
        return statistics.median(b for s, b in looks if abs(s - at_s) <= AROUND_S)

    first, middle, last = FULL_S + AROUND_S, ROOM_S, end_s - AROUND_S
    early, late = ((around(b) - around(a)) / (kits * (b - a))
                   for a, b in ((first, middle), (middle, last)))
    return Held(around(first) / 1e3, early, late)


def _looks(kits: int, end_s: int) -> list[tuple[float, int]]:
    """(second, bytes held)."""
    fed = rows(end_s, kits)
    begin_ns, found = fed[0].at_ns, list[tuple[float, int]]()
    tracemalloc.start(1)
    pipeline, digest = Pipeline(), Digest("")
    for row in fed:
        digest.feed(row, pipeline.feed(row))
        second = (row.at_ns - begin_ns) / NS
        if second >= (len(found) + 1) * LOOK_S:
            gc.collect()
            found.append((second, tracemalloc.get_traced_memory()[0]))
    tracemalloc.stop()
    return found


def aside(kits: int) -> Held:
    """`held`, in a process of its own that lets others go first."""
    with helper("bench.hours", str(kits)) as one:
        return Held(**one.ask())


def measure() -> list[Row]:
    """The section of the table."""
    found = aside(KITS)
    return [
        Row(SECTION, f"held after {(FULL_S + AROUND_S) / 60:.0f} minutes",
            f"{found.kb / KITS:.0f} kB a kit"),
        Row(SECTION, f"more until minute {ROOM_S // 60}, for a kit and second",
            f"{found.early:.0f} bytes", f"< {EARLY_B:.0f}", found.early < EARLY_B),
        Row(SECTION, f"more until minute {END_S // 60}, for a kit and second",
            f"{found.late:.0f} bytes", f"< {LATE_B:.0f}", found.late < LATE_B),
    ]


def main() -> None:
    os.nice(NICE)
    for _ in sys.stdin:
        print(json.dumps(asdict(held(int(sys.argv[1])))), flush=True)


if __name__ == "__main__":
    main()
