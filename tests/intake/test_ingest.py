"""Ingest: what is kept, what is acknowledged, and what is not; without a broker."""

import json
import random
import shutil
import sqlite3
import struct
import threading
from contextlib import closing
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.frames import SECONDS, FrameKit
from firmware import wire
from hub.disk.journal import Entry, Journal
from hub.errors import JournalError, JournalFull
from hub.intake import inbox, ingest
from hub.intake.kits import Progress
from tests.small_hub import SmallHub, record
from tests.waiting import wait_for


def test_nothing_is_kept_before_a_session_and_the_kits_show_how_they_sit(small):
    small.add("k1")
    small.second(3)
    (kit,) = small.hub.kits()
    assert kit["contact_ppg"] and kit["contact_eda"] and kit["contact"]
    assert not kit["recording"] and not kit["simulated"] and kit["role"] == "kit"
    assert small.hub.sessions() == [] and small.kits["k1"].session == 0


def test_a_session_begins_and_ends_on_its_kits(small):
    small.add("k1", "k2")
    info = small.open("k1")
    assert small.kits["k1"].session == info.tag  # told unasked
    assert small.kits["k2"].session == 0  # no seat: not recorded
    small.second(3)
    assert small.seqs(info, "k1") == [0, 1, 2] and small.kits["k1"].held == 0
    assert small.seqs(info, "k2") == [] and small.rows(info, "stamp/k2") == []
    small.hub.close_session(info.id)
    assert small.kits["k1"].session == 0
    small.second(2)
    assert small.seqs(info, "k1") == [0, 1, 2]


def test_the_first_rows_say_what_the_session_is(small):
    small.add("k1")
    small.add("box", role="box")
    info = small.open("k1")
    rows = small.rows(info)
    assert [row.topic for row in rows[:2]] == ["hub/start", "event/open"]
    assert {row.topic for row in rows[2:4]} == {"about/k1", "about/box"}
    assert rows[4].topic == "event/seat"
    assert json.loads(rows[0].payload)["anchor"]["utc_ns"] > 0
    assert json.loads(rows[1].payload)["data"]["room"] == "r1"


def test_a_box_records_without_a_seat_and_its_heartbeat_leaves_a_stamp(small):
    small.add("k1")
    small.add("box", role="box")
    info = small.open("k1")
    small.kits["box"].press(1, small.now_s)
    small.second(2)
    assert small.seqs(info, "box") == [0] and len(small.rows(info, "stamp/box")) == 2
    assert [phase.source for phase in small.hub.course(info.id).phases] == ["box"]


def test_frames_that_come_again_are_stored_once(small):
    small.add("k1")
    info = small.open("k1")
    small.deaf = True
    small.second(5)  # after 3 s without progress all go again
    small.deaf = False
    small.second(4)
    assert small.seqs(info, "k1") == list(range(9)) and small.kits["k1"].resent
    assert [row.seq for row in small.rows(info, "stamp/k1") if row.seq is not None]
    assert small.hub.stats()["repeats"] == small.kits["k1"].resent


def test_what_is_gone_for_good_is_passed_and_counted(small):
    small.add("k1")
    info = small.open("k1")
    small.second(2)
    kit = small.kits["k1"]
    publish, kit._publish = kit._publish, lambda *_: None
    small.second(4)
    kit.lose(3)
    kit._publish = publish
    kit.connected(small.now_s)
    small.second(2)
    assert small.seqs(info, "k1") == [0, 1, 5, 6, 7] and kit.held == 0 and kit.evicted == [2, 3, 4]
    (problem,) = [p for p in small.hub.problems() if p.code == "frames lost"]
    assert "3 frames of k1" in problem.what
    wait_for(lambda: small.rows(info, "hub/problem"), "the journal knows it")


def test_a_restart_of_the_hub_goes_on_where_the_journal_ends(small):
    small.add("k1")
    info = small.open("k1")
    small.second(3)
    small.deaf = True
    small.second(2)
    small.restart()
    small.deaf = False
    small.second(4)
    assert small.seqs(info, "k1") == list(range(9)) and small.kits["k1"].held == 0
    assert small.hub.session(info.id).state == "open"
    assert len(small.rows(info, "hub/start")) == 2
    assert small.kits["k1"].session == info.tag


