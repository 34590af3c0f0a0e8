"""The hub as a real process that a test may kill, start again, and ask over its web API."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from hub.disk.sessions import load
from hub.service.hub import TOKENS
from hub.simulate.children import Child
from hub.simulate.console import Console, ConsoleError
from hub.simulate.hub_process import READY
from tests.ports import free_port
from tests.waiting import wait_for

SITE, ROOM = "site", "room"
EXTRA = {"STILLPOINT_SIMULATED": "1", "STILLPOINT_ROOMS": ROOM, "STILLPOINT_RESERVE_MB": "1"}


def children(pid: int) -> list[int]:
    """The processes that this one started and that still run."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command(*words: object) -> list[str]:
    """`stillpoint ...` as a command line."""
    return [sys.executable, "-m", "hub.cli", *map(str, words)]


def stillpoint(*words: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        command(*words), capture_output=True, text=True, timeout=180, check=False,
        env={**os.environ, **environ},
    )


def _read(child: Child, ready: threading.Event) -> None:
    for line in child.lines:
        if line.startswith(READY.encode()):
            ready.set()


class HubRig:
    """One hub on one data folder; its pages keep their port and its console its token."""

    def __init__(self, folder: Path, broker_port: int, seed: int = 1) -> None:
        self.data, self.log = folder / "data", folder / "hub.log"
        self.web_port = free_port()
        self.starts = 0
        self._broker_port, self._chance = broker_port, random.Random(seed)
        self._child: Child | None = None
        self._ready = threading.Event()
        self._console: Console | None = None

    @property
    def words(self) -> tuple[object, ...]:
        """What it is started with."""
        return ("up", "--data", self.data, "--site", SITE, "--broker",
                f"127.0.0.1:{self._broker_port}", "--web-port", self.web_port)

    def start(self) -> None:
        """Start it; does not wait."""
        self._ready = threading.Event()  # of this one: what the last has said is read still
        self.starts += 1
        self._child = Child("the hub", command(*self.words), self.log, True, EXTRA)
        reading = (self._child, self._ready)
        threading.Thread(target=_read, args=reading, daemon=True).start()

    def ready(self) -> HubRig:
        """Wait until it serves its pages."""
        wait_for(lambda: self._ready.is_set() or not self._running, "the hub serves")
        assert self._running, self.log.read_text()[-2000:]
        return self

    @property
    def _running(self) -> bool:
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int:
        """The hub's own process, beneath its guard."""
        assert self._child is not None
        guard = self._child.process.pid
        wait_for(lambda: children(guard), "the hub's process exists")
        return children(guard)[0]

    def worker(self) -> int | None:
        """The process that works out results."""
        for pid in children(self.pid):
            with contextlib.suppress(OSError):
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        return None

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        assert self._child is not None
        os.kill(self.pid, signal.SIGKILL)
        self._child.process.wait(180)

    def kill_within(self, longest_s: float) -> None:
        """SIGKILL at some moment within so many seconds from now, and start it again."""
        threading.Event().wait(self._chance.uniform(0, longest_s))
        self.kill()
        self.start()

    def stop(self) -> int | None:
        """End it cleanly; returns its exit code."""
        if self._child is None:
            return None
        self._child.stop(180)
        return self._child.process.returncode

    # -- its web API ------------------------------------------------------------------------------

    def console(self) -> Console:
        """The leader's console, by the link that the hub keeps over restarts."""
        if self._console is None:
            token = token_of(self.data)
            self._console = Console(f"http://127.0.0.1:{self.web_port}/console?token={token}")
        return self._console

    def get(self, path: str) -> Any:
        """The answer to a GET; a hub that is just starting is asked again."""
        return self._again(lambda: self.console().get(path))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The answer to a POST, likewise."""
        return self._again(lambda: self.console().post(path, body))

    def _again(self, ask: Any) -> Any:
        answers: list[Any] = []

        def asked() -> bool:
            try:
                answers.append(ask())
            except ConsoleError as error:
                if "does not answer" not in str(error):
                    raise
            return bool(answers)

        wait_for(asked, "the hub answers")
        return answers[0]

    def open(self, seats: dict[int, str]) -> str:
        """Open a session; returns its id."""
        said = {"room": ROOM, "protocol": "demo-fast", "seats": seats, "language": "en"}
        return self.post("/api/sessions", said)["id"]

    def close(self, session: str) -> int:
        """When it ended, by the hub (ns): a busy machine hears of that later."""
        self.post(f"/api/sessions/{session}/close", {})
        return load(self.folder(session)).closed_ns or 0

    def state(self, session: str) -> str:
        """open, closed or sealed, by what is on the disk."""
        return load(self.folder(session)).state

    def kits(self) -> dict[str, dict[str, Any]]:
        """The kits heard, by name."""
        return {kit["kit"]: kit for kit in self.get("/api/kits")["kits"]}

    def folder(self, session: str) -> Path:
        return self.data / "sessions" / session


def token_of(data: Path) -> str:
    """Of the room's console."""
    return json.loads((data / TOKENS[True]).read_text())[ROOM]
