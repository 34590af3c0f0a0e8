"""The course of a session: what was pressed, folded into phases, markers, who presents, who speaks.

`fold` is pure. Its result depends on the set of events alone, not on the order in which they are
given: ties, and what "the last" is for an undo, are decided by `received_ns`. It never raises
over an event's content: what cannot count is ignored and says why. The rules, for users, are in
docs/phases.md; the rules in time are in `hub.course.timeline`, those of corrections in
`hub.course.corrections`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from hub.course.corrections import CANCELS, PRESSES, Book, Correction, Frame, in_turn
from hub.course.event_checks import received, seats_named, wrong
from hub.course.protocol import PhaseDef, Protocol, ProtocolError, load
from hub.course.reasons import CODES, REASONS
from hub.course.timeline import SLACK_NS, Placed, Press, Retime, Touches, ends, seat_spans, spans
from hub.records import Event, Marker, Phase, Span

EMPTY = Protocol("none", {}, (), (), ())


@dataclass(frozen=True, slots=True)
class Standing:
    """One event of the history and what it came to. `event.at_ns` is always the first word.

    standing  stands | undone | retimed | deleted | ignored
    reason    why, as a sentence; None where it stands as it was said
    at_ns     when it takes effect now
    by        the event that made it so, if one did
    """

    event: Event
    standing: str
    reason: str | None
    at_ns: int
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """A session so far. Phases are in order and without overlap, from the first press to the
    close. A span of `presenter` or `speaker` with value None means that nobody did; before the
    first span it is not known."""

    opened_ns: int | None
    closed_ns: int | None
    protocol: Protocol | None
    phases: tuple[Phase, ...]
    markers: tuple[Marker, ...]
    presenter: tuple[Span, ...]
    speaker: tuple[Span, ...]
    seats: dict[int, tuple[Span, ...]]
    history: tuple[Standing, ...]
    simulated: bool = False
    language: str = "en"

    def defined(self, phase: str) -> PhaseDef | None:
        """What the session's protocol says of the phase with this id."""
        return self.protocol.phase(phase) if self.protocol else None

    def is_baseline(self, phase: str) -> bool:
        """True if arousal is measured against this phase."""
        found = self.defined(phase)
        return found is not None and found.baseline

    def compared_as(self, phase: str) -> str | None:
        """What studies take this phase for; None: no contrast uses it."""
        found = self.defined(phase)
        return found.compared_as if found else None

    @property
    def baselines(self) -> list[tuple[int, int]]:
        """Beginning and end of each baseline that is over, in order."""
        return [(phase.start_ns, phase.end_ns) for phase in self.phases
                if phase.end_ns and self.is_baseline(phase.id)]


def fold(events: Iterable[Event], now_ns: int | None = None) -> Course:
    """The course these events make; with `now_ns`, as it was known then (UTC ns)."""
    known = _in_order(events, now_ns)
    opening = next((event for event in known if event.kind == "open"), None)
    if opening is None:
        history = tuple(_ignored(event, REASONS["not-open"]) for event in known)
        return Course(
            opened_ns=None, closed_ns=None, protocol=None, phases=(), markers=(), presenter=(),
            speaker=(), seats={}, history=history,
        )
    protocol, trouble = _protocol(opening.data.get("protocol"))
    closing = next((event for event in known if _closes(event, opening)), None)
    frame = Frame(opening.at_ns, closing.at_ns if closing else None, protocol or EMPTY)
    book, refused = _booked(known, frame, (opening, closing))
    standing, idle = book.settled()
    reasons = {opening.id: trouble} if trouble else {}
    history = tuple(_standing(event, book, refused, idle, reasons) for event in known)
    return _course(frame, protocol, opening, standing, history)


def _course(
    frame: Frame,
    protocol: Protocol | None,
    opening: Event,
    standing: dict[str, list[Placed]],
    history: tuple[Standing, ...],
) -> Course:
    closed_ns = frame.closed_ns
    return Course(
        opened_ns=frame.opened_ns,
        closed_ns=closed_ns,
        protocol=protocol,
        phases=tuple(
            _phase(p, end, frame.protocol) for p, end in ends(standing["phase"], closed_ns)
        ),
        markers=tuple(_marker(placed) for placed in standing["marker"]),
        presenter=spans(standing["presenter"], closed_ns),
        speaker=spans(standing["speaker"], closed_ns),
        seats=seat_spans(standing["seat"], closed_ns),
        history=history,
        simulated=opening.data.get("simulated") is True,
        language=str(opening.data.get("language", "en")),
    )


