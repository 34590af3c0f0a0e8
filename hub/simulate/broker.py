"""An MQTT broker for one machine: Mosquitto if it is there, else the `iotcore` wheel.

It is anonymous and on loopback only: fit for a demo and for tests, not for a room with people.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from hub.simulate.children import Child

HOST = "127.0.0.1"
PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")  # often not on PATH
CONFIG = """\
# A demo's broker: anonymous, on loopback only.
listener {port} 127.0.0.1
allow_anonymous true
max_packet_size 16384
persistence false
set_tcp_nodelay true
connection_messages false
"""
IOTCORE = (
    "from iotcore import IotCoreBroker; "
    "IotCoreBroker(listen={host!r}, port={port}).run_forever()"
)


class BrokerMissing(RuntimeError):
    """There is no broker to start, or it did not start."""


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker."""

    name: str
    host: str
    port: int
    child: Child

    def stop(self) -> None:
        self.child.stop()

    @property
    def trouble(self) -> str | None:
        """That it has stopped, and how; None while it runs."""
        if self.child.running:
            return None
        return f"The broker ({self.name}) has stopped ({self.child.ended()})"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def mosquitto() -> str | None:
    """The Mosquitto program, or None."""
    path = os.pathsep.join((os.environ.get("PATH", ""), *PLACES))
    return shutil.which("mosquitto", path=path)


def _mosquitto(folder: Path, port: int) -> list[str] | None:
    program = mosquitto()
    if program is None:
        return None
    config = folder / "mosquitto.conf"
    config.write_text(CONFIG.format(port=port))
    return [program, "-c", str(config)]


def _iotcore(folder: Path, port: int) -> list[str] | None:
    if find_spec("iotcore") is None:
        return None
    return [sys.executable, "-c", IOTCORE.format(host=HOST, port=port)]


KINDS: dict[str, Callable[[Path, int], list[str] | None]] = {
    "Mosquitto": _mosquitto,
    "iotcore": _iotcore,
}


def start(folder: Path, port: int | None = None, only: str | None = None) -> Broker:
    """Start the first of `KINDS` (or `only` that one) that is installed; returns when it answers.

    BrokerMissing, with the cure, where none can be started.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    for name, command_of in KINDS.items():
        command = command_of(folder, port) if only in (None, name) else None
        if command is not None:
            child = Child(name, command, folder / "broker.log")
            _until_it_answers(child, port)
            return Broker(name, HOST, port, child)
    raise BrokerMissing(
        "There is no MQTT broker on this machine. Nothing was started. Do: install Mosquitto "
        "(apt-get install mosquitto), or run `make setup`, which brings one for most machines"
    )


def _until_it_answers(child: Child, port: int, timeout_s: float = 15.0) -> None:
    end = time.monotonic() + timeout_s
    while child.running and time.monotonic() < end:
        try:
            socket.create_connection((HOST, port), timeout=0.5).close()
            return
        except OSError:
            time.sleep(0.02)
    child.stop()
    raise BrokerMissing(
        f"{child.name} did not come up on port {port}: {child.tail(2)}. Nothing was recorded. "
        "Do: see whether something else uses the port"
    )
