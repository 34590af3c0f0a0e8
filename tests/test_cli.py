"""The commands as a newcomer meets them: help, texts, JSON, exit codes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hub.cli import main
from hub.disk.files import lock_folder
from hub.disk.journal import Journal
from tests.rows import Kit, event, session
from tests.system.rig_sessions import entries, recorded

pytestmark = pytest.mark.usefixtures("elsewhere")

ROOT = Path(__file__).parents[1]
COMMANDS = ("demo", "up", "sessions", "verify", "replay", "export", "study")
ON_SESSIONS = ("verify", "replay", "export")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder with one session in it, s1."""
    folder = tmp_path_factory.mktemp("data")
    recorded(folder / "sessions" / "s1", session(Kit(), 70))
    return folder


def told(capsys, *words):
    """(exit code, stdout, stderr) of a command."""
    code = main([str(word) for word in words])
    return code, *capsys.readouterr()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_it_does_and_each_option(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"usage: stillpoint {command}" in text
    blocks = text.partition("options:")[2].partition("\n\n")[0].split("\n  -")[1:]
    assert len(blocks) > 1
    for block in blocks:  # an option alone, without a word about it, helps nobody
        assert len(block.split()) > 2, block


def test_the_first_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    text = capsys.readouterr().out
    assert ended.value.code == 0
    assert all(f"\n    {command} " in text for command in COMMANDS)
    assert "Begin with `stillpoint demo`" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "COMMAND"),
        (("measure",), "invalid choice: 'measure'"),
        (("verify",), "SESSION"),
        (("export", "x", "--format", "xml"), "'parquet', 'csv'"),
        (("up", "--broker", "localhost"), "'localhost' is not HOST:PORT"),
        (("up", "--broker", ":1883"), "is not HOST:PORT"),
        (("up", "--broker", "host:mqtt"), "is not HOST:PORT"),
        (("demo", "--seats", "1"), "invalid choice: 1"),
    ],
)
def test_a_wrong_command_line_is_refused_with_what_was_wrong(capsys, words, said):
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


# -- on a session -----------------------------------------------------------------------------


def test_sessions_are_listed_with_when_and_how_they_stand(capsys, data):
    code, out, _ = told(capsys, "sessions", "--data", data)
    head, row, *rest = out.splitlines()
    assert code == 0
    assert head.split() == ["opened", "room", "state", "lasted", "session"]
    assert row.split() == ["1970-01-01T00:00:00Z", "room", "sealed", "472222", "h", "14", "min",
                           "s1"]
    assert f"They are in {data}/sessions." in rest


def test_sessions_as_json(capsys, data):
    code, out, _ = told(capsys, "sessions", "--data", data, "--json")
    (row,) = json.loads(out)
    assert (code, row["id"], row["state"]) == (0, "s1", "sealed")
    assert row["folder"] == str(data / "sessions" / "s1")
    assert "token" not in row


@pytest.mark.parametrize("by_id", [True, False])
def test_a_session_is_named_by_its_folder_or_by_its_id(capsys, data, by_id, tmp_path):
    name = "s1" if by_id else data / "sessions" / "s1"
    where = ["--data", data] if by_id else []
    code, out, _ = told(capsys, "verify", name, *where)
    assert (code, out.splitlines()[-1]) == (0, "Nothing is lost, and every clock has settled.")
    code, out, _ = told(capsys, "replay", name, *where)
    assert (code, out.splitlines()[0]) == (0, "Identical to the last bit: 2 minutes compared.")
    code, out, _ = told(capsys, "export", name, *where, "--out", tmp_path / "out")
    assert code == 0
    assert sorted(line.rpartition("/")[2] for line in out.splitlines() if "/" in line) == sorted(
        path.name for path in (tmp_path / "out").iterdir()
    )


def test_one_row_that_came_later_is_one_row(capsys, data, tmp_path):
    folder = shutil.copytree(data / "sessions" / "s1", tmp_path / "s1")
    journal = Journal(folder / "session.sqlite")
    journal.append(entries([event("marker", 9, 9)]))
    journal.close()
    assert "\n1 row came after it was sealed." in told(capsys, "replay", folder)[1]


def test_a_session_is_named_by_its_journal_or_by_the_beginning_of_its_id(
    capsys, data, tmp_path, monkeypatch
):
    assert told(capsys, "replay", data / "sessions" / "s1" / "session.sqlite")[0] == 0
    (tmp_path / "sessions").mkdir()
    for name in ("abc-1", "abc-2", "abc"):
        (tmp_path / "sessions" / name).symlink_to(data / "sessions" / "s1")
    for name in ("abc-1", "abc"):  # a whole id is one, also where others begin so
        assert told(capsys, "replay", name, "--data", tmp_path)[0] == 0
    (tmp_path / "sessions" / "abc").unlink()
    code, out, error = told(capsys, "replay", "ab", "--data", tmp_path)
    assert (code, out) == (2, "")
    assert "ab is the beginning of several sessions: abc-1, abc-2." in error
    (tmp_path / "sessions" / "abc-2").unlink()
    assert told(capsys, "replay", "ab", "--data", tmp_path)[0] == 0
    monkeypatch.chdir(data / "sessions" / "s1")
    assert told(capsys, "replay", "session.sqlite")[0] == 0
    _, _, error = told(capsys, "replay", "d/sessions/abc/session.sqlite", "--data", tmp_path)
    assert error.startswith("stillpoint: d/sessions/abc is not there.")