def test_a_backlog_goes_into_its_own_session_even_after_it_is_sealed(small):
    small.step_s = 0.001  # kits' time must not run ahead of the hub's: the two are compared
    small.add("k1")
    first = small.open("k1")
    small.second(2)
    kit = small.kits["k1"]
    publish, kit._publish = kit._publish, lambda *_: None
    small.second(2)
    small.hub.close_session(first.id)
    small.seal(first)
    assert small.hub.session(first.id).state == "sealed"
    second = small.open("k1")
    kit._publish = publish
    kit.connected(small.now_s)
    small.second(3)
    small.settle()
    old, new = kit.made[first.tag], kit.made[second.tag]
    assert small.seqs(first, "k1") == old and small.seqs(second, "k1") == new
    assert old + new == list(range(kit.next)) and kit.held == 0


def test_a_session_is_sealed_when_its_kits_have_drained(small):
    small.add("k1", "k2")
    info = small.open("k1", "k2")
    small.second(2)
    small.hub.close_session(info.id)
    assert small.hub.session(info.id).state == "closed"  # no kit was heard since

    def sealed():
        small.second()
        return small.hub.session(info.id).state == "sealed"

    wait_for(sealed, "sealed")
    small.settle()  # the writer says it of the journal first
    assert small.hub.workers.sealed == [info.id]
    assert not (info.folder / "reserve").exists()
    assert not (info.folder / "session.sqlite-wal").exists()


def test_a_converter_that_is_no_ads1115_is_named_until_another_is_there(small):
    def problems():
        small.settle()
        return [p for p in small.hub.problems() if p.code == "converter"]

    small.add("k1")
    about = small.kits["k1"]._about
    small.hub.ingest.arrived(about, b'{"kit": "k1", "eda": {"adc": "ads1015", "bits": 12}}')
    (problem,) = problems()
    assert problem.what == "k1 has a converter of 12 bits: an ADS1015 sold as an ADS1115."
    small.hub.ingest.arrived(about, b'{"kit": "k1", "eda": {"adc": "ads1115", "bits": null}}')
    assert not problems()


def test_a_frame_of_a_session_nobody_knows_is_let_go_and_counted(small):
    small.add("k1")
    kit = small.kits["k1"]
    kit.session = 12345
    small.second(2)
    assert kit.held == 0 and kit.session == 0
    assert small.hub.stats()["problems"]["foreign session"] >= 1
    assert "nobody knows" in small.hub.problems()[-1].what


def test_what_a_kit_records_after_it_left_its_seat_is_not_kept(small):
    small.step_s = 0.001  # kits' time must not run ahead of the hub's: the two are compared
    small.add("k1")
    info = small.open("k1")
    small.second()
    kit = small.kits["k1"]
    publish, kit._publish = kit._publish, lambda *_: None
    small.second()  # on its seat, and not yet sent
    record(small.hub, info.id, "seat", {"seat": 1, "kit": None})
    small.now_s += 60
    kit.session = info.tag  # it did not hear
    small.second(2)
    kit._publish = publish
    kit.connected(small.now_s)
    small.settle()
    assert small.seqs(info, "k1") == [0, 1] and kit.held == 0 and kit.session == 0
    assert small.hub.stats()["problems"]["no seat"] == 2


def test_a_kit_that_takes_a_seat_in_mid_session_begins_at_once(small):
    small.add("k1", "k2")
    info = small.open("k1")
    small.second()
    record(small.hub, info.id, "seat", {"seat": 2, "kit": "k2"})
    assert small.kits["k2"].session == info.tag
    small.second()
    assert small.seqs(info, "k2") == [0]


def frame(seq=0, session=0, flags=0, boot=1, base=0):
    body, places = SECONDS[0]
    buf = bytearray(wire.STAMP_SIZE + len(body) + wire.CRC_SIZE)
    buf[wire.STAMP_SIZE : wire.STAMP_SIZE + len(body)] = body
    struct.pack_into(wire.HEADER, buf, wire.STAMP_SIZE, wire.MAGIC, wire.VERSION, flags,
                     len(places), boot, session, seq)
    wire.stamp_into(buf, base, 5, 0, 0, 0, 0)
    return bytes(buf[: wire.seal(buf, len(body))])


