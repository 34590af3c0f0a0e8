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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from hub.disk.erased import erased_seats
from hub.disk.files import drop_torn_line, whole_lines
from hub.disk.journal import JOURNAL, Reader, last_row, read_meta
from hub.live.messages import Message, catching_up, message_of, problem_message, team_messages
from hub.provenance import software
from hub.records import Problem, Received
from hub.results.digest import DIGEST, Digest, DigestLine, from_json, to_json
from hub.results.pipeline import Pipeline, Result
from hub.settings import Settings
from hub.store.position import WHOLE, was_whole
from hub.store.sink import Sink, refill, sink_for
from hub.store.trouble import BACK, INFLUX, TAKEN_IN, Trouble
from hub.team.curve import Team, over_at, sealed_at, team_of

IDLE_S = 0.05  # how long a worker with nothing to read waits
NICE = 5  # what takes in data, and on one machine the simulated kits, go before
ROWS_AT_ONCE = 64  # rows of one session before the next has its turn

SEALED: Message = {"type": "sealed"}
REFILLED: Message = {"type": "refilled"}
UNSAID = Trouble("", "", "")

log = logging.getLogger("stillpoint")


@dataclass
class Word:
    """What a session's way to InfluxDB has to say for itself: once, in the log too."""

    session: str
    sink: Sink
    said: Trouble | None = UNSAID

    def news(self, at_ns: int) -> list[Message]:
        """The trouble, or that it is over, where that is new."""
        trouble = self.sink.trouble
        if trouble == self.said or not (trouble or self.sink.reached):
            return []
        if trouble or self.said != UNSAID:
            self._log(trouble or BACK)
        self.said, over = trouble, trouble is None
        return [_of_influx(trouble or BACK, at_ns, over)]

    def _log(self, said: Trouble) -> None:
        log.warning("%s: %s. Kept: %s. To do: %s.", self.session, said.what, said.kept, said.do)


def _of_influx(said: Trouble, at_ns: int, over: bool) -> Message:
    problem = Problem(at_ns, INFLUX, said.what, said.kept, said.do)
    return problem_message(problem, ends=INFLUX, over=over, form=said.form)


@dataclass
class Followed:
    """One session that this worker follows. `finished`: all its results are said; what InfluxDB has
    to say may still come. `behind`: what was in the journal before is not all read. `proves`: what
    comes of it is what was seen live, since nobody was erased; else the digest is left alone."""

    session: str
    folder: Path
    sink: Sink | None = None
    team: Team = field(default_factory=lambda: Team(late=False))
    pipeline: Pipeline = field(default_factory=Pipeline)
    digest: Digest = field(default_factory=lambda: Digest(software()))
    row: int = 0
    at_ns: int = 0
    behind: bool = True
    sealed: bool = False
    finished: bool = False
    proves: bool = True

    def __post_init__(self) -> None:
        self.word: Word | None = None
        drop_torn_line(self.folder / DIGEST)
        lines = map(from_json, whole_lines(self.folder / DIGEST))
        self.known = {line.minute: line for line in lines}
        self.unwritten = ""  # lines that the disk has refused: they go with the next
        self.reader = Reader(self.folder / JOURNAL)

    def write_to(self, sink: Sink | None) -> None:
        """Give the results to this one too, from now on."""
        self.sink = sink
        self.word = Word(self.session, sink) if sink else None

    def step(self) -> tuple[bool, list[Message]]:
        """Read what has come: whether there was anything, and what it leads to."""
        if self.finished:
            return False, []
        rows = self.reader.rows(self.row, ROWS_AT_ONCE)
        messages = [message for row in rows for message in self._feed(row)]
        if self.behind and len(rows) < ROWS_AT_ONCE:
            self.behind = False
            messages.append(catching_up(on=False))
        return bool(rows), messages

    def _feed(self, row: Received) -> list[Message]:
        self.team.before(row)
        results = self.pipeline.feed(row)
        self.row, self.at_ns = row.row, row.at_ns
        line = self.digest.feed(row, results)
        problems = [] if line is None else self._write(line)
        self._to_sink(row.row, results)
        told = [one for result in results for one in self.team.feed(result)]
        return [*_messages([*results, *problems]), *team_messages(told)]

    def finish(self) -> list[Message]:
        """The session is sealed: its last results."""
        results = self.pipeline.finish(self.at_ns)
        problems = self._write(self.digest.finish(results))
        end_ns = over_at(self.at_ns, sealed_at(read_meta(self.folder / JOURNAL)))
        if self.sink is not None:
            self.sink.end(self.row + 1, results, end_ns)
        self.reader.close()
        told = [one for result in results for one in self.team.feed(result)]
        told += self.team.finish(end_ns)
        self.pipeline, self.team = Pipeline(), Team(late=False)  # InfluxDB may be away for long
        self.finished = True
        return [*_messages([*results, *problems]), *team_messages(told)]

    def troubles(self) -> list[Message]:
        """What InfluxDB has to say for itself, when that is new."""
        at_ns = time.time_ns() if self.finished else self.at_ns
        return self.word.news(at_ns) if self.word else []

    @property
    def is_written(self) -> bool:
        """True if nothing more is owed to InfluxDB."""
        return self.sink is None or self.sink.done

    def _to_sink(self, row: int, results: list[Result]) -> None:
        if self.sink is not None:
            self.sink.put(row, results)

    def _write(self, line: DigestLine) -> list[Problem]:
        """Append the line, or hold it against the one that an earlier worker wrote, by the same
        software: another gives other figures."""
        if not self.proves:
            return []
        if known := self.known.get(line.minute):
            same = known == line or known.software != line.software
            return [] if same else [self._differs(line.minute)]
        refused = bool(self.unwritten)
        self.unwritten += to_json(line) + "\n"
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
            f"the fingerprint of {self.session} cannot be written to the disk ({error.strerror})",
            "all results; it is written with that of a later minute", "free some disk space",
        )

    def _differs(self, minute: int) -> Problem:
        return Problem(
            self.at_ns, "digest differs",
            f"minute {minute} of {self.session} came out differently when it was read again",
            "the journal, whole", "run `stillpoint replay` on the session after it is closed",
        )


