"""Phase protocols: which phases a session may have, what they are called, how long they last.

A protocol is data (TOML). It names and measures; it forces nothing: phases begin when somebody
presses, in whatever order. Lengths are in seconds and serve display and plausibility only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.course.fields import (
    REQUIRED,
    Field,
    FieldError,
    check_unique,
    choice,
    flag,
    in_,
    label,
    list_of,
    name,
    parse,
    seconds,
    short,
    table,
    yes,
)
from hub.policy import TEAM_VIEWS

LANGUAGES = ("en", "hu", "de")
WHO_SPEAKS = ("nobody", "leader", "presenter", "members", "all", "outer")  # outer: has no seats
BASELINE = "baseline"
CASE_PARTS = ("presentation", "questions", "discussion", "integration")  # in the method's order
PHASES_MAX = 32
KEYS_MAX = 16
ORDER_MAX = 2 * PHASES_MAX

# What may be marked. A protocol chooses from these and adds none: there is no free text in a
# session, so nothing about a patient can enter it.
MARKERS: Mapping[str, Mapping[str, str]] = {
    "intervention": {
        "en": "Leader intervenes",
        "hu": "Vezetői beavatkozás",
        "de": "Intervention der Leitung",
    },
    "briefing": {
        "en": "Briefing on mentalizing",
        "hu": "Mentalizációs bevezető",
        "de": "Einführung ins Mentalisieren",
    },
    "silence": {"en": "Long silence", "hu": "Hosszú csend", "de": "Langes Schweigen"},
    "laughter": {"en": "Laughter", "hu": "Nevetés", "de": "Lachen"},
    "strong-feeling": {"en": "Strong feeling", "hu": "Erős érzelem", "de": "Starkes Gefühl"},
    "interruption": {
        "en": "Interruption from outside",
        "hu": "Külső zavarás",
        "de": "Störung von außen",
    },
    "joined": {"en": "Somebody joins", "hu": "Valaki megérkezik", "de": "Jemand kommt dazu"},
    "left": {"en": "Somebody leaves", "hu": "Valaki távozik", "de": "Jemand geht"},
    "technical": {"en": "Technical trouble", "hu": "Technikai hiba", "de": "Technische Störung"},
}


class ProtocolError(FieldError):
    """A protocol that cannot be used. `file`, `where`, `found`, `allowed`, `do` say all of it."""

    def __init__(self, file: str, wrong: FieldError):
        self.file = file
        super().__init__(wrong.where, wrong.found, wrong.allowed, wrong.do)

    def __str__(self) -> str:
        return f"{self.file}: {super().__str__()}"


@dataclass(frozen=True, slots=True)
class PhaseDef:
    """One phase of a protocol. min_s <= typical_s <= max_s."""

    id: str
    label: dict[str, str]
    min_s: int
    typical_s: int
    max_s: int
    who_speaks: str  # one of WHO_SPEAKS
    presenter_in_circle: bool
    optional: bool
    repeatable: bool  # pressed again while it lasts, it begins a second time
    baseline: bool  # the rest that arousal is measured against; at most one phase is
    part: str | None = None  # of a case, one of CASE_PARTS: studies compare these

    @property
    def quiet(self) -> bool:
        """Nobody speaks in it."""
        return self.who_speaks == "nobody"

    @property
    def compared_as(self) -> str | None:
        """What studies take it for: BASELINE, one of CASE_PARTS (the id is one, or `part` says so)
        or None: no contrast uses it."""
        if self.baseline:
            return BASELINE
        return self.part or (self.id if self.id in CASE_PARTS else None)


@dataclass(frozen=True, slots=True)
class Protocol:
    """`keys[k]` is what key k of a button box says: {"phase": id}, {"marker": label} or
    {"undo": True}. `markers` are names of MARKERS. `team_view`: when the team sees its curve, one
    of TEAM_VIEWS; None: as the hub has it. `order`: the ids of phases as they are usually pressed,
    one that comes in two cases twice, one that rarely comes not at all."""

    id: str
    title: dict[str, str]
    phases: tuple[PhaseDef, ...]
    keys: tuple[dict[str, Any], ...]
    markers: tuple[str, ...]
    team_view: str | None = None
    order: tuple[str, ...] = ()

    def phase(self, key: object) -> PhaseDef | None:
        """The phase of this id, or None."""
        return next((phase for phase in self.phases if phase.id == key), None)

    def key_of(self, phase: str) -> int | None:
        """The key of a button box that begins this phase, or None."""
        return next((k for k, says in enumerate(self.keys) if says.get("phase") == phase), None)

    @property
    def baseline(self) -> PhaseDef | None:
        """The phase that arousal is measured against, or None."""
        return next((phase for phase in self.phases if phase.baseline), None)


def load(text: str, file: str = "protocol") -> Protocol:
    """The protocol a TOML text holds. ProtocolError, naming `file`, for anything else."""
    try:
        return _protocol(table(_PROTOCOL)("", parse(text)))
    except FieldError as wrong:
        raise ProtocolError(file, wrong) from None


_marker = choice(tuple(MARKERS))
_labels = table({language: (label, REQUIRED) for language in LANGUAGES})
_PHASE: dict[str, Field] = {
    "id": (name, REQUIRED),
    "label": (_labels, REQUIRED),
    "min_s": (seconds, REQUIRED),
    "typical_s": (seconds, REQUIRED),
    "max_s": (seconds, REQUIRED),
    "who_speaks": (choice(WHO_SPEAKS), REQUIRED),
    "presenter_in_circle": (flag, REQUIRED),
    "optional": (flag, False),
    "repeatable": (flag, False),
    "baseline": (flag, False),
    "part": (choice(CASE_PARTS), None),
}
_KEY: dict[str, Field] = {"phase": (name, None), "marker": (_marker, None), "undo": (yes, None)}
_PROTOCOL: dict[str, Field] = {
    "id": (name, REQUIRED),
    "title": (_labels, REQUIRED),
    "phases": (list_of(table(_PHASE), 1, PHASES_MAX), REQUIRED),
    "keys": (list_of(table(_KEY), 0, KEYS_MAX), []),
    "markers": (list_of(_marker, 0, len(MARKERS)), []),
    "team_view": (choice(TEAM_VIEWS), None),
    "order": (list_of(name, 1, ORDER_MAX), None),
}


def _protocol(read: dict[str, Any]) -> Protocol:
    phases = tuple(PhaseDef(**phase) for phase in read["phases"])
    _check_phases(phases)
    check_unique("markers", read["markers"])
    keys = tuple({field: v for field, v in key.items() if v is not None} for key in read["keys"])
    ids = tuple(phase.id for phase in phases)
    for number, key in enumerate(keys, 1):
        _check_key(f"keys, item {number}", key, ids, read["markers"])
    order = read["order"] or ids
    for number, phase in enumerate(order, 1):
        _check_known(f"order, item {number}", "phase", phase, ids)
    markers, view = read["markers"], read["team_view"]
    return Protocol(read["id"], read["title"], phases, keys, markers, view, order)


def _check_phases(phases: tuple[PhaseDef, ...]) -> None:
    check_unique("phases", tuple(phase.id for phase in phases))
    for p in phases:
        if not p.min_s <= p.typical_s <= p.max_s:
            found = f"min_s {p.min_s}, typical_s {p.typical_s}, max_s {p.max_s}"
            order = "min_s <= typical_s <= max_s"
            raise FieldError(f"phases, {p.id}", found, order, "Put them in order.")
    baselines = [phase.id for phase in phases if phase.baseline]
    if len(baselines) > 1:
        do = "Leave baseline = true on one."
        raise FieldError("phases", f"baseline in {short(baselines)}", "at most one", do)


def _check_key(
    where: str, key: dict[str, Any], phases: tuple[str, ...], markers: tuple[str, ...]
) -> None:
    if len(key) != 1:
        do = "Give the key one meaning."
        raise FieldError(where, short(key), "one of phase, marker, undo", do)
    for field, names in (("phase", phases), ("marker", markers)):
        if field in key:
            _check_known(in_(where, field), field, key[field], names)


def _check_known(where: str, field: str, found: str, names: tuple[str, ...]) -> None:
    if found not in names:
        do = f"Choose one of them, or add it to {field}s."
        raise FieldError(where, short(found), " | ".join(names), do)
