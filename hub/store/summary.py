"""What only a whole session tells, as lines: each second by its clocks and its baseline in the end,
phases in figures, and the group's synchrony.

`python -m hub.store.summary FOLDER` prints them, each with its bucket, so that a hub can have them
worked out beside what is live.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

import numpy as np

from hub.analysis.group_synchrony import phase_synchrony, synchrony_curve
from hub.analysis.per_phase import PhaseFeatures
from hub.analysis.session import Analysis, analyse
from hub.analysis.spoken import spoken_by
from hub.analysis.turns import turns_of
from hub.course.cases import case_numbers, counted_to, presenters
from hub.course.phases import Course
from hub.disk.erased import erased_seats
from hub.signals.index import SHORT_BASELINE
from hub.store.makers import Line
from hub.store.table import COMMON, SEATS, STATS, TEAM
from hub.store.text import escape, line, tags_of
from hub.store.whole import basis_lines, second_lines

MS = 1_000_000
LONGEST_S = 900
NICE = 10
# Bucket and measurement of all that is said here. `basis`, which says what the others stand
# against, is the first to go and the last to come.
OF_THE_WHOLE = ((SEATS, "basis"), (TEAM, "basis"), (SEATS, "features"), (SEATS, "group"),
                (SEATS, "phase_stats"), (SEATS, "synchrony"), (SEATS, "synchrony_curve"),
                (SEATS, "turns"))

log = logging.getLogger("stillpoint")


@contextlib.contextmanager
def summary_apart(folder: Path) -> Generator[Iterator[Line] | None, None, None]:
    """The lines, all of them worked out by a process of its own. None where it fails: it is said in
    the log, and `stillpoint replay SESSION --influx` tries again. Ctrl-C is for who asked: with
    that one it ends."""
    command = [sys.executable, "-m", "hub.store.summary", str(folder)]
    with tempfile.TemporaryFile("w+", encoding="utf-8", dir=folder) as said:
        try:
            subprocess.run(command, stdout=said, stderr=subprocess.PIPE, text=True, check=True,
                           timeout=LONGEST_S, stdin=subprocess.DEVNULL, process_group=0)
        except (OSError, subprocess.SubprocessError) as error:
            log.error("no summary of %s: %s", folder.name, getattr(error, "stderr", None) or error)
            yield None
        else:
            said.seek(0)
            yield (_line(text) for text in said)


def _line(text: str) -> Line:
    bucket, _, said = text.rstrip("\n").partition("\t")
    return bucket, said


def summary_lines(folder: Path) -> Iterator[Line]:
    """The lines of a session's folder, each with its bucket."""
    session = analyse(folder, processes=1)  # other rooms may be in session
    tags = tags_of(*(session.meta[name] for name in COMMON))
    made = (second_lines(session), _stats(session, tags), _synchrony(session, tags),
            _curve(session, tags), _turns(session, tags))
    yield from ((SEATS, said) for lines in made for said in lines if said)
    yield from basis_lines(session, tags)


def _stats(session: Analysis, tags: str) -> Iterator[str | None]:
    rows = [row for row in session.features_per_phase() if row.feature in STATS]
    presenting = who_presents(session.course, session.last_ns)
    for phase, presenter in zip(session.phases, presenting, strict=True):
        end_ns = phase.end_ns or session.last_ns
        here = [row for row in rows if row.start_ns == phase.start_ns]
        for who, seats in _groups({row.seat for row in here}, presenter).items():
            mine = [row for row in here if row.seat in seats]
            head = f"phase_stats,{tags},phase={escape(phase.id)},who={who}"
            yield line(head, {
                "start_ms": phase.start_ns // MS, "end_ms": end_ns // MS,
                "n": len({row.seat for row in mine if _comparable(row) is not None}),
                **figures(mine), "void": 0,
            }, phase.start_ns)  # fmt: skip


def _synchrony(session: Analysis, tags: str) -> Iterator[str | None]:
    spoken = spoken_by(session.course, session.last_ns)
    for row in phase_synchrony(session.seats, session.phases, session.last_ns, spoken):
        found = row.found
        yield line(f"synchrony,{tags},phase={escape(row.phase)},signal={row.signal}", {
            "end_ms": row.end_ns // MS, "value": found.value, "low": found.low,
            "high": found.high, "p": found.p, "p_corrected": found.p_corrected,
            "n": row.looked_at("persons"), "reason": found.reason, "void": 0,
        }, row.start_ns)  # fmt: skip


def _curve(session: Analysis, tags: str) -> Iterator[str | None]:
    spoken = spoken_by(session.course, session.last_ns)
    for one in synchrony_curve(session.seats, session.phases, spoken):
        figures = {"value": one.value, "low": one.low, "high": one.high}
        yield line(f"synchrony_curve,{tags},signal={one.signal}", figures, one.time_ns)


def _turns(session: Analysis, tags: str) -> Iterator[str | None]:
    """Ends first: where a turn follows upon another of the same seat, it goes on."""
    turns = [(f"turns,{tags},role={turn.role},seat={turn.seat}", turn)
             for turn in turns_of(session.course, erased_seats(session.folder))]
    for head, turn in turns:
        yield line(head, {"on": 0}, turn.end_ns or session.last_ns)
    for head, turn in turns:
        yield line(head, {"on": 1}, turn.start_ns)


def _groups(seats: set[int], presenter: int | None) -> dict[str, set[int]]:
    """Whose figures are summed up under which name."""
    presents = set[int]() if presenter is None else {presenter}
    members = seats - presents if presents else set[int]()
    return {"group": seats, "presenter": presents, "members": members}


def who_presents(course: Course, last_ns: int) -> list[int | None]:
    """Whose case each phase is counted to, as a study has it; of a session without cases, who
    presents in most of the phase. None: nobody was named."""
    ends = [phase.end_ns or last_ns for phase in course.phases]
    spans = [(phase.start_ns, end_ns) for phase, end_ns in zip(course.phases, ends, strict=True)]
    numbers = case_numbers([course.compared_as(phase.id) for phase in course.phases])
    whole = {number: _whole(spans, numbers, number) for number in set(numbers) - {0}}
    times = [whole.get(number, span)
             for number, span in zip(counted_to(numbers), spans, strict=True)]
    return [next(iter(presenters(course.presenter, *time)), None) for time in times]


def _whole(
    spans: Sequence[tuple[int, int]], numbers: Sequence[int], number: int
) -> tuple[int, int]:
    """From when to when a case lasts."""
    mine = [span for span, its in zip(spans, numbers, strict=True) if its == number]
    return mine[0][0], mine[-1][1]


def _comparable(row: PhaseFeatures) -> float | None:
    """The mean, unless it stands against something else than the others'."""
    return None if row.reason == SHORT_BASELINE else row.mean


def figures(rows: list[PhaseFeatures]) -> dict[str, float | None]:
    """Median and quartiles of each figure over the seats that have it, and how many do; None where
    nobody does."""
    out: dict[str, float | None] = {}
    for name in STATS:
        means = (_comparable(row) for row in rows if row.feature == name)
        known = [mean for mean in means if mean is not None]
        found = np.quantile(known, (0.5, 0.25, 0.75)).tolist() if known else (None,) * 3
        out |= zip((name, f"{name}_low", f"{name}_high"), found, strict=True)
        out[f"{name}_n"] = len(known) or None
    return out


def _end_with(asker: int) -> None:
    """Nobody is left to read it."""
    while os.getppid() == asker:
        time.sleep(0.2)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    os.nice(NICE)
    for bucket, said in summary_lines(Path(sys.argv[1])):
        print(bucket, said, sep="\t")
