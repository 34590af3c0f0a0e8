"""Reads a journal again and holds the results against the digest that was written live."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from hub.analysis.session import journal_of
from hub.digest import Digest, DigestLine, from_json
from hub.journal import follow
from hub.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of it. `same` is None where no live digest was written."""

    same: bool | None
    minutes: int
    compared: int
    first_difference: int | None
    sha256: str

    def to_dict(self) -> dict[str, object]:
        return asdict(self)


def replay(folder: Path) -> Replay:
    """Feed the journal to a fresh pipeline with live clocks, row by row."""
    digest, pipeline = Digest(), Pipeline()
    lines: list[DigestLine] = []
    at_ns = 0
    for row in follow(journal_of(folder), 0):
        at_ns = row.at_ns
        line = digest.feed(row, pipeline.feed(row))
        if line is not None:
            lines.append(line)
    lines.append(digest.finish(pipeline.finish(at_ns)))
    return _compare(lines, _written(folder / "digest.jsonl"))


def _written(path: Path) -> dict[int, DigestLine]:
    texts = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {(line := from_json(text)).minute: line for text in texts}


def _compare(lines: list[DigestLine], written: dict[int, DigestLine]) -> Replay:
    both = [(line, written[line.minute]) for line in lines if line.minute in written]
    differ = [line.minute for line, live in both if line != live]
    return Replay(
        same=not differ and len(both) == len(written) if both else None,
        minutes=len(lines), compared=len(both),
        first_difference=min(differ, default=None), sha256=lines[-1].sha256,
    )
