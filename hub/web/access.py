"""Who is asking: a token from the console's link, kept in a cookie that scripts cannot read.

A room's token (printed at start) opens that room's console; a session's token opens only that
session's. Whoever has neither is the display: the live page, and nothing that changes anything.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import HTTPConnection
from starlette.responses import Response

from hub.web.errors import NO_SESSION, NO_TOKEN
from hub.web.facade import Hub, SessionInfo

COOKIE_DAYS = 1
LEADER, DISPLAY = "leader", "display"


@dataclass(frozen=True, slots=True)
class Pass:
    """What a token opens: a room, or one session of it. `room` None: nothing (the display)."""

    room: str | None = None
    session: str | None = None

    @property
    def role(self) -> str:
        return DISPLAY if self.room is None else LEADER

    def opens(self, info: SessionInfo) -> bool:
        return self.room == info.room and self.session in (None, info.id)

    def hears(self, kit: dict[str, Any]) -> bool:
        """Of a session's token: a kit of that session, or one that is in none."""
        mine = self.session is None or kit.get("session") in (None, self.session)
        return mine and self.room in (None, kit.get("room"))


def hub_of(connection: HTTPConnection) -> Hub:
    return connection.app.state.hub


def cookie_name(connection: HTTPConnection) -> str:
    """Cookies do not know ports: two hubs on one machine must not take each other's."""
    return f"stillpoint-{connection.url.port or 80}"


def pass_for(hub: Hub, token: str) -> Pass:
    """What `token` opens. Compared in constant time."""
    if not token:
        return Pass()
    for room in hub.rooms():
        if _same(token, hub.console_token(room)):
            return Pass(room)
    for info in hub.sessions():
        if _same(token, info.token):
            return Pass(info.room, info.id)
    return Pass()


def _same(a: str, b: str) -> bool:
    return hmac.compare_digest(a.encode(), b.encode())


def pass_of(connection: HTTPConnection, hub: Annotated[Hub, Depends(hub_of)]) -> Pass:
    return pass_for(hub, connection.cookies.get(cookie_name(connection), ""))


def leader_of(held: Annotated[Pass, Depends(pass_of)]) -> Pass:
    """The pass of somebody who may change things; refuses the display."""
    if held.room is None:
        raise NO_TOKEN
    return held


def give_cookie(connection: HTTPConnection, answer: Response, token: str) -> None:
    answer.set_cookie(
        cookie_name(connection),
        token,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        samesite="strict",
        secure=connection.url.scheme == "https",
    )


def session_of(hub: Hub, session_id: str) -> SessionInfo:
    """The session called `session_id`, or NO_SESSION."""
    for info in hub.sessions():
        if info.id == session_id:
            return info
    raise NO_SESSION


def led_session(connection: HTTPConnection, held: Annotated[Pass, Depends(leader_of)]) -> str:
    """The path's session id, for somebody who may change it: another room's session is not there.
    Which room a session is in never changes, so a press does not wait for the list of all."""
    session_id = str(connection.path_params["session_id"])
    known: dict[str, SessionInfo] = connection.app.state.known
    if session_id not in known:
        known[session_id] = session_of(hub_of(connection), session_id)
    if not held.opens(known[session_id]):
        raise NO_SESSION
    return session_id


TheHub = Annotated[Hub, Depends(hub_of)]
APass = Annotated[Pass, Depends(pass_of)]
ALeader = Annotated[Pass, Depends(leader_of)]
Led = Annotated[str, Depends(led_session)]
