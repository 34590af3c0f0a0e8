"""Real worker processes: they follow journals that are being written, die, and come back."""

import json
import os
import signal
import sqlite3
from multiprocessing import Pipe

import pytest

from hub.analysis.replay import replay
from hub.disk.erased import note_erased
from hub.disk.journal import Journal
from hub.live.worker import REFILLED, Followed, Word, _Duties, _look_after, _turn, due
from hub.live.workers import Workers
from hub.provenance import software
from hub.results.digest import DigestLine, to_json
from hub.settings import Settings
from hub.store.position import WHOLE
from hub.store.trouble import TAKEN_IN, UNSUMMED, Trouble
from tests.rows import Kit, session
from tests.system.rig_sessions import entries
from tests.waiting import wait_for

SECONDS = 70  # so that there is a line for a whole minute, and the last


class Written:
    """A session that is being written, as the hub does."""

    def __init__(self, folder, name="s1"):
        self.folder, self.name = folder / name, name
        self.folder.mkdir()
        self.journal = Journal(self.folder / "session.sqlite")
        self.journal.set_meta(session=name, tag=99, site="s", room="r", opened_ns=0)
        self.rows = entries(session(Kit(), SECONDS))
        self.written = 0

    def write(self, until=None):
        """The rows up to this one, each in a commit of its own."""
        for entry in self.rows[self.written : until]:
            self.journal.append([entry])
        self.written = len(self.rows) if until is None else until

    def seal(self):
        self.journal.set_meta(sealed_ns=self.rows[-1].at_ns)
        self.journal.close()

    @property
    def lines(self):
        path = self.folder / "digest.jsonl"
        return path.read_text().splitlines() if path.exists() else []

    def is_finished(self):
        return len(self.lines) == 2


@pytest.fixture(scope="module")
def workers():
    """One process for all tests, as a hub has one for all its sessions."""
    workers = Workers(Settings())
    yield workers
    workers.stop()
    assert not any(alive(pid) for pid in workers.pids())


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def stored(view):
    """How many samples the view says are stored."""
    rows = view.snapshot().get("ledger", {"rows": []})["rows"]
    return rows[0]["stored"] if rows else 0


def is_behind(view):
    return view.snapshot()["catching-up"]["on"]


def codes(view):
    return [problem["code"] for problem in view.snapshot()["problems"]]


def test_results_of_a_journal_that_is_being_written_arrive_as_it_grows(workers, tmp_path):
    made = Written(tmp_path, "grows")
    view = workers.follow("grows", made.folder)
    assert workers.view("grows") is view
    made.write(40)
    wait_for(lambda: stored(view) > 500, "the first samples")
    first = stored(view)
    made.write()
    wait_for(lambda: stored(view) > first + 4000, "the rest")
    wait_for(lambda: len(made.lines) == 1, "the line of the whole minute")
    made.seal()
    workers.seal("grows")
    wait_for(made.is_finished, "the last line")
    found = replay(made.folder)
    assert (found.same, found.compared) == (True, 2)


def test_a_killed_worker_is_replaced_and_its_results_are_the_same(workers, tmp_path):
    made = Written(tmp_path, "killed")
    view = workers.follow("killed", made.folder)
    for until in (50, 90):
        made.write(until)
        wait_for(lambda: stored(view) > 10, "results")
        (pid,) = workers.pids()
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda dead=pid: workers.pids() != [dead], "another worker")
    made.write()
    made.seal()
    workers.seal("killed")
    wait_for(made.is_finished, "the last line")
    assert replay(made.folder).same
    assert codes(view) == []


def test_until_what_was_written_is_read_the_figures_are_said_to_be_behind(workers, tmp_path):
    """At first, and from the moment at which the worker died; and no word of the phases of old."""
    made = Written(tmp_path, "behind")
    made.write()
    os.kill(workers.pids()[0], signal.SIGSTOP)  # until somebody listens
    view = workers.follow("behind", made.folder)
    heard, said = view.subscribe(), []
    assert is_behind(view)
    os.kill(workers.pids()[0], signal.SIGCONT)

    def told():
        said.extend(heard.get_nowait() for _ in range(heard.qsize()))
        return [message["on"] for message in said if message["type"] == "catching-up"]

    wait_for(lambda: told() == [False], "it has caught up")
    assert stored(view) > 4000
    (pid,) = workers.pids()
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(told()) >= len(("caught up", "gone", "caught up")), "so has the next")
    assert told() == [False, True, False] and not is_behind(view)
    assert "course" not in {message["type"] for message in said}
    made.journal.close()


