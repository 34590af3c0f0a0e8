"""A study's estimates as a CSV file, for models that are fitted elsewhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from hub.errors import Refused
from hub.export.arrow import write_csv
from hub.export.tables import Column, Table
from hub.export.write import Unwritable, all_or_none

COLUMNS: dict[str, str] = {
    "session": "string", "opened_ns": "int64", "site": "string", "room": "string",
    "protocol": "string", "case": "int16", "presenter": "string", "seat": "int16",
    "simulated": "bool", "people": "int16", "measure": "string", "contrast": "string",
    "estimate": "float64", "unit": "string", "reason": "string",
}


def refuse_to_overwrite(path: Path) -> None:
    """Refused where a file is there already, or no folder for it: before hours of work."""
    if path.exists():
        raise Refused(f"{path} is there already.", "It was left as it is, nothing was worked out.",
                      "Name another file with --csv.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent} for {path.name}.",
                      "Nothing was worked out.", "Make it, or name another file with --csv.")


def write_estimates(estimates: list[dict[str, Any]], path: Path) -> None:
    """A row for each case, measure and contrast. Unwritable where the disk refuses; then, and where
    it is broken off, nothing is left under this name."""
    table: Table = {name: Column(kind, [row[name] for row in estimates])
                    for name, kind in COLUMNS.items()}
    try:
        all_or_none({path: partial(write_csv, table)})
    except OSError as error:
        raise Unwritable(
            f"The estimates cannot be written to {path}: {error}.",
            "The sessions are as they were.",
            "Name a file with --csv that can be written, on a disk with room.",
        ) from error
