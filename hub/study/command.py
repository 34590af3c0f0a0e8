"""`stillpoint study`: what it may be asked, and its exit code."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from hub.course.protocol import BASELINE, CASE_PARTS
from hub.errors import Refused

PARTS = (BASELINE, *CASE_PARTS)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `stillpoint study` may be asked, but for the folder and --json."""
    parser.add_argument("session", metavar="SESSION", nargs="*",
                        help="the session's id, the beginning of its id, or its folder (default: "
                        "every closed session of the data folder)")
    parser.add_argument("--presenters", type=Path, metavar="FILE",
                        help="CSV file session,case,presenter; each presenter then counts once")
    parser.add_argument("--csv", type=Path, metavar="FILE",
                        help="write each case's estimates to FILE, for a model fitted elsewhere")
    parser.add_argument("--levels", type=Path, metavar="FILE",
                        help="write each person's level in each phase to FILE, for a model of "
                        "people and phases. A name ending in .parquet gives Parquet, else CSV")
    parser.add_argument("--phase", type=_told, action="append", default=[], metavar="ID=PART",
                        help="which PART a phase of your own protocol is: "
                        f"{', '.join(PARTS)}")


def _told(text: str) -> tuple[str, str]:
    id, _, part = text.partition("=")
    if not id or part not in PARTS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not ID=PART, with PART one of {', '.join(PARTS)}")
    return id, part


def run_study(args: argparse.Namespace, data_dir: Path) -> int:
    """The command. 0: every session counts; 1: some do not, or a --phase is of none; named."""
    # `--help`: not numpy
    from hub.study.gather import asked_for, work_out  # noqa: PLC0415
    from hub.study.presenters import read_presenters  # noqa: PLC0415
    from hub.study.study import levels_of, study_of  # noqa: PLC0415
    from hub.study.table import write_rows  # noqa: PLC0415
    from hub.study.text import study_text  # noqa: PLC0415

    paths = _files(args)
    presenters = read_presenters(args.presenters) if args.presenters else None
    infos, not_asked = asked_for(data_dir, args.session)
    if not infos and args.session:
        why = " ".join(f"{one.session}: {one.why}." for one in not_asked)
        raise Refused(f"None of the sessions that were named can be used. {why}",
                      "Nothing was worked out.", "Name other sessions, or none to use them all.")
    if not infos and not not_asked:
        raise Refused(f"No session in {data_dir.absolute()} yet.", "Nothing was worked out.",
                      "`stillpoint demo` makes one; --data names another folder.")
    told = dict(args.phase)
    used, left = work_out(infos, told, _progress)
    said = study_of(used, [*not_asked, *left], presenters, told)
    write_rows({"csv": said["estimates"], "levels": levels_of(used, presenters)}, paths)
    print(json.dumps(said, indent=2) if args.json else study_text(said))
    all_count = not said["left_out"] and said["cases"] == sum(len(one.cases) for one in used)
    had = {id for one in used for id in one.phases}
    return 0 if all_count and told.keys() <= had else 1


def _files(args: argparse.Namespace) -> dict[str, Path]:
    """What is to be written, by option. Refused where one cannot be, or two are one."""
    from hub.study.table import COLUMNS, refuse_to_overwrite  # noqa: PLC0415

    paths: dict[str, Path] = {option: path for option in COLUMNS
                              if (path := getattr(args, option)) is not None}
    for option, path in paths.items():
        refuse_to_overwrite(path, option)
    if len({path.resolve() for path in paths.values()}) < len(paths):
        raise Refused("--csv and --levels name the same file.", "Nothing was worked out.",
                      "Name two different files.")
    return paths


def _progress(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