DATA = "stillpoint/1/site/r1/k9/data"
GOOD = frame(flags=wire.NOT_KEPT)
BAD = [
    (DATA, b""),
    (DATA, GOOD[:-1]),
    (DATA, GOOD + b"\0"),
    (DATA, b"\2" + GOOD[1:]),
    (DATA, bytes(wire.PAYLOAD_MAX + 1)),
    (DATA, b"\xff" * 5_000_000),
    ("stillpoint/1/site/r1/k9/ack", GOOD),
    ("stillpoint/1/site/R1/k9/data", GOOD),
    ("stillpoint/1/site/r1/" + "k" * 25 + "/data", GOOD),
    ("stillpoint/1/site/r1/../data", GOOD),
    ("stillpoint/2/site/r1/k9/data", GOOD),
    ("/" * 2000, GOOD),
    ("stillpoint/1/site/r1/k9/about", b"{"),
    ("stillpoint/1/site/r1/k9/about", b"[1]"),
    ("stillpoint/1/site/r1/k9/about", b"[" * 1500),
    ("stillpoint/1/site/r1/k9/about", b"{}" * 2000),
    ("stillpoint/1/site/r1/k9/about", b"\xff\xfe"),
    (DATA, frame(seq=4_000_000_000, session=5)),
]


@pytest.mark.parametrize(("topic", "payload"), BAD, ids=range(len(BAD)))
def test_bad_input_is_counted_and_the_hub_goes_on(small, topic, payload):
    small.hub.ingest.arrived(topic, payload)
    small.settle()
    assert small.hub.stats()["problems"] == {"bad message": 1}
    small.add("k1")
    assert "hub" not in small.hub.stats()["problems"]


@pytest.mark.parametrize(("topic", "told"), [
    ("stillpoint/1/site/r1/k1/data", (True, False)),
    ("stillpoint/1/site/r2/k2/about", (False, True)),
    ("stillpoint/1/site/nowhere/k1/data", (True, True)),
    ("something/else", (True, True))])
def test_a_bad_message_is_for_the_room_that_it_came_from_and_a_strangers_for_all(
    small, topic, told
):
    small.add("k1")
    small.add("k2", room="r2")
    sessions = {room: small.open(kit, room=room) for room, kit in (("r1", "k1"), ("r2", "k2"))}
    small.hub.ingest.arrived(topic, b"garbage")
    small.settle()
    heard = ([one.code for one in small.hub.problems(room)] for room in sessions)
    assert tuple(said == ["bad message"] for said in heard) == told
    wait_for(lambda: tuple(said_in(small, one, "bad message") for one in sessions.values()) == told,
             "so do their journals")


def test_strange_descriptions_do_no_harm(small):
    small.add("k9")
    for eda in (None, [], {"lsb_uv": "x"}, {"rf_ohm": 0}, {"vexc_uv": 0}, {"rs_ohm": 1e300}):
        about = json.dumps({"role": 7, "eda": eda, "simulated": "no"}).encode()
        small.hub.ingest.arrived("stillpoint/1/site/r1/k9/about", about)
        small.second()
    (kit,) = small.hub.kits()
    assert kit["role"] == "kit" and not kit["simulated"]
    info = small.open("k9")
    small.second()
    assert small.seqs(info, "k9") == [0]
    assert "hub" not in small.hub.stats()["problems"]


def test_any_damage_of_a_frame_is_survived(small):
    rng = random.Random(5)
    for _ in range(500):
        damaged = bytearray(GOOD)
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        small.hub.ingest.arrived(DATA, bytes(damaged))
    small.settle()
    counts = small.hub.stats()["problems"]
    assert counts["bad message"] == 500 and "hub" not in counts
    assert len(small.hub.problems()) < 20  # by cause, not by message


def test_two_devices_of_one_name_are_two_boots(small):
    small.add("k1")
    info = small.open("k1")
    for seq in range(3):
        for boot in (1, 2):
            small.hub.ingest.arrived("stillpoint/1/site/r1/k1/data", frame(seq, info.tag, 0, boot))
    small.settle()
    assert sorted((r.boot, r.seq) for r in small.rows(info, "data/k1")) == [
        (boot, seq) for boot in (1, 2) for seq in range(3)]


