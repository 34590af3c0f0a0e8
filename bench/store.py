"""What InfluxDB costs the hub: its writer, fed with ready results, and a real influxd."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.fleet import ROOM_SEATS
from bench.load import helper
from bench.people import room
from bench.rows import Row

WINDOWS_S = 330  # until every feature is there
LONGEST_S = 20.0
SECTION = "InfluxDB: what its writer costs, from results to the answer"


@dataclass(frozen=True, slots=True)
class Load:
    """So many rooms of 14, with the signals themselves or without; at most `share` % of a core."""

    rooms: int
    waves: bool
    share: float

    @property
    def name(self) -> str:
        kits = self.rooms * ROOM_SEATS
        return f"{kits} kits, features {'and waves' if self.waves else 'only'}"


LOADS = (Load(1, True, 3.0), Load(72, False, 25.0))


def measure(folder: Path, seconds: float) -> list[Row]:
    """Each load for so many seconds, but LONGEST_S at most."""
    if shutil.which("influxd") is None:
        return [Row(SECTION, "not measured", "influxd is not installed")]
    folder.mkdir(parents=True)
    seconds = min(seconds, LONGEST_S)
    steps = folder / "steps"
    steps.write_bytes(pickle.dumps(room(WINDOWS_S + round(seconds))))
    return [row for load in LOADS for row in _one(load, folder, steps, seconds)]


def _one(load: Load, folder: Path, steps: Path, seconds: float) -> list[Row]:
    with helper("bench.influx", str(folder / f"influx-{load.rooms}")) as server:
        words = [steps, folder / f"rooms-{load.rooms}", server.ask()["url"], load.rooms,
                 "waves" if load.waves else "none", seconds]  # fmt: skip
        with helper("bench.writer", *map(str, words)) as writer:
            return _rows(load, seconds, writer.ask())


def _rows(load: Load, seconds: float, found: dict[str, Any]) -> list[Row]:
    lines, posts, kb = (found[name] / seconds for name in ("lines", "posts", "size"))
    share = 100 * found["cpu_s"] / seconds
    whole = found["whole"] and not found["troubles"]
    memory = " -> ".join(f"{mb:.1f}" for mb in found["rss_mb"])
    return [
        Row(SECTION, load.name, f"{share:.1f} % of a core", f"< {load.share:g} %",
            share < load.share),
        Row(SECTION, "  lines", f"{lines:.0f} a second ({kb / 1e3:.0f} kB) in {posts:.1f} posts"),
        Row(SECTION, "  CPU for a line", f"{found['cpu_s'] / found['lines'] * 1e6:.1f} us"),
        Row(SECTION, "  all of it is in InfluxDB", "yes" if whole else f"no: {found['troubles']}",
            "yes", whole),
        Row(SECTION, "  memory: begin, half-time, end", f"{memory} MB in {seconds:.0f} s"),
    ]  # fmt: skip
