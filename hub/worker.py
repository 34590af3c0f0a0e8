"""A process that follows the journals of its sessions and works out their results.

It reads what is durable and nothing else, so a live session is a replay that has not ended: a
worker that dies is started again and is back where it was once it has read the journal.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from hub.digest import Digest, from_json, to_json
from hub.influx import Sink, sink_for
from hub.journal import Reader
from hub.messages import Message, message_of
from hub.pipeline import Pipeline, Result
from hub.records import Problem, Received
from hub.settings import Settings

IDLE_S = 0.05  # how long a worker with nothing to read waits
ROWS_AT_ONCE = 200  # rows of one session before the next has its turn

Send = Callable[[str, list[Message]], None]


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

    def __post_init__(self) -> None:
        self.known = _known_lines(self.folder / "digest.jsonl")
        self.reader = Reader(self.folder / "session.sqlite")

    def step(self) -> list[Message]:
        """Read what has come, and give what it leads to."""
        messages: list[Message] = []
        for row in self.reader.rows(self.row, ROWS_AT_ONCE):
            messages += self._feed(row)
        return messages

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
        self._to_sink(self.row, results)
        self.reader.close()
        return [m for result in [*results, *problems] if (m := message_of(result)) is not None]

    def _to_sink(self, row: int, results: list[Result]) -> None:
        if self.sink is not None:
            self.sink.put(row, results)

    def _write(self, line: str) -> list[Problem]:
        """Append the line, or hold it against the one that an earlier worker wrote."""
        minute = from_json(line).minute
        if minute in self.known:
            return [] if self.known[minute] == line else [self._differs(minute)]
        with (self.folder / "digest.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        return []

    def _differs(self, minute: int) -> Problem:
        return Problem(
            self.at_ns, "digest differs",
            f"minute {minute} of {self.session} came out differently when it was read again",
            "the journal, whole", "run `stillpoint replay` on the session after it is closed",
        )


def _known_lines(path: Path) -> dict[int, str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {from_json(line).minute: line for line in lines}


def run(commands: Connection, settings: Settings) -> None:
    """The worker's life: `("follow", session, folder)`, `("seal", session)`, `("stop",)` come in by
    the pipe, `(session, messages)` goes out by it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the hub's main process says when to stop
    followed: dict[str, Followed] = {}
    while True:
        busy = any([_step(one, commands) for one in followed.values()])
        for name in [name for name, one in followed.items() if one.sealed]:
            commands.send((name, [*followed.pop(name).finish(), {"type": "sealed"}]))
        if commands.poll(0 if busy else IDLE_S) and not _obey(commands.recv(), followed, settings):
            return
        if os.getppid() == 1:
            return


def _step(one: Followed, commands: Connection) -> bool:
    messages = one.step()
    if messages:
        commands.send((one.session, messages))
    return bool(messages)


def _obey(command: tuple[str, ...], followed: dict[str, Followed], settings: Settings) -> bool:
    match command:
        case ("follow", session, folder):
            path = Path(folder)
            followed[session] = Followed(session, path, sink_for(settings, path))
        case ("seal", session) if session in followed:
            followed[session].sealed = True
        case ("stop",):
            return False
        case _:
            pass
    return True
