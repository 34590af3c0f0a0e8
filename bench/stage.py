"""A broker and a hub as processes of their own, ended with this one."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psutil

from bench import probe
from bench.cpu import hub_and_workers
from hub.simulate import broker
from hub.simulate.broker import Broker
from hub.simulate.children import Child
from hub.simulate.console import Console
from hub.simulate.hub_process import HubProcess

SITE = "bench"
WAIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs."""

    folder: Path
    data: Path
    post: Broker
    hub: HubProcess

    @property
    def probes(self) -> Path:
        """Where hub and workers write what they say of themselves (`bench.inside` reads it)."""
        return self.folder / "probes"

    @property
    def page(self) -> str:
        return self.hub.page()

    def console(self, room: str) -> Console:
        """The console of a room."""
        return Console(str(self.hub.where[f"console {room}"]))

    def processes(self) -> dict[str, list[psutil.Process]]:
        """The hub's main process, its workers and the broker."""
        main, workers = hub_and_workers(self.hub.child.process.pid)
        posts = psutil.Process(self.post.child.process.pid).children()
        return {"hub": [main], "worker": workers, "broker": posts}


@contextmanager
def stage(folder: Path, rooms: Sequence[str], workers: int = 1) -> Generator[Stage]:
    """Broker and hub, the pipeline on; both are ended on the way out."""
    (folder / "probes").mkdir(parents=True)
    post = broker.start(folder / "broker")
    try:
        hub = _hub(folder, rooms, post, workers)
        try:
            yield Stage(folder, folder / "data", post, hub)
        finally:
            hub.stop()
    finally:
        post.stop()


def _hub(folder: Path, rooms: Sequence[str], post: Broker, workers: int) -> HubProcess:
    command = [
        sys.executable, "-m", "bench.named_hub", "up", "--data", str(folder / "data"),
        "--site", SITE, "--broker", f"{post.host}:{post.port}", "--web-port", "0",
    ]
    extra = {
        "STILLPOINT_SIMULATED": "1", "STILLPOINT_ROOMS": ",".join(rooms),
        "STILLPOINT_RESERVE_MB": "1", "STILLPOINT_WORKERS": str(workers),
        probe.FOLDER: str(folder / "probes"),
    }
    return HubProcess.of(Child("the hub", command, folder / "hub.log", True, extra))


def get(url: str) -> Any:
    """The JSON at an address of the hub."""
    with urlopen(url, timeout=30) as answer:
        return json.loads(answer.read())


def until(done: Callable[[], bool], what: str, timeout_s: float = WAIT_S) -> None:
    """Wait for it; TimeoutError with `what` where it does not come."""
    end = time.monotonic() + timeout_s
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {timeout_s:.0f} s: {what}")
        time.sleep(0.1)
