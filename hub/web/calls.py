"""The calls of the console and what both pages ask for once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field

from hub.course.phases import course_to_dict
from hub.course.protocol import LANGUAGES
from hub.errors import Refused
from hub.policy import may_see
from hub.records import Event
from hub.web import presses
from hub.web.access import ALeader, APass, Led, TheHub, session_of
from hub.web.errors import NO_TOKEN, Refusal, ask, refusal_of
from hub.web.facade import Hub
from hub.web.presses import Body, Name, Presses
from hub.web.shape import fit_only, protocol_json, session_json, told_protocol, without_texts

router = APIRouter(prefix="/api")
NO_PROTOCOL = Refusal(
    422, "The hub has no protocol of this name.", "Nothing was opened.",
    "Choose one from the list.", code="no protocol",
)  # fmt: skip
SEATS_MAX = 40
SeatKey = Annotated[int, Field(ge=1, le=99)]  # JSON's keys are texts


class Open(Body):
    """What POST /api/sessions takes: seat number -> kit."""

    room: Name
    protocol: Name
    seats: Annotated[dict[SeatKey, Name], Field(min_length=1, max_length=SEATS_MAX)]
    language: Annotated[str, Field(pattern=f"^({'|'.join(LANGUAGES)})$")] = "en"


class Close(Body):
    """What POST /api/sessions/{id}/close takes: nothing."""


@router.get("/clock")
async def clock(hub: TheHub) -> dict[str, int]:
    """The hub's time now, UTC ns: one leg of a page's clock exchange."""
    return {"hub_ns": hub.now_ns()}


@router.get("/me")
async def me(held: APass, hub: TheHub) -> dict[str, Any]:
    """What this browser may do here: display, or leader of a room."""
    return {"role": held.role, "room": held.room, "session": held.session}


@router.get("/protocols")
async def protocols(hub: TheHub) -> list[dict[str, Any]]:
    """The protocols a session can be opened with."""
    found = await ask(hub.protocols)
    return [protocol_json(protocol) for protocol in found.protocols.values()]


@router.get("/kits")
async def kits(hub: TheHub, held: APass) -> dict[str, Any]:
    """The kits that are heard, with contact and quality; `hidden`: not for this watcher.
    `broker`: is it reached? Without it no kit is heard, which is no secret."""
    hidden = not may_see(held.role, "quality", hub.simulated)
    away = any(problem.code == "broker" for problem in await ask(hub.problems))
    heard = [] if hidden else await ask(hub.kits)
    mine = [fit_only(kit) for kit in heard if held.hears(kit)]
    return {"now_ns": hub.now_ns(), "kits": mine, "hidden": hidden, "broker": not away}


@router.get("/sessions")
async def sessions(hub: TheHub, held: APass) -> list[dict[str, Any]]:
    """The sessions, newest first."""
    known = [s for s in await ask(hub.sessions) if held.room is None or held.opens(s)]
    return [session_json(s) for s in sorted(known, key=lambda s: s.opened_ns, reverse=True)]


@router.get("/problems")
async def problems(hub: TheHub, held: ALeader) -> list[dict[str, Any]]:
    """What the leader of a room should know about the hub itself, and about the room's kits."""
    return [asdict(problem) for problem in await ask(hub.problems, held.room)]


@router.get("/sessions/{session_id}")
async def one_session(session_id: str, hub: TheHub) -> dict[str, Any]:
    """One session with its protocol, as anybody may know it."""
    info = await ask(session_of, hub, session_id)
    return session_json(info) | told_protocol(await ask(hub.course, session_id))


@router.get("/sessions/{session_id}/course")
async def course(session_id: Led, hub: TheHub) -> dict[str, Any]:
    """The course with its history, as the console folds its own unsent presses on top of it."""
    told = course_to_dict(await ask(hub.course, session_id))
    return {**without_texts(told), "now_ns": hub.now_ns()}


@router.post("/sessions")
async def open_session(body: Open, hub: TheHub, held: ALeader) -> dict[str, Any]:
    """Open a session: recording begins. 409 says why the hub refuses."""
    if held.room != body.room or held.session is not None:
        raise NO_TOKEN
    text = (await ask(hub.protocols)).texts.get(body.protocol)
    if text is None:
        raise NO_PROTOCOL
    seats = dict(sorted(body.seats.items()))
    info = await ask(hub.open_session, body.room, text, seats, hub.simulated, body.language)
    return session_json(info)


@router.post("/sessions/{session_id}/close")
async def close_session(session_id: Led, body: Close, hub: TheHub) -> dict[str, Any]:
    """Close it: kits stop recording and send what they still hold."""
    await ask(hub.close_session, session_id)
    return session_json(await ask(session_of, hub, session_id))


class Desk:
    """Takes in presses, one batch of a session at a time, each press once."""

    def __init__(self, fit: presses.Fit) -> None:
        self._fit = fit
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._taken: dict[str, set[str]] = defaultdict(set)

    async def take(self, hub: Hub, session: str, body: Presses) -> dict[str, Any]:
        """The answer to a batch, after all of it is durable, in one commit: of a swap of kits no
        half. A press that can never be taken is in `refused` with the three sentences; when the
        hub itself cannot take any (a full disk) the call fails and the console keeps the presses.
        """
        arrived_ns = hub.now_ns()
        if body.source == "script" and not hub.simulated:
            raise presses.NO_SCRIPT
        said: list[Event] = []
        refused: list[dict[str, Any]] = []
        for one in body.presses:
            try:
                said.append(self._event(one, body, arrived_ns))
            except Refusal as refusal:
                refused.append({"id": _name_of(one), **refusal.body})
        async with self._locks[session]:
            taken = self._taken[session]
            fresh = {event.id: event for event in said if event.id not in taken}
            if fresh:
                became = await ask(hub.record_events, session, [*fresh.values()])
                no = {id: refusal_of(one) for id, one in zip(fresh, became, strict=True)
                      if isinstance(one, Refused)}
                refused += [{"id": id, **one.body} for id, one in no.items()]
                taken.update(fresh.keys() - no.keys())
            accepted = [event.id for event in said if event.id in taken]
        return {"accepted": accepted, "refused": refused, "now_ns": hub.now_ns()}

    def _event(self, said: dict[str, Any], body: Presses, arrived_ns: int) -> Event:
        press = presses.press_of(said)
        known = press.exchanges or body.exchanges
        to_ns = presses.mapper(known, body.sent_ms, arrived_ns, self._fit)
        data, at_ns = presses.read(press, to_ns, arrived_ns)
        return Event(press.id, press.kind, at_ns, body.source, data)


def _name_of(said: dict[str, Any]) -> str | None:
    """The id that a press gives itself, whatever else it says; None where none can be written."""
    given = said.get("id")
    return given if isinstance(given, str) and given.isprintable() else None


@router.post("/sessions/{session_id}/events")
async def take_presses(
    session_id: Led, body: Presses, request: Request, hub: TheHub
) -> dict[str, Any]:
    """Presses, durable when this answers: {"accepted": [ids], "refused": [...], "now_ns"}."""
    return await request.app.state.desk.take(hub, session_id, body)