def said(small, code):
    """The problems of this kind that there are now."""
    small.settle()
    return [problem for problem in small.hub.problems() if problem.code == code]


def said_in(small, info, code):
    """How often a session's journal has it."""
    return [json.loads(row.payload)["code"] for row in small.rows(info, "hub/problem")].count(code)


@pytest.mark.parametrize("first", ["the kit", "what is old"])
@pytest.mark.parametrize("goes_on", [False, True])
def test_what_a_broker_delivers_again_after_a_restart_calls_nothing_lost(small, first, goes_on):
    """What is missing to whoever knows no more than an old message is in the journal of a session
    that is over."""
    small.add("k1")
    kit, old = small.kits["k1"], []
    publish, kit._publish = kit._publish, lambda *message: old.append(message) or publish(*message)
    small.second()  # of before the session
    info = small.open("k1")
    small.second()
    kit._publish = publish
    small.second(5)
    small.hub.close_session(info.id)
    small.seal(info)
    small.restart()
    if goes_on:
        small.open("k1")
    if first == "the kit":
        small.second()
    for message in old:
        small.hub.ingest.arrived(*message)
        small.settle()
    small.second(2)
    assert not said(small, "frames lost")
    assert kit.held == 0 and [one["lost_frames"] for one in small.hub.kits()] == [0]


def twin_of(small, name, room="r1"):
    twin = FrameKit("site", room, name, small._arrived)
    twin.connected(small.now_s)
    return twin


def test_two_kits_of_one_name_are_told_of_and_each_session_has_it_in_its_journal(small):
    small.add("k1")
    twin = twin_of(small, "k1")
    twin.second(small.now_s)
    assert not said(small, "twin")  # so does a kit that was switched off and on
    small.second()
    (told,) = said(small, "twin")
    assert told.what == "Two devices are called k1: both send, in turn."
    wait_for(lambda: not small.hub.ingest._noted, "it is old news")
    info = small.open("k1")
    small.second()
    twin.second(small.now_s)
    wait_for(lambda: said_in(small, info, "twin"), "its journal has it")


def test_of_two_kits_of_one_name_in_two_rooms_both_rooms_are_told(small):
    small.add("k1")
    info = small.open("k1")
    twin = twin_of(small, "k1", "r2")
    twin.second(small.now_s)
    assert not said(small, "namesake")  # so does a kit that was carried to another room
    small.second()
    small.settle()
    for room, other in (("r1", "r2"), ("r2", "r1")):
        (told,) = small.hub.problems(room)
        assert f"A device in room {other} is also called k1: both send, in turn." in told.what
    wait_for(lambda: said_in(small, info, "namesake"), "its journal has it")


def test_what_a_broker_delivers_again_is_no_second_kit(small):
    small.add("k1")
    kit, came = small.kits["k1"], []
    kit._publish = lambda *message: came.append(message)
    small.second(2)
    for again in range(2):
        for message in came:
            small.hub.ingest.arrived(*message)
        if not again:  # it was switched off and on
            twin_of(small, "k1").second(small.now_s)
    assert not said(small, "twin")


def test_a_kit_under_a_boxs_name_is_told_of_and_nothing_of_its_body_is_kept(small):
    small.add("k1")
    small.add("box-2")
    (told,) = said(small, "no role")
    assert told.what == "box-2 has the name of a button box but behaves as a kit."
    info = small.open("k1")
    small.second(2)
    kit = small.kits["box-2"]
    assert kit.session == 0 and small.rows(info, "stamp/box-2") == []
    kit.session = info.tag  # by whatever mistake
    small.second(2)
    assert small.seqs(info, "box-2") == [] and kit.held == 0
    assert [one["says"] for one in small.hub.kits()] == ["kit", "kit"]
    kit.role = "box"
    kit.connected(small.now_s)
    small.second()
    assert not said(small, "no role") and kit.session == info.tag


