"""Writes an export: one file a table, and the codebook."""

from __future__ import annotations

import json
from pathlib import Path

from hub.analysis.session import Analysis
from hub.analysis.verify import verify
from hub.export.arrow import WRITERS
from hub.export.codebook import codebook
from hub.export.tables import TABLES


def export(analysis: Analysis, out: Path, form: str) -> list[Path]:
    """Write every table as `form` (parquet or csv), codebook.json and certificate.json.

    Returns the files. FileExistsError where one is there already: an export never overwrites.
    """
    out.mkdir(parents=True, exist_ok=True)
    paths = {name: out / f"{name}.{form}" for name in TABLES}
    texts = {"codebook": codebook(analysis), "certificate": verify(analysis)}
    documents = {name: out / f"{name}.json" for name in texts}
    for path in [*paths.values(), *documents.values()]:
        if path.exists():
            raise FileExistsError(
                f"{path} is there already and was left as it is; name an empty folder with --out."
            )
    for name, path in paths.items():
        WRITERS[form](TABLES[name](analysis), path)
    for name, path in documents.items():
        path.write_text(json.dumps(texts[name], indent=2, ensure_ascii=False), encoding="utf-8")
    return [*paths.values(), *documents.values()]
