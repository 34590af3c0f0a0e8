"""Simulated kits: each a real MicroPython process that runs the files in firmware/."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEAP = "160k"
# Objects of the unix port are twice as wide as a board's, and the simulated board takes 33 KB of
# the same heap: 48 KB of ring do not fit beside them. 28 KB hold two minutes at 215 bytes a second.
RING_KB = 28
BACKLOG_MAX = 1 << 20  # bytes kept for a kit that does not read; then it counts as stuck
PRIORITY = -10  # of the operating system's -20..19
ROOT = Path(__file__).resolve().parents[2]
# Where a kit finds its modules: links in its folder. A module's path lies on the kit's heap, and so
# a kit of a project with a long path would start with less memory, or not at all.
LINKS = {"sim": "hub/simulate/board", "lib": "firmware"}
MODULES_PATH = ":".join((*LINKS, ".frozen"))
MAIN = "import main"  # to run a file by its name would put its whole path into sys.path


class KitsMissing(RuntimeError):
    """There is no MicroPython to run the kits with."""


def interpreter(environment: Mapping[str, str] = os.environ) -> str:
    """The MicroPython to use. KitsMissing, with the cure, where there is none."""
    given = environment.get("MICROPYTHON")
    beside = Path(sys.executable).parent / "micropython"
    found = given or (str(beside) if beside.exists() else shutil.which("micropython"))
    if not found or not shutil.which(found):
        what = f"MICROPYTHON={given} is no program" if given else "There is no MicroPython here"
        raise KitsMissing(
            f"{what}, so no simulated kit can run. Nothing was started. Do: "
            "`make setup`, which brings one; where it says that there is none for this machine, "
            "build MicroPython's unix port and name it: MICROPYTHON=/path/to/micropython"
        )
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a kit belongs and how it gets there."""

    site: str
    room: str
    host: str
    port: int


def config(place: Place, kit: str, role: str, ring_kb: int = RING_KB) -> dict[str, Any]:
    """A kit's config.json, as it would lie on a board."""
    return {
        "site": place.site, "room": place.room, "kit": kit, "role": role, "board": "esp32",
        "wifi": {"ssid": "simulated", "password": ""},
        "broker": {"host": place.host, "port": place.port, "user": "", "password": ""},
        "ring_kb": ring_kb,
    }


def link_modules(folder: Path) -> None:
    """Lay the links of LINKS in a kit's folder, from which MAIN then runs with MODULES_PATH."""
    for name, target in LINKS.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(ROOT / target, target_is_directory=True)


def prefer(pid: int) -> None:
    """A board has its processor to itself; come near to that where we may (as root). Where Linux
    shares processors out by session, that of the kit has to come first too."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, PRIORITY)
        Path(f"/proc/{pid}/autogroup").write_text(str(PRIORITY))


class Kit:
    """One kit process. Its stdin is the world around the board; when that ends, so does it."""

    def __init__(self, folder: Path, settings: dict[str, Any], crystal: bytes) -> None:
        self.name: str = settings["kit"]
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(json.dumps(settings, indent=2))
        link_modules(folder)
        self._crystal = crystal
        self._backlog: bytes = b""
        self._pipe: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> Path:
        return self.folder / "kit.log"

    def start(self) -> None:
        """Power on. Also after `kill`: then it is another boot."""
        inner, self._pipe = os.pipe()
        os.set_blocking(inner, False)  # the board looks whether something came, it does not wait
        os.set_blocking(self._pipe, False)
        self._backlog = b""
        command = [interpreter(), "-X", f"heapsize={HEAP}", "-O3", "-c", MAIN]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self.folder, stdin=inner, stdout=log, stderr=log,
                env={**os.environ, "MICROPYPATH": MODULES_PATH}, start_new_session=True,
            )
        os.close(inner)
        prefer(self._process.pid)
        self.send(self._crystal)

    def send(self, data: bytes) -> None:
        """Hand records over; never blocks. A kit that is gone is not told anything."""
        if self._pipe is None:
            return
        data = (self._backlog + data)[-BACKLOG_MAX:]
        try:
            self._backlog = data[os.write(self._pipe, data) :]
        except BlockingIOError:
            self._backlog = data
        except BrokenPipeError:
            self._unplug()

    def wait(self, timeout_s: float) -> bool:
        """True if it has ended by then."""
        if self._process is None:
            return True
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        self._unplug()
        return True

    def kill(self) -> None:
        """Power off, now."""
        self._unplug()
        if self._process is not None:
            if self.running:
                self._process.kill()
            self._process.wait()

    def _unplug(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
