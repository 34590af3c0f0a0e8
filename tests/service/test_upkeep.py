"""What the hub looks after by itself, once a second: here when a test says so."""

import errno
import json
import os
import time

import pytest

from hub.errors import JournalError
from hub.service.hub import CLOCKS
from tests.small_hub import SmallHub, StoppedClock, record


def look(small):
    small.hub.ingest.call(small.hub.ingest.every_second)


@pytest.fixture
def small(tmp_path, monkeypatch):
    small = SmallHub(tmp_path / "data")
    small.clock = StoppedClock(monkeypatch)
    yield small
    small.hub.stop()


def later(small, seconds):
    """So much time has passed, in which nothing came."""
    small.hub.ingest.call(lambda: pass_by(small, seconds))
    look(small)


def pass_by(small, seconds):
    clock, ns = small.hub.clock, seconds * 10**9
    utc, mono = clock._utc, clock._mono
    clock._utc, clock._mono = (lambda: utc() + ns), (lambda: mono() + ns)
    small.clock.s += seconds


def told(small, code):
    return [problem.what for problem in small.hub.problems() if problem.code == code]


def closed(small):
    small.add("k1")
    info = small.open("k1")
    small.second()
    small.hub.close_session(info.id)
    return info.id


def test_a_kit_that_does_not_come_back_is_waited_for_ten_minutes_and_then_no_more(small):
    session = closed(small)
    later(small, 590)
    assert small.hub.session(session).state == "closed"
    later(small, 11)
    assert small.hub.session(session).state == "sealed"
    assert small.hub.workers.sealed == [session] and not small.hub.shelf.inwork


def test_no_box_of_another_room_is_waited_for(small):
    small.add("box", room="r2", role="box")
    del small.kits["box"]  # it is heard no more
    session = closed(small)
    small.second(2)
    later(small, 3)
    assert small.hub.session(session).state == "sealed"


@pytest.mark.parametrize("again", [False, True])
def test_a_box_that_the_session_heard_is_waited_for_whichever_hub_heard_it(small, again):
    """It may hold presses, of before a power cut perhaps, and comes back last."""
    small.add("k1")
    small.add("box", role="box")
    info = small.open("k1")
    small.second()
    box, small.kits = small.kits["box"], {"k1": small.kits["k1"]}
    box._publish = lambda *_: None
    box.press(1, small.now_s)
    if again:
        small.restart()
        small.second()
    small.hub.close_session(info.id)
    small.second()
    later(small, 3)
    assert small.hub.session(info.id).state == "closed" and box.held == 1


def test_what_comes_again_of_an_earlier_session_says_nothing_of_a_later_one(small):
    """The kit holds frames of both: on a bad line each is sent until it comes."""
    small.add("k1")
    kit, came = small.kits["k1"], []
    publish, kit._publish = kit._publish, lambda *frame: came.append(frame)
    for _ in range(2):
        info = small.open("k1")
        small.second()
        small.hub.close_session(info.id)
    publish(*came[0])
    small.settle()
    later(small, 3)
    assert small.hub.session(info.id).state == "closed" and kit.held == 1
    kit._publish = publish
    small.second(4)
    small.second()
    later(small, 3)
    assert small.hub.session(info.id).state == "sealed" and kit.held == 0


def test_a_hub_that_begins_again_waits_for_what_was_lost_on_the_way_to_the_one_before(small):
    """The kit sends it again after three seconds, and shows meanwhile how it sits."""
    small.add("k1")
    info, kit = small.open("k1"), small.kits["k1"]
    publish, kit._publish = kit._publish, lambda *_: None
    small.second()
    small.hub.close_session(info.id)
    small.restart()
    kit._publish = publish
    small.second()
    later(small, 3)
    assert small.hub.session(info.id).state == "closed" and kit.held == 1
    small.second(3)
    small.second()
    later(small, 3)
    assert small.hub.session(info.id).state == "sealed"
    assert small.seqs(info, "k1") == kit.made[info.tag] and kit.held == 0


def test_a_disk_that_does_not_take_the_end_of_a_session_is_asked_again(small, monkeypatch):
    session = closed(small)
    (shelved,) = small.hub.shelf.inwork.values()

    def full(**_):
        raise JournalError("full", "kept", "do")

    with monkeypatch.context() as disk:
        disk.setattr(shelved._journal, "set_meta", full)
        later(small, 601)
        assert small.hub.session(session).state == "closed" and not small.hub.workers.sealed
    look(small)
    assert small.hub.session(session).state == "sealed"


def test_a_sealed_session_that_was_corrected_is_put_away_when_nothing_more_comes(small):
    session = closed(small)
    later(small, 601)
    record(small.hub, session, "undo", {})
    assert small.hub.shelf.inwork
    later(small, 590)
    assert small.hub.shelf.inwork
    later(small, 11)
    assert not small.hub.shelf.inwork


def test_the_networks_thread_is_begun_anew_when_it_ended(small, monkeypatch):
    begun = []
    monkeypatch.setattr(small.hub.link, "alive", False)
    monkeypatch.setattr(small.hub.link, "revive", lambda: begun.append(1), raising=False)
    look(small)
    assert begun and any("was started again" in what for what in told(small, "hub"))


def test_what_kits_say_of_themselves_is_written_down_again_when_the_disk_takes_it(
    small, monkeypatch
):
    def full():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(small.hub.ingest.kits, "save", full)
        look(small)
        (what,) = told(small, "disk")
        assert "No space left" in what
    look(small)
    assert not told(small, "disk")


def test_a_clock_that_shows_a_time_that_has_been_is_told_of_until_it_is_set(tmp_path, monkeypatch):
    anchor = {"boot": "another", "utc_ns": time.time_ns() + 3600 * 10**9, "steady_ns": 0}
    (tmp_path / CLOCKS[False]).write_text(json.dumps(anchor))
    small = SmallHub(tmp_path)
    small.clock = StoppedClock(monkeypatch)
    assert told(small, "clock not set")
    later(small, 3601)
    assert not told(small, "clock not set")
    small.hub.stop()
