"""A running fingerprint of a session's results, so that a replay can prove it repeats them."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields
from operator import attrgetter
from typing import Any

from hub.records import Ledger, Received, Second, Wave
from hub.results.pipeline import CourseChanged, Ledgers, Placed, Result

DIGEST = "digest.jsonl"  # in the session's folder: the lines that were made live
MINUTE_NS = 60_000_000_000


@dataclass(frozen=True, slots=True)
class DigestLine:
    """At the end of minute `minute`, after journal row `row`: SHA-256 over all results so far; and
    which `software` (hub.provenance) they are of ("": it was not written down)."""

    minute: int
    row: int
    results: int
    sha256: str
    software: str = field(default="", compare=False)


class Digest:
    """Feed it each row with its results of this `software`; it gives a line whenever a minute of
    the session ends."""

    def __init__(self, software: str) -> None:
        self._software = software
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
        sha256 = self._hash.hexdigest()
        return DigestLine(self._minute, self._row, self._results, sha256, self._software)


def _bytes(result: Result) -> bytes:
    make = _MAKERS.get(type(result))
    return make(result) if make else _text(asdict(result))


def _placed(placed: Placed) -> bytes:
    samples = placed.samples
    head = f"{placed.seat} {samples.kit} {samples.channel} {samples.index} {samples.lost}"
    return head.encode() + samples.times_ns.tobytes() + samples.values.tobytes()


def _wave(wave: Wave) -> bytes:
    head = f"{wave.seat} {wave.channel} {wave.start_ns} {wave.period_ns} "
    return head.encode() + _numbers(wave.values)


def _second(second: Second) -> bytes:
    said = second.values
    reasons = [value.reason for value in said.values()]
    figures = [NOTHING if value.value is None else value.value for value in said.values()]
    head = f"{second.seat} {second.time_ns} {list(said)} {reasons} "
    return head.encode() + _numbers([*figures, *[value.quality for value in said.values()]])


def _numbers(values: Iterable[float]) -> bytes:
    return array("d", values).tobytes()


def _text(value: object) -> bytes:
    return _TO_JSON(value).encode()


def _number(value: Any) -> Any:
    """numpy's numbers as Python's."""
    return value.item()


NOTHING = float("nan")
_TO_JSON = json.JSONEncoder(sort_keys=True, default=_number).encode
_LINE = {field.name for field in fields(DigestLine)}
_LEDGER = attrgetter(*(field.name for field in fields(Ledger)))
# What comes with every frame has a maker of its own: `asdict` costs more than the signals.
_MAKERS: dict[type, Callable[[Any], bytes]] = {
    Placed: _placed,
    Wave: _wave,
    Second: _second,
    Ledgers: lambda said: _text([said.now_ns, *map(_LEDGER, said.rows)]),
    CourseChanged: lambda said: _text([asdict(phase) for phase in said.course.phases]),
}


def to_json(line: DigestLine) -> str:
    """One line of digest.jsonl."""
    return json.dumps(asdict(line))


def from_json(text: str) -> DigestLine:
    """The line back; a later version's may say more."""
    said = json.loads(text)
    return DigestLine(**{name: said[name] for name in said if name in _LINE})
