"""Who presented in which session: the researcher's file, for the hub's records name nobody."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from hub.errors import Refused

COLUMNS = ("session", "case", "presenter")
Presenters = Mapping[tuple[str, int], str]  # by session and case


def read_presenters(path: Path) -> Presenters:
    """A CSV file with the columns COLUMNS: a code for each presenter, the same in all sessions;
    separated by commas or, as spreadsheets of many languages write it, by semicolons. Refused,
    with the line, where it cannot be used: codes that differ in capitals alone would count one
    person twice."""
    found: dict[tuple[str, int], str] = {}
    written: dict[str, str] = {}
    for line, row in _rows(path):
        session, case, presenter = (row[name].strip() for name in COLUMNS)
        if not (session and presenter and case.isdecimal() and int(case)):
            raise _refused(path, f"line {line} is not session, number of the case, presenter")
        if (session, int(case)) in found:
            raise _refused(path, f"line {line} names case {case} of {session} again")
        if (before := written.setdefault(presenter.casefold(), presenter)) != presenter:
            raise _refused(path, f"line {line} has {presenter} where another line has {before}: "
                           "write one person's code in one way, and two people's less alike")
        found[session, int(case)] = presenter
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            by = max(",;", key=file.readline().count)
            file.seek(0)
            reader = csv.DictReader(file, restval="", delimiter=by)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise _refused(path, f"it has no column {', '.join(missing)}")
            yield from ((reader.line_num, row) for row in reader if any(row.values()))
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.", "Nothing was worked out.",
                      "Give --presenters a file that can be read.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise _refused(path, "it is not a CSV file in UTF-8, which spreadsheets call 'CSV UTF-8' "
                       f"({error})") from None


def _refused(path: Path, why: str) -> Refused:
    return Refused(f"{path} cannot be used: {why}.", "Nothing was worked out.",
                   f"Write a first line {','.join(COLUMNS)}, then a line for each case.")
