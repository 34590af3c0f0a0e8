"""What one round of the writer brings: rows for journals, and what to do once they are durable."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hub.disk.journal import Entry
from hub.intake.kits import Kit, Progress
from hub.intake.shelf import Shelved


class Came(NamedTuple):
    """A frame came: what its kit's progress becomes when the rows of `session` are durable."""

    session: Shelved | None
    kit: Kit
    boot: int
    progress: Progress
    base: int
    seq: int | None


class Waiting(NamedTuple):
    """Somebody waits for this entry of this session."""

    session: Shelved
    entry: Entry
    id: str
    done: Future[Any]


@dataclass
class Batch:
    """Filled by the routing, emptied by the writer."""

    entries: defaultdict[Shelved, list[Entry]] = field(
        default_factory=lambda: defaultdict[Shelved, list[Entry]](list)
    )
    came: list[Came] = field(default_factory=list[Came])
    waiting: list[Waiting] = field(default_factory=list[Waiting])
