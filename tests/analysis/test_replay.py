"""A replay is held against what was written live, and says where it first differs."""

import json
import sqlite3

import pytest

from hub.analysis.replay import Unreadable, replay
from hub.cli import main
from hub.disk.journal import Journal
from hub.provenance import software
from tests.rows import NS, OPEN_NS, Kit, event, session
from tests.system.rig_sessions import entries, recorded

SECONDS = 190  # three whole minutes, and the last line


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("replay") / "s1", session(Kit(), SECONDS))


@pytest.fixture
def folder(original, tmp_path):
    """A copy, to be spoilt."""
    for name in ("session.sqlite", "digest.jsonl"):
        (tmp_path / name).write_bytes((original / name).read_bytes())
    return tmp_path


def lines(folder):
    return [json.loads(line) for line in (folder / "digest.jsonl").read_text().splitlines()]


def write(folder, said):
    text = "".join(json.dumps(line) + "\n" for line in said)
    (folder / "digest.jsonl").write_text(text)


def change(folder, statement, *values):
    with sqlite3.connect(folder / "session.sqlite") as db:
        assert db.execute(statement, values).rowcount == 1
    db.close()


def test_it_is_the_same_when_nothing_was_touched(folder):
    found = replay(folder)
    assert (found.same, found.minutes, found.compared, found.later) == (True, 4, 4, 0)
    assert found.sha256 == lines(folder)[-1]["sha256"]


@pytest.mark.parametrize(("seq", "minute"), [(10, 1), (75, 2), (150, 3), (188, 4)])
def test_a_changed_row_is_dated(folder, seq, minute):
    change(folder, "UPDATE rows SET at_ns = at_ns - 5000000 WHERE seq = ?", seq)
    found = replay(folder)
    assert (found.same, found.first_difference) == (False, minute)


def test_a_row_that_is_gone_is_dated(folder):
    change(folder, "DELETE FROM rows WHERE seq = ?", 100)
    assert replay(folder).first_difference == 2


def test_a_changed_description_of_the_kit_is_seen(folder):
    said = {"kit": "kit-1", "role": "kit", "eda": {"rf_ohm": 90000}}
    change(folder, "UPDATE rows SET payload = ? WHERE topic LIKE 'about/%'", json.dumps(said))
    assert replay(folder).first_difference == 1


@pytest.mark.parametrize("field", ["sha256", "row", "results"])
def test_one_forged_line_is_found_and_the_command_says_so(folder, field, capsys):
    said = lines(folder)
    said[1][field] = "0" * 64 if field == "sha256" else said[1][field] + 1
    write(folder, said)
    found = replay(folder)
    assert (found.same, found.first_difference) == (False, 2)
    assert main(["replay", str(folder)]) == 1
    assert "first in minute 2" in capsys.readouterr().out


@pytest.mark.parametrize(("then", "says"), [
    (software(), "the software is the same (Stillpoint"),
    ("Stillpoint 0.0.9 (0123456789ab), numpy 1.26.0", "by Stillpoint 0.0.9 (0123456789ab), numpy"),
    (None, "by software that was not written down"),
])
def test_it_is_said_whether_the_software_is_another(folder, then, says, capsys):
    """After an upgrade every session differs: that is no reason to doubt a journal."""
    said = [{**line, "sha256": "0" * 64, "software": then} for line in lines(folder)]
    write(folder, [{k: v for k, v in line.items() if v is not None} for line in said])
    assert main(["replay", str(folder)]) == 1
    assert says in " ".join(capsys.readouterr().out.split())


def test_by_other_software_the_same_figures_are_the_same(folder):
    write(folder, [{**line, "software": "Stillpoint 9.9.9", "new": 1} for line in lines(folder)])
    assert replay(folder).same


def test_a_line_of_a_minute_that_never_was_is_a_difference(folder, capsys):
    said = lines(folder)
    write(folder, [*said, {**said[-1], "minute": 77}])
    found = replay(folder)
    assert (found.same, found.first_difference) == (False, None)
    assert main(["replay", str(folder)]) == 1
    assert "no longer yields" in capsys.readouterr().out


def test_a_shorter_digest_is_compared_as_far_as_it_goes(folder):
    """The worker was killed: what is written must be right, and it is said how much that is."""
    write(folder, lines(folder)[:2])
    change(folder, "DELETE FROM meta WHERE name = ?", "sealed_ns")
    found = replay(folder)
    assert (found.same, found.compared, found.minutes) == (True, 2, 4)


@pytest.mark.parametrize("text", ["rubbish", "[]", '{"minute": 1}', "7"])
def test_a_line_that_is_none_is_named(folder, text, capsys):
    with (folder / "digest.jsonl").open("a") as file:
        file.write(text + "\n")
    with pytest.raises(Unreadable, match=r"Line 5 of .*digest\.jsonl"):
        replay(folder)
    assert main(["replay", str(folder)]) == 2
    assert "journal is a file of its own" in capsys.readouterr().err


def test_nothing_in_the_folder_is_changed_by_looking(folder):
    before = {path.name: path.read_bytes() for path in folder.glob("*.*")}
    replay(folder)
    for name, content in before.items():
        assert (folder / name).read_bytes() == content


def test_a_correction_after_the_end_is_no_difference_and_it_is_said(tmp_path, capsys):
    """The digest is of what was seen live: that stays true. Exports say another thing since."""
    rows = session(Kit(), SECONDS, close=False)
    press, end = (event("phase", OPEN_NS + s * NS, f"p{s}", phase=phase)
                  for s, phase in ((10, "baseline"), (100, "case-call")))
    body = sorted([*rows, press, end], key=lambda row: row.at_ns)
    closing = event("close", body[-1].at_ns, "close")
    folder = recorded(tmp_path / "s1", [*body, closing])
    assert replay(folder).corrected_ns is None
    at_ns = OPEN_NS + 500 * NS
    said = event("retime", at_ns, "r", target="ep10", to_ns=OPEN_NS + 5 * NS)
    book = Journal(folder / "session.sqlite")
    book.append(entries([said]))
    book.close()
    found = replay(folder)
    assert (found.same, found.later, found.corrected_ns) == (True, 1, at_ns)
    assert main(["replay", str(folder)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Identical to the last bit" in said and "A baseline was corrected at 2023-11-14" in said
