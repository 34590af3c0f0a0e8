"""The two pages, their files, and whether the hub is well."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from hub.web.access import TheHub, give_cookie, pass_for
from hub.web.errors import ask

router = APIRouter()
STATIC = Path(__file__).parent / "static"


@router.get("/")
async def live_page() -> Response:
    """The live page."""
    return FileResponse(STATIC / "live.html")


@router.get("/console")
async def console_page(request: Request, hub: TheHub, token: str = "") -> Response:
    """The console. A good token in the link becomes a cookie; the page then drops it from its
    address. (No redirect: a strict cookie would not survive one that began on another site.)"""
    answer = FileResponse(STATIC / "console.html")
    if token and (await ask(pass_for, hub, token)).room is not None:
        give_cookie(request, answer, token)
    return answer


@router.get("/healthz")
async def healthz() -> dict[str, bool]:
    """The process answers."""
    return {"ok": True}


@router.get("/readyz")
async def readyz(hub: TheHub) -> Response:
    """The hub can take a session: 503 with its problems while it cannot say so."""
    problems = await ask(hub.problems)
    rooms = await ask(hub.rooms)
    return JSONResponse(
        {"ok": bool(rooms), "rooms": len(rooms), "problems": len(problems)}, 200 if rooms else 503
    )
