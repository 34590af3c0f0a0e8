"""What the web side needs of the hub. `hub.service.hub.Hub` has this shape, and so has the tests'
fake.

Every call may be made from any thread. A call that cannot be carried out raises HubError; anything
else that is raised is a bug.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from hub.course.library import Library
from hub.course.phases import Course
from hub.errors import Refused
from hub.live.messages import Message
from hub.records import Event, Problem


class SessionInfo(Protocol):
    """A session the hub knows. `closed_ns` is None while it is open, `sealed_ns` until all that
    its kits hold has come."""

    @property
    def id(self) -> str: ...
    @property
    def room(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def simulated(self) -> bool: ...
    @property
    def language(self) -> str: ...
    @property
    def team_view(self) -> str | None:
        """When its team sees its curve: one of hub.policy.TEAM_VIEWS; None: it does not say."""
        ...
    @property
    def opened_ns(self) -> int: ...
    @property
    def closed_ns(self) -> int | None: ...
    @property
    def sealed_ns(self) -> int | None: ...


class Mailbox(Protocol):
    """What `LiveView.subscribe` returns: bounded, filled by the hub, emptied by one reader."""

    def get_nowait(self) -> Message: ...  # raises queue.Empty


class LiveView(Protocol):
    def snapshot(self) -> Message:
        """The newest message of each type by its name, the lists "seconds", "group", "waves" and
        "problems", and the "team"'s curve in columns."""
        ...

    def subscribe(self) -> Mailbox: ...
    def unsubscribe(self, mailbox: Mailbox, /) -> None: ...


class Hub(Protocol):
    @property
    def simulated(self) -> bool:
        """Are all of this hub's kits simulated? (Its settings say so; no page can.)"""
        ...

    def now_ns(self) -> int: ...
    def rooms(self) -> list[str]: ...
    def console_token(self, room: str) -> str: ...
    def kits(self) -> list[dict[str, Any]]: ...
    def problems(self, room: str | None = None) -> Sequence[Problem]: ...
    def protocols(self) -> Library:
        """`protocols` and their `texts`, by id: what a session can be opened with."""
        ...

    def sessions(self) -> Sequence[SessionInfo]: ...
    def course(self, session_id: str) -> Course: ...
    def live(self, session_id: str) -> LiveView: ...

    def open_session(
        self, room: str, protocol_text: str, seats: dict[int, str], simulated: bool, language: str
    ) -> SessionInfo: ...

    def record_events(self, session_id: str, events: Sequence[Event]) -> Sequence[Event | Refused]:
        """Durable, by one commit, when it returns, but for what was refused. A repeated `id` is
        stored once and answered the same."""
        ...

    def close_session(self, session_id: str) -> SessionInfo: ...
