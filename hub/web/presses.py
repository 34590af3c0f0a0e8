"""A press on the console: what it may say, and when, on the hub's clock, the finger touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.boxes import is_box
from hub.web.errors import Refusal

NS_PER_MS = 1_000_000
DAY_MS = 86_400_000
PRESSES_MAX = 200
EXCHANGES_MAX = 64

Name = Annotated[str, Field(min_length=1, max_length=80)]
Seat = Annotated[int, Field(ge=1, le=99, strict=True)]  # strict: to Python, true is a 1
UtcNs = Annotated[int, Field(ge=0, lt=2**63)]
Millis = Annotated[float, Field(ge=0, lt=1e14)]
Exchange = tuple[Millis, UtcNs, Millis]  # client_send_ms, hub_ns, client_recv_ms


class Body(BaseModel):
    """JSON from a page: nothing unknown, nothing that changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PhaseData(Body):
    phase: Name


class MarkerData(Body):
    label: Name


class SeatData(Body):
    """Who presents, who speaks: a seat, or nobody."""

    seat: Seat | None


class KitData(Body):
    seat: Seat
    kit: Name | None


class TargetData(Body):
    target: Name


class UndoData(Body):
    target: Name | None = None


DATA: dict[str, type[Body]] = {
    "phase": PhaseData,
    "marker": MarkerData,
    "presenter": SeatData,
    "speaker": SeatData,
    "seat": KitData,
    "undo": UndoData,
    "delete": TargetData,
    "retime": TargetData,
}


class Press(Body):
    """One press. It says something of the moment `touched_ms - ago_ms`, or of `at_ns` if given;
    a retime moves its target to that moment. `exchanges` are those the page had when the finger
    touched, if any: after a reload, or while the phone sleeps, a page's clock is another."""

    id: Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{8,64}$")]
    kind: str
    data: dict[str, Any]
    touched_ms: Millis
    ago_ms: Annotated[float, Field(ge=0, le=DAY_MS)] = 0
    at_ns: UtcNs | None = None
    exchanges: Annotated[list[Exchange], Field(max_length=EXCHANGES_MAX)] = []


class Presses(Body):
    """What POST /api/sessions/{id}/events takes. `presses`: each as `press_of` reads it, so that
    one which cannot be read takes no other with it. `sent_ms` and `touched_ms` are on one clock;
    `source`: who presses."""

    presses: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=PRESSES_MAX)]
    sent_ms: Millis
    exchanges: Annotated[list[Exchange], Field(max_length=EXCHANGES_MAX)] = []
    source: Literal["console", "script"] = "console"  # a script presses simulated sessions only


NO_SCRIPT = Refusal(
    403, "This hub's kits are worn by people, so a script may not press for them.",
    "Nothing was changed.", "Press on the console.",
)
ToNs = Callable[[float], int]
Fit = Callable[[list[Exchange]], ToNs | None]


def press_of(said: dict[str, Any]) -> Press:
    """A press as it came. Refusal where it can never be taken."""
    try:
        return Press.model_validate(said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _unreadable(f"its {place[:80]!a}: {first['msg'].lower()}") from None


def mapper(exchanges: list[Exchange], sent_ms: float, arrived_ns: int, fit: Fit) -> ToNs:
    """Client milliseconds -> hub nanoseconds, by the exchanges; where there is none, by the
    arrival, as if the way to the hub took no time."""
    return fit(exchanges) or (lambda ms: arrived_ns - round((sent_ms - ms) * NS_PER_MS))


def read(press: Press, to_ns: ToNs, arrived_ns: int) -> tuple[dict[str, Any], int]:
    """The event's data and its time: of a touch never later than now. Refusal where the press can
    never be taken."""
    model = DATA.get(press.kind)
    if model is None:
        raise _unreadable(f"there is no press called {press.kind[:40]!r}")
    try:
        data = model.model_validate(press.data).model_dump()
    except ValidationError as error:
        raise _unreadable(f"a {press.kind} press with {error.errors()[0]['msg'].lower()}") from None
    if is_box(data.get("kit") or ""):
        raise _of_a_box(data["kit"])
    touched = max(0, min(int(to_ns(press.touched_ms)), arrived_ns))
    ago = max(0, touched - round(press.ago_ms * NS_PER_MS))
    said = ago if press.at_ns is None else press.at_ns
    return ({**data, "to_ns": said}, touched) if press.kind == "retime" else (data, said)


def _unreadable(why: str) -> Refusal:
    return Refusal(
        422,
        f"A press was not accepted: {why}.",
        "Every other press is kept.",
        "Press again; if it happens again, reload the page.",
        code="press",
    )


def _of_a_box(name: str) -> Refusal:
    """Its presses lead, so nobody wears it."""
    return Refusal(
        422,
        f"A press was not accepted: {name} is the name of a button box, not of a kit.",
        "Every other press is kept.",
        "Give the seat a kit, or the kit another name in its config.json.",
        code="box on seat",
    )
