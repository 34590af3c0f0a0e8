"""The programs a demo starts, and their end."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

GUARD = Path(__file__).with_name("guard.py")
SIGNALLED = 128  # and the signal's number: the guard's exit code where a signal ended the program


class Child:
    """A program under guard: it ends when `stop` is called, or with this process."""

    def __init__(
        self, name: str, command: list[str], log: Path, reads: bool = False,
        extra: dict[str, str] | None = None,
    ) -> None:
        """`reads`: its stdout is a pipe (`lines`); otherwise it goes to the log as well.
        `extra`: added to the environment."""
        self.name, self.log = name, log
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(GUARD), *command], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if reads else file, stderr=file, start_new_session=True,
                env={**os.environ, **(extra or {})},
            )
        atexit.register(self.stop)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    @property
    def lines(self) -> IO[bytes]:
        """Its stdout, if it was asked for."""
        assert self.process.stdout is not None
        return self.process.stdout

    def ended(self) -> str:
        """How it ended, once it has: by itself with a code, or by a signal."""
        code = self.process.wait()
        number = -code if code < 0 else code - SIGNALLED
        if number in set(signal.Signals):
            return f"ended by {signal.Signals(number).name}"
        return f"exit code {code}"

    def stop(self, timeout_s: float = 10.0) -> None:
        """End it, gently first. May be called twice."""
        atexit.unregister(self.stop)
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # the guard alone would leave its program
            self.process.wait()

    def tail(self, lines: int = 5) -> str:
        """The end of its log, for a message."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])
