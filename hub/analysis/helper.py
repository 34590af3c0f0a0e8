"""A share worked out by a process of its own: `python -m hub.analysis.helper`, asked by stdin and
answering by stdout. Not a fork: those who ask have threads."""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
from pathlib import Path
from typing import cast

from hub.analysis.part import Part, uncollected, work_out
from hub.analysis.shares import Share
from hub.course.phases import Course

Asked = tuple[Path, Share, Course, int]


class Helper:
    """Begins at once; `part` waits for it."""

    def __init__(self, *asked: *Asked) -> None:
        self._asked = asked
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hub.analysis.helper"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError), self._process.stdin as stdin:
            pickle.dump(asked, stdin)

    def part(self) -> Part:
        """What came of it. A helper that died is done without: it takes longer."""
        assert self._process.stdout
        try:
            with self._process, self._process.stdout as stdout:
                return cast("Part", pickle.load(stdout))
        except (EOFError, pickle.UnpicklingError):
            return work_out(*self._asked)


if __name__ == "__main__":
    with uncollected():
        asked: Asked = pickle.load(sys.stdin.buffer)
        pickle.dump(work_out(*asked), sys.stdout.buffer, protocol=5)  # as it is: no copy of it
