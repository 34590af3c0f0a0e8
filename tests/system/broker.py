"""A real mosquitto on a free port of the loopback, with a configuration of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

from tests.ports import free_port
from tests.waiting import wait_for

CONFIG = """
listener {port} 127.0.0.1
allow_anonymous true
persistence false
max_queued_messages 0
max_inflight_messages 0
log_type error
log_type warning
"""


class Broker:
    """One mosquitto. `port` stays the same over stops and starts."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it listens."""
        path = self._folder / "mosquitto.conf"
        path.write_text(CONFIG.format(port=self.port))
        env = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"}
        log = (self._folder / "mosquitto.log").open("ab")
        self._process = subprocess.Popen(
            ["mosquitto", "-c", str(path)], stdout=log, stderr=log, env=env
        )
        wait_for(self._listens, "mosquitto listens")

    def _listens(self) -> bool:
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """As a power cut would end it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def hang(self) -> None:
        """It keeps its connections and does nothing."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(how)
            self._process.wait(180)
            self._process = None