def test_a_worker_that_is_killed_before_it_hears_of_the_end_finishes_all_the_same(
    workers, tmp_path
):
    made = Written(tmp_path, "unheard")
    view = workers.follow("unheard", made.folder)
    made.write()
    made.seal()
    wait_for(lambda: stored(view) > 10, "results")
    (pid,) = workers.pids()
    os.kill(pid, signal.SIGSTOP)  # it hears nothing more
    workers.seal("unheard")
    os.kill(pid, signal.SIGKILL)
    wait_for(made.is_finished, "the last line")
    assert replay(made.folder).same


def test_a_session_that_cannot_be_worked_out_is_given_up_and_the_others_go_on(workers, tmp_path):
    good, bad = Written(tmp_path, "good"), Written(tmp_path, "bad")
    views = {made.name: workers.follow(made.name, made.folder) for made in (good, bad)}
    good.write(40)
    bad.write(40)
    wait_for(lambda: all(stored(view) for view in views.values()), "both are under way")
    with sqlite3.connect(bad.folder / "session.sqlite") as db:  # no time at all
        db.execute("INSERT INTO rows (at_ns, topic, payload) VALUES ('soon', 'hub/tick', x'')")
    db.close()
    before = workers.pids()
    wait_for(lambda: codes(views["bad"]), "it is said")
    assert codes(views["bad"]) == ["not worked out"]
    good.write()
    good.seal()
    workers.seal("good")
    wait_for(good.is_finished, "the other goes on")
    assert replay(good.folder).same
    assert workers.pids() == before
    bad.journal.close()


def test_of_an_erased_seat_nothing_is_worked_out_and_the_proof_is_left_alone(workers, tmp_path):
    made = Written(tmp_path, "erased")
    made.write()
    made.seal()
    note_erased(made.folder, 1)
    view = workers.follow(made.name, made.folder)
    workers.seal(made.name)
    wait_for(lambda: "ledger" in view.snapshot() and not is_behind(view), "all of it is read")
    seen = view.snapshot()
    assert (seen["seconds"], seen["waves"], seen["ledger"]["rows"]) == ([], [], [])
    assert not made.lines, "a fingerprint of this would differ from the one of what was seen"


@pytest.mark.parametrize(("by", "said"), [
    (software(), ["digest differs"]), ("Stillpoint 0.0.9", []),
])
def test_a_minute_that_came_out_differently_is_told_but_for_one_of_another_software(
    workers, tmp_path, by, said
):
    """A hub that was upgraded reads again what the one before has seen."""
    made = Written(tmp_path, f"differs-{len(said)}")
    then = DigestLine(minute=1, row=1, results=1, sha256="0" * 64, software=by)
    (made.folder / "digest.jsonl").write_text(to_json(then) + "\n")
    made.write()
    made.seal()
    view = workers.follow(made.name, made.folder)
    workers.seal(made.name)
    wait_for(made.is_finished, "the last line")
    wait_for(lambda: not is_behind(view), "all of it is read")
    assert codes(view) == said


@pytest.mark.parametrize("why", ["no journal", "no digest"])
def test_a_session_that_cannot_be_followed_at_all_is_given_up_too(workers, tmp_path, why):
    made = Written(tmp_path, why)
    if why == "no journal":
        made.journal.close()
        for path in made.folder.iterdir():
            path.unlink()
    else:
        (made.folder / "digest.jsonl").write_text("rubbish\n")
    before = workers.pids()
    view = workers.follow(made.name, made.folder)
    wait_for(lambda: codes(view), "it is said")
    assert codes(view) == ["not worked out"]
    assert workers.pids() == before


