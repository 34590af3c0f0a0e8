"""`make bench`: prints one table. Options: `make bench ARGS="--kits 14 100 --json"`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench import afterwards, circle, hours, load, store
from bench.rows import Row, table

PEER_KITS = 200  # up to so many the peer runs beside the hub; more would only fight for the CPU
LONG = 1000  # from so many kits on a load is measured twice as long


def main() -> int:
    """Measure and print; 1 where something promised was missed."""
    args = _arguments()
    folder = Path(tempfile.mkdtemp(prefix="stillpoint-bench-"))
    try:
        rows = list(_rows(args, folder))
    finally:
        if not args.keep:
            shutil.rmtree(folder, ignore_errors=True)
    if args.json:
        print(json.dumps({"machine": _machine(), "rows": [row.to_dict() for row in rows]}))
    return int(any(row.good is False for row in rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    add = parser.add_argument
    add("--kits", type=int, nargs="*", default=[14, 100, 1000], help="loads (14 100 1000)")
    add("--seconds", type=float, default=30.0, help="of each load; twice that for 1,000 kits")
    add("--workers", type=int, default=1, help="processes of the pipeline (1)")
    add("--demo", action=argparse.BooleanOptionalAction, default=True, help="measure the demo")
    add("--store", action=argparse.BooleanOptionalAction, default=True,
        help="measure the writer of InfluxDB")
    add("--hours", action=argparse.BooleanOptionalAction, default=True,
        help="measure the memory of a pipeline over a long session")
    add("--after", action=argparse.BooleanOptionalAction, default=True,
        help="measure the analysis of a long session")
    add("--keep", action="store_true", help="keep the folder with logs and journals")
    add("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def _rows(args: argparse.Namespace, folder: Path) -> Iterator[Row]:
    _say(args, [], _machine())
    if args.demo:
        found = circle.measure(folder / "demo", args.seconds)
        _say(args, found)
        yield from found
    if args.store:
        found = store.measure(folder / "store", args.seconds)
        _say(args, found)
        yield from found
    if args.hours:
        found = hours.measure()
        _say(args, found)
        yield from found
    if args.after:
        found = afterwards.measure(folder / "after")
        _say(args, found)
        yield from found
    for kits in args.kits:
        seconds = args.seconds * (2 if kits >= LONG else 1)
        measured = load.measure(
            folder / f"load-{kits}", kits, seconds, args.workers, kits <= PEER_KITS
        )
        found = load.rows(measured, args.workers)
        _say(args, found)
        yield from found


def _say(args: argparse.Namespace, rows: list[Row], text: str = "") -> None:
    print(text or table(rows), file=sys.stderr if args.json else sys.stdout, flush=True)


def _machine() -> str:
    load_1 = os.getloadavg()[0]
    python = platform.python_version()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, Python {python}; "
        f"busy before it began: {load_1 / (psutil.cpu_count() or 1):.0%}"
    )


if __name__ == "__main__":
    sys.exit(main())
