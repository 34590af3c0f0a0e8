"""python -m bench.signals [what ...] [--only ours] [--recordings FOLDER] [--json] [--write]

Known truth, ours and the best open tools in one run; what it prints is in docs/bench-signals.md.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from bench.signals import (
    arousal,
    beats,
    calibration,
    live,
    report,
    skin,
    speed,
    strangers,
    stress,
    synchrony,
)
from bench.signals.accept import Table
from bench.signals.cases import RECORDINGS, Case, recordings, simulated

LIMIT_S = 15 * 60  # longer, and it ends with a traceback


def parts(folder: Path, people: list[Case], only_ours: bool) -> dict[str, Callable[[], Table]]:
    """What can be asked for; each measures when it is called."""
    return {
        "beats": lambda: beats.run(people, only_ours),
        "quality": lambda: calibration.run(people),
        "live": lambda: live.run(people, only_ours),
        "stress": lambda: stress.run(folder, only_ours),
        "arousal": lambda: arousal.run(folder),
        "skin": lambda: skin.run(only_ours),
        "synchrony": lambda: synchrony.run(only_ours),
        "strangers": lambda: strangers.run(folder),
        "speed": lambda: speed.run(only_ours),
    }


def arguments() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="python -m bench.signals", description=__doc__)
    asked.add_argument("what", nargs="*", metavar="what",
                       help="beats, quality, live, stress, arousal, skin, synchrony, strangers, "
                       "speed; all without any")
    asked.add_argument("--only", choices=("ours",), help="without the peers")
    asked.add_argument("--recordings", type=Path, default=RECORDINGS, metavar="FOLDER",
                       help="recordings (.npz); simulated pulses alone without any")
    asked.add_argument("--json", action="store_true", help="every figure, for a program")
    asked.add_argument("--write", action="store_true", help="into docs/bench-signals.md as well")
    args = asked.parse_args()
    if args.write and (args.what or args.only or not args.recordings.is_dir()):
        asked.error("--write takes the whole run: all parts, peers and recordings")
    return args


def main() -> int:
    args = arguments()
    faulthandler.dump_traceback_later(LIMIT_S, exit=True)
    real, made = recordings(args.recordings), simulated()
    known = parts(args.recordings, real + made, args.only == "ours")
    if unknown := set(args.what) - set(known):
        print(f"not known: {', '.join(unknown)}; known: {', '.join(known)}", file=sys.stderr)
        return 2
    table: Table = {}
    with redirect_stdout(sys.stderr):  # some peers print
        for name in args.what or known:
            table |= known[name]()
    judged_on = f"Pulses: {len(real)} recordings, {len(made)} simulated hearts."
    printed = f"{judged_on}\n\n{report.text(table)}"
    print(json.dumps(table, indent=1) if args.json else printed)
    if args.write:
        report.write(printed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
