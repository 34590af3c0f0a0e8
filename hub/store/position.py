"""How far InfluxDB has a session, on disk: so that a restart goes on from there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NOTE = "influx.json"


def read_position(folder: Path) -> int:
    """The journal row up to which InfluxDB has a session; 0: nothing."""
    try:
        said: dict[str, Any] = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        return int(said["row"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def write_position(folder: Path, row: int) -> None:
    """Without fsync: an older position, or none, only means that points are written again."""
    part = folder / "influx.part"
    part.write_text(json.dumps({"row": row}), encoding="utf-8")
    part.replace(folder / NOTE)
