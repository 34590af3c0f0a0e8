"""A participant withdraws where there is no InfluxDB: what is without them, and what is not."""

import json
import shutil
from dataclasses import asdict

import pyarrow.parquet as pq
import pytest

from hub.cli import main
from hub.disk.erased import NOTE, erased_seats, note_erased
from hub.disk.files import locked
from hub.disk.journal import Entry, Journal
from hub.records import Problem
from hub.report_text import erased_text, utc
from hub.store.position import LOCK, WHOLE, write_position
from tests.rows import NS, OPEN_NS, Kit, event, session
from tests.swapped import BACK_S, SECONDS, SWAP_S, swapped
from tests.system.rig_sessions import entries, recorded, six_people

pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture(scope="module")
def six(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("six") / "s1", six_people(70))


@pytest.fixture
def folder(six, tmp_path):
    return shutil.copytree(six, tmp_path / "s1")


def told(capsys, *words):
    """(exit code, stdout as one line, stderr as one line) of a command."""
    code = main([str(word) for word in words])
    return code, *(" ".join(said.split()) for said in capsys.readouterr())


def seats_in(out):
    """The seats of every table that has some."""
    tables = [pq.read_table(path) for path in sorted(out.glob("*.parquet"))]
    seats = [set(table["seat"].to_pylist()) for table in tables if "seat" in table.column_names]
    return set().union(*seats)


def test_an_erased_seat_is_in_no_table_of_a_later_export(folder, tmp_path, capsys):
    assert told(capsys, "erase", folder, "--seat", 3)[0] == 0
    assert erased_seats(folder) == {3}
    assert told(capsys, "export", folder, "--out", tmp_path / "after")[0] == 0
    assert seats_in(tmp_path / "after") == {1, 2, 4, 5, 6}
    certificate = json.loads((tmp_path / "after" / "certificate.json").read_text())
    assert {row["seat"] for row in certificate["ledger"]} == {1, 2, 4, 5, 6}
    code, said, _ = told(capsys, "replay", folder)
    assert code == 0 and said.startswith("Identical"), "the proof of what was seen stays one"


def test_no_problem_of_an_erased_seats_kit_is_told(folder, tmp_path, capsys):
    whats = ["3 frames of kit-3 are gone for good, before frame 99.", "kit-31 has no clock.",
             "A frame of kit-3 cannot be read: too short."]
    problems = [asdict(Problem(OPEN_NS, "frames lost", what, "", "")) for what in whats]
    rows = [Entry(OPEN_NS, "hub/problem", json.dumps(one).encode()) for one in problems]
    journal = Journal(folder / "session.sqlite")
    journal.append(rows)
    journal.close()
    for seats, named in (((), whats), ((3,), whats[1:2])):
        for seat in seats:
            told(capsys, "erase", folder, "--seat", seat)
        assert main(["verify", str(folder), "--json"]) in (0, 1)
        said = json.loads(capsys.readouterr().out)
        assert [one["what"] for one in said["problems"]] == named


def test_what_is_said_later_of_who_had_a_kit_brings_nobody_back(folder, tmp_path, capsys):
    told(capsys, "erase", folder, "--seat", 3)
    journal = Journal(folder / "session.sqlite")
    journal.append(entries([event("seat", OPEN_NS + NS, 990, seat=4, kit="kit-3")]))
    journal.close()
    assert told(capsys, "export", folder, "--out", tmp_path / "after")[0] == 0
    certificate = json.loads((tmp_path / "after" / "certificate.json").read_text())
    assert ({(row["seat"], row["kit"]) for row in certificate["ledger"]}
            == {(seat, f"kit-{seat}") for seat in (1, 2, 4, 5, 6)})


SWAP = [event("seat", OPEN_NS + 40 * NS, 990 + n, seat=n, kit=f"kit-{5 - n}") for n in (2, 3)]
BACK = [event("undo", OPEN_NS + 100 * NS, 996 + n, target=f"e{990 + n}") for n in (2, 3)]


@pytest.mark.parametrize(("before", "after", "counts"), [
    (SWAP, BACK, {2: ["kit-2", "kit-3"], 3: ["kit-3", "kit-2"]}),
    ([], SWAP, {2: ["kit-2"], 3: ["kit-3"]}),
])  # fmt: skip
def test_who_else_had_its_kits_is_named_by_the_seats_that_count_and_by_those_that_stand(
    folder, capsys, before, after, counts
):
    """Seats were corrected after somebody was erased: exports have them as they were."""
    journal = Journal(folder / "session.sqlite")
    journal.append(entries(before))
    told(capsys, "erase", folder, "--seat", 1)
    journal.append(entries(after))
    journal.close()
    _, said, _ = told(capsys, "erase", folder, "--seat", 3)
    assert "seats corrected after somebody was erased" in said
    assert "stillpoint erase s1 --seat 2" in said
    for seat, kits in counts.items():
        assert [f"seat {seat} had {kit}" in said for kit in ("kit-2", "kit-3")] == [
            kit in kits for kit in ("kit-2", "kit-3")]
    assert all(("rows of " + kit in said) == (kit in counts[3]) for kit in ("kit-2", "kit-3"))


def test_it_says_what_the_journal_still_holds_and_what_to_do_about_that(folder, capsys):
    (folder / "export-csv").mkdir()
    _, said, _ = told(capsys, "erase", folder, "--seat", 3)
    assert "still holds what came from the seat: 70 rows of kit-3" in said
    assert "delete the session's folder and its back-ups" in said
    assert f"still contain the seat: {folder / 'export-csv'}" in said
    assert "InfluxDB has" not in said
    assert main(["erase", str(folder), "--seat", "3", "--json"]) == 0  # twice is as good as once
    said = json.loads(capsys.readouterr().out)
    assert (said["held"], said["left"], said["ok"]) == ({"kit-3": 70}, None, True)


