# ruff: noqa: PLC0415  (peers are there or not)
"""python -m bench.signals beats|skin|all [--only ours] [--json]"""

from __future__ import annotations

import argparse
import json
import sys

from bench.signals import beats
from bench.signals.cases import RECORDINGS


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.signals", description=beats.__doc__)
    asked.add_argument("what", nargs="?", default="all", choices=("beats", "skin", "all"))
    asked.add_argument("--only", choices=("ours",))
    asked.add_argument("--json", action="store_true")
    args = asked.parse_args()
    if not RECORDINGS.is_dir():
        print("No development recordings here: simulated pulses only.", file=sys.stderr)
    table = {}
    if args.what in ("beats", "all"):
        table |= beats.run(args.only == "ours")
    if args.what in ("skin", "all"):
        from bench.signals import skin

        table |= skin.run(args.only == "ours")
    print(json.dumps(table, indent=1) if args.json else text(table))
    return 0


def text(table: dict) -> str:
    lines = []
    for condition, rows in table.items():
        lines.append(condition)
        for name, row in rows.items():
            accept = beats.ACCEPT.get(condition)
            verdict = "" if accept is None or "f1" not in row else f" accept {accept}: " + (
                "ok" if row["f1"] >= accept else "MISSED"
            )
            figures = "  ".join(f"{k} {_short(v)}" for k, v in row.items())
            lines.append(f"  {name:20s} {figures}{verdict}")
    return "\n".join(lines)


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
