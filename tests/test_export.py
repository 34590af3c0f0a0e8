"""Exports: exact columns and types, the raw counts, and nothing that was there is touched."""

import csv
import json
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from hub.analysis.session import analyse
from hub.disk.erased import note_erased
from hub.export.arrow import WRITERS
from hub.export.codebook import codebook
from hub.export.tables import TABLES, phases_table, turns_table
from hub.export.write import Unwritable, export
from hub.provenance import SOURCES, code_of
from hub.records import Received
from hub.signals.after import AFTER
from hub.signals.eda import to_us
from hub.signals.features import FEATURES
from hub.study.study import study_of
from tests.rows import NS, Kit, event, pulse, session
from tests.system.rig_sessions import recorded

SECONDS = 40
COLUMNS = {
    "samples": {"time_ns": "int64", "seat": "int16", "channel": "string", "value": "double",
                "unit": "string", "late": "bool"},
    "phases": {"phase": "string", "label": "string", "start_ns": "int64", "end_ns": "int64",
               "source": "string", "event": "string", "case": "int16", "part": "string"},
    "turns": {"role": "string", "seat": "int16", "start_ns": "int64", "end_ns": "int64"},
    "seats": {"seat": "int16", "kit": "string", "start_ns": "int64", "end_ns": "int64"},
    "per_phase": {"phase": "string", "start_ns": "int64", "seat": "int16", "feature": "string",
                  "unit": "string", "mean": "double", "seconds": "int64", "coverage": "double",
                  "quality": "double", "reason": "string"},
    "markers": {"at_ns": "int64", "label": "string", "source": "string", "event": "string"},
    "features_after": {"time_ns": "int64", "seat": "int16"} | {
        name: kind for one in AFTER
        for name, kind in ((one.name, "double"), (f"{one.name}_quality", "float"),
                           (f"{one.name}_reason", "string"))
    },
    "intervals": {"end_ns": "int64", "seat": "int16", "ibi_ms": "double", "kind": "string"},
    "synchrony": {
        "phase": "string", "start_ns": "int64", "end_ns": "int64", "signal": "string",
        "persons": "int16", "value": "double", "low": "double", "high": "double",
        "effect": "double", "p": "double", "p_corrected": "double", "valid": "double",
        "reason": "string",
    },
    "features": {"time_ns": "int64", "seat": "int16"} | {
        f.name + end: kind for f in FEATURES
        for end, kind in (("", "double"), ("_quality", "float"), ("_reason", "string"))
    },
}


@pytest.fixture(scope="module")
def kit():
    return Kit(forgets=False)


@pytest.fixture(scope="module")
def analysis(tmp_path_factory, kit):
    rows = session(kit, SECONDS)
    rows.insert(30, event("phase", rows[30].at_ns, 900, phase="case-call"))
    rows.insert(60, event("marker", rows[60].at_ns, 901, label="silence"))
    rows.insert(62, event("presenter", rows[62].at_ns, 902, seat=1))
    return analyse(recorded(tmp_path_factory.mktemp("made") / "s1", rows))


@pytest.fixture(scope="module")
def out(tmp_path_factory, analysis):
    folder = tmp_path_factory.mktemp("export")
    for form in ("parquet", "csv"):
        export(analysis, folder / form, form)
    return folder


def columns_of(path):
    schema = pq.read_schema(path)
    return {name: str(kind) for name, kind in zip(schema.names, schema.types, strict=True)}


