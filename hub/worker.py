"""A process that follows the journals of its sessions and works out their results.

It reads what is durable and nothing else, so a live session is a replay that has not ended: a
worker that dies is started again and is back where it was once it has read the journal.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from hub.digest import DIGEST, Digest, from_json, to_json
from hub.files import drop_torn_line, whole_lines
from hub.journal import Reader
from hub.messages import Message, message_of
from hub.pipeline import Pipeline, Result
from hub.records import Problem, Received
from hub.settings import Settings
from hub.store.influx import Sink, refill, sink_for
from hub.store.trouble import BACK, Trouble

IDLE_S = 0.05  # how long a worker with nothing to read waits
NICE = 5  # what takes in data, and on one machine the simulated kits, go before
ROWS_AT_ONCE = 64  # rows of one session before the next has its turn

log = logging.getLogger("stillpoint")


@dataclass
class Followed:
    """One session that this worker follows."""

    session: str
    folder: Path
    sink: Sink | None
    pipeline: Pipeline = field(default_factory=Pipeline)
    digest: Digest = field(default_factory=Digest)
    row: int = 0
    at_ns: int = 0
    sealed: bool = False
    said: Trouble | None = None  # the last word of InfluxDB's troubles

    def __post_init__(self) -> None:
        drop_torn_line(self.folder / DIGEST)
        self.known = {from_json(line).minute: line for line in whole_lines(self.folder / DIGEST)}
        self.unwritten = ""  # lines that the disk has refused: they go with the next
        self.reader = Reader(self.folder / "session.sqlite")

    def step(self) -> tuple[bool, list[Message]]:
        """Read what has come: whether there was anything, and what it leads to."""
        rows = self.reader.rows(self.row, ROWS_AT_ONCE)
        return bool(rows), [message for row in rows for message in self._feed(row)]

    def _feed(self, row: Received) -> list[Message]:
        results = self.pipeline.feed(row)
        self.row, self.at_ns = row.row, row.at_ns
        line = self.digest.feed(row, results)
        problems = [] if line is None else self._write(to_json(line))
        self._to_sink(row.row, results)
        return [m for result in [*results, *problems] if (m := message_of(result)) is not None]

    def finish(self) -> list[Message]:
        """The session is sealed: its last results."""
        results = self.pipeline.finish(self.at_ns)
        problems = self._write(to_json(self.digest.finish(results)))
        if self.sink is not None:
            self.sink.end(self.row + 1, results, self.at_ns)
        self.reader.close()
        return [m for result in [*results, *problems] if (m := message_of(result)) is not None]

    def troubles(self) -> list[Message]:
        """What InfluxDB has to say for itself, when that is new."""
        trouble = self.sink.trouble if self.sink is not None else None
        if trouble == self.said:
            return []
        self.said = trouble
        said = trouble or BACK
        problem = Problem(self.at_ns, "influxdb", said.what, said.kept, said.do)
        return [{"type": "problem", **asdict(problem)}]

    def _to_sink(self, row: int, results: list[Result]) -> None:
        if self.sink is not None:
            self.sink.put(row, results)

    def _write(self, line: str) -> list[Problem]:
        """Append the line, or hold it against the one that an earlier worker wrote."""
        minute = from_json(line).minute
        if minute in self.known:
            return [] if self.known[minute] == line else [self._differs(minute)]
        refused = bool(self.unwritten)
        self.unwritten += line + "\n"
        try:
            drop_torn_line(self.folder / DIGEST)
            with (self.folder / DIGEST).open("a", encoding="utf-8") as file:
                file.write(self.unwritten)
        except OSError as error:
            return [] if refused else [self._refused(error)]
        self.unwritten = ""
        return []

    def _refused(self, error: OSError) -> Problem:
        return Problem(
            self.at_ns, "digest",
            f"the disk does not take the fingerprint of {self.session} ({error.strerror})",
            "all results; it is written with that of a later minute", "free some disk space",
        )

    def _differs(self, minute: int) -> Problem:
        return Problem(
            self.at_ns, "digest differs",
            f"minute {minute} of {self.session} came out differently when it was read again",
            "the journal, whole", "run `stillpoint replay` on the session after it is closed",
        )


def run(commands: Connection, settings: Settings) -> None:
    """The worker's life: `("follow", session, folder)`, `("seal", session)`, `("refill", folder)`
    and `("stop",)` come in by the pipe, `(session, messages)` goes out by it. It ends with the hub,
    however that ends."""
    with contextlib.suppress(EOFError, ConnectionError):
        _run(commands, settings)


def _run(commands: Connection, settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the hub's main process says when to stop
    os.nice(NICE)
    followed: dict[str, Followed] = {}
    stopping = False
    while True:
        busy = any([_step(one, followed, commands) for one in list(followed.values())])
        if stopping and not any(one.sealed for one in followed.values()):
            return
        if commands.poll(0 if busy else IDLE_S):
            stopping = not _obey(commands.recv(), followed, settings, commands) or stopping
        if os.getppid() == 1:
            return


def _step(one: Followed, followed: dict[str, Followed], out: Connection) -> bool:
    """Let one session go on; True if there was something to do. A session whose journal cannot be
    worked out is given up, so that the others go on."""
    try:
        busy, messages = one.step()
        messages += one.troubles()
        if one.sealed and not busy:
            messages = [*one.finish(), {"type": "sealed"}]
            del followed[one.session]
    except Exception:
        log.exception("session %s, after row %d", one.session, one.row)
        del followed[one.session]
        busy, messages = False, _given_up(one.session, one.row, one.at_ns)
    if messages:
        out.send((one.session, messages))
    return busy


def _given_up(session: str, row: int, at_ns: int) -> list[Message]:
    problem = Problem(
        at_ns, "not worked out",
        f"The results of {session} stop after row {row}: a damaged file, or a mistake in the hub",
        "the recording itself, which goes on", "tell the makers, with the hub's log",
    )
    return [{"type": "problem", **asdict(problem)}, {"type": "sealed"}]


def _follow(session: str, folder: Path, settings: Settings, out: Connection) -> Followed | None:
    """None, and said so, where the session's files cannot be read: a worker that died of it would
    be started again and die again."""
    try:
        one = Followed(session, folder, None)
        one.sink = sink_for(settings, folder)
    except Exception:
        log.exception("session %s cannot be followed", session)
        out.send((session, _given_up(session, 0, time.time_ns())))
        return None
    return one


def _obey(
    command: tuple[str, ...], followed: dict[str, Followed], settings: Settings, out: Connection
) -> bool:
    """Carry out a command; False for `stop`."""
    match command:
        case ("follow", session, folder) if session not in followed:
            one = _follow(session, Path(folder), settings, out)
            if one is not None:
                followed[session] = one
        case ("seal", session) if session in followed:
            followed[session].sealed = True
        case ("refill", folder):
            refill(settings, Path(folder))
        case ("stop",):
            return False
        case _:
            pass
    return True
