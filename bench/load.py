"""Generated frames of many kits through the real broker, pipeline on."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench import inside
from bench.cpu import Use, use
from bench.fleet import rooms_of
from bench.page import hub_ahead_ns, told_until_ns
from bench.rows import Row, percentile
from bench.stage import SITE, Stage, get, stage, until

LINES = 3  # connections of the generator
SETTLE_S = 8.0  # after the last session was opened, and for each kit: caches and windows fill
SETTLE_KIT_S = 0.04
NS = 1_000_000_000
ACK_S, INGEST_SHARE, GROWTH_SHARE = 1.0, 40.0, 0.02
INGEST = ("network", "writer", "commits")
SAMPLE_S = 1.0
# Of a worker: what it is without kits, and for each, with windows full. That it does not grow on is
# for bench.hours to say.
WORKER_MB, KIT_MB = 100.0, 0.6
BEHIND = "SELECT count(*) FROM rows WHERE at_ns > {} AND topic >= 'data/' AND topic < 'data0'"


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the results are behind the journals: the worst session (s), and all frames."""

    worst_s: float
    frames: int


@dataclass
class Measured:
    """What came of one load."""

    kits: int
    seconds: float
    cpu: dict[str, float]
    first: Use
    last: Use
    fleet: dict[str, Any]
    lags: tuple[Lag, Lag]  # before and after
    machine: float  # % of all cores, other programs included
    hub_mb: list[float]
    said: tuple[inside.Said, inside.Said]  # by hub and workers, before and after

    @property
    def ingest(self) -> float:
        """% of a core for the network, the writer and the commits of the main process."""
        return sum(self.cpu.get(f"hub: {part}", 0.0) for part in INGEST)

    @property
    def results_ms(self) -> float | None:
        """CPU of the workers for a frame that they worked out, in ms; None where they fell back by
        more than came."""
        before, after = self.lags
        worked_out = len(self.fleet["delays"]) - (after.frames - before.frames)
        return self.cpu["worker"] * self.seconds * 10 / worked_out if worked_out > 0 else None


