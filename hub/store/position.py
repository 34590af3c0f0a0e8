"""How far InfluxDB has a session, and in which buckets, on disk: so that a restart goes on from
there, and an erasure knows where to ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

NOTE = "influx.json"


def read_position(folder: Path) -> int:
    """The journal row up to which InfluxDB has a session; 0: nothing."""
    try:
        return int(_read(folder)["row"])
    except (KeyError, TypeError, ValueError):
        return 0


def write_position(folder: Path, row: int) -> None:
    """Without fsync: an older position, or none, only means that points are written again."""
    _write(folder, {**_read(folder), "row": row})


def read_buckets(folder: Path) -> dict[str, set[str]]:
    """The names under which each bucket of the table was ever written to for this session."""
    try:
        return {bucket: set(names) for bucket, names in _read(folder)["buckets"].items()}
    except (KeyError, TypeError, AttributeError):
        return {}


def note_buckets(folder: Path, names: Mapping[str, str]) -> None:
    """From now on these may hold something of the session: bucket of the table -> its name."""
    known = read_buckets(folder)
    wanted = {bucket: known.get(bucket, set()) | {name} for bucket, name in names.items() if name}
    if not all(wanted[bucket] == known.get(bucket) for bucket in wanted):
        buckets = {bucket: sorted(found) for bucket, found in (known | wanted).items()}
        _write(folder, {**_read(folder), "buckets": buckets})


def _read(folder: Path) -> dict[str, Any]:
    try:
        said = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _write(folder: Path, said: Mapping[str, Any]) -> None:
    part = folder / "influx.part"
    part.write_text(json.dumps(said), encoding="utf-8")
    part.replace(folder / NOTE)
