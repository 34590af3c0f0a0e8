"""What a session says afterwards: replay, verify and export, by the command line."""

import csv
import json
import os
import signal
import sqlite3

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hub.cli import main
from hub.disk.journal import Entry, Journal
from hub.live.worker import Followed
from hub.live.workers import Workers
from hub.settings import Settings
from hub.signals.after import AFTER
from hub.signals.features import FEATURES
from tests.rows import Kit, event, session
from tests.system.rig_sessions import catch_up, recorded
from tests.waiting import wait_for

SECONDS = 130  # so that the live digest has lines of two whole minutes, and the last
LATE = {100: 9.0}  # the frame of this second came so much later
SAMPLES = {
    "time_ns": pa.int64(), "seat": pa.int16(), "channel": pa.string(), "value": pa.float64(),
    "unit": pa.string(), "late": pa.bool_(),
}
TABLES = (
    "samples", "features", "features_after", "intervals", "phases", "per_phase", "markers",
    "seats", "synchrony", "turns",
)


@pytest.fixture(scope="module")
def kit():
    return Kit(forgets=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, kit):
    """A session that lost nothing, worked out live by workers that were killed twice."""
    rows = session(kit, SECONDS, late=LATE)
    rows.insert(40, event("phase", rows[40].at_ns, 900, phase="case-call"))
    rows.insert(90, event("marker", rows[90].at_ns, 901, label="silence"))
    rows.insert(92, event("speaker", rows[92].at_ns, 902, seat=1))
    return recorded(tmp_path_factory.mktemp("whole") / "s1", rows, restarts=(70, 200))


@pytest.fixture
def copy(whole, tmp_path):
    """The same, to be spoilt."""
    folder = tmp_path / "s1"
    folder.mkdir()
    for name in ("session.sqlite", "digest.jsonl"):
        (folder / name).write_bytes((whole / name).read_bytes())
    return folder


def said(capsys, *words):
    """(exit code, what was printed as JSON)."""
    code = main([*map(str, words), "--json"])
    return code, json.loads(capsys.readouterr().out)


# -- replay ---------------------------------------------------------------------------------------


def test_replay_repeats_the_live_digest_to_the_last_bit(capsys, whole):
    code, replay = said(capsys, "replay", whole)
    assert (code, replay["same"], replay["compared"], replay["later"]) == (0, True, 3, 0)
    last = json.loads((whole / "digest.jsonl").read_text().splitlines()[-1])
    assert replay["sha256"] == last["sha256"]


def test_one_changed_byte_is_seen_and_dated(capsys, copy):
    with sqlite3.connect(copy / "session.sqlite") as db:
        (row,) = db.execute("SELECT id FROM rows WHERE topic LIKE 'data/%' AND seq=80").fetchone()
        (payload,) = db.execute("SELECT payload FROM rows WHERE id = ?", (row,)).fetchone()
        spoilt = payload[:60] + bytes([payload[60] ^ 1]) + payload[61:]
        db.execute("UPDATE rows SET payload = ? WHERE id = ?", (spoilt, row))
    code, replay = said(capsys, "replay", copy)
    assert (code, replay["same"], replay["first_difference"]) == (1, False, 2)


def test_a_missing_row_is_seen(capsys, copy):
    with sqlite3.connect(copy / "session.sqlite") as db:
        db.execute("DELETE FROM rows WHERE topic LIKE 'data/%' AND seq = 10")
    code, replay = said(capsys, "replay", copy)
    assert (code, replay["first_difference"]) == (1, 1)


def test_a_correction_after_the_session_is_no_difference(capsys, copy):
    journal = Journal(copy / "session.sqlite")
    undo = event("undo", 1, 950, target=None)
    journal.append([Entry(undo.at_ns, undo.topic, undo.payload)])
    journal.close()
    code, replay = said(capsys, "replay", copy)
    assert (code, replay["same"], replay["later"]) == (0, True, 1)


def test_without_a_live_digest_there_is_nothing_to_prove(capsys, copy):
    (copy / "digest.jsonl").unlink()
    assert main(["replay", str(copy)]) == 1
    assert "nothing to compare" in capsys.readouterr().out


