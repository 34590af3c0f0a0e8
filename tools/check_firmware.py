"""Type-checks firmware/ against the stubs of each board. Exit code 0: nothing found.

The stubs of two boards cannot live in one environment, so each has a folder of its own under
typings/ (git-ignored), filled by pip the first time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUBS = {
    "esp32": "micropython-esp32-esp32-generic-stubs==1.29.0.post1",
    "pico-w": "micropython-rp2-rpi-pico-w-stubs==1.29.0.post1",
}


class StubsMissing(RuntimeError):
    """The stubs are not here and cannot be fetched."""


def stubs(board: str) -> Path:
    """The folder of a board's stubs. StubsMissing, with the cure, where pip cannot bring them."""
    folder = ROOT / "typings" / board
    ready = folder / ".ready"
    if ready.exists() and ready.read_text() == STUBS[board]:
        return folder
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "--upgrade", "--target", str(folder), STUBS[board]],
        capture_output=True, text=True,
    )
    if done.returncode:
        raise StubsMissing(
            f"pip cannot install {STUBS[board]}, so firmware/ was not checked for {board}. "
            f"Do: connect to a package index and try again.\n{done.stderr.strip()}"
        )
    ready.write_text(STUBS[board])
    return folder


def settings(board: str) -> Path:
    """A settings file for the checker, beside the stubs."""
    folder = stubs(board)
    path = folder / "check.json"
    path.write_text(json.dumps({
        "include": [str(ROOT / "firmware")],
        "exclude": ["**/__pycache__", str(ROOT / "firmware" / "wire.pyi")],
        "extraPaths": [str(ROOT / "firmware")],
        "stubPath": str(folder),
        "typeshedPath": str(folder),
        "typeCheckingMode": "basic",
        "reportMissingModuleSource": "none",
        "pythonVersion": "3.11",
    }))
    return path


def check(board: str) -> tuple[bool, str]:
    """(all well, what the checker said)."""
    program = Path(sys.executable).with_name("basedpyright")
    done = subprocess.run(
        [str(program), "--project", str(settings(board))], capture_output=True, text=True
    )
    return done.returncode == 0, done.stdout + done.stderr


def main() -> int:
    well = True
    for board in STUBS:
        good, said = check(board)
        print(f"{board}: {said.strip()}")
        well = well and good
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