def rows_of(path):
    """What any program reads: the header and the texts of each row."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_exactly_these_columns_of_these_types(out, name):
    found = columns_of(out / "parquet" / f"{name}.parquet")
    assert list(found.items()) == list(COLUMNS[name].items())


def test_no_table_is_left_out():
    assert set(COLUMNS) == set(TABLES)


def test_the_values_are_the_raw_counts_in_the_order_of_the_sensor(out, kit):
    table = pq.read_table(out / "parquet" / "samples.parquet").to_pydict()
    ppg = np.array(table["channel"]) == "ppg"
    values = np.array(table["value"])
    assert (values[ppg] == pulse(np.arange(ppg.sum()), kit.hz)).all()
    assert np.allclose(values[~ppg], to_us(np.array([8000.0]), 62.5, 5e5, 1e5, 2200.0))
    assert ppg.sum() == pytest.approx(SECONDS * kit.hz, abs=3)
    assert (~ppg).sum() == pytest.approx(SECONDS * 16, abs=16)
    assert (np.diff(np.array(table["time_ns"])[ppg]) > 0).all()


def test_no_more_than_one_channel_of_a_seat_is_held_at_once(out):
    """All samples of 14 people and 90 minutes would take a gigabyte."""
    file = pq.ParquetFile(out / "parquet" / "samples.parquet")
    groups = [file.read_row_group(k)["channel"] for k in range(file.num_row_groups)]
    assert [set(one.to_pylist()) for one in groups] == [{"ppg"}, {"eda"}]


class Wet(Kit):
    """Electrodes that touch one another for some seconds: the converter is at its end."""

    def skin(self, second):
        return [32767 if 8 <= second < 12 else 8000] * 16


def test_saturated_skin_is_a_row_without_a_value(tmp_path):
    """What was not received has no row. An infinite value would make every mean infinite."""
    export(analyse(recorded(tmp_path / "s1", session(Wet(), 20))), tmp_path / "out", "csv")
    rows = [row for row in rows_of(tmp_path / "out" / "samples.csv") if row["channel"] == "eda"]
    assert len(rows) == 20 * 16
    assert [row["value"] == "" for row in rows] == [8 <= k // 16 < 12 for k in range(len(rows))]
    features = rows_of(tmp_path / "out" / "features.csv")
    assert sum(row["quality_eda_reason"] == "saturated" for row in features) >= 4


def test_a_phase_too_short_to_be_looked_at_has_nobody_counted_and_a_reason(out):
    rows = rows_of(out / "csv" / "synchrony.csv")
    assert rows and all(row["reason"] == "shorter than 180 s" for row in rows)
    assert all(row["persons"] == row["valid"] == row["value"] == "" for row in rows)


READ = {"int64": int, "int16": int, "double": float, "float": np.float32, "string": str,
        "bool": {"TRUE": True, "FALSE": False}.get}  # pandas and R read both


@pytest.mark.parametrize("name", COLUMNS)
def test_csv_holds_what_parquet_holds(out, name):
    stored = pq.read_table(out / "parquet" / f"{name}.parquet").to_pydict()
    said = rows_of(out / "csv" / f"{name}.csv")
    assert said
    for column, kind in COLUMNS[name].items():
        values = [None if value == "" else value for value in stored[column]]
        assert [READ[kind](row[column]) if row[column] else None for row in said] == values


def test_an_export_says_whether_it_is_of_people_and_which_protocol_it_had(analysis):
    """Files of a demo, put beside those of people, would pass for people's."""
    assert codebook(analysis)["protocol"] == "demo-fast"
    people = replace(analysis, meta=analysis.meta | {"simulated": "0"})
    assert codebook(people)["simulated"] is False
    assert codebook(replace(people, meta=people.meta | {"simulated": "1"}))["simulated"] is True


def test_the_codebook_explains_every_column_of_every_table(analysis):
    book = codebook(analysis)["columns"]
    for name, make in TABLES.items():
        assert all(set(book[name]) == set(part) for part in make(analysis))
        assert all(text.strip() for text in book[name].values())


def test_the_codebook_explains_each_of_its_keys(analysis):
    book = codebook(analysis)
    assert set(book["keys"]) == set(book) - {"keys"}
    assert all(text.strip() for text in book["keys"].values())
    told = {key for one in book["kits"] for key in one}
    assert all(key in book["keys"]["kits"] for key in told)


# -- which code, which kits -------------------------------------------------------------------


def test_an_export_and_a_study_name_the_code_that_made_them(analysis):
    code = code_of(SOURCES)
    assert len(code) == 12 and int(code, 16)
    assert codebook(analysis)["code"] == study_of([], [])["code"] == code


def package(folder, **files):
    (folder / "hub" / "sub").mkdir(parents=True)
    for name, text in files.items():
        (folder / "hub" / f"{name.replace('__', '/')}.py").write_text(text)
    return [folder / "hub"]