class Helper:
    """A process of the bench that answers lines."""

    def __init__(self, *command: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self) -> Any:
        """One line's answer."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def helper(*command: str) -> Generator[Helper]:
    """Start one, and end it."""
    one = Helper(*command)
    try:
        yield one
    finally:
        assert one.process.stdin
        one.process.stdin.close()
        try:
            one.process.wait(10)
        except subprocess.TimeoutExpired:
            one.process.kill()
            one.process.wait()


def measure(folder: Path, kits: int, seconds: float, workers: int, peer: bool) -> Measured:
    """One load for so many seconds. `peer`: beside a subscriber that only counts."""
    rooms = rooms_of(kits)
    with stage(folder, list(rooms), workers) as running, ExitStack() as ends:
        port = str(running.post.port)
        fleet = ends.enter_context(helper("bench.fleet", port, SITE, str(kits), str(LINES)))
        helpers = {"generator": fleet}
        if peer:
            helpers["peer"] = ends.enter_context(helper("bench.counter", port, SITE))
        until(lambda: len(get(f"{running.page}api/kits")["kits"]) == kits, "all kits are heard")
        sessions = [_open(running, room, names) for room, names in rooms.items()]
        until(lambda: fleet.ask()["recording"] == kits, "all kits record")
        time.sleep(SETTLE_S + kits * SETTLE_KIT_S)
        return _watch(running, helpers, sessions, kits, seconds)


def _open(running: Stage, room: str, names: list[str]) -> str:
    seats = {str(number): name for number, name in enumerate(names, start=1)}
    said = {"room": room, "protocol": "classic-90", "seats": seats, "language": "en"}
    return str(running.console(room).post("/api/sessions", said)["id"])


def _watch(
    running: Stage, helpers: dict[str, Helper], sessions: list[str], kits: int, seconds: float
) -> Measured:
    processes = running.processes()
    processes |= {name: [psutil.Process(one.process.pid)] for name, one in helpers.items()}
    before = _lag(running, sessions)
    helpers["generator"].ask()
    psutil.cpu_percent()
    first, hub_mb, said_first = use(processes, "hub"), list[float](), inside.read(running.probes)
    while time.monotonic() - first.at_s < seconds:
        time.sleep(SAMPLE_S)
        hub_mb.append(use({"hub": processes["hub"]}).rss_mb["hub"])
    last, probed = use(processes, "hub"), (said_first, inside.read(running.probes))
    machine, said = psutil.cpu_percent(), helpers["generator"].ask()
    lags = before, _lag(running, sessions)
    took = last.at_s - first.at_s
    return Measured(
        kits, took, last.since(first), first, last, said, lags, machine, hub_mb, probed
    )


def _lag(running: Stage, sessions: list[str]) -> Lag:
    ahead_ns = hub_ahead_ns(running.page)
    worst_ns = frames = 0
    for session in sessions:
        path = running.data / "sessions" / session / "session.sqlite"
        told_ns = told_until_ns(running.page, session)
        until_ns = told_ns or _asked(path, "SELECT min(at_ns) FROM rows")
        worst_ns = max(worst_ns, time.monotonic_ns() + ahead_ns - until_ns)
        frames += _asked(path, BEHIND.format(until_ns))
    return Lag(worst_ns / NS, frames)


def _asked(path: Path, question: str) -> int:
    journal = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return int(journal.execute(question).fetchone()[0])
    finally:
        journal.close()


def rows(found: Measured, workers: int) -> list[Row]:
    """A section of the table."""
    name = f"load: {found.kits} kits, {found.seconds:.0f} s, pipeline on, {workers} worker(s)"
    delays: list[float] = found.fleet["delays"]
    per_s = len(delays) / found.seconds
    p50, p99 = percentile(delays, 0.5), percentile(delays, 0.99)
    promised = found.kits >= 1000
    figures = [
        Row(name, "frames acknowledged", f"{per_s:.0f} a second, {found.fleet['resent']} resent, "
            f"{found.fleet['evicted']} lost", "0 lost", found.fleet["evicted"] == 0),
        Row(name, "frame sent -> acknowledged, at the kit",
            f"p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms", "p99 < 1000 ms", p99 < ACK_S),
        inside.acks(name, *found.said),
        Row(name, "ingest, journal, acknowledgement", f"{found.ingest:.1f} % of a core",
            f"< {INGEST_SHARE:.0f} %", found.ingest < INGEST_SHARE if promised else None),
        *(Row(name, f"  {part}", f"{found.cpu.get(f'hub: {part}', 0.0):.1f} %")
          for part in (*INGEST, "results", "pages", "rest")),
        Row(name, "worker", f"{found.cpu['worker']:.1f} %"),
        *inside.stages(name, *found.said),
        *(Row(name, part, f"{found.cpu[part]:.1f} %")
          for part in ("broker", "generator", "peer") if part in found.cpu),
        *_memory(name, found),
        Row(name, "pipeline: CPU for a kit's second", _for_a_second(found.results_ms)),
        Row(name, "results behind the journal, at begin and end",
            ", ".join(f"{lag.worst_s:.1f} s ({lag.frames} frames)" for lag in found.lags)),
        Row(name, "what limits it", limit(found, workers)),
    ]
    return figures + _peer(name, found)


def _for_a_second(ms: float | None) -> str:
    return f"{ms:.2f} ms: {1e3 / ms:.0f} kits a core" if ms else "not known: it fell too far behind"


def _memory(name: str, found: Measured) -> list[Row]:
    third = max(1, len(found.hub_mb) // 3)
    parts = (found.hub_mb[:third], found.hub_mb[third : 2 * third], found.hub_mb[-third:])
    early, middle, late = (sum(part) / max(1, len(part)) for part in parts)
    begin, end = found.first.rss_mb["worker"], found.last.rss_mb["worker"]
    most = WORKER_MB + KIT_MB * found.kits
    return [
        Row(name, "memory of the main process, by thirds of the time",
            f"{early:.1f}, {middle:.1f}, {late:.1f} MB", "does not grow",
            late - middle < GROWTH_SHARE * middle),
        Row(name, "memory of the worker(s), as windows fill", f"{begin:.0f} -> {end:.0f} MB",
            f"< {most:.0f} MB", end < most),
    ]


def limit(found: Measured, workers: int) -> str:
    """What there was least left of."""
    own = found.cpu["worker"] / workers
    cores = psutil.cpu_count() or 1
    parts = ("hub", "worker", "broker", "generator", "peer")
    ours = sum(found.cpu.get(part, 0.0) for part in parts) / cores
    used = f"{found.machine:.0f} % of {cores} cores busy, {ours:.0f} % with this"
    if own > 90:
        return f"the pipeline: {own:.0f} % of a core each; {used}"
    return f"{'the CPU' if found.machine > 85 else 'nothing'}: {used}"


def _peer(name: str, found: Measured) -> list[Row]:
    if not found.cpu.get("peer"):
        return []
    ratio, network = (part / found.cpu["peer"] for part in
                      (found.ingest, found.cpu.get("hub: network", 0.0)))
    return [
        Row(name, "against paho that only counts, same frames",
            f"ingest to acknowledgement {ratio:.1f} x its CPU"),
        Row(name, "  of that the network thread", f"{network:.1f} x"),
    ]