def test_a_digest_that_the_end_of_the_power_tore_is_made_whole(capsys, copy):
    whole_text = (copy / "digest.jsonl").read_text()
    (copy / "digest.jsonl").write_text(whole_text[: len(whole_text) // 2])
    code, replay = said(capsys, "replay", copy)
    assert (code, replay["compared"]) == (0, 1)
    worker = Followed("s1", copy, None)
    catch_up(worker)
    assert worker.finish()
    assert (copy / "digest.jsonl").read_text() == whole_text


def test_a_worker_that_dies_before_it_has_finished_is_followed_by_one_that_does(whole, tmp_path):
    (tmp_path / "session.sqlite").write_bytes((whole / "session.sqlite").read_bytes())
    workers = Workers(Settings(data_dir=tmp_path))
    try:
        (first,) = workers.pids()
        os.kill(first, signal.SIGSTOP)
        workers.follow("s1", tmp_path)
        workers.seal("s1")
        os.kill(first, signal.SIGKILL)
        digest = tmp_path / "digest.jsonl"
        wanted = (whole / "digest.jsonl").read_text()
        wait_for(lambda: digest.exists() and digest.read_text() == wanted, "the whole digest")
    finally:
        workers.stop()


def test_what_is_no_session_is_named(capsys, tmp_path):
    for command in ("replay", "verify", "export"):
        assert main([command, str(tmp_path)]) == 2
        assert "stillpoint sessions" in capsys.readouterr().err


# -- verify ---------------------------------------------------------------------------------------


def test_verify_a_session_in_order(capsys, whole, kit):
    code, found = said(capsys, "verify", whole)
    (row,) = found["ledger"]
    assert (code, found["ok"], found["findings"], found["gaps"]) == (0, True, [], [])
    assert row["expected"] == pytest.approx(SECONDS * kit.hz, abs=3)
    assert (row["lost"], row["stored"]) == (0, pytest.approx(row["expected"], abs=3))
    assert row["late"] == pytest.approx(kit.hz, abs=3)
    (clock,) = found["certificate"].values()
    assert clock["claimed_error_ms"] < 10
    assert clock["rate_hz"] == pytest.approx(kit.hz, rel=5e-4)


def test_verify_names_what_was_lost(capsys, tmp_path):
    folder = recorded(tmp_path / "s1", session(Kit(), 60, skip={30, 31}))
    code, found = said(capsys, "verify", folder)
    (gap,) = found["gaps"]
    assert (code, found["ok"]) == (1, False)
    assert found["findings"] == [f"seat 1 (kit-1): {gap['samples']} samples lost"]
    main(["verify", str(folder)])
    assert found["findings"][0] in capsys.readouterr().out


# -- export ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(whole, tmp_path_factory):
    """Both forms, in folders of their own."""
    out = tmp_path_factory.mktemp("export")
    for form in ("parquet", "csv"):
        assert main(["export", str(whole), "--format", form, "--out", str(out / form)]) == 0
    return out


def test_samples_have_the_columns_of_the_architecture(exported, kit):
    table = pq.read_table(exported / "parquet" / "samples.parquet")
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == SAMPLES
    rows = table.to_pydict()
    ppg = np.array(rows["channel"]) == "ppg"
    times = np.array(rows["time_ns"])[ppg]
    errors = (times - kit.sample_ns(np.arange(len(times)))) * 1e-6
    assert np.percentile(np.abs(errors[int(60 * kit.hz):]), 99) < 2
    assert set(np.array(rows["unit"])[ppg]) == {"counts"}
    assert set(np.array(rows["unit"])[~ppg]) == {"uS"}
    assert np.count_nonzero(np.array(rows["late"])[ppg]) == pytest.approx(kit.hz, abs=3)


def test_csv_says_the_same(exported):
    for name in TABLES:
        table = pq.read_table(exported / "parquet" / f"{name}.parquet")
        with (exported / "csv" / f"{name}.csv").open(newline="") as file:
            head, *rows = csv.reader(file)
        assert head == table.schema.names
        assert len(rows) == table.num_rows
    table = pq.read_table(exported / "parquet" / "samples.parquet", columns=["time_ns"])
    with (exported / "csv" / "samples.csv").open(newline="") as file:
        assert [int(row["time_ns"]) for row in csv.DictReader(file)] == table["time_ns"].to_pylist()


def test_features_have_a_figure_a_quality_and_a_reason(exported):
    table = pq.read_table(exported / "parquet" / "features.parquet")
    for feature in FEATURES:
        for figure, reason in zip(
            table[feature.name].to_pylist(), table[f"{feature.name}_reason"].to_pylist(),
            strict=True,
        ):
            assert figure is not None or reason
    assert len(table["hr"].drop_null()) > SECONDS / 2


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_the_codebook_explains_every_column_and_no_other(exported, form):
    book = json.loads((exported / form / "codebook.json").read_text())
    assert set(book["columns"]) == set(TABLES)
    for name in TABLES:
        names = pq.read_schema(exported / "parquet" / f"{name}.parquet").names
        assert sorted(book["columns"][name]) == sorted(names)
        assert all(book["columns"][name].values())
    assert set(book["features"]) == {feature.name for feature in (*FEATURES, *AFTER)}
    certificate = json.loads((exported / form / "certificate.json").read_text())
    assert certificate["ok"]


def test_an_export_never_overwrites(capsys, whole, tmp_path):
    words = ["export", str(whole), "--out", str(tmp_path)]
    kept = tmp_path / "codebook.json"
    kept.write_text("mine")
    assert main(words) == 2
    assert "was left as it is" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["codebook.json"]
    assert kept.read_text() == "mine"
    kept.unlink()
    assert main(words) == 0
    assert main(words) == 2
