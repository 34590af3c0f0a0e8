"""A running fingerprint of a session's results, so that a replay can prove it repeats them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from hub.pipeline import CourseChanged, Placed, Result
from hub.records import Received

MINUTE_NS = 60_000_000_000


@dataclass(frozen=True, slots=True)
class DigestLine:
    """At the end of minute `minute`, after journal row `row`: SHA-256 over all results so far."""

    minute: int
    row: int
    results: int
    sha256: str


class Digest:
    """Feed it each row with its results; it gives a line whenever a minute of the session ends."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._results = 0
        self._epoch_ns: int | None = None
        self._minute = 0
        self._row = 0

    def feed(self, row: Received, results: Iterable[Result]) -> DigestLine | None:
        """The line of the minute that ended with this row, if one did."""
        self._add(results)
        self._row = row.row
        self._epoch_ns = row.at_ns if self._epoch_ns is None else self._epoch_ns
        if row.topic != "hub/tick" or (row.at_ns - self._epoch_ns) // MINUTE_NS <= self._minute:
            return None
        self._minute = (row.at_ns - self._epoch_ns) // MINUTE_NS
        return self._line()

    def finish(self, results: Iterable[Result]) -> DigestLine:
        """The last line: everything."""
        self._add(results)
        self._minute += 1
        return self._line()

    def _add(self, results: Iterable[Result]) -> None:
        for result in results:
            self._hash.update(_bytes(result))
            self._results += 1

    def _line(self) -> DigestLine:
        return DigestLine(self._minute, self._row, self._results, self._hash.hexdigest())


def _bytes(result: Result) -> bytes:
    if isinstance(result, Placed):
        samples = result.samples
        head = f"{result.seat} {samples.kit} {samples.channel} {samples.index} {samples.lost}"
        return head.encode() + samples.times_ns.tobytes() + samples.values.tobytes()
    if isinstance(result, CourseChanged):
        return _text([asdict(phase) for phase in result.course.phases])
    return _text(asdict(result))


def _text(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, default=_number).encode()


def _number(value: Any) -> Any:
    """numpy's numbers as Python's."""
    return value.item()


def to_json(line: DigestLine) -> str:
    """One line of digest.jsonl."""
    return json.dumps(asdict(line))


def from_json(text: str) -> DigestLine:
    """The line back."""
    return DigestLine(**json.loads(text))
