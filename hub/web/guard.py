"""What every request passes before a page or a call sees it, and the headers every answer carries.

Pure ASGI, so that the WebSocket handshake passes the same door.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.web.errors import TOO_LARGE, Refusal

MAX_BODY = 256 * 1024
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
FOREIGN = Refusal(
    403,
    "This call came from another web page.",
    "Nothing was changed.",
    "Open the hub's own page and do it there.",
)
WRONG_HOST = Refusal(
    421,
    "The hub does not answer under this name.",
    "Nothing was changed.",
    "Use the address the hub printed, or add the name to its settings.",
)
NOT_JSON = Refusal(
    415, "The hub accepts only JSON.", "Nothing was changed.", "Send application/json."
)


def _name(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def known_host(host: str, hosts: Iterable[str]) -> bool:
    """Is this Host header ours? An address cannot be rebound by a foreign name server; a name
    can, so names must be listed (localhost and .local are not in public DNS)."""
    try:
        name, _ = _name(host), urlsplit(f"//{host}").port  # a port that is none is no host either
        return name == "localhost" or name.endswith(".local") or name in hosts or _is_ip(name)
    except ValueError:
        return False


def _is_ip(name: str) -> bool:
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def same_origin(headers: Headers) -> bool:
    """Does the page that makes this call come from where the call goes? A client that is no
    browser sends no Origin, and has no cookie of ours to be robbed of."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    return origin.partition("://")[2] == headers.get("host")


def verdict(scope: Scope, hosts: Iterable[str]) -> Refusal | None:
    """Why this request may not pass; None: it may."""
    headers = Headers(scope=scope)
    if not known_host(headers.get("host", ""), hosts):
        return WRONG_HOST
    if scope["type"] == "websocket":
        return None if same_origin(headers) else FOREIGN
    return None if scope["method"] in SAFE else _unsafe(headers)


def _unsafe(headers: Headers) -> Refusal | None:
    length = headers.get("content-length", "0")
    checks = (
        (same_origin(headers), FOREIGN),
        (length.isdecimal() and int(length) <= MAX_BODY, TOO_LARGE),
        (headers.get("content-type", "").split(";")[0].strip() == "application/json", NOT_JSON),
    )
    return next((refusal for passed, refusal in checks if not passed), None)


class Guard:
    """ASGI middleware: `verdict` first, then a cap on the body, then the headers. HEAD is asked as
    GET: the server sends no body of it."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = ()) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        refusal = verdict(scope, self.hosts)
        if refusal and scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008, "reason": "origin"})
        answer = JSONResponse(refusal.body, refusal.status) if refusal else self.app
        await answer(_as_get(scope), _capped(receive), _with_headers(send, scope["path"]))


def _as_get(scope: Scope) -> Scope:
    return {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope


def _capped(receive: Receive) -> Receive:
    taken = 0

    async def capped() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if message["type"] == "http.request" and taken > MAX_BODY:
            raise HTTPException(413)
        return message

    return capped


def _with_headers(send: Send, path: str) -> Send:
    cache = "no-cache" if path.startswith("/static/") else "no-store"

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in {**HEADERS, "cache-control": cache}.items():
                headers[name] = value
        await send(message)

    return with_headers