@pytest.mark.parametrize("command", ON_SESSIONS)
def test_json_is_json_and_nothing_else(capsys, data, command, tmp_path):
    out = ["--out", tmp_path / "out"] if command == "export" else []
    code, text, error = told(capsys, command, data / "sessions" / "s1", *out, "--json")
    assert (code, error) == (0, "")
    assert isinstance(json.loads(text), dict)


def test_an_export_goes_beside_the_session_unless_told_otherwise(capsys, tmp_path):
    folder = recorded(tmp_path / "s2", session(Kit(), 5))
    assert told(capsys, "export", folder, "--format", "csv")[0] == 0
    assert (folder / "export-csv" / "samples.csv").exists()
    code, _, error = told(capsys, "export", folder, "--format", "csv")
    assert code == 2
    assert "left as it was" in error or "left as it is" in error


@pytest.mark.parametrize(("state", "said"), [
    ({}, "the session is still open"), ({"closed_ns": 9}, "a kit may still hold some data")])
def test_an_export_of_what_is_not_sealed_says_so(capsys, tmp_path, state, said):
    journal = Journal(tmp_path / "session.sqlite")
    journal.set_meta(session="s1", tag=9, site="site", room="room", opened_ns=0, **state)
    rows = [row for row in session(Kit(), 5) if state or row.topic != "event/close"]
    journal.append(entries(rows))
    journal.close()
    code, _, error = told(capsys, "export", tmp_path, "--out", tmp_path / "out")
    assert code == 0 and error.startswith(f"Not sealed: {said}")
    book = json.loads((tmp_path / "out" / "codebook.json").read_text())
    assert book["sealed"] is False and "sealed" in book["keys"]


# -- on what is none --------------------------------------------------------------------------


@pytest.mark.parametrize("command", ON_SESSIONS)
@pytest.mark.parametrize(("name", "why"), [
    ("folder", "holds no session.sqlite"), ("nowhere", "is not there")])
def test_what_is_no_session_is_named_with_what_to_do(capsys, tmp_path, command, name, why):
    (tmp_path / "folder").mkdir()
    code, out, error = told(capsys, command, name)
    assert (code, out) == (2, "")
    assert error.startswith("stillpoint: ") and name in error
    assert why in error and "lists the sessions" in error
    assert list((tmp_path / "folder").iterdir()) == []
    _, _, error = told(capsys, command, "nowhere", "--data", tmp_path)
    assert f"{tmp_path / 'sessions' / 'nowhere'} is not there." in error
    assert f"`stillpoint sessions --data {tmp_path}` lists the sessions." in error


@pytest.mark.parametrize("command", ON_SESSIONS)
def test_a_damaged_journal_is_told_in_a_sentence(capsys, tmp_path, command):
    (tmp_path / "session.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    code, out, error = told(capsys, command, tmp_path)
    assert (code, out) == (2, "")
    assert "cannot be read" in error and "Copy the whole session folder" in error
    assert "docs/sessions.md" in error


@pytest.mark.parametrize("command", ["sessions", "verify s1", "up", "setup", "demo"])
def test_a_file_of_the_system_in_the_way_is_told_in_sentences(capsys, tmp_path, command):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "file" if command != "sessions" else tmp_path / "sessions").write_text("mine")
    where = tmp_path if command == "sessions" else tmp_path / "file"
    code, out, error = told(capsys, *command.split(), "--data", where)
    assert (code, out) == (2, "")
    assert "Errno" not in error and "File exists" not in error and str(tmp_path) in error


@pytest.mark.parametrize("command", ["up", "demo"])
def test_a_file_where_a_folder_is_wanted_is_called_one(capsys, tmp_path, command):
    (tmp_path / "file").write_text("mine")
    _, _, error = told(capsys, command, "--data", tmp_path / "file")
    assert f"{tmp_path / 'file'} is a file, not a folder. Nothing" in error


def test_an_option_that_cannot_be_is_not_looked_for_in_the_settings(capsys):
    code, _, error = told(capsys, "up", "--web-port", "99999")
    assert code == 2 and "99999" in error
    assert "in the command" in error and "stillpoint.toml" not in error


def test_no_session_yet_is_no_mistake(capsys, tmp_path):
    code, out, _ = told(capsys, "sessions")
    assert code == 0
    assert "stillpoint demo" in out
    assert f"No session in {tmp_path / 'stillpoint-data'} yet" in out, "which folder was looked in"
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_is_not_there_is(capsys):
    code, out, error = told(capsys, "sessions", "--data", "nowhere")
    assert (code, out) == (2, "")
    assert "There is no folder nowhere" in error and "--data" in error


