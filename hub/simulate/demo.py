"""`stillpoint demo`: a whole simulated circle on this machine, from the broker to the summary."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.course.library import library
from hub.disk.files import lock_folder
from hub.errors import in_words
from hub.simulate import broker, recordings, truth
from hub.simulate.console import ConsoleError
from hub.simulate.hub_process import HubStopped
from hub.simulate.kits import KitsMissing, interpreter
from hub.simulate.options import DemoOptions, options_of
from hub.simulate.play import DemoError, drain, sessions
from hub.simulate.stage import NotSimulated, Stage, set_up
from hub.simulate.summary import Ran, summarise
from hub.simulate.summary_text import text

OK, NOT_RIGHT, FAILED = 0, 1, 2
FAILURES = (
    DemoError, HubStopped, KitsMissing, recordings.RecordingsMissing, broker.BrokerMissing,
    ConsoleError, NotSimulated,
)


@dataclass
class Run:
    """One run of the demo: how it was asked for, and how far it has come."""

    options: DemoOptions
    folder: Path  # of the logs
    say: Callable[[str], None]
    stage: Stage | None = None  # once everything runs

    @property
    def session(self) -> Path | None:
        """The newest session's folder, once there is one."""
        return self.stage.folders[-1] if self.stage and self.stage.sessions else None


def run_demo(args: argparse.Namespace) -> int:
    """Run it; returns the exit code."""
    options = options_of(args)
    say = _say_to(sys.stderr if options.json else sys.stdout)
    _terminate_like_ctrl_c()
    folder = options.data / "run" / str(os.getpid())
    run = Run(options, folder, say)
    try:
        said = _whole(run)
    except KeyboardInterrupt:
        print(f"stillpoint: {_stopped(run.session)}", file=sys.stderr)
        return FAILED
    except FAILURES as error:
        print("\n".join([f"stillpoint: {error}", *_where(run)]), file=sys.stderr)
        return FAILED
    if said["ok"]:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(said, indent=2) if options.json else "\n" + text(said))
    return OK if said["ok"] else NOT_RIGHT


def _say_to(stream: Any) -> Callable[[str], None]:
    return lambda line: print(line, file=stream, flush=True)


def _terminate_like_ctrl_c() -> None:
    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)  # a shell's background job ignores it otherwise


def _stopped(session: Path | None) -> str:
    if session is None:
        return "stopped before a session was opened. Nothing was recorded."
    return (
        f"stopped before the kits had sent all their data and the results were worked out.\n"
        f"Session: {session}\n"
        "Kept: everything that the hub had acknowledged; what was still on the way is lost.\n"
        f"Next: stillpoint verify {session}"
    )


def _where(run: Run) -> list[str]:
    """Where to look where it failed."""
    session = [f"Session: {run.session}"] if run.session else []
    return [*session, f"Logs: {run.folder}"] if run.folder.exists() else session


def _whole(run: Run) -> dict[str, Any]:
    options = run.options
    protocol = library(options.data).named(options.protocol)
    interpreter()
    recordings.folder()
    _make(run.folder, options.data)
    with set_up(options, protocol, run.folder, run.say) as run.stage:
        sessions(run.stage)
        drain(run.stage)
        trouble = run.stage.post.trouble
    where, *others = run.stage.folders
    run.say(f"All is recorded in {where}. Working it out …")
    for other in others:
        _write_truth(run.stage, other)
        run.say(f"A person's session after it: {other}. Next: stillpoint verify {other}")
    return _summary(run.stage, where, trouble)


def _make(folder: Path, data: Path) -> None:
    """DataFolderInUse where a hub works there: its folder is left as it is."""
    try:
        lock_folder(data).close()
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.parent.chmod(0o700)  # also one of a version that let everybody look
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise DemoError(
            f"{folder} cannot be made: {in_words(error)}. Nothing was started. "
            "Do: name another with --data"
        ) from None


def _write_truth(stage: Stage, folder: Path) -> truth.Truth:
    known = truth.of_world(stage.world, folder.name)
    truth.write(folder / "truth.npz", known)
    return known


def _summary(stage: Stage, folder: Path, trouble: str | None) -> dict[str, Any]:
    """`trouble`: that of the broker, before all was ended."""
    known = _write_truth(stage, folder)
    return summarise(Ran(
        folder, folder / "truth.npz", known, stage.options.network, stage.console.taken_ms,
        stage.asked, trouble,
    ))
