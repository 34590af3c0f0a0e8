"""Tables as Parquet and CSV files: the only place that knows pyarrow."""

# pyright: basic
# pyarrow comes without types.

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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


def write_parquet(table: Table, path: Path) -> None:
    """Parquet, zstd, int64 columns delta-packed, strings by dictionary."""
    of_kind = {kind: [n for n, c in table.items() if c.kind == kind] for kind in KINDS}
    pq.write_table(
        _arrow(table), path, compression="zstd", compression_level=3,
        use_dictionary=of_kind["string"],  # type: ignore[arg-type]
        column_encoding={name: DELTA for name in of_kind["int64"]} or None,
    )


def write_csv(table: Table, path: Path) -> None:
    """CSV with a header; times stay integers, and what is true or false is TRUE or FALSE: R takes
    pyarrow's `true` for a text."""
    arrow = _arrow(table)
    for k, (name, column) in enumerate(table.items()):
        if column.kind == "bool":
            said = pc.if_else(arrow[name], "TRUE", "FALSE")  # type: ignore[attr-defined]
            arrow = arrow.set_column(k, name, said)
    pa_csv.write_csv(arrow, path)


WRITERS: dict[str, Callable[[Table, Path], None]] = {"parquet": write_parquet, "csv": write_csv}
