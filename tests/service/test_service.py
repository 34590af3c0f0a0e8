"""The hub as pages and commands see it."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from functools import partial

import pytest

from hub.disk import sessions
from hub.disk.erased import NOTE
from hub.disk.sessions import list_sessions, uuid7
from hub.errors import DataFolderInUse, HubError, Refused
from hub.live.view import LiveView
from hub.records import Event
from hub.service.hub import Hub, let_in
from hub.settings import Settings
from hub.web.facade import Hub as Facade
from tests.small_hub import PROTOCOL, NoBroker, NoWorkers, SmallHub, record
from tests.waiting import wait_for

UNDO = 7  # the box's last key


@pytest.fixture
def small(tmp_path):
    small = SmallHub(tmp_path / "data", rooms=("r2",))
    yield small
    small.hub.stop()


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert caught.value.what and caught.value.kept and caught.value.do
    return caught.value.what


def end_all(shelf):
    for session in list(shelf.inwork.values()):
        shelf.close(session, 1)
        session.mark(sealed_ns=1)
        shelf.put_away(session)


def test_a_hub_that_cannot_start_lets_go_of_its_data_folder(tmp_path):
    def no_workers(settings):
        raise OSError("no processes")

    settings = Settings(data_dir=tmp_path, reserve_mb=0)
    with pytest.raises(OSError, match="no processes"):
        Hub(settings, no_workers, NoBroker).start()
    hub = Hub(settings, NoWorkers, NoBroker)
    hub.start()
    hub.stop()


def test_it_has_the_shape_that_the_web_side_asks_for(small):
    wanted = [name for name in vars(Facade) if not name.startswith("_")]
    assert wanted and all(hasattr(small.hub, name) for name in wanted)
    small.add("k1")
    info = small.open("k1")
    assert info in small.hub.sessions() and info.closed_ns is None
    assert info.token and info.room == "r1" and info.simulated and info.language == "en"
    assert small.hub.live(info.id) is not None
    assert small.hub.course(info.id).protocol.id
    assert small.hub.rooms() == ["r1", "r2"]


def test_what_cannot_be_opened_is_refused_with_the_reason(small):
    opens = small.hub.open_session
    assert "cannot be the name of a room" in refused(opens, "No Room", PROTOCOL, {1: "k1"})
    assert "protocol" in refused(opens, "r1", "nonsense", {1: "k1"})
    assert "Seat 0" in refused(opens, "r1", PROTOCOL, {0: "k1"})
    assert "k1 is on two seats" in refused(opens, "r1", PROTOCOL, {1: "k1", 2: "k1"})
    assert "Kit!" in refused(opens, "r1", PROTOCOL, {1: "Kit!"})
    assert "language" in refused(opens, "r1", PROTOCOL, {1: "k1"}, language="xx")
    assert small.hub.sessions() == []
    small.open("k1")
    assert "already open in r1" in refused(opens, "r1", PROTOCOL, {1: "k1"})
    with pytest.raises(Refused, match="the console of r1; `stillpoint up` prints the link") as no:
        opens("r1", PROTOCOL, {1: "k1"})
    assert no.value.code == "session open"
    assert small.open("k2", room="r2").room == "r2"


def test_two_that_open_the_same_room_at_once(small):
    said = []

    def one():
        try:
            said.append(small.open("k1").id)
        except Refused as error:
            said.append(error.what)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([s for s in said if "already" in s]) == 3 and len(small.hub.sessions()) == 1


def test_a_session_is_refused_when_its_reserve_does_not_fit(tmp_path, monkeypatch):
    """And is not tried: the disk would be full while it is, for the sessions that run."""
    monkeypatch.setattr(os, "posix_fallocate", lambda *_: pytest.fail("the disk is filled"))
    free_mb = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize >> 20
    small = SmallHub(tmp_path / "data", reserve_mb=min(free_mb * 2, 1_000_000_000))
    assert "no room for a session" in refused(small.open, "k1")
    assert small.hub.sessions() == []
    assert list((tmp_path / "data" / "sessions").iterdir()) == []
    small.hub.stop()


def test_an_event_is_on_the_disk_when_the_call_returns_and_there_once(small):
    info = small.open("k1")
    for _ in range(2):
        event = record(small.hub, info.id, "presenter", {"seat": 1}, None, "console", "e-1")
        (row,) = small.rows(info, "event/presenter")
    assert json.loads(row.payload)["id"] == event.id == "e-1"
    small.restart()
    again = record(small.hub, info.id, "presenter", {"seat": 1}, 5, "console", "e-1")
    assert again.at_ns == event.at_ns and len(small.rows(info, "event/presenter")) == 1
    assert small.hub.course(info.id).presenter[0].value == 1


def test_many_presses_at_once_are_all_there_once(small):
    info = small.open("k1")
    names = [f"e-{n % 20}" for n in range(60)]

    def say(name):
        record(small.hub, info.id, "speaker", {"seat": 1}, None, "console", name)

    threads = [threading.Thread(target=say, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [json.loads(row.payload)["id"] for row in small.rows(info, "event/speaker")]
    assert sorted(ids) == sorted(set(names))


def test_of_events_that_are_said_together_the_journal_never_holds_a_part(small, monkeypatch):
    """A hub that is killed between the halves of a swap would leave a person unrecorded."""
    small.add("k1", "k2")
    info = small.open("k1", "k2")
    journal, commits = small.hub.shelf.inwork[info.tag]._journal, []
    append = journal.append
    monkeypatch.setattr(journal, "append", lambda rows: commits.append(append(rows)) or commits[-1])
    at_ns = small.hub.now_ns()
    swap = [Event(f"e-{seat}", "seat", at_ns, "console", {"seat": seat, "kit": f"k{3 - seat}"})
            for seat in (1, 2)]
    said = small.hub.record_events(info.id, swap)
    assert [one.id for one in said] == ["e-1", "e-2"]
    assert [n for rows in commits if (n := [row.topic for row in rows].count("event/seat"))] == [2]


def test_what_cannot_be_said_is_refused(small):
    info = small.open("k1")
    say = partial(record, small.hub)
    assert "no session" in refused(say, "nowhere", "phase", {})
    assert "no event 'open'" in refused(say, info.id, "open", {})
    assert "no event 'dance'" in refused(say, info.id, "dance", {})
    assert "cannot be kept" in refused(say, info.id, "phase", {}, -5)
    assert "cannot be kept" in refused(say, info.id, "phase", {"phase": object()})
    assert "cannot be kept" in refused(say, info.id, "phase", {"x": "y" * 70_000})
    assert "cannot be kept" in refused(say, info.id, "phase", {}, 5, "console", "i" * 100)


def test_pages_have_the_course_at_once_whatever_the_worker_has_read(small):
    """After a restart it has read nothing yet; of a sealed session it reads nothing more."""
    info = small.open("k1")
    say = partial(record, small.hub)
    for phase in ("baseline", "presentation"):
        say(info.id, "phase", {"phase": phase})
    small.restart()
    watcher = small.hub.live(info.id).subscribe()
    seen = lambda: [p["id"] for p in small.hub.live(info.id).snapshot()["course"]["phases"]]  # noqa: E731
    assert seen() == ["baseline", "presentation"]
    record(small.hub, info.id, "phase", {"phase": "discussion"}, id="late")
    assert watcher.get_nowait()["phases"][-1]["id"] == "discussion"
    small.hub.close_session(info.id)
    assert small.hub.live(info.id).snapshot()["course"]["closed_ns"]
    record(small.hub, info.id, "delete", {"target": "late"})
    assert seen() == ["baseline", "presentation"]


def test_a_closed_session_can_be_corrected_and_closed_again(small):
    info = small.open("k1")
    press = record(small.hub, info.id, "phase", {"phase": "presentation"})
    closed = small.hub.close_session(info.id)
    assert closed.state == "closed"
    assert small.hub.close_session(info.id).closed_ns == closed.closed_ns
    record(small.hub, info.id, "delete", {"target": press.id})
    assert small.hub.course(info.id).phases == ()
    assert small.hub.course(info.id).closed_ns == closed.closed_ns
    assert len(small.rows(info, "event/close")) == 1


def test_the_course_of_a_sealed_session_is_read_from_its_journal(small):
    info = small.open("k1")
    small.hub.close_session(info.id)
    small.seal(info)
    assert small.hub.course(info.id).closed_ns
    small.restart()
    assert small.hub.shelf.inwork == {}
    assert small.hub.course(info.id).closed_ns and small.hub.session(info.id).state == "sealed"
    assert small.hub.live(info.id) is not None and small.hub.workers.sealed == [info.id]


def test_a_kill_between_the_close_and_its_mark_is_healed(small):
    info = small.open("k1")
    small.hub.close_session(info.id)
    small.hub.stop()
    with closing(sqlite3.connect(info.path)) as file, file:
        file.execute("DELETE FROM meta WHERE name IN ('closed_ns', 'sealed_ns')")
    small.start()
    assert small.hub.session(info.id).state != "open"
    assert small.open("k1").state == "open"


def killed(*_):
    raise KeyboardInterrupt


def test_a_kill_while_a_session_is_opened_leaves_it_whole_or_nothing_of_it(small, monkeypatch):
    """No room is left with a session without seats, and no disk with what was kept for one."""
    small.add("k1", "k2")
    monkeypatch.setattr(shutil, "rmtree", lambda *_, **__: None)  # who is killed cleans nothing
    for module, call in ((os, "rename"), (sessions, "sync_folder")):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(module, call, killed)
            small.open("k1", "k2")
    monkeypatch.undo()
    small.restart()
    folder = small.settings.data_dir / "sessions"
    (info,) = small.hub.sessions()
    assert [one.name for one in folder.iterdir()] == [info.id]
    seats = small.hub.course(info.id).seats
    assert {seat: span.value for seat, (span,) in seats.items()} == {1: "k1", 2: "k2"}


def test_open_sessions_are_taken_up_again(small):
    info = small.open("k1")
    small.restart()
    assert small.hub.workers.followed == [info.id]
    assert small.hub.session(info.id).token == info.token
    assert small.hub.session(info.id).state == "open"


def test_a_session_that_cannot_be_read_does_not_stop_the_hub(small):
    info, other = small.open("k1"), small.open("k2", room="r2")
    small.hub.stop()
    info.path.write_bytes(b"broken" * 100)
    (info.folder / "session.sqlite-wal").unlink(missing_ok=True)
    small.start()
    assert [one.id for one in small.hub.sessions()] == [other.id]
    assert any(info.id in problem.what for problem in small.hub.problems())


def test_two_hubs_on_one_folder(small):
    with pytest.raises(DataFolderInUse, match=str(os.getpid())) as caught:
        Hub(small.settings, NoWorkers, NoBroker).start()
    assert isinstance(caught.value, HubError)
    second = Hub(small.settings, NoWorkers, NoBroker)
    small.hub.stop()
    second.start()
    second.stop()


def test_a_hub_that_was_killed_leaves_the_folder_free(tmp_path):
    code = ("import os, sys\nfrom pathlib import Path\nfrom hub.disk.files import lock_folder\n"
            "kept = lock_folder(Path(sys.argv[1]))\nos.kill(os.getpid(), 9)")
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    small = SmallHub(tmp_path)
    small.hub.stop()


def test_secrets_are_for_this_user_only(small):
    info = small.open("k1")
    token = small.hub.console_token("r1")
    assert len(token) >= 22 and small.hub.console_token("r1") == token
    assert small.hub.console_token("r2") != token and info.token not in repr(info)
    for path in (info.folder / "session.json", small.settings.data_dir / "tokens.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert info.token.encode() not in info.path.read_bytes()
    assert "token" not in info.to_dict()
    small.restart()
    assert small.hub.console_token("r1") == token


def test_the_link_of_a_demo_does_not_open_the_console_of_people(tmp_path):
    """In one folder, one after the other: the demo's was on a screen, or in a browser's history."""
    demo = SmallHub(tmp_path, simulated=True)
    token = demo.hub.console_token("circle")
    demo.hub.stop()
    people = SmallHub(tmp_path)
    assert people.hub.console_token("circle") != token
    people.hub.stop()


def stand_still(clock):
    utc, mono = clock._utc(), clock._mono()
    clock._utc, clock._mono = lambda: utc, lambda: mono


def test_a_broker_that_is_not_there_is_told_in_one_sentence(small, caplog):
    stand_still(small.hub.clock)
    small.hub.link.on_line(False, "nothing answers there")
    (problem,) = small.hub.problems()
    assert "127.0.0.1:1883 cannot be reached: nothing answers" in problem.what
    assert "correct broker_host and broker_port" in problem.do
    small.hub.link.on_line(False, "it refuses the hub: Not authorized", True)
    (problem,) = small.hub.problems()
    assert "cannot be reached: it refuses the hub" in problem.what
    assert "correct broker_user (none)" in problem.do
    with caplog.at_level("WARNING"):
        small.hub.link.on_line(True, "")
    assert "The MQTT broker at 127.0.0.1:1883 is reached again, after 0 s." in caplog.text
    assert small.hub.problems() == []


@pytest.mark.parametrize(("given", "named"), [
    ({}, "broker_user (none) and broker_password_file (none)"),
    ({"broker_user": "hub", "broker_password_file": "/a/file"},
     "broker_user (hub) and broker_password_file (/a/file)"),
    ({"broker_user": "hub", "broker_password": "hush", "broker_password_file": "/a/file"},
     "broker_user (hub) and broker_password,"),
])  # fmt: skip
def test_of_a_broker_that_refuses_the_hub_user_and_file_are_named_and_not_its_address(given, named):
    said = let_in(Settings(**given))
    assert f"correct {named}" in said and "hush" not in said and "broker_host" not in said


def test_a_step_of_the_clock_is_in_the_journal_and_moves_nothing(small):
    small.add("k1")
    info = small.open("k1")
    clock, before = small.hub.clock, small.hub.now_ns()
    utc, clock._utc = clock._utc, lambda: utc() + 3600 * 10**9
    wait_for(lambda: small.rows(info, "hub/problem"), "it is noticed")
    (row,) = small.rows(info, "hub/problem")
    assert json.loads(row.payload)["code"] == "clock step"
    assert 0 < small.hub.now_ns() - before < 60 * 10**9
    times = [row.at_ns for row in small.rows(info, "hub/tick")]
    assert times == sorted(times)


def test_a_session_begins_by_the_time_that_was_set_while_the_one_before_ran(small):
    small.add("k1")
    before = small.open("k1")
    clock = small.hub.clock
    utc, clock._utc = clock._utc, lambda: utc() + 3600 * 10**9
    wait_for(lambda: small.rows(before, "hub/problem"), "it is noticed")
    small.open("k1", room="r2")
    assert clock.offset_ns() > 3599 * 10**9  # a session is in work: nothing may move its time
    small.hub.ingest.call(lambda: end_all(small.hub.shelf))
    assert abs(small.open("k1").opened_ns - clock._utc()) < 60 * 10**9


def test_what_kits_said_of_themselves_outlives_a_restart(small):
    small.add("box", role="box")
    small.add("k1")
    wait_for((small.settings.data_dir / "kits.json").exists, "it is written")
    small.restart()
    small.kits["box"].second(small.now_s)  # says no more who it is
    small.settle()
    info = small.open("k1")
    assert small.kits["box"].session == info.tag


@pytest.mark.parametrize("name", ["k2", "phone-7"])
def test_who_is_no_box_by_its_name_presses_nothing_and_is_told_of(small, name):
    small.add("k1", "k2", "phone-7")
    info = small.open("k1", "k2")
    record(small.hub, info.id, "phase", {"phase": "presentation"}, None, "console", "p")
    kit = small.kits[name]
    kit.role = "box"
    kit.connected(small.now_s)  # says so
    small.second(2)
    kit.session = info.tag
    kit.press(UNDO, small.now_s)
    small.second(2)
    assert [phase.id for phase in small.hub.course(info.id).phases] == ["presentation"]
    (said,) = [problem for problem in small.hub.problems() if problem.code == "no box"]
    assert name in said.what and "box-1" in said.do
    assert said in small.hub.problems("r1") and said not in small.hub.problems("r2")
    assert {kit["role"] for kit in small.hub.kits()} == {"kit"}


def test_a_box_has_no_seat(small):
    small.add("box-1", role="box")
    with pytest.raises(Refused, match="button box"):
        small.open("box-1")
    small.add("k1")
    info = small.open("k1")
    with pytest.raises(Refused, match="button box"):
        record(small.hub, info.id, "seat", {"seat": 2, "kit": "box-1"}, None, "console", "s")
    assert list(small.hub.course(info.id).seats) == [1]


def test_ids_sort_by_time():
    ids = [uuid7(n * 1_000_000) for n in (1, 2, 1_700_000_000_000)]
    assert ids == sorted(ids) and len(ids[0]) == 36 and ids[0][14] == "7"
    assert all(name[19] in "89ab" for name in ids)


def test_an_empty_folder_has_no_sessions(tmp_path):
    assert list_sessions(tmp_path) == [] and Settings().data_dir


def test_a_kit_that_takes_a_seat_later_brings_its_description(small):
    """Its front end turns codes into microsiemens: it must be in the journal before its samples."""
    small.add("k1", "k2")
    info = small.open("k1")
    assert [row.kit for row in small.rows(info, "about/")] == ["k1"]
    record(small.hub, info.id, "seat", {"seat": 1, "kit": "k2"}, None, "console", "e-2")
    topics = [row.topic for row in small.rows(info)]
    assert topics.index("about/k2") < len(topics) - 1 - topics[::-1].index("event/seat")


def said_at_opening(info):
    """The data of the open event, as the journal has it."""
    with closing(sqlite3.connect(info.path)) as book:
        (payload,) = book.execute("SELECT payload FROM rows WHERE topic = 'event/open'").fetchone()
    return json.loads(payload)["data"]


@pytest.mark.parametrize(("hub_says", "file_says", "simulated", "then"), [
    ("after", None, False, "after"), ("late", None, False, "late"),
    ("after", "late", False, "late"), ("late", "after", False, "after"),
    ("after", "after", True, "late"),
])
def test_a_session_keeps_when_its_team_may_see_it(tmp_path, hub_says, file_says, simulated, then):
    """Agreed with those who sit there: the hub's setting may be another one tomorrow."""
    small = SmallHub(tmp_path / "data", team_view=hub_says)
    text = f'team_view = "{file_says}"\n{PROTOCOL}' if file_says else PROTOCOL
    info = small.hub.open_session("r1", text, {}, simulated)
    assert said_at_opening(info)["team_view"] == info.team_view == then
    small.hub.stop()
    other = SmallHub(tmp_path / "data", team_view="late" if then == "after" else "after")
    assert other.hub.session(info.id).team_view == then
    other.hub.stop()


