"""The way into InfluxDB: what is gathered, and what is said of it when it goes wrong."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import psutil
import pytest

from hub.disk.erased import note_erased
from hub.disk.files import locked
from hub.disk.journal import Journal
from hub.records import Second, Value
from hub.results.pipeline import Ledgers, Pipeline
from hub.settings import Settings
from hub.store import rebuild
from hub.store.api import InfluxError
from hub.store.influx import READING, InfluxSink
from hub.store.makers import Wanted
from hub.store.position import (
    ENDING,
    LOCK,
    NOTE,
    WHOLE,
    note_buckets,
    read_buckets,
    read_position,
    still_there,
    was_whole,
    write_position,
    written_without,
)
from hub.store.post import Away, NotTaken, buckets_of, poster, wiper
from hub.store.sending import Sender
from hub.store.sink import is_behind, wanted
from hub.store.summary import LONGEST_S
from hub.store.trouble import OCCUPIED, UNERASED, UNSUMMED
from tests.ports import free_port
from tests.rows import NS, OPEN_NS, Kit, session
from tests.system.rig_sessions import entries
from tests.waiting import wait_for

GOOD = [f"features,seat=1 hr={k}.5 {k}" for k in range(1, 9)]
BAD = "features,seat=1 hr=notanumber 1"


@pytest.fixture
def folder(tmp_path):
    journal = Journal(tmp_path / "session.sqlite")
    journal.set_meta(session="s1", tag=99, site="site", room="room", opened_ns=0)
    journal.close()
    return tmp_path


def nothing_to_sum_up(folder):
    return contextlib.nullcontext(iter(()))


def nothing_came(folder):
    """The summary's process has failed."""
    return contextlib.nullcontext(None)


class Strict:
    """Takes a post whole or, where one line cannot be read, not at all: as 2.x does."""

    def __init__(self):
        self.posts = []

    def __call__(self, bucket, lines):
        texts = lines.decode().split("\n")
        if BAD in texts:
            raise NotTaken("it answers 400, unable to parse", partly=False)
        self.posts.append(texts)


def test_what_was_refused_is_still_said_when_the_others_are_in():
    strict = Strict()
    sender = Sender(strict)
    sender.send("stillpoint", [*GOOD[:1], BAD, *GOOD[1:]])
    assert sorted(line for post in strict.posts for line in post) == GOOD
    assert sender.refused == 1
    assert "refused 1 line of this session" in sender.trouble.what
    assert sender.trouble.what.endswith("left out: features,seat=1"), "which, but nobody's figures"


def test_many_refused_lines_are_counted_each_and_said_a_few_times():
    sender, said = Sender(Strict()), []
    for _ in range(100):
        sender.send("stillpoint", [BAD])
        said.append(sender.trouble)
    assert sender.refused == 100
    assert len(set(said)) == 7 and "64 lines" in said[-1].what


def test_a_partial_write_says_how_many_points_were_dropped():
    def partly(bucket, lines):
        raise NotTaken("it answers 422, partial write: field type conflict dropped=3", partly=True)

    sender = Sender(partly)
    sender.send("stillpoint", GOOD)
    assert sender.refused == 3 and "3 lines" in sender.trouble.what


def test_what_comes_within_two_seconds_goes_in_one_post_to_a_bucket(folder):
    strict = Strict()
    sink = InfluxSink(folder, strict)
    with sink._queue.changed:  # however long a busy machine takes to put them
        for row in range(1, 30):
            second = Second(1, OPEN_NS + row * NS, {"hr": Value(66.5, 1.0)})
            sink.put(row, [second, Ledgers(OPEN_NS + row * NS, ())])
    wait_for(lambda: sink.position == 29, "all is written")
    assert len(strict.posts) == 2
    assert sum(line.startswith("features") for post in strict.posts for line in post) == 29


def test_a_hub_whose_disk_takes_no_note_of_the_position_writes_all_the_same(folder, monkeypatch):
    monkeypatch.setattr("hub.store.queue.GATHER_S", 0.01)
    (folder / "influx.part").mkdir()  # so that the note cannot be written
    strict = Strict()
    sink = InfluxSink(folder, strict)
    for row in (1, 2):
        sink.put(row, [Second(1, OPEN_NS + row * NS, {"hr": Value(66.5, 1.0)})])
        wait_for(lambda row=row: sink.position == row, "it is written")
    assert len(strict.posts) == 2 and read_position(folder) == 0


def test_a_server_that_is_not_there_is_said_in_the_same_words_at_every_try():
    url = f"http://127.0.0.1:{free_port()}"
    post, troubles = poster(Settings(influx_url=url, influx_token="t")), []
    for _ in range(2):
        with pytest.raises(Away) as away:
            post("stillpoint", b"a b=1 1")
        troubles.append(away.value.trouble)
    assert troubles[0] == troubles[1]
    said = f"InfluxDB cannot be reached at {url}: [Errno 111] Connection refused"
    assert troubles[0].what == said
    assert "start it" in troubles[0].do