def test_many_sessions_are_worked_out_side_by_side(tmp_path):
    workers = Workers(Settings(workers=2))
    try:
        all_made = [Written(tmp_path, f"side-{n}") for n in range(6)]
        for made in all_made:
            workers.follow(made.name, made.folder)
            made.write()
            made.seal()
            workers.seal(made.name)
        wait_for(lambda: all(made.is_finished() for made in all_made), "all of them")
        last = {json.loads(made.lines[-1])["sha256"] for made in all_made}
        assert len(last) == 1  # the same rows give the same results, whoever works them out
        pids = workers.pids()
        assert len(set(pids)) == 2
    finally:
        workers.stop()
    assert not any(alive(pid) for pid in pids)


def test_a_worker_that_does_not_end_in_time_is_gone_all_the_same(monkeypatch):
    monkeypatch.setattr("hub.live.workers.STOP_S", 0.1)
    workers = Workers(Settings())
    (pid,) = workers.pids()
    os.kill(pid, signal.SIGSTOP)
    workers.stop()
    assert not alive(pid)


class Way:
    """A way to InfluxDB that is told how it is."""

    trouble, reached, done = None, False, False


def test_of_sessions_that_are_over_one_at_a_time_is_read_again(tmp_path):
    first, runs, second = (Followed(name, Written(tmp_path, name).folder)
                           for name in ("first", "runs", "second"))
    first.sealed = second.sealed = True
    assert due([first, runs, second]) == ([runs], [first])
    first.behind = False  # it is read: its end is still to be said
    assert due([first, runs, second]) == ([first, runs], [second])


def test_one_that_runs_is_read_to_its_end_before_one_of_old(tmp_path):
    made = Written(tmp_path)
    made.write()
    old, runs = Followed("old", made.folder), Followed("runs", made.folder)
    old.sealed = True
    duties = _Duties(Settings(), Unheard(), {"old": old, "runs": runs})
    read = []
    while _turn(duties):
        read.append((runs.row, old.row))
    last = len(made.rows)
    assert read.index((last, 0)) > 1 and read[-1] == (last, last)
    made.journal.close()


class Unheard:
    """Where a worker says what it has found."""

    def send(self, said):
        pass


def test_what_is_wrong_with_influxdb_is_said_once_in_the_log_and_to_the_page(caplog):
    way = Way()
    word = Word("s1", way)
    assert word.news(1) == [], "nothing was tried yet"
    way.trouble = Trouble("InfluxDB is away", "everything", "start it")
    (said,) = word.news(2)
    assert (said["what"], said["ends"], said["over"]) == ("InfluxDB is away", "influxdb", False)
    assert word.news(3) == []
    way.trouble, way.reached = None, True
    (said,) = word.news(4)
    assert (said["ends"], said["over"], said["at_ns"]) == ("influxdb", True, 4)
    logged = [record.getMessage() for record in caplog.records]
    assert logged[0] == "s1: InfluxDB is away. Kept: everything. To do: start it."
    assert len(logged) == 2 and "takes the results again" in logged[1]


@pytest.mark.parametrize("trouble", [None, UNSUMMED])
def test_a_session_that_was_filled_in_is_called_whole_where_it_is(tmp_path, trouble):
    """Corrected or not: InfluxDB may just have been away."""
    hub_end, worker_end = Pipe()
    folder, way = Written(tmp_path).folder, Way()
    way.done, way.position, way.trouble = True, WHOLE, trouble
    word = Word("s1", way, said=None)
    _look_after(folder, word, _Duties(Settings(), worker_end, refills={folder: word}))
    _, (said, last) = hub_end.recv()
    assert (said["what"], said["over"]) == ((trouble or TAKEN_IN).what, trouble is None)
    assert "corrected session" not in said["what"]
    assert last == REFILLED


def test_a_worker_that_was_started_again_ends_what_the_one_before_has_said(caplog):
    way = Way()
    way.reached = True
    (said,) = Word("s1", way).news(1)
    assert said["over"] and caplog.records == [], "news for who has heard of the trouble alone"
