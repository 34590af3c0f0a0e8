"""Who sees what. The one place that decides it; what it does not name is for nobody.

Per-seat arousal is live for nobody in a session with people: to be watched changes what is said,
and to know who is stirred up changes what a leader does. Leaders see whether the kits work and
the clock of the phases; of a seat only what tells of its kit (FIT): how good a body's figure is,
and why there is none, tells of the body. Teams see no marker, which may be one person's moment, and
never who presents; the group as a whole after the session, or GROUP_LATE_S late where the session
says so; in figures that are safe (`hub.team`), which median and quartiles of all valid seats
(`group`) are not. In a wholly simulated session nobody is exposed, and all is open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ROLES = ("researcher", "leader", "team")
ALSO = {"display": "team"}  # other names: a page that anybody in the house can open
GROUP_MIN = 5  # seats with a valid figure
GROUP_LATE_S = 60.0
AFTER, LATE = TEAM_VIEWS = ("after", "late")  # when a session's team sees its curve
S = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a decision depends on: a wholly simulated session, a figure's age in s, whether the
    session is over, whether its team may see its curve late (or after it only)."""

    simulated: bool
    age_s: float
    over: bool
    late: bool


Condition = Callable[[Asked], bool]


def _always(_: Asked) -> bool:
    return True


def _simulated(asked: Asked) -> bool:
    return asked.simulated


def _after(asked: Asked) -> bool:
    return asked.simulated or asked.over


def _team(asked: Asked) -> bool:
    return _after(asked) or (asked.late and asked.age_s >= GROUP_LATE_S)


_WORKING: Mapping[str, Condition] = {
    "researcher": _always,
    "leader": _always,
    "team": _simulated,
}
_BODIES: Mapping[str, Condition] = {
    "researcher": _after,
    "leader": _simulated,
    "team": _simulated,
}
RULES: Mapping[str, Mapping[str, Condition]] = {
    # the session's frame; "course" is all of it
    "course": _WORKING,
    "phases": dict.fromkeys(ROLES, _always),
    "markers": _WORKING,
    "presenter": _WORKING,
    "speaker": _WORKING,
    "seats": _WORKING,
    "history": _WORKING,
    # whether the kits work
    "quality": _WORKING,
    "ledger": _WORKING,
    "gap": _WORKING,
    "problem": _WORKING,
    # bodies
    "second": _BODIES,
    "wave": _BODIES,
    "group": _BODIES,
    "team": {"researcher": _team, "leader": _after, "team": _team},
    "status": {"researcher": _always, "leader": _always, "team": _always},
    "catching-up": {"researcher": _always, "leader": _always, "team": _always},
}


def may_see(
    role: str,
    kind: str,
    simulated: bool,
    *,
    age_s: float = 0.0,
    over: bool = False,
    late: bool = False,
) -> bool:
    """True if `role` may see data of `kind` (a key of RULES). `simulated`: every seat is. `age_s`:
    of a figure (s); `over`: the session is closed; `late`: its team's view is LATE."""
    condition = RULES.get(kind, {}).get(ALSO.get(role, role))
    return condition is not None and condition(Asked(simulated, age_s, over, late))


# What a leader needs to set a kit right: whether it sits and how good its signals are, in the steps
# that the page draws, and what is wrong. Words of hub.signals.quality; all others tell of a body.
FIT = ("contact_ppg", "contact_eda", "quality_ppg", "quality_eda")
FIT_STEPS = (0.0, 0.5, 0.8, 1.0)
FIT_CAUSES = (
    "gap", "no contact", "saturated", "flat", "motion", "weak pulse", "electrode off",
    "sensor too slow",
)  # fmt: skip

# Parts of a course message that are decided by themselves: field -> kind, and what is left of it.
_COURSE_PARTS: Mapping[str, tuple[str, Any]] = {
    "phases": ("phases", ()),
    "markers": ("markers", ()),
    "presenter": ("presenter", ()),
    "speaker": ("speaker", ()),
    "seats": ("seats", {}),
    "history": ("history", ()),
}


def visible(
    role: str,
    message: Mapping[str, Any],
    simulated: bool,
    now_ns: int,
    over: bool = False,
    late: bool = False,
) -> dict[str, Any] | None:
    """What of a live message `role` may see at `now_ns` (UTC ns): all, part, or None."""
    shape = _SHAPES.get(message.get("type", ""))
    if shape is not None:
        return shape(role, message, simulated, over)
    age_s = (now_ns - (message.get("time_ns") or now_ns)) / S
    kind = message.get("type", "")
    seen = may_see(role, kind, simulated, age_s=age_s, over=over, late=late)
    return dict(message) if seen else None


def _course(
    role: str, message: Mapping[str, Any], simulated: bool, over: bool
) -> dict[str, Any] | None:
    if not may_see(role, "phases", simulated, over=over):
        return None
    hidden = {
        field: empty
        for field, (kind, empty) in _COURSE_PARTS.items()
        if field in message and not may_see(role, kind, simulated, over=over)
    }
    return {**message, **hidden}


def _second(
    role: str, message: Mapping[str, Any], simulated: bool, over: bool
) -> dict[str, Any] | None:
    """A seat's figures; for who may see only quality, what tells of the kit."""
    if may_see(role, "second", simulated, over=over):
        return dict(message)
    if not may_see(role, "quality", simulated, over=over):
        return None
    return {**message, "values": {name: _fit(said) for name, said in message["values"].items()
                                  if name in FIT}}  # fmt: skip


def _fit(said: Mapping[str, Any]) -> dict[str, Any]:
    value, cause = said["v"], said["r"]
    step = None if value is None else max((s for s in FIT_STEPS if s <= value), default=0.0)
    return {"v": step, "r": cause if cause in FIT_CAUSES else None}


_SHAPES: Mapping[str, Callable[[str, Mapping[str, Any], bool, bool], dict[str, Any] | None]] = {
    "course": _course,
    "second": _second,
}
