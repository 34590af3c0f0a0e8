"""The real MicroPython, for tests: `run` a snippet or a file, or a `Board` with a body's pipe.

The interpreter is the one of the environment (`micropython` beside python), or $MICROPYTHON.
"""

import os
import struct
import subprocess
import sys
import time
from pathlib import Path

from hub.simulate.kits import prefer

ROOT = Path(__file__).parents[2]
FIRMWARE = ROOT / "firmware"
BOARD = ROOT / "hub" / "simulate" / "board"
PPG, EDA, BUTTON, WIFI, STOP, CRYSTAL = 1, 2, 3, 4, 5, 6
HEAP = "208k"  # 160k for the kit, the rest for what simulates its board
RESET, POWER_GONE, WATCHDOG = -1, -9, -14  # return codes of a board


def interpreter():
    """Path of the interpreter."""
    return os.environ.get("MICROPYTHON") or str(Path(sys.executable).parent / "micropython")


def command(script, heap):
    """The command line for a snippet (str) or a file (Path)."""
    what = [str(script)] if isinstance(script, Path) else ["-c", script]
    return [interpreter(), "-X", f"heapsize={heap}", *what]


def environment(*folders):
    """An environment in which MicroPython finds our modules."""
    path = [str(folder) for folder in folders] + [".frozen"]
    return {**os.environ, "MICROPYPATH": ":".join(path)}


def run(script, *args, heap=HEAP, path=(FIRMWARE, BOARD), cwd=None, timeout=180):
    """Standard output of a snippet or a file. AssertionError with what it printed if it fails."""
    done = subprocess.run(
        [*command(script, heap), *map(str, args)],
        env=environment(*path),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def now_us():
    """The machine's monotonic clock, which the body's records are dated by."""
    return time.monotonic_ns() // 1000


class Board:
    """A script on the simulated board. Use as a context; the end is the end of its power."""

    def __init__(
        self, script, *, cwd=None, heap=HEAP, path=(BOARD, FIRMWARE), ppb=0, offset_us=0
    ):
        reading, self.pipe = os.pipe()
        os.set_blocking(reading, False)
        self.process = subprocess.Popen(
            command(script, heap),
            env=environment(*path),
            cwd=cwd,
            stdin=reading,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        prefer(self.process.pid)
        os.close(reading)
        self.send(CRYSTAL, ppb, offset_us)

    def send(self, kind, value, time_us, line=0):
        """Tell the board what becomes true and when."""
        os.write(self.pipe, struct.pack("<BBHiq", kind, line, 0, value, time_us))

    def send_all(self, records):
        """Records (kind, value, time_us) in one write."""
        parts = [struct.pack("<BBHiq", kind, 0, 0, value, at) for kind, value, at in records]
        os.write(self.pipe, b"".join(parts))

    def waited_us(self):
        """For how long it had something to do, and a busy machine no processor for it."""
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[1]) // 1000

    def unplug(self):
        """End of power."""
        if self.pipe is not None:
            os.close(self.pipe)
            self.pipe = None

    def output(self, timeout=180):
        """All it prints until it ends."""
        return self.process.communicate(timeout=timeout)[0]

    def line(self):
        """The next line it prints."""
        return self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.unplug()
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