def test_a_session_that_cannot_be_read_is_listed_as_such(capsys, data, tmp_path):
    recorded(tmp_path / "sessions" / "good", session(Kit(), 5))
    (tmp_path / "sessions" / "bad").mkdir()
    (tmp_path / "sessions" / "bad" / "session.sqlite").write_bytes(b"no database at all " * 99)
    code, out, _ = told(capsys, "sessions", "--data", tmp_path)
    assert code == 1
    assert "Not readable: " in out and "bad/session.sqlite" in out
    assert "sealed" in out
    code, out, error = told(capsys, "sessions", "--data", tmp_path, "--json")
    assert code == 1 and len(json.loads(out)) == 1
    assert "Not readable: " in error and "bad/session.sqlite" in error


def test_a_session_of_another_user_hides_none_of_the_others(capsys, tmp_path, monkeypatch):
    recorded(tmp_path / "sessions" / "good", session(Kit(), 5))
    (tmp_path / "sessions" / "theirs").mkdir()
    exists = Path.exists

    def closed(path):
        if path.parent.name == "theirs":
            raise PermissionError(13, "Permission denied", str(path))
        return exists(path)

    monkeypatch.setattr(Path, "exists", closed)  # for root nothing is closed
    code, out, _ = told(capsys, "sessions", "--data", tmp_path)
    assert code == 1
    assert "sealed" in out and "Not readable: " in out and "theirs" in out


def test_an_export_that_cannot_be_written_says_so(capsys, data, tmp_path):
    (tmp_path / "file").write_text("mine")
    code, _, error = told(capsys, "export", data / "sessions" / "s1", "--out", tmp_path / "file")
    assert code == 2
    assert "The session is as it was." in error and "--out" in error
    assert f"{tmp_path / 'file'} is a file, not a folder." in error and "Errno" not in error
    assert (tmp_path / "file").read_text() == "mine"


def test_a_demo_on_the_folder_of_a_running_hub_leaves_nothing_there(capsys, tmp_path):
    hub = lock_folder(tmp_path / "data")
    code, _, error = told(capsys, "demo", "--no-browser", "--data", tmp_path / "data")
    assert code == 2 and f"(process {os.getpid()}) already works on" in error
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["hub.lock"]
    hub.close()


# -- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("sessions",), ("verify", "s1"), ("up",)])
def test_a_setting_that_does_not_exist_is_named_with_the_one_that_was_meant(
    capsys, tmp_path, command
):
    (tmp_path / "stillpoint.toml").write_text('dta_dir = "x"\n')
    code, _, error = told(capsys, *command)
    assert code == 2
    assert "there is no such setting. Nothing was started" in error
    assert "Did you mean data_dir?" in error


def test_a_hub_whose_password_or_token_cannot_be_read_begins_nothing(capsys, tmp_path):
    (tmp_path / "stillpoint.toml").write_text('broker_user = "hub"\nbroker_password_file = "no"\n')
    code, _, error = told(capsys, "up", "--data", tmp_path / "data")
    assert code == 2 and f"{tmp_path / 'no'}, which broker_password_file names" in error
    (tmp_path / "stillpoint.toml").write_text(f'influx_token_file = "{sys.executable}"\n')
    code, _, error = told(capsys, "up", "--data", tmp_path / "data")
    assert code == 2 and f"{sys.executable}, which influx_token_file names" in error
    assert not (tmp_path / "data").exists()


def test_the_file_and_the_environment_say_where_sessions_are(capsys, data, tmp_path, monkeypatch):
    (tmp_path / "stillpoint.toml").write_text(f'data_dir = "{data}"\n')
    assert "s1" in told(capsys, "sessions")[1]
    (tmp_path / "stillpoint.toml").unlink()
    monkeypatch.setenv("STILLPOINT_DATA_DIR", str(data))
    assert "s1" in told(capsys, "sessions")[1]
    assert told(capsys, "replay", "s1")[0] == 0


@pytest.mark.parametrize("words", [("export",), ("verify", "--json"), ("replay", "--json")])
def test_a_reader_that_stops_reading_is_no_error(data, tmp_path, words):
    """As in `| head -0`: the reading end is closed before a word is written."""
    out = ["--out", str(tmp_path / "out")] if words == ("export",) else []
    command = [sys.executable, "-m", "hub.cli", *words, str(data / "sessions" / "s1"), *out]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=180,
                          check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_help_does_not_wait_for_what_it_does_not_need():
    """In a process of its own: what it has loaded, told by itself."""
    said = "import sys; from hub.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    said += "print([name for name in ('numpy', 'pyarrow', 'scipy', 'fastapi')"
    said += " if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, timeout=180,
                          check=True)
    assert done.stdout.splitlines()[-1] == "[]"
