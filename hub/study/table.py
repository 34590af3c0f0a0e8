"""A study's estimates and levels as files, for models that are fitted elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from hub.errors import Refused, in_words
from hub.export.arrow import WRITERS, Writer
from hub.export.tables import Column, Table
from hub.export.write import Unwritable, all_or_none

Rows = list[dict[str, Any]]

# By the option that asks for it.
COLUMNS: dict[str, dict[str, str]] = {
    "csv": {
        "session": "string", "opened_ns": "int64", "site": "string", "room": "string",
        "protocol": "string", "case": "int16", "presenter": "string", "seat": "int16",
        "simulated": "bool", "people": "int16", "measure": "string", "contrast": "string",
        "estimate": "float64", "unit": "string", "reason": "string",
    },
    "levels": {
        "session": "string", "opened_ns": "int64", "site": "string", "room": "string",
        "protocol": "string", "simulated": "bool", "case": "int16", "presenter": "string",
        "seat": "int16", "role": "string", "phase": "string", "measure": "string",
        "level": "float64", "unit": "string", "steps": "int64", "spoke": "float64",
        "reason": "string",
    },
}


def refuse_to_overwrite(path: Path, option: str) -> None:
    """Refused where a file is there already, or no folder for it: before hours of work."""
    if path.exists():
        raise Refused(f"{path} exists already.", "It was left as it is; nothing was worked out.",
                      f"Name another file with --{option}.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent} for {path.name}.",
                      "Nothing was worked out.",
                      f"Create it, or name another file with --{option}.")


def write_rows(rows: Mapping[str, Rows], paths: Mapping[str, Path]) -> None:
    """The rows of each option into its file: Parquet by the name .parquet, else CSV. Unwritable
    where the disk refuses; then, and where it is broken off, nothing is left under these names."""
    write = {path: partial(_writer(path), [_table(rows[option], COLUMNS[option])])
             for option, path in paths.items()}
    try:
        all_or_none(write)
    except OSError as error:
        raise Unwritable(
            f"{' and '.join(map(str, write))} cannot be written: {in_words(error)}.",
            "The sessions are as they were.",
            f"Give --{' and --'.join(paths)} a name that can be written, on a disk with room.",
        ) from error


def _table(rows: Rows, columns: Mapping[str, str]) -> Table:
    return {name: Column(kind, [row[name] for row in rows]) for name, kind in columns.items()}


def _writer(path: Path) -> Writer:
    return WRITERS.get(path.suffix.removeprefix("."), WRITERS["csv"])