def test_a_box_of_a_kits_name_is_told_of_as_long_as_it_is_heard(small):
    """Not for its description, which the broker keeps when the box has long got another name."""
    small.add("buttons", role="box")
    assert said(small, "no box")
    box, clock = small.kits.pop("buttons"), small.hub.clock
    utc, mono = clock._utc, clock._mono
    clock._utc, clock._mono = (lambda: utc() + 31 * 10**9), (lambda: mono() + 31 * 10**9)
    wait_for(lambda: not said(small, "no box"), "it is over")
    small.add("k1")
    info = small.open("k1")
    small.restart()
    box.connected(small.now_s)
    small.second()
    assert not said(small, "no box") and not said_in(small, info, "no box")
    box.second(small.now_s)
    wait_for(lambda: said_in(small, info, "no box"), "it is heard again")


def test_a_full_disk_is_told_and_nothing_is_acknowledged_until_it_is_over(small):
    small.add("k1")
    small.add("box", role="box")
    info = small.open("k1")
    small.second(2)
    journal = small.hub.shelf.inwork[info.tag]._journal
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count={pages}")
    reopen, journal.reopen = journal.reopen, lambda: None
    small.second(12)
    kit = small.kits["k1"]
    wait_for(lambda: any(p.code == "disk" for p in small.hub.problems()), "it is said")
    assert kit.held > 0
    with pytest.raises(JournalError, match="no room"):
        record(small.hub, info.id, "marker", {"label": "x"}, id="press-1")
    journal.reopen = reopen
    journal._db.execute("PRAGMA max_page_count=1000000")

    def drained():
        small.second()
        return kit.held == 0

    wait_for(drained, "what was held is stored")
    assert small.seqs(info, "k1") == kit.made[info.tag]
    assert not any(p.code == "disk" for p in small.hub.problems())
    record(small.hub, info.id, "marker", {"label": "x"}, id="press-1")  # said again
    assert len(small.rows(info, "event/marker")) == 1


def failing_once(small, info, error):
    """The session's journal refuses the next commit."""
    journal = small.hub.shelf.inwork[info.tag]._journal
    append, failures = journal.append, []

    def append_or_fail(entries):
        if not failures:
            failures.append(error)
            raise error
        return append(entries)

    journal.append = append_or_fail
    return failures


def told(small):
    return [problem for problem in small.hub.problems() if problem.code == "reserve"]


def test_the_reserve_is_given_back_when_the_disk_is_full_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=(2 << 20) - 1))
    small = SmallHub(tmp_path / "data", reserve_mb=1)
    small.add("k1")
    info = small.open("k1")
    reserve = info.folder / "reserve"
    assert reserve.stat().st_size == 1 << 20 and reserve.stat().st_blocks * 512 >= 1 << 20
    failures = failing_once(small, info, JournalFull("full", "kept", "do"))
    small.second(2)
    assert failures and not reserve.exists()
    assert small.seqs(info, "k1") == [0, 1] and small.kits["k1"].held == 0
    wait_for(lambda: told(small), "it is said")
    (problem,) = told(small)
    assert "1 MB" in problem.what and info.id in problem.what and problem.kept and problem.do
    wait_for(lambda: any(b"1 MB kept free" in row.payload
                         for row in small.rows(info, "hub/problem")), "it is in the journal too")
    small.hub.stop()


def test_the_reserve_is_made_again_when_it_fits_and_that_is_said(tmp_path, monkeypatch, caplog):
    space = SimpleNamespace(free=2 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: space)
    small = SmallHub(tmp_path / "data", reserve_mb=1)
    small.add("k1")
    info = small.open("k1")
    space.free = 0
    reserve = info.folder / "reserve"
    failing_once(small, info, JournalFull("full", "kept", "do"))
    small.second()
    wait_for(lambda: told(small), "it is said")
    for space.free in (0, (2 << 20) - 1):
        small.hub.ingest.call(small.hub.ingest.every_second)
        assert told(small) and not reserve.exists()
    space.free = 2 << 20
    wait_for(reserve.exists, "it is reserved again")
    wait_for(lambda: not told(small), "the problem is over")
    small.settle()  # it is logged after that
    assert f"reserved again for session {info.id}" in caplog.text
    failing_once(small, info, JournalFull("full", "kept", "do"))
    small.second()  # and it helps a second time
    assert small.kits["k1"].held == 0
    small.hub.stop()


