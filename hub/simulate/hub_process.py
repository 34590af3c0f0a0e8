"""The hub as a process of its own, as `stillpoint up` starts it."""

from __future__ import annotations

import json
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.simulate.broker import Broker
from hub.simulate.children import Child

READY = "stillpoint ready "
START_S = 30.0


class HubStopped(RuntimeError):
    """The hub did not start, or ended on its own."""


@dataclass
class HubProcess:
    """A running hub. `where` is what it has said of its addresses, and may still grow: a room's
    console has one as soon as the room was heard of."""

    child: Child
    where: dict[str, Any]

    @staticmethod
    def start(
        data: Path, place: tuple[str, str], post: Broker, pages: tuple[str, int], folder: Path
    ) -> HubProcess:
        """Start it for one (site, room), its pages at (host, port); returns when it serves
        them."""
        command = [
            sys.executable, "-m", "hub.cli", "up", "--data", str(data), "--site", place[0],
            "--broker", f"{post.host}:{post.port}", "--host", pages[0], "--web-port", str(pages[1]),
        ]
        extra = {"STILLPOINT_SIMULATED": "1", "STILLPOINT_ROOMS": place[1]}
        return HubProcess.of(Child("the hub", command, folder / "hub.log", True, extra))

    @staticmethod
    def of(child: Child) -> HubProcess:
        """A program that says "stillpoint ready {...}" on its stdout."""
        hub = HubProcess(child, {})
        threading.Thread(target=hub._read, name="hub's words", daemon=True).start()
        hub._heard(("live", "url"), START_S)
        return hub

    def _read(self) -> None:
        with self.child.log.open("ab") as log:
            for line in self.child.lines:
                text = line.decode(errors="replace")
                if text.startswith(READY):  # not for the log: it holds the console's token
                    self.where |= json.loads(text.removeprefix(READY))
                else:
                    log.write(line)
                    log.flush()

    def _heard(self, names: tuple[str, ...], timeout_s: float) -> str:
        end = time.monotonic() + timeout_s
        while self.child.running:
            for name in names:
                if name in self.where:
                    return str(self.where[name])
            if time.monotonic() >= end:
                break
            time.sleep(0.02)
        self.child.stop()
        raise self._stopped() if self.where else self._never_began()

    def page(self) -> str:
        """The live page's address."""
        return self._heard(("live", "url"), 0.1)

    def console_link(self) -> str:
        """The console's address, with its token."""
        return self._heard(("console",), START_S)

    def check(self) -> None:
        """HubStopped if it is not there any more."""
        if not self.child.running:
            raise self._stopped()

    def stop(self) -> None:
        """End it cleanly."""
        self.child.stop(20.0)

    def _never_began(self) -> HubStopped:
        """Its own words say it all: nothing was begun that could be kept."""
        said = self.child.tail().removeprefix("stillpoint: ")
        cure = "The hub did not start. Nothing was recorded. Do: read the log named below"
        return HubStopped(said or cure)

    def _stopped(self) -> HubStopped:
        return HubStopped("\n".join([
            f"The hub has stopped ({self.child.ended()}), so the demo has ended.",
            *self.child.tail().splitlines(),
            "Kept: everything that it had acknowledged. What the simulated kits held is lost.",
            "Do: start the demo again; if it stops again, read the log named below",
        ]))
