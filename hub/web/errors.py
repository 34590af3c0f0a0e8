"""Every error the web side gives: what happened, what was kept, what to do next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from hub.errors import HubError

P = ParamSpec("P")
T = TypeVar("T")
NOTHING = Path(__file__).parent / "static" / "nothing.html"


class Refusal(Exception):
    """A call that is answered with `status`, the three sentences, and the `code` by which pages
    have them in their language, if they have."""

    def __init__(self, status: int, what: str, kept: str, do: str, code: str = "") -> None:
        super().__init__(what)
        self.status = status
        self.body = {"what": what, "kept": kept, "do": do} | ({"code": code} if code else {})


NO_TOKEN = Refusal(
    401,
    "This page does not carry a valid console link.",
    "Nothing was changed.",
    "Open the console with the link that the hub printed when it started: it is in the hub's "
    "terminal, or in what `docker compose logs hub` prints.",
    code="no link",
)
NO_SESSION = Refusal(
    404,
    "There is no session with this name.",
    "Nothing was changed.",
    "Reload the page and choose a session from the list.",
    code="no session",
)
NO_PAGE = Refusal(
    404, "There is nothing at this address.", "Nothing was changed.", "Go back to the live page."
)
TOO_LARGE = Refusal(
    413, "The message is too large.", "Nothing was changed.", "Reload the page and try again."
)
NO_JSON = Refusal(
    422,
    "The hub cannot read the message: it is not valid JSON.",
    "Nothing was changed.",
    "Reload the page and try again.",
)


async def ask(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the hub outside the event loop; its refusals become ours, and all else is a bug."""
    try:
        return await run_in_threadpool(call, *args, **kwargs)
    except HubError as error:
        raise refusal_of(error) from error


def refusal_of(error: HubError) -> Refusal:
    """What the hub refuses, as an answer."""
    return Refusal(409, error.what, error.kept, error.do, error.code)


def _refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refusal)
    return JSONResponse(error.body, error.status)


def _malformed(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first: dict[str, Any] = dict(error.errors()[0])
    if first["type"] == "json_invalid":  # its place is a number of characters, and no field
        return JSONResponse(NO_JSON.body, NO_JSON.status)
    place = ".".join(str(part) for part in first["loc"][1:])
    what = f"The hub could not read {place or 'the message'}: {first['msg']}."
    do = "Reload the page and try again."
    refusal = Refusal(422, what, "Nothing was changed.", do, code="unread")
    return JSONResponse(refusal.body, refusal.status)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
        return FileResponse(NOTHING, 404)  # a person typed the address
    known = {400: NO_JSON, 404: NO_PAGE, 413: TOO_LARGE}.get(error.status_code)
    if known is not None:
        return JSONResponse(known.body, known.status)
    what = f"The hub does not do that here ({error.detail})."
    refusal = Refusal(error.status_code, what, "Nothing was changed.", "Reload the page.")
    return JSONResponse(refusal.body, refusal.status)


def _bug(_: Request, error: Exception) -> JSONResponse:
    refusal = Refusal(
        500,
        f"The hub has made an error ({type(error).__name__}).",
        "Presses that were not acknowledged stay on this phone and are sent again.",
        "Go on; if it happens again, note the time and look in the hub's log.",
        code="hub",
    )
    return JSONResponse(refusal.body, refusal.status)


def install(app: FastAPI) -> None:
    """Answer every error of `app` in the three sentences."""
    handlers = {Refusal: _refused, RequestValidationError: _malformed, HTTPException: _http}
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
    app.add_exception_handler(Exception, _bug)