def test_the_code_is_the_names_and_bytes_of_its_sources_wherever_they_lie(tmp_path):
    one = package(tmp_path / "1", a="x = 1", sub__b="y = 2")
    same = package(tmp_path / "2", sub__b="y = 2", a="x = 1")
    (same[0] / "note.txt").write_text("no source")
    others = [package(tmp_path / "3", a="x = 2", sub__b="y = 2"),
              package(tmp_path / "4", a="x = 1", c="y = 2"),
              package(tmp_path / "5", a="x = 1", b="y = 2"),
              package(tmp_path / "6", a="x = 1")]
    assert code_of(one) == code_of(same)
    assert len({code_of(one), *map(code_of, others)}) == 5


def test_the_sources_are_those_of_the_hub_and_of_the_firmware():
    assert [path.name for path in SOURCES] == ["firmware", "hub"]
    assert all((path / "__init__.py").is_file() for path in SOURCES)


EDA = {"lsb_uv": 62.5, "vexc_uv": 500000, "rf_ohm": 99700, "rs_ohm": 2200}


def said(kit, second, row, by_hub=True, **about):
    payload = json.dumps({"kit": kit, "role": "kit", **about}).encode()
    return Received(row, second * NS, f"about/{kit}", payload, kit if by_hub else None)


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """A kit that says something else in the middle, one on two seats, and one that nobody wore."""
    rows = session(Kit(), 5)
    at = rows[3].at_ns // NS
    rows[2:3] = [said("kit-1", at, 300, firmware="1.0", eda=EDA),
                 said("kit-1", at + 1, 301, firmware="1.0", eda=EDA),
                 said("kit-1", at + 2, 302, firmware="1.1", eda=EDA),
                 said("kit-2", at, 303, board="pico-w", eda=EDA),
                 said("spare", at, 304),
                 rows[2]._replace(topic="about/kit-3", payload=b"{", kit="kit-3")]
    seats = [event("seat", rows[9].at_ns, 310 + seat, seat=seat, kit="kit-2") for seat in (2, 3)]
    rows[12:12] = [*seats, event("seat", rows[9].at_ns, 315, seat=4, kit="kit-3")]
    return analyse(recorded(tmp_path_factory.mktemp("described") / "s1", rows))


def test_what_kits_said_of_themselves_is_there_with_their_seats(described):
    kits = codebook(described)["kits"]
    (first, then), (other,) = ([one for one in kits if one["kit"] == name]
                               for name in ("kit-1", "kit-2"))
    assert len(kits) == 3
    assert first["about"] == {"kit": "kit-1", "role": "kit", "firmware": "1.0", "eda": EDA}
    assert (then["about"]["firmware"], then["at_ns"]) == ("1.1", first["at_ns"] + 2 * NS)
    assert first["seats"] == then["seats"] == (1,)
    assert (other["about"]["board"], 3 in other["seats"]) == ("pico-w", True)


def test_of_an_erased_seat_no_kit_is_described(described, tmp_path):
    note_erased(tmp_path, 1)
    assert {one["kit"] for one in codebook(replace(described, folder=tmp_path))["kits"]} == {
        "kit-2"}


# -- tables -----------------------------------------------------------------------------------


def test_a_phase_says_of_which_case_it_is_and_which_part(tmp_path):
    rows = session(Kit(), 40)
    pressed = ("baseline", "case-call", "presentation", "discussion", "presentation", "closing")
    rows[30:30] = [event("phase", rows[10].at_ns + k * NS, 900 + k, phase=name)
                   for k, name in enumerate(pressed)]
    table = phases_table(analyse(recorded(tmp_path / "s1", rows)))
    assert table["phase"].values == list(pressed)
    assert table["case"].values == [None, None, 1, 1, 2, None]
    assert table["part"].values == ["baseline", None, "presentation", "discussion", "presentation",
                                    None]


def test_a_phase_and_a_marker_are_where_they_were_pressed(out, analysis):
    (phase,) = rows_of(out / "csv" / "phases.csv")
    assert (phase["phase"], int(phase["end_ns"])) == ("case-call", analysis.course.closed_ns)
    (marker,) = rows_of(out / "csv" / "markers.csv")
    assert (marker["label"], marker["event"]) == ("silence", "e901")