def test_a_file_that_holds_no_token_is_said_and_read_again_at_the_next_try(tmp_path):
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    settings = Settings(influx_url="http://127.0.0.1:9", influx_token_file=str(tmp_path / "token"))
    for do in (lambda: poster(settings)("stillpoint", b"a b=1 1"),
               lambda: wiper(settings)("stillpoint", "features", "s1")):
        with pytest.raises(Away) as away:
            do()
        assert "token, which influx_token_file names, cannot be used" in away.value.trouble.what
        assert "tries again by itself" in away.value.trouble.do


# -- what goes wrong in the writer itself ---------------------------------------------------------


class Faulty(Strict):
    """Takes lines, but fails in a way that nobody foresaw, as often as it is told."""

    def __init__(self, times):
        super().__init__()
        self.times, self.failed, self.may_go_on = times, 0, threading.Event()

    def __call__(self, bucket, lines):
        if self.failed < self.times:
            self.failed += 1
            raise KeyError("hr=66.5 of somebody")
        self.may_go_on.wait(180)
        super().__call__(bucket, lines)


@pytest.fixture
def sealed(folder, monkeypatch):
    """A session that is over, and quick to be summed up; its rows."""
    monkeypatch.setattr("hub.store.influx.summary_apart", nothing_to_sum_up)
    monkeypatch.setattr("hub.store.influx.RETRY_S", (0.01,))
    rows = session(Kit(), 20)
    journal = Journal(folder / "session.sqlite")
    journal.append(entries(rows))
    journal.set_meta(sealed_ns=rows[-1].at_ns)
    journal.close()
    return rows


