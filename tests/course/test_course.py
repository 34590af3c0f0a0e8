"""The course read from a journal's rows: events, and the presses of a button box."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware import wire
from hub.analysis.clocks import WholeClocks
from hub.arrays import Floats, Ints
from hub.course.events import EventError, event_from_json, event_to_json
from hub.course.library import library
from hub.course.log import (
    CourseLog,
    kit_on_seat,
    phase_at,
)
from hub.course.phases import fold
from hub.records import Event, Received

S = 1_000_000_000
MS = 1_000_000
T0 = 1_800_000_000 * S
TEXT = library().texts["demo"]
KEY = {"case-call": 0, "presentation": 1, "questions": 2, "intervention": 6, "undo": 7, "none": 9}
BOOT = 0xC0FFEE


def ns(at_s: float) -> int:
    return T0 + round(at_s * S)


@dataclass
class Box:
    """A button box whose clock began `began_s` before the opening and runs `ppm` fast."""

    kit: str = "box-1"
    boot: int = BOOT
    began_s: float = 500.0
    ppm: float = 0.0
    echo: tuple[int, int] = (0, 0)  # hub ns, box us
    seq: int = 0
    presses: int = 0
    rows: list[Received] = field(default_factory=list)

    def us(self, at_s: float) -> int:
        return round((at_s + self.began_s) * 1e6 * (1 + self.ppm * 1e-6))

    def beat(self, at_s: float, way_s: float = 0.004) -> Received:
        """A heartbeat: its stamp comes to the hub, and the acknowledgement to the box."""
        row = self.row("stamp", at_s + way_s, self.payload(at_s, [])[: wire.STAMP_SIZE])
        self.echo = (ns(at_s + way_s), self.us(at_s + 2 * way_s))
        return row

    def press(self, key: str, at_s: float, sent_s: float | None = None,
              way_s: float = 0.004) -> Received:
        """A key touched at `at_s`; its frame is sent at once or at `sent_s`."""
        sent_s = at_s + 0.001 if sent_s is None else sent_s
        payload = self.payload(sent_s, [(wire.EVENT, self.presses, KEY[key], self.us(at_s))])
        self.presses += 1
        self.seq += 1
        return self.row("data", sent_s + way_s, payload, self.seq - 1)

    def payload(self, sent_s: float, blocks: list[tuple[int, int, int, int]]) -> bytes:
        frame = wire.FrameWriter()
        frame.begin()
        for channel, index, value, tick in blocks:
            block = wire.BlockWriter(channel, 8)
            block.clear(index)
            block.add(value)
            block.at(tick % wire.TICK_SPAN, tick // wire.TICK_SPAN, 0)
            frame.block(block)
        size = frame.end(0, self.boot, 7, self.seq)
        buf = bytearray(wire.STAMP_SIZE) + frame.buf[:size] + bytearray(wire.CRC_SIZE)
        sent, (echo_ns, echo) = self.us(sent_s), self.echo
        wire.stamp_into(buf, 0, sent % wire.TICK_SPAN, sent // wire.TICK_SPAN, echo_ns,
                        echo % wire.TICK_SPAN, echo // wire.TICK_SPAN)
        return bytes(buf[: wire.seal(buf, size)])

    def row(self, stream: str, at_s: float, payload: bytes, seq: int | None = None) -> Received:
        return Received(0, ns(at_s), f"{stream}/{self.kit}", payload, self.kit, self.boot, seq)

    def about(self, role: str = "box") -> Received:
        said = json.dumps({"kit": self.kit, "role": role, "keys": 8}).encode()
        return Received(0, T0, f"about/{self.kit}", said, self.kit)


def event_row(kind: str, at_s: float, id: str = "", **data: Any) -> Received:
    event = Event(id or f"{kind}-{at_s}", kind, ns(at_s), "console", data)
    return Received(0, ns(at_s), f"event/{kind}", event_to_json(event))


OPEN = [
    event_row("open", 0, protocol=TEXT, simulated=True, language="en"),
    event_row("seat", 0, "sit-1", seat=1, kit="kit-1"),
    event_row("seat", 0, "sit-2", seat=2, kit="kit-2"),
]


def log(*rows: Received) -> CourseLog:
    made = CourseLog()
    for row in [*OPEN, *rows]:
        made.feed(row)
    return made


def starts(found: CourseLog) -> list[tuple[str, int]]:
    return [(phase.id, phase.start_ns) for phase in found.state.phases]


def test_event_rows_become_the_course() -> None:
    made = log()
    assert made.feed(event_row("phase", 10, phase="case-call"))
    assert starts(made) == [("case-call", ns(10))]
    assert not made.feed(event_row("phase", 10, phase="case-call"))  # the same id
    assert not made.feed(Received(0, T0, "hub/tick", b""))
    assert not made.feed(Received(0, T0, "odd", b""))
    assert len(made.events()) == 4


def test_an_event_is_the_same_after_the_journal() -> None:
    event = Event("a", "phase", ns(3), "console", {"phase": "closing", "n": None}, ns(4))
    assert event_from_json(event_to_json(event), ns(4)) == event


BAD = [
    b"", b"{", b"\xff\xfe", b"[]", b"[" * 60_000, b'"open"', b"{}", b"x" * 70_000,
    b'{"id":"a","kind":"phase","source":"x","at_ns":1.5}',
    b'{"id":"a","kind":"phase","source":"x","at_ns":-1}',
    b'{"id":"a","kind":"phase","source":"x","at_ns":true}',
    b'{"id":"a","kind":"phase","source":"x","at_ns":' + b"9" * 5000 + b"}",
    b'{"id":"","kind":"phase","source":"x","at_ns":1}',
    b'{"id":3,"kind":"phase","source":"x","at_ns":1}',
    b'{"id":"a","kind":"phase","source":"x","at_ns":1,"data":[]}',
    b'{"id":"a","kind":"marker","source":"x","at_ns":1,"data":{}}',  # in an event/phase row
]


@pytest.mark.parametrize("payload", BAD, ids=range(len(BAD)))
def test_a_row_that_is_no_event_is_a_counted_problem(payload: bytes) -> None:
    made = log()
    before = made.state
    assert not made.feed(Received(0, ns(9), "event/phase", payload))
    assert made.problem_count == 1 and made.state == before
    problem = made.problems[0]
    assert problem.at_ns == ns(9) and problem.what and problem.kept and problem.do


def test_problems_are_counted_without_end_and_kept_with_one() -> None:
    made = log(*[Received(0, T0, "event/phase", b"{")] * 300)
    assert made.problem_count == 300 and len(made.problems) == 100


def test_a_press_of_the_box_is_a_phase_at_the_touch() -> None:
    box = Box()
    beats = [box.beat(k) for k in range(1, 60)]
    made = log(box.about(), *beats, box.press("presentation", 60, way_s=0.2))
    [(phase, at_ns)] = starts(made)
    assert phase == "presentation" and abs(at_ns - ns(60)) < 5 * MS
    found = made.state.phases[0]
    assert found.source == "box" and found.event == "box-1:00c0ffee:0"
    data = made.state.history[-1].event.data
    assert data["placed"] == "fit" and data["error_ns"] < 10 * MS and data["key"] == 1


def test_without_a_clock_a_press_is_placed_by_its_own_send_tick() -> None:
    box = Box()
    made = log(box.about(), box.press("questions", 60, sent_s=75, way_s=0.05))
    assert starts(made) == [("questions", ns(60.05))]
    data = made.state.history[-1].event.data
    assert data["placed"] == "arrival" and data["error_ns"] is None


@dataclass
class Stopped:
    """A clock by which it is always the same time."""

    at_ns: int
    error_ns: float = MS

    def to_ns(self, _: int) -> int:
        return self.at_ns

    def error_at(self, ticks: Ints) -> Floats:
        return np.full(len(ticks), self.error_ns)


def test_a_press_stays_where_it_was_placed_until_the_final_clock() -> None:
    box = Box(ppm=40)
    made = log(box.about(), box.press("questions", 60, way_s=0.5))
    placed = starts(made)
    for at_s in range(61, 200):
        made.feed(box.beat(at_s))
        assert starts(made) == placed
    assert made.remap(lambda kit, boot: Stopped(ns(60)))
    assert starts(made) == [("questions", ns(60))]
    assert made.state.history[-1].event.data["placed"] == "final"
    assert not made.remap(lambda kit, boot: Stopped(ns(60)))
    assert not made.remap(lambda kit, boot: None)
    made.remap(lambda kit, boot: Stopped(ns(999)))
    assert starts(made) == [("questions", ns(60.501))]  # no touch after its arrival


@pytest.mark.parametrize("heard_s", [65, 600, 1200])
@pytest.mark.parametrize("ppm", [-40, 40])
def test_a_press_of_before_the_box_was_heard_claims_the_error_of_its_own_moment(
    heard_s: float, ppm: float
) -> None:
    box = Box(ppm=ppm)
    rows = [box.about(), box.beat(heard_s),
            box.press("questions", 60, sent_s=heard_s + 1, way_s=0.02)]
    made = log(*rows)
    clocks = WholeClocks(rows)
    for placed in ("fit", "final"):
        said = made.state.history[-1].event
        assert said.data["placed"] == placed
        assert abs(said.at_ns - ns(60)) < said.data["error_ns"] < heard_s * MS
        made.remap(lambda kit, boot: clocks.kits[(kit, boot)].fit())


def test_every_key_says_what_the_protocol_gives_it() -> None:
    box = Box()
    rows = [box.press(key, at_s) for key, at_s in
            [("case-call", 10), ("presentation", 20), ("intervention", 30), ("none", 40),
             ("questions", 50), ("undo", 60)]]
    state = log(box.about(), *rows).state
    assert [p.id for p in state.phases] == ["case-call", "presentation"]
    assert [m.label for m in state.markers] == ["intervention"]
    assert [e.standing for e in state.history[3:]] == [
        "stands", "stands", "stands", "ignored", "undone", "stands"]


def test_a_frame_that_comes_again_does_nothing() -> None:
    box = Box()
    row = box.press("questions", 60)
    made = log(box.about(), row)
    assert not made.feed(row)
    assert len(made.state.phases) == 1


def test_presses_of_one_frame_keep_their_order() -> None:
    box = Box()
    both = box.payload(61, [(wire.EVENT, 0, KEY["questions"], box.us(60)),
                            (wire.EVENT, 1, KEY["undo"], box.us(60.5))])
    assert log(box.about(), box.row("data", 61, both, 0)).state.phases == ()


def test_a_backlog_of_an_outage_comes_late_and_lies_where_it_was_touched() -> None:
    box = Box()
    beats = [box.beat(k) for k in range(1, 60)]
    late = [box.press("presentation", 70, sent_s=200), box.press("questions", 90, sent_s=200)]
    console = event_row("phase", 120, phase="discussion")
    found = starts(log(box.about(), *beats, console, *late))
    assert [p for p, _ in found] == ["presentation", "questions", "discussion"]
    assert abs(found[0][1] - ns(70)) < 10 * MS


def test_two_boots_of_a_box_are_two_clocks_and_two_sets_of_presses() -> None:
    first, second = Box(), Box(boot=0xBEEF, began_s=-70.0)
    rows = [first.press("presentation", 60), second.press("questions", 90)]
    assert starts(log(first.about(), *rows)) == [
        ("presentation", ns(60.004)), ("questions", ns(90.004))]


def test_a_participants_kit_cannot_press() -> None:
    box = Box(kit="kit-1")
    made = log(box.about("kit"), box.press("questions", 60))
    assert made.state.phases == () and made.problem_count == 0


def test_a_kit_on_a_seat_is_no_box_whatever_it_says() -> None:
    box = Box(kit="k2")
    made = log(event_row("seat", 1, "s", seat=2, kit="k2"), box.about(), box.press("questions", 60))
    assert made.state.phases == ()


def test_a_box_that_was_put_on_a_seat_leads_all_the_same() -> None:
    """No other device can have its name."""
    box = Box(kit="box-1")
    slip = event_row("seat", 70, seat=2, kit="box-1")
    made = log(box.about(), box.press("presentation", 60), slip, box.press("questions", 80))
    assert [phase.id for phase in made.state.phases] == ["presentation", "questions"]


def test_of_what_names_no_box_presses_count_but_for_the_time_that_it_sits() -> None:
    """In sessions of before, when a box could have any name."""
    box = Box(kit="desk")
    sits, rises = event_row("seat", 70, "slip", seat=2, kit="desk"), event_row("seat", 90, seat=2)
    rows = [box.about(), box.press("case-call", 60), sits, box.press("presentation", 80), rises,
            box.press("questions", 100)]
    made = log(*rows)
    assert [phase.id for phase in made.state.phases] == ["case-call", "questions"]
    made.feed(event_row("delete", 110, target="slip"))
    assert [phase.id for phase in made.state.phases] == ["case-call", "presentation", "questions"]


def test_a_box_that_is_pressed_by_no_hand_leaves_the_others_theirs() -> None:
    rows: list[Received] = []
    for name in ("box-2", "box-3"):
        box = Box(kit=name)
        rows += [box.row("data", 60, box.payload(60, [(wire.EVENT, n, 99, box.us(60))
                 for n in range(k, k + 10)]), k) for k in range(0, 520, 10)]  # fmt: skip
    made = log(*rows, Box().press("questions", 61))
    assert [phase.id for phase in made.state.phases] == ["questions"] and made.problem_count


def test_a_box_is_known_by_its_press_before_it_is_described() -> None:
    box = Box()
    assert len(log(box.press("questions", 60)).state.phases) == 1


def test_other_frames_are_not_looked_into() -> None:
    box = Box(kit="kit-2")
    row = box.row("data", 60, box.payload(60, [(wire.PPG_IR, 0, 5, box.us(60))])[:-1] + b"?", 0)
    assert log(row).problem_count == 0  # damaged, and none of our business


def test_damaged_rows_of_a_box_are_counted() -> None:
    box = Box()
    good = box.press("questions", 60)
    rows = [
        Received(0, ns(60), good.topic, good.payload[:-3], box.kit, BOOT, 0),
        Received(0, ns(60), "stamp/box-1", b"\x01", box.kit, BOOT),
        Received(0, ns(60), "about/box-1", b"{", box.kit),
        Received(0, ns(60), "about/box-1", b"[" * 60_000, box.kit),
        Received(0, ns(60), "about/box-1", b"[]", box.kit),
    ]
    made = log(box.about(), *rows)
    assert made.problem_count == 4 and made.state.phases == ()
    assert made.feed(good)


@given(st.sampled_from(["data", "stamp", "about", "event"]), st.binary(max_size=120),
       st.integers(0, 2**63 - 1))
def test_no_bytes_make_it_raise(stream: str, payload: bytes, at_ns: int) -> None:
    made = log(Box().about())
    made.feed(Received(0, at_ns, f"{stream}/box-1", payload, "box-1", BOOT, 0))
    assert made.state.phases == ()


# What a box sends may be anything; when it arrived is the hub's own clock, which only goes on.
@given(st.lists(st.tuples(st.integers(0, 2**46 - 1), st.integers(0, 2**46 - 1),
                          st.integers(0, 2**63 - 1), st.integers(0, 2**46 - 1)), max_size=6))
@settings(max_examples=60)
def test_no_clock_of_a_box_makes_it_raise(said: list[tuple[int, int, int, int]]) -> None:
    made = log(Box().about())
    for number, (sent, touched, echo_ns, echo_us) in enumerate(said):
        box = Box(echo=(echo_ns, echo_us), seq=number)
        box.us = lambda _, sent=sent: sent  # type: ignore[method-assign]
        payload = box.payload(0, [(wire.EVENT, number, 1, touched)])
        made.feed(Received(0, ns(number), "data/box-1", payload, "box-1", BOOT, number))
    assert len(made.state.history) == 3 + len(said)


def test_fed_one_by_one_it_is_what_it_is_at_once() -> None:
    box = Box(ppm=-30)
    rows = [*OPEN, box.about(), *(box.beat(k) for k in range(1, 20)),
            event_row("phase", 20, "a", phase="case-call"), box.press("presentation", 25),
            event_row("retime", 30, target="a", to_ns=ns(5)), box.press("undo", 31),
            event_row("presenter", 33, seat=2), box.press("questions", 40),
            event_row("close", 50)]
    live, later = CourseLog(), CourseLog()
    for row in rows:
        live.feed(row)
        assert live.state == fold(reversed(live.events()))
    for row in rows:
        later.feed(row)
    assert later.state == live.state
    assert [p.id for p in live.state.phases] == ["case-call", "questions"]


def test_what_was_when() -> None:
    state = log(
        event_row("phase", 10, phase="case-call"),
        event_row("phase", 20, phase="presentation"),
        event_row("presenter", 15, seat=2),
        event_row("speaker", 16, seat=1),
        event_row("seat", 30, seat=1, kit="spare"),
        event_row("close", 50),
    ).state
    assert phase_at(state, ns(9)) is None and phase_at(state, ns(50)) is None
    assert [getattr(phase_at(state, ns(t)), "id", "") for t in (10, 19.9, 20, 49)] == [
        "case-call", "case-call", "presentation", "presentation"]
    assert [(s.start_ns, s.end_ns, s.value) for s in state.presenter] == [(ns(15), ns(50), 2)]
    assert [(s.start_ns, s.end_ns, s.value) for s in state.speaker] == [(ns(16), ns(50), 1)]
    assert (kit_on_seat(state, 1, ns(29)), kit_on_seat(state, 1, ns(30))) == ("kit-1", "spare")
    assert kit_on_seat(state, 7, ns(30)) is None
    assert [s.value for s in state.seats[1]] == ["kit-1", "spare"]


def test_it_names_what_is_wrong_with_an_event() -> None:
    with pytest.raises(EventError, match="kind is not a word"):
        event_from_json(b'{"id":"a","source":"x","at_ns":1}', 0)
