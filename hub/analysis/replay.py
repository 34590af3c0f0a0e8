"""Reads a journal again and holds the results against the digest that was written live."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from hub.analysis.session import journal_of
from hub.course.basis import corrected_ns
from hub.course.log import CourseLog
from hub.disk.files import whole_lines
from hub.disk.journal import follow, read_meta
from hub.errors import HubError
from hub.provenance import software
from hub.results.digest import DIGEST, Digest, DigestLine, from_json
from hub.results.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. `same` is None where no live digest was written. `later`: rows that came
    after the session was sealed, as corrections do; what was seen live knew nothing of them.
    `software`: which worked it out now, and `live_software` then ("": it was not written down).
    `corrected_ns`: when the hub last heard that a baseline which was over was another one: what was
    seen live before that was measured against the one before, and exports and InfluxDB are not."""

    same: bool | None
    minutes: int
    compared: int
    first_difference: int | None
    later: int
    sha256: str
    software: str
    live_software: str
    corrected_ns: int | None = None

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


class Unreadable(HubError):
    """The digest beside the journal cannot be read."""


def replay(folder: Path) -> Replay:
    """Feed the journal to a fresh pipeline with live clocks, row by row."""
    path = journal_of(folder)
    written = _written(folder / DIGEST)
    sealed = "sealed_ns" in read_meta(path)
    end = max((line.row for line in written.values()), default=None) if sealed else None
    digest, pipeline, course = Digest(software()), Pipeline(), CourseLog()
    lines: list[DigestLine] = []
    at_ns = later = 0
    for row in follow(path, 0):
        course.feed(row)
        if end is not None and row.row > end:
            later += 1
            continue
        at_ns = row.at_ns
        line = digest.feed(row, pipeline.feed(row))
        if line is not None:
            lines.append(line)
    lines.append(digest.finish(pipeline.finish(at_ns)))
    return replace(_compare(lines, written, later), corrected_ns=corrected_ns(course.events()))


def _written(path: Path) -> dict[int, DigestLine]:
    """The lines that were made live. Unreadable where one is not a line of a digest."""
    lines: list[DigestLine] = []
    for number, text in enumerate(whole_lines(path), 1):
        try:
            lines.append(from_json(text))
        except (ValueError, TypeError):
            raise Unreadable(
                f"Line {number} of {path} is not a line of a digest.",
                "Nothing was changed, and the journal is a file of its own.",
                f"Put the original {path.name} back, or move this one away to replay without it.",
            ) from None
    return {line.minute: line for line in lines}


def _compare(lines: list[DigestLine], written: dict[int, DigestLine], later: int) -> Replay:
    both = [(line, written[line.minute]) for line in lines if line.minute in written]
    differ = [live for line, live in both if line != live]
    live = next(iter([*differ, *written.values()]), None)
    return Replay(
        same=not differ and len(both) == len(written) if both else None,
        minutes=len(lines), compared=len(both),
        first_difference=differ[0].minute if differ else None, later=later,
        sha256=lines[-1].sha256, software=software(),
        live_software=live.software if live else "",
    )