def coverage(posts):
    lines = [line for post in posts for line in post if line.startswith("coverage,")]
    return [int(line.rpartition(" ")[2]) // NS for line in lines]


def test_a_mistake_of_the_writer_says_itself_and_it_goes_on_where_it_was(sealed, folder, caplog):
    faulty = Faulty(times=3)
    sink = InfluxSink(folder, faulty, behind=True)
    wait_for(lambda: sink.trouble, "it is said")
    assert "failed in writing to InfluxDB (KeyError)" in sink.trouble.what
    assert "66.5" not in repr(sink.trouble)
    assert "journal goes on" in sink.trouble.kept and "the hub's log" in sink.trouble.do
    wait_for(lambda: faulty.failed == 3, "it tries again")
    faulty.may_go_on.set()
    wait_for(lambda: sink.done, "all is written")
    assert read_position(folder) == len(sealed) + 2
    assert sink.trouble is None
    seconds = sorted(set(coverage(faulty.posts)))
    assert seconds == list(range(seconds[0], seconds[0] + len(seconds))) and len(seconds) > 20
    said = [record for record in caplog.records if "after row 0" in record.getMessage()]
    assert len(said) == 1 and said[0].exc_info, "once, with all that it takes to mend it"


def test_who_sees_that_all_is_written_sees_no_trouble_of_before(sealed, folder, monkeypatch):
    """Nobody looks again: it would be said of the session for good."""
    go_on, following = threading.Event(), InfluxSink._next

    def lingers(sink):
        following(sink)
        go_on.wait(180)

    monkeypatch.setattr(InfluxSink, "_next", lingers)
    faulty = Faulty(times=1)
    faulty.may_go_on.set()
    sink = InfluxSink(folder, faulty, behind=True)
    wait_for(lambda: sink.done, "all is written")
    trouble = sink.trouble
    go_on.set()
    assert faulty.failed and trouble is None


def test_results_of_which_no_lines_can_be_made_are_trouble_and_no_end(folder, monkeypatch):
    """Pages and digest are made by the thread that gives them: it must hear nothing of it."""
    monkeypatch.setattr("hub.store.influx.RETRY_S", (0.01,))
    journal, strict = Journal(folder / "session.sqlite"), Strict()
    rows = journal.append(entries(session(Kit(), 5)))
    sink = InfluxSink(folder, strict)
    broken = Second(1, OPEN_NS, {"hr": "no value at all"})
    sink.put(rows[-1].row, [broken])
    wait_for(lambda: not sink.pending and sink.position and not sink.trouble,
             "it is made from the journal instead")
    assert len(coverage(strict.posts)) >= 5


def test_what_was_kept_back_is_written_where_the_session_is_sealed_while_it_is_caught_up_with(
    folder, monkeypatch
):
    monkeypatch.setattr("hub.store.influx.summary_apart", nothing_to_sum_up)
    monkeypatch.setattr("hub.store.queue.LINES_MAX", 0)
    journal, pipeline, slow = Journal(folder / "session.sqlite"), Pipeline(), Faulty(times=0)
    rows = journal.append(entries(session(Kit(), 20)))
    sink = InfluxSink(folder, slow, Wanted(seats_live=False))
    for row in rows:
        sink.put(row.row, pipeline.feed(row))
    wait_for(READING[False].locked, "it catches up")
    journal.set_meta(sealed_ns=rows[-1].at_ns)
    slow.may_go_on.set()
    wait_for(lambda: sink.position == len(rows), "that is done")
    assert not any(line.startswith("features,") for post in slow.posts for line in post)
    sink.end(len(rows) + 1, pipeline.finish(rows[-1].at_ns), rows[-1].at_ns)
    wait_for(lambda: sink.done, "all of it is written")
    assert sum(line.startswith("features,") for post in slow.posts for line in post) >= 19


def test_a_writer_ends_when_all_is_in(sealed, folder):
    sink = InfluxSink(folder, Strict(), behind=True)
    sink._thread.join(180)
    assert sink.done and not sink._thread.is_alive()
    again = InfluxSink(folder, Strict())  # the page of a session of old is looked at
    again.end(len(sealed) + 1, [], sealed[-1].at_ns)
    again._thread.join(180)
    assert again.done and not again._thread.is_alive()


def test_where_only_the_summary_is_missing_nothing_else_is_made_again(sealed, folder):
    write_position(folder, len(sealed), ENDING)
    strict = Strict()
    sink = InfluxSink(folder, strict)
    sink.end(len(sealed) + 1, [], sealed[-1].at_ns)
    wait_for(lambda: sink.done, "it is summed up")
    assert strict.posts == [] and read_position(folder) == len(sealed) + 2


def test_what_could_not_be_summed_up_is_said_and_owed_and_the_next_writer_makes_it_whole(
    sealed, folder, monkeypatch
):
    monkeypatch.setattr("hub.store.influx.summary_apart", nothing_came)
    sink = InfluxSink(folder, Strict(), behind=True)
    wait_for(lambda: sink.done, "all else is written")
    assert sink.trouble == UNSUMMED and is_behind(folder) and not was_whole(folder)
    assert said_in_the_note(folder) == (UNSUMMED.what, UNSUMMED.do)
    monkeypatch.setattr("hub.store.influx.summary_apart", nothing_to_sum_up)
    strict = Strict()
    sink = InfluxSink(folder, strict, behind=True)
    wait_for(lambda: sink.done, "it is summed up")
    assert sink.trouble is None and not is_behind(folder) and was_whole(folder)
    assert said_in_the_note(folder) == (None, None) and strict.posts == [], "the summary alone"


def said_in_the_note(folder):
    said = json.loads((folder / NOTE).read_text())
    return said.get("lacks"), said.get("to_do")


def test_what_was_written_before_an_erasure_is_as_good_as_nothing(sealed, folder):
    """Also to a hub that was not there, or was killed, when it was noted."""
    write_position(folder, len(sealed), ENDING)
    note_erased(folder, 9)
    strict = Strict()
    sink = InfluxSink(folder, strict, behind=True)
    wait_for(lambda: sink.done, "all is written")
    seconds = sorted(set(coverage(strict.posts)))
    assert len(seconds) > 20, "from the beginning"
    assert written_without(folder) == {9}


def test_who_was_erased_is_owed_while_a_bucket_that_has_them_is_not_named(sealed, folder):
    with_raw = Settings(influx_raw_bucket="raw")
    note_buckets(folder, buckets_of(with_raw))
    write_position(folder, len(sealed), WHOLE)
    note_erased(folder, 9)
    for settings, owed in ((Settings(), {9}), (with_raw, set())):
        assert is_behind(folder, settings)
        sink = InfluxSink(folder, Strict(), wanted(settings), behind=True)
        wait_for(lambda sink=sink: sink.done, "all is written")
        assert still_there(folder) == owed and not is_behind(folder, settings)


def test_an_influxdb_that_does_not_delete_who_was_erased_is_said_and_gets_nothing(sealed, folder):
    def never(bucket, name, session):
        raise NotTaken("it answers 405", partly=False)

    write_position(folder, len(sealed), WHOLE)
    note_erased(folder, 9)
    strict = Strict()
    sink = InfluxSink(folder, strict, behind=True, wipe=never)
    wait_for(lambda: sink.trouble == UNERASED, "it is said")
    sink.close()
    assert strict.posts == [] and is_behind(folder) and still_there(folder) == {9}


def test_one_session_after_the_other_is_filled_in(sealed, folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    shutil.copy(folder / "session.sqlite", other)
    first, second = Faulty(times=0), Strict()
    one = InfluxSink(folder, first, behind=True)
    wait_for(READING[True].locked, "it has begun")
    two = InfluxSink(other, second, behind=True)
    assert two.pending and second.posts == []
    first.may_go_on.set()
    wait_for(lambda: one.done and two.done, "both are filled in")
    assert first.posts == second.posts


def test_a_command_that_stands_still_is_named_and_keeps_no_other_session_waiting(
    sealed, folder, tmp_path_factory, monkeypatch
):
    monkeypatch.setattr("hub.store.turns.PATIENCE_S", 0.1)
    monkeypatch.setattr("hub.store.influx.RETRY_S", (0.1,))
    other = tmp_path_factory.mktemp("other")
    shutil.copy(folder / "session.sqlite", other)
    with locked(folder / LOCK):
        one = InfluxSink(folder, Strict(), behind=True)
        wait_for(lambda: one.trouble == OCCUPIED, "it is said")
        two = InfluxSink(other, Strict(), behind=True)
        wait_for(lambda: two.done, "the other session is filled in")
        assert one.trouble == OCCUPIED
    wait_for(lambda: one.done, "it goes on")
    assert one.trouble is None


@pytest.mark.parametrize("note", ["", "{", '{"row": null}', "[]"])
def test_a_note_that_cannot_be_read_is_none(folder, note):
    (folder / "influx.json").write_text(note)
    assert read_position(folder) == 0


def test_where_a_session_was_ever_written_to_is_noted_beside_how_far(folder):
    note_buckets(folder, {"a": "one", "b": ""})
    write_position(folder, 7)
    note_buckets(folder, {"a": "two", "b": ""})
    assert read_buckets(folder) == {"a": {"one", "two"}} and read_position(folder) == 7
    write_position(folder, 7, WHOLE)
    assert read_position(folder, 7) == 9 and was_whole(folder)
    assert read_position(folder, 8) == 7, "more has come: from there on"
    write_position(folder, 8)
    assert was_whole(folder) and read_position(folder, 8) == 8
    write_position(folder, 0)
    assert not was_whole(folder) and read_buckets(folder) == {"a": {"one", "two"}}


@pytest.mark.parametrize("note", ["", "{", '{"buckets": null}', '{"buckets": [1]}', "[]"])
def test_a_note_of_buckets_that_cannot_be_read_is_none(folder, note):
    (folder / "influx.json").write_text(note)
    assert read_buckets(folder) == {}


# -- a command that waits for all of it ------------------------------------------------------------


class Watch:
    """The command's own clock: it goes on as a test says, between two looks of the command."""

    def __init__(self):
        self.s, self._shown_s, self._looks = 0.0, 0.0, 0

    def monotonic(self):
        return self._shown_s

    def sleep(self, seconds):
        self._looks, self._shown_s = self._looks + 1, self.s
        time.sleep(0.001)

    def go_on(self, seconds):
        self._is_looked_at()
        self.s += seconds
        self._is_looked_at()

    def _is_looked_at(self):
        looks = self._looks + 2
        wait_for(lambda: self._looks > looks, "the command looks")


@pytest.fixture
def written(sealed, folder, monkeypatch):
    """Write it as `stillpoint replay --influx` does, with a summary that takes as long as it may;
    `lines`: what comes of that."""

    def written(lines):
        @contextlib.contextmanager
        def slowly(folder):
            watch.go_on(LONGEST_S)
            yield lines

        watch = Watch()
        monkeypatch.setattr("hub.store.influx.summary_apart", slowly)
        monkeypatch.setattr(rebuild, "time", watch)
        monkeypatch.setattr(rebuild, "refill", lambda settings, folder, alone: InfluxSink(
            folder, Strict(), behind=True, alone=alone))
        return rebuild._written(folder, Settings())

    return written


def test_a_command_waits_for_the_summary_of_a_large_session(written, sealed):
    assert written(iter(())) == len(sealed) + WHOLE


def test_a_summary_that_failed_is_not_called_influxdbs_fault(written):
    with pytest.raises(InfluxError) as failed:
        written(None)
    assert "could not be worked out; InfluxDB is not at fault" in failed.value.what
    assert "again" in failed.value.kept and "again" not in failed.value.do, "erase adds it there"


def test_a_summary_ends_with_who_asked_for_it(tmp_path):
    os.mkfifo(tmp_path / "session.sqlite")  # a journal that it would read for ever
    asker = subprocess.Popen(["sh", "-c", '"$0" -m hub.store.summary "$1" & wait', sys.executable,
                              str(tmp_path)])
    at_work = psutil.Process(asker.pid).children
    wait_for(lambda: any(one.nice() > os.nice(0) for one in at_work()), "it has begun")
    (summary,) = at_work()
    asker.kill()
    asker.wait()
    summary.wait(180)
