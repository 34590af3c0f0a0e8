"""The simulated network as a process of its own, so that it keeps time whatever else goes on."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from hub.simulate.children import Child


@contextmanager
def network(kind: str, port: int, folder: Path) -> Generator[int]:
    """The port that leads to `port` over such a network; with "none" that port itself."""
    if kind == "none":
        yield port
        return
    command = [
        sys.executable, "-m", "hub.simulate.network", "--to", f"127.0.0.1:{port}", "--kind", kind,
        "--hold",
    ]
    child = Child("the network", command, folder / "network.log", reads=True)
    try:
        yield int(child.lines.readline().split()[1])
    finally:
        child.stop()