def _messages(results: Iterable[Result]) -> list[Message]:
    return [message for result in results if (message := message_of(result)) is not None]


def run(commands: Connection, settings: Settings) -> None:
    """The worker's life: `("follow", session, folder)`, `("seal", session)`,
    `("refill", session, folder)` and `("stop",)` come in by the pipe, `(session, messages)` goes
    out by it. It ends with the hub, however that ends."""
    with contextlib.suppress(EOFError, ConnectionError):
        _run(commands, settings)


@dataclass
class _Duties:
    """What this worker does: sessions that it follows, and those that it only fills InfluxDB with,
    by their folders."""

    settings: Settings
    out: Connection
    followed: dict[str, Followed] = field(default_factory=dict[str, Followed])
    refills: dict[Path, Word] = field(default_factory=dict[Path, Word])


def _run(commands: Connection, settings: Settings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the hub's main process says when to stop
    os.nice(NICE)
    duties = _Duties(settings, commands)
    stopping = False
    while True:
        busy = _turn(duties)
        for folder, word in list(duties.refills.items()):
            _look_after(folder, word, duties)
        if stopping and all(one.finished or not one.sealed for one in duties.followed.values()):
            return
        if commands.poll(0 if busy else IDLE_S):
            stopping = not _obey(commands.recv(), duties) or stopping
        if os.getppid() == 1:
            return


def _turn(duties: _Duties) -> bool:
    """Let the sessions go on: those of old where no other has anything to read. True if there was
    something to do."""
    running, old = due(duties.followed.values())
    return any([_step(one, duties) for one in running]) or any(_step(one, duties) for one in old)


def due(followed: Iterable[Followed]) -> tuple[list[Followed], list[Followed]]:
    """Whose turn it is, and after them: of sessions that are over and read again the first, so that
    one that runs waits for no more than that, however many of old are looked at."""
    running: list[Followed] = []
    old: list[Followed] = []
    for one in followed:
        (old if one.sealed and one.behind else running).append(one)
    return running, old[:1]


def _step(one: Followed, duties: _Duties) -> bool:
    """Let one session go on; True if there was something to do. A session whose journal cannot be
    worked out is given up, so that the others go on."""
    try:
        busy, messages = _results(one)
    except Exception:
        log.exception("session %s, after row %d", one.session, one.row)
        busy, messages = False, _given_up(one.session, one.row, one.at_ns)
    if messages and messages[-1]["type"] == SEALED["type"]:
        del duties.followed[one.session]
        if one.finished and one.sink is not None and _has_grown(one.folder, one.sink):
            _refill(one.session, one.folder, duties)
    if messages:
        duties.out.send((one.session, messages))
    return busy


def _results(one: Followed) -> tuple[bool, list[Message]]:
    """Its next messages; SEALED is the last of all: until then the page hears of InfluxDB, and a
    worker that dies is told of the session again. REFILLED before it: InfluxDB has it, too."""
    busy, messages = one.step()
    if one.sealed and not busy and not one.finished:
        messages += one.finish()
    is_written = one.is_written  # before its last word
    messages += one.troubles()
    if one.finished and is_written:
        messages += [REFILLED, SEALED] if one.sink else [SEALED]
    return busy, messages


def _look_after(folder: Path, word: Word, duties: _Duties) -> None:
    """Troubles are said in the log, and to who has the session's page open; at last, that it is
    done. What was said of the session meanwhile is written after it."""
    done = word.sink.done
    messages = word.news(time.time_ns())
    if done:
        del duties.refills[folder]
        if _has_grown(folder, word.sink):
            _refill(word.session, folder, duties)
        else:
            messages += [*_taken_in(word), REFILLED]
    if messages:
        duties.out.send((word.session, messages))


def _taken_in(word: Word) -> list[Message]:
    """That all is there, where it is."""
    if word.sink.trouble:
        return []
    log.warning("%s: %s.", word.session, TAKEN_IN.what)
    return [_of_influx(TAKEN_IN, time.time_ns(), over=True)]


def _has_grown(folder: Path, sink: Sink) -> bool:
    """True if the journal has more than what this one, which is done, has written."""
    return sink.position < last_row(folder / JOURNAL) + WHOLE


def _given_up(session: str, row: int, at_ns: int) -> list[Message]:
    problem = Problem(
        at_ns, "not worked out",
        f"The results of {session} stop after row {row}: a damaged file, or an error in the hub",
        "the recording itself, which goes on", "tell the makers, with the hub's log",
    )
    return [problem_message(problem), catching_up(on=False), SEALED]


def _follow(session: str, folder: Path, duties: _Duties) -> None:
    """A session whose files cannot be read is given up: a worker that died of it would be started
    again and die again."""
    try:
        meta = read_meta(folder / JOURNAL)
        sink = _writer(folder, meta, duties)
        without = erased_seats(folder)  # not before the sink has looked: it notices what changed
        team = team_of(meta, duties.settings.team_view, bool(without))
        pipeline = Pipeline(sealed_ns=sealed_at(meta), without=without)
        one = Followed(session, folder, None, team, pipeline, proves=not without)
        one.write_to(sink)
        duties.followed[session] = one
    except Exception:
        log.exception("session %s cannot be followed", session)
        duties.out.send((session, _given_up(session, 0, time.time_ns())))


def _writer(folder: Path, meta: Mapping[str, str], duties: _Duties) -> Sink | None:
    """The one that fills it in, or else a new one. None where InfluxDB had all of a session that is
    over: what was said of it since is taken there when no session runs (`refill`)."""
    if filling := duties.refills.pop(folder, None):
        return filling.sink
    return None if "sealed_ns" in meta and was_whole(folder) else sink_for(duties.settings, folder)


def _refill(session: str, folder: Path, duties: _Duties) -> None:
    """Whether it goes well is said in the log. A session has one writer at a time."""
    followed = duties.followed.get(session)
    if folder in duties.refills or (followed and followed.sink):
        return
    try:
        sink = refill(duties.settings, folder, nicely=True)
    except Exception:
        return log.exception("%s is not written to InfluxDB", session)
    duties.refills[folder] = Word(session, sink, said=None)  # all is well is no news here


def _obey(command: tuple[str, ...], duties: _Duties) -> bool:
    """Carry out a command; False for `stop`."""
    match command:
        case ("follow", session, folder) if session not in duties.followed:
            _follow(session, Path(folder), duties)
        case ("seal", session) if session in duties.followed:
            duties.followed[session].sealed = True
        case ("refill", session, folder):
            _refill(session, Path(folder), duties)
        case ("stop",):
            return False
        case _:
            pass
    return True
