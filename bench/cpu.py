"""CPU and memory of processes and of their threads."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psutil

MB = 1 << 20


@dataclass(frozen=True, slots=True)
class Use:
    """CPU seconds so far, by name, and memory (MB) by name, at one moment (monotonic s)."""

    at_s: float
    cpu_s: dict[str, float]
    rss_mb: dict[str, float]

    def since(self, before: Use) -> dict[str, float]:
        """CPU in % of one core since `before`, by name."""
        took = self.at_s - before.at_s
        return {
            name: 100 * (cpu - before.cpu_s.get(name, 0.0)) / took
            for name, cpu in self.cpu_s.items()
        }


def use(processes: dict[str, list[psutil.Process]], threads_of: str = "") -> Use:
    """What the processes have used. Those called `threads_of` are also listed by thread, as
    "<name>: <thread>"."""
    cpu: dict[str, float] = defaultdict(float)
    rss: dict[str, float] = defaultdict(float)
    for name, ones in processes.items():
        for one in ones:
            taken = one.cpu_times()
            cpu[name] += taken.user + taken.system
            rss[name] += one.memory_info().rss / MB
            if name == threads_of:
                for thread, taken_s in threads(one).items():
                    cpu[f"{name}: {thread}"] += taken_s
    return Use(time.monotonic(), dict(cpu), dict(rss))


def threads(process: psutil.Process) -> dict[str, float]:
    """CPU seconds by the name of the thread, as the system knows it (Linux; elsewhere none)."""
    found: dict[str, float] = defaultdict(float)
    for thread in process.threads():
        name = Path(f"/proc/{process.pid}/task/{thread.id}/comm")
        if name.exists():
            found[STAGES.get(name.read_text().strip(), "rest")] += (
                thread.user_time + thread.system_time
            )
    return dict(found)


# What the threads of the hub's main process do; the names are cut to 15 letters by the system.
STAGES = {
    "paho-mqtt-clien": "network",
    "stillpoint-writ": "writer",
    "stillpoint-comm": "commits",
    "Thread-listen": "results",
    "MainThread": "pages",
    "AnyIO worker th": "pages",
}


def hub_and_workers(guard: int) -> tuple[psutil.Process, list[psutil.Process]]:
    """The hub's main process and its workers, under the guard that was started."""
    main = psutil.Process(guard).children()[0]
    workers = [child for child in main.children() if _is_worker(child)]
    return main, workers


def _is_worker(process: psutil.Process) -> bool:
    return any("spawn_main" in part for part in process.cmdline())
