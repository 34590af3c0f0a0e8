"""A hub that is killed in the second in which it seals a session: the next start ends it."""

import shutil

import pytest

from hub.analysis.replay import replay
from hub.disk.erased import note_erased
from hub.disk.journal import Journal
from hub.live.worker import Followed
from hub.results.digest import DIGEST
from hub.service.hub import Hub
from hub.settings import Settings
from tests.rows import NS, Kit, event, session
from tests.small_hub import NoBroker, NoWorkers
from tests.system.rig_sessions import catch_up, entries, recorded


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Sessions that are whole, by how long they lasted (s)."""
    made = tmp_path_factory.mktemp("sealed")
    return {s: recorded(made / str(s) / "s1", session(Kit(), s)) for s in (20, 70)}


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def put(folder, data):
    """The session in a data folder."""
    return shutil.copytree(folder, data / "sessions" / "s1")


def started(data):
    hub = Hub(Settings(data_dir=data, reserve_mb=0), NoWorkers, NoBroker)
    hub.start()
    return hub


def lines(folder):
    return (folder / DIGEST).read_text().splitlines()


@pytest.mark.parametrize("seconds", [20, 70])
def test_its_digest_gets_its_last_line_and_its_reserve_goes(sealed, data, seconds):
    folder = put(sealed[seconds], data)
    whole = lines(folder)
    (folder / DIGEST).write_text("".join(line + "\n" for line in whole[:-1]))
    (folder / "reserve").touch()
    hub = started(data)
    hub.stop()
    assert hub.workers.followed == hub.workers.sealed == ["s1"]
    assert not (folder / "reserve").exists()
    worker = Followed("s1", folder)  # as it does of these two words
    catch_up(worker)
    worker.finish()
    assert lines(folder) == whole
    said = replay(folder)
    assert said.same and said.compared == len(whole) and said.later == 0


def taken_away(folder):
    (folder / DIGEST).unlink()


def corrected_since(folder):
    (folder / DIGEST).write_text(lines(folder)[0] + "\n")
    book = Journal(folder / "session.sqlite")
    book.append(entries([event("marker", book.last_ns() + NS, 900, label="x")]))
    book.close()


def erased(folder):
    (folder / DIGEST).write_text(lines(folder)[0] + "\n")
    note_erased(folder, 1)


def spoilt(folder):
    (folder / DIGEST).write_text("no line of a digest\n")


@pytest.mark.parametrize("what", [lambda _: None, taken_away, corrected_since, erased, spoilt])
def test_nothing_is_worked_out_again_of_a_session_that_is_whole_or_is_not_what_it_was(
    sealed, data, what
):
    what(put(sealed[70], data))
    hub = started(data)
    hub.stop()
    assert hub.workers.followed == []
