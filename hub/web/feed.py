"""The live WebSocket: a session's messages, as far as the watcher may see them, ten times a second.

A watcher that cannot keep up loses the oldest, is told how many, and gets a fresh snapshot; it
never holds up the hub or another watcher.
"""

from __future__ import annotations

import asyncio
import json
import math
import queue
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

import anyio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from hub.policy import LATE
from hub.web.access import DISPLAY, APass, TheHub, session_of
from hub.web.errors import Refusal, ask
from hub.web.facade import Hub, LiveView, Mailbox, Message
from hub.web.places import DECIDED, REFUSED, Places, TooMany
from hub.web.shape import session_json, told_protocol
from hub.web.sight import Sight

router = APIRouter()
PERIOD_S = 0.1
BEAT_S = 1.0
OUTBOX_MAX = 1000  # messages: some 30 s of a circle of 14
GONE, FULL = 4404, 1013
CLOSING_S = 10.0  # the server lets a client that was told to go hang on for so long


class Outbox:
    """What one watcher has still to be sent: bounded, the oldest falls out and is counted."""

    def __init__(self, size: int = OUTBOX_MAX) -> None:
        self._messages: deque[Message] = deque(maxlen=size)
        self._some = asyncio.Event()
        self.dropped = 0

    def put(self, message: Message) -> None:
        if len(self._messages) == self._messages.maxlen:
            self.dropped += 1
        self._messages.append(message)
        self._some.set()

    async def take(self) -> tuple[list[Message], int]:
        """Everything that waits, and how many fell out since the last time."""
        await self._some.wait()
        self._some.clear()
        taken, dropped = list(self._messages), self.dropped
        self._messages.clear()
        self.dropped = 0
        return taken, dropped


@router.websocket("/api/live")
async def live(socket: WebSocket, session: str, hub: TheHub, held: APass, only: str = "") -> None:
    """Batches of messages (JSON arrays). `only`: the types wanted, by comma; empty: all."""
    places: Places = socket.app.state.places
    try:
        with places.a(DECIDED[held.role]):
            info = await ask(session_of, hub, session)
            view, course = await ask(hub.live, session), await ask(hub.course, session)
        role = held.role if held.opens(info) else DISPLAY
        with places.a(role):
            await socket.accept()
            sight = Sight(role, info.simulated, info.closed_ns is not None, info.team_view == LATE)
            told = {**session_json(info), **told_protocol(course), "sees": sight.sees()}
            await Watcher(socket, hub, view, sight, {"type": "session", **told}, only).run()
    except Refusal as refusal:
        await _refuse(socket, places, refusal)


async def _refuse(socket: WebSocket, places: Places, refusal: Refusal) -> None:
    """Say why not, and count the page until it has gone: of too many, some are not told."""
    code, kind = (FULL, "problem") if isinstance(refusal, TooMany) else (GONE, "refused")
    try:
        places.take(REFUSED)
    except TooMany:
        return await socket.close(code)
    asyncio.get_running_loop().call_later(CLOSING_S, places.leave, REFUSED)
    with suppress(WebSocketDisconnect, RuntimeError, OSError):
        await socket.accept()
        await socket.send_text(as_json([{"type": kind, **refusal.body}]))
        await socket.close(code)


@dataclass
class Watcher:
    """One open page."""

    socket: WebSocket
    hub: Hub
    view: LiveView
    sight: Sight
    head: Message
    only: str
    outbox: Outbox = field(default_factory=lambda: Outbox())

    async def run(self) -> None:
        """Until the page goes away."""
        mailbox = self.view.subscribe()
        try:
            await self._send(await self._snapshot())
            await _first_of(lambda: self._fill(mailbox), self._empty, self._listen)
        except* (WebSocketDisconnect, RuntimeError, OSError):
            pass  # the page closed while it was being sent to
        finally:
            self.view.unsubscribe(mailbox)

    async def _snapshot(self) -> list[Message]:
        told = await ask(lambda: self.sight.snapshot(self.view.snapshot(), self.hub.now_ns()))
        return [self.head, *self._wanted(told)]

    def _wanted(self, messages: list[Message]) -> list[Message]:
        wanted = self.only.split(",")
        return [m for m in messages if not self.only or m["type"] in wanted]

    async def _fill(self, mailbox: Mailbox) -> None:
        spoken = 0.0
        while True:
            now_ns = self.hub.now_ns()
            messages = self._wanted(self.sight.messages(_emptied(mailbox), now_ns))
            if not messages and time.monotonic() - spoken > BEAT_S:
                messages = [{"type": "beat", "now_ns": now_ns}]
            for message in messages:
                self.outbox.put(message)
            spoken = time.monotonic() if messages else spoken
            await asyncio.sleep(PERIOD_S)

    async def _empty(self) -> None:
        while True:
            messages, dropped = await self.outbox.take()
            if dropped:
                told: Message = {"type": "dropped", "count": dropped}
                messages = [told, *await self._snapshot()]
            await self._send(messages)

    async def _listen(self) -> None:
        while (await self.socket.receive())["type"] != "websocket.disconnect":
            pass

    async def _send(self, messages: list[Message]) -> None:
        await self.socket.send_text(as_json(messages))


async def _first_of(*parts: Callable[[], Awaitable[None]]) -> None:
    """Run the parts until one ends, and end the others."""
    async with anyio.create_task_group() as group:

        async def run(part: Callable[[], Awaitable[None]]) -> None:
            await part()
            group.cancel_scope.cancel()

        for part in parts:
            group.start_soon(run, part)


def _emptied(mailbox: Mailbox) -> list[Message]:
    messages: list[Message] = []
    while True:
        try:
            messages.append(mailbox.get_nowait())
        except queue.Empty:
            return messages


def as_json(value: Any) -> str:
    """JSON that a browser can read: what is not a number becomes null."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:
        return json.dumps(_numbers(value), separators=(",", ":"))


def _numbers(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _numbers(v) for k, v in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_numbers(v) for v in cast("list[Any]", value)]
    return None if isinstance(value, float) and not math.isfinite(value) else value
