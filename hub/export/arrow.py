"""Tables as Parquet and CSV files: the only place that knows pyarrow."""

# pyright: basic
# pyarrow comes without types.

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from hub.export.tables import Table

KINDS = {
    "int64": pa.int64(), "int16": pa.int16(), "float64": pa.float64(), "float32": pa.float32(),
    "bool": pa.bool_(), "string": pa.string(),
}
# Delta packing makes a session a third of the size of the writer's own choice.
DELTA = "DELTA_BINARY_PACKED"


def _arrow(table: Table) -> pa.Table:
    return pa.table({
        name: pa.array(column.values, KINDS[column.kind], from_pandas=True)
        for name, column in table.items()
    })


def _write(parts: Iterable[pa.Table], begin: Callable[[pa.Schema], Any]) -> None:
    """Part by part: of a long table no more than one is held."""
    parts = iter(parts)
    first = next(parts)
    with begin(first.schema) as writer:
        for part in chain((first,), parts):
            writer.write_table(part)


def write_parquet(parts: Iterable[Table], path: Path) -> None:
    """Parquet, zstd, int64 columns delta-packed, strings by dictionary; a part is a row group."""

    def begin(schema: pa.Schema) -> pq.ParquetWriter:
        of_kind = {kind: [f.name for f in schema if f.type == of] for kind, of in KINDS.items()}
        return pq.ParquetWriter(
            path, schema, compression="zstd", compression_level=3,
            use_dictionary=of_kind["string"],  # type: ignore[arg-type]
            column_encoding={name: DELTA for name in of_kind["int64"]} or None,
        )

    _write(map(_arrow, parts), begin)


def write_csv(parts: Iterable[Table], path: Path) -> None:
    """CSV with a header; times stay integers, and what is true or false is TRUE or FALSE: R takes
    pyarrow's `true` for a text."""
    _write(map(_in_words, map(_arrow, parts)), lambda schema: pa_csv.CSVWriter(path, schema))


def _in_words(arrow: pa.Table) -> pa.Table:
    for k, field in enumerate(arrow.schema):
        if field.type == pa.bool_():
            said = pc.if_else(arrow[k], "TRUE", "FALSE")  # type: ignore[attr-defined]
            arrow = arrow.set_column(k, field.name, said)
    return arrow


Writer = Callable[[Iterable[Table], Path], None]  # of a table in parts, one below the other
WRITERS: dict[str, Writer] = {"parquet": write_parquet, "csv": write_csv}
