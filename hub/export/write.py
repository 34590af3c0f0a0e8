"""Writes an export: one file a table, and the codebook."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from hub.analysis.session import Analysis
from hub.analysis.verify import verify
from hub.errors import HubError, in_words
from hub.export.arrow import WRITERS, Writer
from hub.export.codebook import codebook
from hub.export.tables import TABLES, Table

DOCUMENTS: dict[str, Callable[[Analysis], dict[str, Any]]] = {
    "codebook": codebook,
    "certificate": verify,
}


class Unwritable(HubError):
    """An export could not be written."""


def export(analysis: Analysis, out: Path, form: str) -> list[Path]:
    """Write every table as `form` (parquet or csv), codebook.json and certificate.json.

    Returns the files. FileExistsError where one is there already: an export never overwrites.
    Unwritable where the disk refuses; then nothing is left of it. Files get their names when all
    are written: one that was killed leaves *.part files, which the next overwrites.
    """
    write: dict[Path, Callable[[Path], None]] = {
        out / f"{name}.{form}": partial(_table, analysis, make, WRITERS[form])
        for name, make in TABLES.items()
    }
    write |= {out / f"{name}.json": partial(_document, analysis, DOCUMENTS[name])
              for name in DOCUMENTS}
    _refuse_to_overwrite(write)
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        all_or_none(write)
    except OSError as error:
        raise Unwritable(
            f"The export cannot be written to {out}: {in_words(error)}.",
            "The session is as it was.",
            "Name a folder with --out that can be written, on a disk with room.",
        ) from error
    return list(write)


def all_or_none(write: Mapping[Path, Callable[[Path], None]]) -> None:
    """Write every file as NAME.part, for this user only, and give them their names when all are
    written; what is broken off leaves none of them."""
    parts = {path: path.with_name(path.name + ".part") for path in write}
    try:
        for path, put in write.items():
            _private(parts[path])
            put(parts[path])
        for path, part in parts.items():
            part.replace(path)
    except BaseException:  # Ctrl-C too
        _remove([*parts.values(), *parts])
        raise


def _private(path: Path) -> None:
    """An empty file that others cannot read: it is people's health data that goes in."""
    path.touch(mode=0o600)
    path.chmod(0o600)  # what a killed one left may be older than this rule


def _table(
    analysis: Analysis, make: Callable[[Analysis], Iterable[Table]], write: Writer, path: Path
) -> None:
    write(make(analysis), path)


def _document(
    analysis: Analysis, make: Callable[[Analysis], dict[str, Any]], path: Path
) -> None:
    path.write_text(json.dumps(make(analysis), indent=2, ensure_ascii=False), encoding="utf-8")


def _refuse_to_overwrite(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists():
            raise FileExistsError(
                f"{path} exists already and was left as it is; give --out an empty folder."
            )


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