@pytest.mark.parametrize("note", ['{"seats": [1]}', "what somebody else wrote"])
def test_once_a_seat_was_erased_the_pages_have_no_team_curve_any_more(small, note, monkeypatch):
    """Erasing is another process, and the hub still has in memory what it had worked out."""
    small.add("k1")
    info = small.open("k1")
    view = LiveView()
    monkeypatch.setattr(small.hub.workers, "view", lambda session: view)
    view.apply([{"type": "team", "time_ns": 10**9, "time_s": [1], "middle": [0.4], "low": [None],
                 "high": [None]}])
    assert small.hub.live(info.id).snapshot()["team"]["middle"] == [0.4]
    (info.folder / NOTE).write_text(note)
    assert small.hub.live(info.id).snapshot()["team"]["middle"] == []
    assert small.hub.live(info.id).snapshot()["status"]["code"] == "taken-back"


@pytest.mark.parametrize(("note", "left"), [('{"seats": [1]}', {2}), ("rubbish", set())])
def test_once_a_seat_was_erased_the_pages_have_nothing_of_it(small, note, left, monkeypatch):
    small.add("k1", "k2")
    info = small.open("k1", "k2")
    view = LiveView()
    monkeypatch.setattr(small.hub.workers, "view", lambda session: view)
    of_both = [
        {"type": kind, "seat": seat, "time_ns": 10**9, "values": values, **more}
        for seat in (1, 2) for kind, values, more in (
            ("second", {"arousal": {"v": 0.5}}, {}),
            ("wave", [1.0], {"channel": "ppg", "start_ns": 10**9, "period_ns": 10**8}))
    ]
    group = {"type": "group", "time_ns": 10**9, "n": 2, "median": 1, "low": 0, "high": 2}
    view.apply([*of_both, group, {"type": "ledger", "rows": [{"seat": 1}, {"seat": 2}]}])
    (info.folder / NOTE).write_text(note)
    for _ in range(2):  # nor does what still comes of it bring it back
        seen = small.hub.live(info.id).snapshot()
        assert {row["seat"] for row in (*seen["seconds"], *seen["waves"])} == left
        assert {row["seat"] for row in seen["ledger"]["rows"]} == left
        assert seen["group"] == []
        view.apply(of_both)
