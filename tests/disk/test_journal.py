"""The journal: durable, each frame once, readable beside its writer, clear when the disk fails."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from firmware import wire
from hub.disk.journal import Entry, Journal, Reader, follow, read_meta
from hub.errors import JournalError, JournalFull


def data(seq, kit="k1", boot=7, payload=b"p" * 60):
    return Entry(seq, f"data/{kit}", payload, kit, boot, seq)


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "session.sqlite")
    yield journal
    journal.close()


def test_rows_come_back_as_they_were_stored(journal):
    rows = journal.append([Entry(5, "hub/tick", b""), data(0)])
    assert [(row.row, row.at_ns, row.topic, row.seq) for row in rows] == [
        (1, 5, "hub/tick", None), (2, 0, "data/k1", 0)]
    assert list(follow(journal.path)) == rows
    assert list(follow(journal.path, 1)) == rows[1:]
    assert list(follow(journal.path, 0, 1)) == rows[:1]


def test_a_repeat_is_dropped_and_its_stamp_kept(journal):
    journal.append([data(0)])
    again = journal.append([data(0, payload=b"s" * 90), data(0), data(1)])
    assert [(row.topic, row.seq, len(row.payload)) for row in again] == [
        ("stamp/k1", 0, wire.STAMP_SIZE), ("stamp/k1", 0, wire.STAMP_SIZE), ("data/k1", 1, 60)]
    assert journal.repeats == 2
    assert journal.stored("k1", 7, 0) == [0, 1]
    assert journal.stored("k1", 7, 1) == [1]
    assert journal.stored("k1", 8, 0) == []


def test_another_boot_or_kit_is_another_frame(journal):
    rows = journal.append([data(0), data(0, boot=8), data(0, kit="k2")])
    assert {row.topic for row in rows} == {"data/k1", "data/k2"} and journal.repeats == 0


def test_meta_says_what_the_session_is(journal):
    journal.set_meta(session="s", tag=3)
    journal.set_meta(tag=4)
    assert read_meta(journal.path) == {"session": "s", "tag": "4"}


def test_a_reader_beside_the_writer_sees_what_is_durable(journal):
    with Reader(journal.path) as reader:
        for n in range(5):
            journal.append([data(n)])
            assert [row.seq for row in reader.rows(n)] == [n]


def test_one_kits_rows_come_with_those_that_are_no_kits(journal):
    journal.append([data(0, kit="a"), data(1, kit="b"), Entry(5, "hub/tick", b"")])
    mine = list(follow(journal.path, kits={"a"}))
    assert [row.kit for row in mine] == ["a", None]
    assert [row.kit for row in follow(journal.path, kits=set())] == [None]


def test_rows_of_a_topic_come_whosever_they_are(journal):
    journal.append([Entry(5, "about/a", b"1", "a"), data(0, kit="a"), Entry(6, "about/b", b"2")])
    with Reader(journal.path) as reader:
        assert [row.payload for row in reader.topics("about/")] == [b"1", b"2"]


def test_long_journals_are_followed_in_pieces(journal):
    journal.append(data(n) for n in range(4500))
    assert [row.seq for row in follow(journal.path)] == list(range(4500))
    assert len(list(follow(journal.path, 100, 3000))) == 3000


def test_a_medium_that_cannot_be_written_is_read(tmp_path):
    journal = Journal(tmp_path / "session.sqlite")
    journal.append([data(0)])
    journal.close()
    assert sorted(os.listdir(tmp_path)) == ["session.sqlite"]  # one file, to be copied alone
    os.chmod(tmp_path / "session.sqlite", 0o400)
    os.chmod(tmp_path, 0o500)
    try:
        assert len(list(follow(tmp_path / "session.sqlite"))) == 1
    finally:
        os.chmod(tmp_path, 0o700)


def test_what_is_no_journal_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match="stillpoint sessions"):
        list(follow(tmp_path / "session.sqlite"))
    (tmp_path / "session.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(JournalError, match="cannot be"):
        Journal(tmp_path / "session.sqlite")
    with pytest.raises(JournalError, match="cannot be"):
        list(follow(tmp_path / "session.sqlite"))


def test_a_journal_that_this_user_may_not_read_is_not_called_damaged(tmp_path, monkeypatch):
    (tmp_path / "session.sqlite").write_bytes(b"not a database at all" * 100)
    monkeypatch.setattr(os, "access", lambda *_: False)  # for root nothing is closed
    with pytest.raises(JournalError, match=r"this user may not read it.*let this user read"):
        list(follow(tmp_path / "session.sqlite"))


def test_erased_bytes_are_overwritten(journal):
    assert journal._db.execute("PRAGMA secure_delete").fetchone() == (1,)
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_full_database_stores_nothing_of_the_batch_and_goes_on_later(journal):
    journal.append([data(0)])
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count={pages + 2}")
    batch = [data(n, payload=b"x" * 900) for n in range(1, 60)]
    with pytest.raises(JournalFull) as failed:
        journal.append(batch)
    assert "no room" in failed.value.what and failed.value.kept and failed.value.do
    assert journal.stored("k1", 7, 0) == [0]
    journal._db.execute("PRAGMA max_page_count=100000")
    assert len(journal.append(batch)) == 59
    assert journal.stored("k1", 7, 0) == list(range(60)) and journal.repeats == 0


def test_what_a_session_is_is_kept_whole_by_a_full_database(journal):
    journal.set_meta(closed_ns=1)
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalFull):
        journal.set_meta(closed_ns=2, sealed_ns="9" * 20_000)
    assert read_meta(journal.path) == {"closed_ns": "1"}
    journal._db.execute("PRAGMA max_page_count=100000")
    journal.set_meta(sealed_ns=2)
    assert read_meta(journal.path) == {"closed_ns": "1", "sealed_ns": "2"}


def test_a_connection_that_an_error_ended_is_made_anew(journal):
    journal.append([data(0)])
    journal._db.close()
    with pytest.raises(JournalError):
        journal.append([data(1)])
    journal.append([data(1)])
    assert journal.stored("k1", 7, 0) == [0, 1]


def test_rows_are_numbered_without_a_hole_whatever_was_repeated_or_refused(journal):
    journal.append([data(0)])
    journal.append([data(0), data(0)])
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(JournalFull):
        journal.append([data(n, payload=b"x" * 900) for n in range(1, 60)])
    journal.reopen()
    journal.append([data(1)])
    with Reader(journal.path) as reader:
        assert (reader.last_row(), reader.holes()) == (4, [])


FULL_DISK = """
    import resource, sys
    from pathlib import Path
    from hub.errors import JournalError
    from hub.disk.journal import Entry, Journal
    journal = Journal(Path(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    seq = 0
    try:
        while True:
            journal.append([Entry(0, "data/k", b"x" * 900, "k", 1, seq)])
            print(seq, flush=True)
            seq += 1
    except JournalError as error:
        print(type(error).__name__, error.what)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    journal.reopen()
    rows = journal.append([Entry(0, "data/k", b"x", "k", 1, seq)])
    print(len(rows), journal.stored("k", 1, 0)[-1])
"""


def test_a_file_that_may_not_grow_is_told_and_goes_on_later(tmp_path):
    assert resource.RLIMIT_FSIZE is not None
    path = tmp_path / "session.sqlite"
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(FULL_DISK), str(path)],
                          capture_output=True, text=True, timeout=180, check=True)
    *stored, failed, after = done.stdout.splitlines()
    assert failed.startswith("JournalFull The disk has no room")
    assert after == f"1 {len(stored)}"
    assert len(list(follow(path))) == len(stored) + 1


def test_what_append_returned_from_survives_a_kill(tmp_path):
    path = tmp_path / "session.sqlite"
    code = FULL_DISK.partition("    resource.setrlimit")[0] + textwrap.indent(textwrap.dedent("""
        seq = 0
        while True:
            journal.append([Entry(0, "data/k", b"x" * 300, "k", 1, seq)])
            print(seq, flush=True)
            seq += 1
        """), "    ")
    child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), str(path)],
                             stdout=subprocess.PIPE, text=True)
    assert child.stdout
    told = [child.stdout.readline() for _ in range(50)]
    child.send_signal(signal.SIGKILL)
    told += child.stdout.readlines()
    child.wait()
    child.stdout.close()
    last = int([line for line in told if line.endswith("\n")][-1])
    journal = Journal(path)
    stored = journal.stored("k", 1, 0)
    assert stored == list(range(len(stored))) and len(stored) > last
    journal.close()
    assert sqlite3.connect(path).execute("PRAGMA integrity_check").fetchone() == ("ok",)
