"""Starts the worker processes, tells them what to follow, and takes in what they say."""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
import time
import zlib
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Protocol

from hub.live.messages import Message, catching_up
from hub.live.view import LiveView
from hub.live.worker import run
from hub.settings import Settings

STOP_S = 5.0
PAUSE_S, PAUSE_MAX_S = 0.2, 10.0  # before a worker that died is started again: longer each time


class Workers:
    """Sessions are spread over `settings.workers` processes by their id. A worker that dies is
    started again and told of its sessions."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = [_Place(settings) for _ in range(max(1, settings.workers))]
        self._views: dict[str, LiveView] = {}

    def follow(self, session: str, folder: Path) -> LiveView:
        """Begin to work out a session's results; they show in the view."""
        view = self._views.setdefault(session, LiveView())
        self._place(session).follow(session, folder, view)
        return view

    def seal(self, session: str) -> None:
        """Nothing more will come for this session: finish it."""
        self._place(session).seal(session)

    def refill(self, session: str, folder: Path) -> None:
        """Let InfluxDB have what it missed of a sealed session."""
        self._place(session).refill(session, folder, self._views.get(session))

    def view(self, session: str) -> LiveView | None:
        """The view of a session that is or was followed."""
        return self._views.get(session)

    @property
    def restarts(self) -> int:
        """How often a worker died and was started again."""
        return sum(place.restarts for place in self._places)

    def pids(self) -> list[int]:
        """The processes, for those who measure them."""
        return [place.process.pid or 0 for place in self._places]

    def stop(self) -> None:
        """End the processes."""
        for place in self._places:
            place.stop()

    def _place(self, session: str) -> _Place:
        return self._places[zlib.crc32(session.encode()) % len(self._places)]


class _Pipe(Protocol):
    """The end of a pipe that this process holds."""

    def recv(self) -> Any: ...
    def send(self, obj: Any, /) -> None: ...


class _Place:
    """One worker process, and the thread that listens to it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._sessions: dict[str, tuple[Path, LiveView]] = {}
        self._sealed: set[str] = set()
        self._refills: dict[str, tuple[Path, LiveView | None]] = {}
        self._stopping = False
        self.restarts = 0
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=run, args=(theirs, self._settings), daemon=True, name="stillpoint-worker"
        )
        self.process.start()
        theirs.close()
        self._pipe: _Pipe = ours
        for session, (folder, _) in list(self._sessions.items()):
            self.send(("follow", session, str(folder)))
        for session in list(self._sealed):
            self.send(("seal", session))
        for session, (folder, _) in list(self._refills.items()):
            self.send(("refill", session, str(folder)))
        threading.Thread(target=self._listen, args=(ours,), daemon=True).start()

    def follow(self, session: str, folder: Path, view: LiveView) -> None:
        self._sessions[session] = (folder, view)
        view.apply([catching_up(on=True)])
        self.send(("follow", session, str(folder)))

    def seal(self, session: str) -> None:
        self._sealed.add(session)
        self.send(("seal", session))

    def refill(self, session: str, folder: Path, view: LiveView | None) -> None:
        self._refills[session] = (folder, view)
        self.send(("refill", session, str(folder)))

    def send(self, command: tuple[str, ...]) -> None:
        # If it died, _listen starts another, which is told of every session.
        with self._lock, contextlib.suppress(OSError):
            self._pipe.send(command)

    def _listen(self, pipe: _Pipe) -> None:
        while True:
            try:
                session, messages = pipe.recv()
            except (EOFError, OSError):
                break
            self._hear(session, messages)
        for _, view in list(self._sessions.values()):
            view.apply([catching_up(on=True)])
        self.restarts += 1
        time.sleep(min(PAUSE_S * self.restarts, PAUSE_MAX_S))
        if not self._stopping:
            self._start()

    def _hear(self, session: str, messages: list[Message]) -> None:
        """Pass on what a worker says, and note what it need not be told again."""
        _, view = self._sessions.get(session) or self._refills.get(session) or (None, None)
        if view is not None:
            view.apply([one for one in messages if one["type"] != "refilled"])
        said = {one["type"] for one in messages}
        if "refilled" in said:
            self._refills.pop(session, None)
        if "sealed" in said:
            self._sessions.pop(session, None)
            self._sealed.discard(session)

    def stop(self) -> None:
        self._stopping = True
        self.send(("stop",))
        self.process.join(STOP_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