def test_a_turn_is_there_from_the_press_to_the_close(out, analysis):
    (turn,) = rows_of(out / "csv" / "turns.csv")
    (presenter,) = analysis.course.presenter
    assert turn == {"role": "presenter", "seat": "1", "start_ns": str(presenter.start_ns),
                    "end_ns": str(analysis.course.closed_ns)}


def test_an_erased_seat_has_no_turn(analysis, tmp_path):
    erased = replace(analysis, folder=tmp_path)
    note_erased(tmp_path, 1)
    assert turns_table(analysis)["seat"].values == [1]
    assert turns_table(erased)["seat"].values == []


def test_the_certificate_goes_with_it(out):
    said = json.loads((out / "parquet" / "certificate.json").read_text())
    assert said["ok"] and said["ledger"][0]["lost"] == 0


@pytest.mark.parametrize("kept", ["samples.parquet", "markers.parquet", "certificate.json"])
def test_one_file_that_is_there_stops_all_of_it(analysis, tmp_path, kept):
    (tmp_path / kept).write_text("mine")
    with pytest.raises(FileExistsError, match="left as it is"):
        export(analysis, tmp_path, "parquet")
    assert [path.name for path in tmp_path.iterdir()] == [kept]
    assert (tmp_path / kept).read_text() == "mine"


def test_two_forms_need_two_folders(analysis, tmp_path):
    export(analysis, tmp_path, "parquet")
    with pytest.raises(FileExistsError, match="give --out an empty folder"):
        export(analysis, tmp_path, "csv")
    assert not list(tmp_path.glob("*.csv"))


def test_where_nothing_can_be_written_nothing_is_left(analysis, tmp_path, monkeypatch):
    def full(table, path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(WRITERS, "csv", full)
    with pytest.raises(Unwritable, match="No space left"):
        export(analysis, tmp_path / "new", "csv")
    assert not list((tmp_path / "new").iterdir())
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable, match="--out"):
        export(analysis, tmp_path / "file", "csv")


def test_an_export_that_was_killed_looks_like_none_and_may_be_done_again(
    analysis, tmp_path, monkeypatch
):
    """What is left is named *.part: half a CSV file would look like a whole one."""
    with monkeypatch.context() as killed:
        killed.setattr("hub.export.write._remove", lambda paths: None)  # who is killed tidies not
        killed.setitem(WRITERS, "csv", _broken_off)
        with pytest.raises(KeyboardInterrupt):
            export(analysis, tmp_path, "csv")
    assert [path.name for path in tmp_path.iterdir()] == ["samples.csv.part"]
    written = export(analysis, tmp_path, "csv")
    assert sorted(tmp_path.iterdir()) == sorted(written)


def _broken_off(table, path):
    path.write_bytes(b"half")
    raise KeyboardInterrupt


@pytest.mark.parametrize("form", WRITERS)
def test_an_export_is_for_who_made_it_alone(analysis, tmp_path, form):
    """It is people's health data. Who is to have it is given it."""
    out = tmp_path / "out"
    paths = export(analysis, out, form)
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}


def test_an_export_that_is_broken_off_leaves_nothing(analysis, tmp_path, monkeypatch):
    monkeypatch.setitem(WRITERS, "csv", _broken_off)
    with pytest.raises(KeyboardInterrupt):
        export(analysis, tmp_path, "csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_session_without_anybody_has_the_same_tables_empty(tmp_path, form):
    rows = [row for row in session(Kit(), 3) if row.topic.startswith(("hub", "event/open"))]
    paths = export(analyse(recorded(tmp_path / "s1", rows)), tmp_path / "out", form)
    assert len(paths) == len(COLUMNS) + 2
    for name, columns in COLUMNS.items():
        path = tmp_path / "out" / f"{name}.{form}"
        if form == "parquet":
            assert columns_of(path) == columns
            assert pq.read_table(path).num_rows == 0
        else:
            assert path.read_text() == ",".join(f'"{name}"' for name in columns) + "\n"


def test_times_are_utc(out):
    first = int(rows_of(out / "csv" / "samples.csv")[0]["time_ns"])
    assert first == pytest.approx(1_700_000_001 * NS, abs=NS)


def test_the_folder_may_be_a_new_one_in_a_new_one(analysis, tmp_path):
    paths = export(analysis, tmp_path / "a" / "b", "csv")
    assert all(isinstance(path, Path) and path.stat().st_size for path in paths)