def test_an_error_that_is_not_a_full_disk_leaves_the_reserve_alone(tmp_path):
    small = SmallHub(tmp_path / "data", reserve_mb=1)
    small.add("k1")
    info = small.open("k1")
    failures = failing_once(small, info, JournalError("broken", "kept", "do"))
    small.second()
    wait_for(lambda: failures and small.hub.shelf.inwork[info.tag].trouble is None, "it goes on")
    assert (info.folder / "reserve").exists() and not told(small)
    small.hub.stop()


def test_a_journal_that_cannot_be_taken_up_keeps_no_other_session_from_going_on(small):
    small.add("k1")
    small.add("k2", room="r2")
    broken, whole = small.open("k1"), small.open("k2", room="r2")
    small.second()
    small.hub.stop()
    with closing(sqlite3.connect(broken.path)) as journal:
        journal.execute("ALTER TABLE rows RENAME COLUMN topic TO damaged")
    with closing(Journal(whole.path)) as journal:
        journal.append([Entry(1, "event/phase", b"no event")])
    small.start()
    assert any("cannot be taken up again" in one.what for one in said(small, "session"))
    small.second(2)
    assert small.seqs(whole, "k2") == small.kits["k2"].made[whole.tag]
    assert said(small, "journal") and small.kits["k1"].held, "nothing of it is acknowledged"


def test_a_mistake_of_the_hubs_own_is_told_and_what_comes_next_is_kept(small, monkeypatch):
    small.add("k1")
    info = small.open("k1")

    def mistaken(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as hub:
        hub.setattr(small.hub.ingest._router, "route", mistaken)
        small.second()
    (told,) = said(small, "hub")
    assert "ZeroDivisionError" in told.what
    small.second(5)
    assert sorted(small.seqs(info, "k1")) == small.kits["k1"].made[info.tag]


def test_what_was_said_is_stored_whatever_comes_of_it(small, caplog):
    """Also where the course of it cannot be worked out, or told to the pages."""
    small.add("k1")
    info = small.open("k1")
    small.hub.shelf.inwork[info.tag]._on_course = lambda _: 1 / 0
    record(small.hub, info.id, "phase", {"phase": "presentation"}, id="press-1")
    assert len(small.rows(info, "event/phase")) == 1 and "ZeroDivisionError" in caplog.text


def test_a_closed_session_gets_what_was_held_back_when_the_disk_takes_it_again(small):
    small.add("k1")
    info = small.open("k1")
    small.hub.close_session(info.id)
    session = small.hub.shelf.inwork[info.tag]
    failing_once(small, info, JournalError("broken", "kept", "do"))

    def held_back():
        with pytest.raises(JournalError):
            session.store([Entry(1, "hub/late", b"")])
        session._retry_at = 0

    small.hub.ingest.call(held_back)
    wait_for(lambda: small.rows(info, "hub/late"), "it is stored")


def test_who_waits_for_a_slow_disk_is_told_that_nothing_is_known(small, monkeypatch):
    monkeypatch.setattr(ingest, "ANSWER_S", 0.01)
    going_on = threading.Event()
    with pytest.raises(JournalError, match="did not answer") as told:
        small.hub.ingest.call(going_on.wait)
    going_on.set()
    assert told.value.code == "slow disk" and "not known" in told.value.kept


def test_of_too_many_messages_some_are_dropped_and_counted_and_no_call_is(monkeypatch):
    monkeypatch.setattr(inbox, "WAITING_MAX", 2)
    box, call = inbox.Inbox(), inbox.Call(lambda: None)
    first, second, third = (inbox.Arrived(at_ns, "topic", b"") for at_ns in range(3))
    for item in (first, second, third, call):
        box.put(item)
    assert (box.take(0, 0), box.dropped) == ([first, second, call], 1)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8))))
def test_progress_is_the_first_that_is_missing_and_may_still_come(story):
    progress, have, gone, lowest = Progress(0), set(), set(), 0
    for seq, step in story:
        progress.note(seq)
        have.add(seq)
        lowest = max(lowest, seq - step)
        gone |= set(range(lowest)) - have
        progress.base(lowest)
        expected = lowest
        while expected in have:
            expected += 1
        assert progress.next >= expected
        assert progress.next not in have
    assert progress.lost == len(gone)


def test_progress_begins_with_what_the_journal_has():
    assert Progress(5, [5, 6, 8]).next == 7