def test_of_kits_that_were_swapped_it_says_who_else_had_them_and_how_to_erase_that(
    tmp_path, capsys
):
    folder = recorded(tmp_path / "s1", swapped())
    _, said, _ = told(capsys, "erase", folder, "--seat", 1)
    begin, swap, back, end = (utc(OPEN_NS + s * NS) for s in (0, SWAP_S, BACK_S, SECONDS + 1))
    for seat, kit, since, until in (
        (1, "kit-1", begin, swap), (1, "kit-2", swap, back), (1, "kit-1", back, end),
        (2, "kit-2", begin, swap), (2, "kit-1", swap, back), (2, "kit-2", back, end),
    ):
        assert f"seat {seat} had {kit} from {since} to {until}" in said
    assert "stillpoint erase s1 --seat 2" in said and "--seat 1" not in said
    assert f"{SECONDS - BACK_S + SWAP_S} rows of kit-1, {BACK_S - SWAP_S} rows of kit-2" in said
    _, said, _ = told(capsys, "erase", folder, "--seat", 2)
    assert "seat 1 had kit-1" in said and "stillpoint erase" not in said, "seat 1 is erased already"


def test_a_seat_that_was_never_there_is_not_erased(folder, capsys):
    code, _, error = told(capsys, "erase", folder, "--seat", 99)
    assert code == 2 and "has no seat 99; it has 1, 2, 3, 4, 5, 6. Nothing was changed" in error
    assert not (folder / NOTE).exists()
    note_erased(folder, 3)
    _, _, error = told(capsys, "erase", folder, "--seat", 99)
    assert "it has 1, 2, 3 (erased already), 4, 5, 6. Nothing was changed" in error


def test_what_influxdb_was_once_given_is_not_called_erased(folder, capsys):
    (folder / "influx.json").write_text('{"row": 9}')
    code, said, _ = told(capsys, "erase", folder, "--seat", 3)
    assert code == 1 and "THE SEAT IS STILL THERE. Set influx_url" in said
    assert erased_seats(folder) == {3}


def test_the_list_of_sessions_names_who_is_erased_and_still_in_influxdb(six, tmp_path, capsys):
    """A command was ended in the middle, and nobody saw it."""
    folder = shutil.copytree(six, tmp_path / "sessions" / "s1")
    note_erased(folder, 3)
    code, said, _ = told(capsys, "sessions", "--data", tmp_path)
    assert code == 0 and "STILL" not in said, "it never had the session"
    write_position(folder, 9, WHOLE)
    code, said, _ = told(capsys, "sessions", "--data", tmp_path)
    assert code == 1 and "InfluxDB STILL HAS SEAT 3 OF s1" in said
    assert "stillpoint erase s1 --seat 3" in said
    (folder / NOTE).write_text("what somebody else wrote")
    code, said, _ = told(capsys, "sessions", "--data", tmp_path)
    assert code == 1 and "room sealed" in said and "it is not known who was erased" in said


def test_an_influxdb_that_is_away_does_not_undo_the_erasure(folder, capsys, monkeypatch):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", "http://127.0.0.1:9")
    code, _, error = told(capsys, "erase", folder, "--seat", 3)
    assert code == 2 and "exports, studies and pages leave the seat out" in error
    assert "InfluxDB may still have it" in error and "Then run the command again" in error
    assert erased_seats(folder) == {3}


@pytest.mark.parametrize(("name", "value"), [("URL", "foo"), ("TOKEN_FILE", __file__)])
def test_where_influxdb_can_never_be_asked_nothing_is_noted(
    folder, capsys, monkeypatch, name, value
):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv(f"STILLPOINT_INFLUX_{name}", value)
    code, _, error = told(capsys, "erase", folder, "--seat", 3)
    assert code == 2 and f"influx_{name.lower()}" in error and "nothing was changed" in error
    assert not (folder / NOTE).exists()


def test_a_hub_that_stands_still_while_it_writes_the_session_is_named(folder, capsys, monkeypatch):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("hub.store.rebuild.TURN_S", 0.1)
    with locked(folder / LOCK):
        code, _, error = told(capsys, "erase", folder, "--seat", 3)
    assert code == 2 and "Something else has been writing" in error
    assert "InfluxDB may still have it" in error and "Then run the command again" in error
    assert erased_seats(folder) == {3}


def test_a_session_that_goes_on_is_waited_for(tmp_path, capsys):
    journal = Journal(tmp_path / "session.sqlite")
    journal.set_meta(session="s1", tag=1, site="site", room="room", opened_ns=0)
    journal.append(entries(session(Kit(), 5)))
    journal.close()
    code, _, error = told(capsys, "erase", tmp_path, "--seat", 1)
    assert code == 2 and "at most ten minutes" in error
    assert not (tmp_path / NOTE).exists()


def test_where_influxdb_still_has_something_of_the_seat_that_is_said():
    said = {"seat": 3, "session": "s1", "shared": [], "exports": [], "held": {}, "owed": False,
            "left": {"stillpoint-seats": 2, "an-old-one": None}, "ok": False}
    told = " ".join(erased_text(said).split())
    assert "stillpoint-seats 2 an-old-one not asked Something is left. Run the command" in told


@pytest.mark.parametrize("command", ["erase --seat 3", "export", "verify"])
def test_where_it_is_not_known_who_was_erased_nothing_is_given_out(folder, capsys, command):
    (folder / NOTE).write_text("what somebody else wrote")
    name, *options = command.split()
    code, out, error = told(capsys, name, folder, *options)
    assert (code, out) == (2, "") and "it is not known who was erased" in error