def _in_order(events: Iterable[Event], now_ns: int | None) -> list[Event]:
    """Each event once, in received order."""
    ordered = sorted(events, key=lambda event: (received(event), event.at_ns, event.id))
    first: dict[str, Event] = {}
    for event in ordered:
        if now_ns is None or received(event) <= now_ns:
            first.setdefault(event.id, event)
    return list(first.values())


@lru_cache(maxsize=64)
def _load(text: str) -> tuple[Protocol | None, str | None]:
    try:
        return load(text), None
    except ProtocolError as error:
        return None, f"its protocol cannot be read: {error}"


def _protocol(text: Any) -> tuple[Protocol | None, str | None]:
    return _load(text) if isinstance(text, str) else (None, "it carries no protocol")


def _closes(event: Event, opening: Event) -> bool:
    in_time = opening.at_ns < event.at_ns <= received(event) + SLACK_NS
    return event.kind == "close" and in_time


def _booked(
    known: Sequence[Event], frame: Frame, ends_of_session: tuple[Event | None, ...]
) -> tuple[Book, dict[str, str]]:
    """The book of what may count, and why the rest does not (by the id of the event)."""
    seats = seats_named(known)
    refused: dict[str, str] = {}
    may_count: list[Event] = []
    for event in known:
        reason = wrong(event, frame, seats)
        if any(event is end for end in ends_of_session):
            continue
        if reason:
            refused[event.id] = reason
        else:
            may_count.append(event)
    book = Book(frame, Touches(event for event in may_count if event.kind in PRESSES))
    book.refused |= refused
    for event in in_turn(may_count):
        book.add(event)
    return book, book.refused


def _ignored(event: Event, reason: str) -> Standing:
    return Standing(event, "ignored", reason, event.at_ns)


def _standing(
    event: Event,
    book: Book,
    refused: dict[str, str],
    idle: dict[int, str],
    reasons: dict[str, str],
) -> Standing:
    if event.id in refused:
        return _ignored(event, refused[event.id])
    thing = book.of.get(event.id)
    if thing is None:
        return Standing(event, "stands", reasons.get(event.id), event.at_ns)
    if thing.against:
        return _taken_back(event, thing)
    if isinstance(thing, Press):
        return _of_press(event, thing, idle, book.frame)
    return _of_correction(event, thing, book)


def _taken_back(event: Event, thing: Press | Retime | Correction) -> Standing:
    """Undone, or deleted: by the last in force, where a delete weighs more than an undo."""
    by = max(thing.against, key=lambda name: CANCELS.index(thing.against[name]))
    word = "deleted" if thing.against[by] == "delete" else "undone"
    return Standing(event, word, REASONS[word], event.at_ns, by)


def _of_press(event: Event, press: Press, idle: dict[int, str], frame: Frame) -> Standing:
    at_ns = press.at_ns(frame.opened_ns)
    if event is not press.first:
        reason = REASONS["twice"]
        return Standing(event, "ignored", reason, event.at_ns, press.first.id)
    if press.order in idle:
        return Standing(event, "ignored", idle[press.order], at_ns)
    retime = press.retime()
    if retime is not None:
        reason = REASONS["moved"]
        if retime.to_ns < frame.opened_ns:
            reason = REASONS["to-opening"]
        return Standing(event, "retimed", reason, at_ns, retime.event.id)
    return Standing(event, "stands", None, at_ns)


def _of_correction(event: Event, thing: Retime | Correction, book: Book) -> Standing:
    if isinstance(thing, Retime):
        press = book.of[event.data["target"]]
        latest = press.retime() if isinstance(press, Press) else None
        if latest is not None and latest is not thing:
            reason = REASONS["overtaken"]
            return Standing(event, "retimed", reason, event.at_ns, latest.event.id)
    return Standing(event, "stands", None, event.at_ns)


def _phase(placed: Placed, end_ns: int | None, protocol: Protocol) -> Phase:
    event = placed.press.first
    phase = protocol.phase(placed.press.value)
    label = dict(phase.label) if phase else {}
    return Phase(placed.press.value, label, placed.at_ns, end_ns, event.source, event.id)


def _marker(placed: Placed) -> Marker:
    event = placed.press.first
    return Marker(placed.at_ns, placed.press.value, event.source, event.id)


def course_to_dict(course: Course) -> dict[str, Any]:
    """The course as JSON; the protocol by its id only, and reasons by their code, too."""
    plain = asdict(course)
    history = [{**said, "code": CODES.get(said["reason"])} for said in plain["history"]]
    protocol = course.protocol.id if course.protocol else None
    return {**plain, "protocol": protocol, "history": history}
