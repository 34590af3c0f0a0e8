"""Recorded sessions through the whole way, from frames to the table: what was planted is found."""

import csv
import json
import shutil
from dataclasses import replace

import pytest

from hub.analysis.measures import MEASURED
from hub.analysis.questions import CONTRASTS
from hub.analysis.session import analyse
from hub.cli import main
from hub.disk.erased import note_erased
from hub.export.arrow import WRITERS
from hub.study import gather
from hub.study.session import ADD, LONGER, UNTOLD, UNTOLD_DO, WITHHELD, found_in
from hub.study.steps import people_of
from hub.study.table import COLUMNS
from hub.study.text import WIDTH
from tests.rows import NS, OPEN_NS, event, protocol_text
from tests.study.made import LASTING_S, PUSH_BACK, session_rows, stored

pytestmark = pytest.mark.usefixtures("elsewhere")

SESSIONS = 5
CASE = (("presentation", 30), ("questions", 20), ("discussion", 75), ("integration", 20))
SHORT = (("baseline", 30), *CASE)
IN_CIRCLE = protocol_text().replace("presenter_in_circle = false", "presenter_in_circle = true")
SECOND_S = 2 + 30 + 145  # when a second case begins


def told(capsys, *words):
    """(exit code, stdout, stderr) of a command."""
    code = main(["study", *map(str, words)])
    return code, *capsys.readouterr()


def data_of(folder, planted):
    for seed in range(SESSIONS):
        stored(folder, f"s{seed}", session_rows(seed, planted))
    return folder


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return data_of(tmp_path_factory.mktemp("planted"), PUSH_BACK)


@pytest.fixture(scope="module")
def null(tmp_path_factory):
    return data_of(tmp_path_factory.mktemp("null"), 0.0)


def heart(said):
    return {one["name"]: one for one in said["measures"]["hr"]["contrasts"]}


# -- what is there is found, and what is not is not -------------------------------------------


def test_a_planted_fall_over_the_push_back_is_found_with_its_size(planted, capsys, tmp_path):
    code, out, progress = told(capsys, "--data", planted, "--json", "--csv", tmp_path / "a.csv")
    said = json.loads(out)
    found = heart(said)
    assert (code, said["n"], said["left_out"]) == (0, SESSIONS, [])
    assert found["push-back"]["n"] == SESSIONS
    assert found["push-back"]["mean"] == pytest.approx(PUSH_BACK, abs=1)
    assert found["push-back"]["low"] < PUSH_BACK < found["push-back"]["high"] < 0
    assert found["push-back"]["p_corrected"] < 0.05
    assert found["questions"]["p"] > 0.05 and found["role"]["p"] > 0.05
    assert "Working out session 5 of 5: s4" in progress
    check_estimates(tmp_path / "a.csv", said)


def check_estimates(path, said):
    """The file has a row for each case, measure and contrast, and the mean is that of its rows."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS["csv"])
    assert len(rows) == SESSIONS * len(MEASURED) * len(CONTRASTS) == len(said["estimates"])
    own = [float(row["estimate"]) for row in rows
           if (row["measure"], row["contrast"]) == ("hr", "push-back")]
    assert sum(own) / SESSIONS == pytest.approx(heart(said)["push-back"]["mean"])
    assert {row["seat"] for row in rows} == {"1", "2", "3", "4"}
    assert {row["simulated"] for row in rows} == {"TRUE"}  # a pooled file tells it from people's
    assert all(bool(row["estimate"]) != bool(row["reason"]) for row in rows)
    assert not list(path.parent.glob("*.part"))


def test_where_only_speech_moves_the_heart_nothing_is_found(null, capsys):
    """It adds 6 a minute to who speaks, and in the presentation that is the presenter."""
    _, out, _ = told(capsys, "--data", null, "--json")
    found = heart(json.loads(out))
    assert all(one["p_corrected"] > 0.05 for one in found.values() if one["n"])
    assert abs(found["presentation"]["mean"]) < 1
    assert found["push-back"]["low"] < 0 < found["push-back"]["high"]


def test_turns_that_are_whole_phases_give_no_figure_and_cannot_ruin_a_mean(null, tmp_path, capsys):
    """The presenter speaks all through presentation and integration, to half a second: that it is
    the phase, or the speaking, nobody can tell. The others' mean is as without that session."""
    data = shutil.copytree(null, tmp_path / "data")
    stored(data, "whole", session_rows(2, whole=True))
    code, out, _ = told(capsys, "--data", data, "--json", "--csv", tmp_path / "a.csv")
    said = json.loads(out)
    own = {row["contrast"]: row for row in said["estimates"]
           if (row["session"], row["measure"]) == ("whole", "hr")}
    for name in ("presentation", "questions", "return", "role"):
        assert own[name]["estimate"] is None and own[name]["reason"] == UNTOLD
        assert abs(heart(said)[name]["mean"]) < 3
    assert abs(own["push-back"]["estimate"]) < 5
    assert code == 0
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").count(UNTOLD) >= 4
    assert UNTOLD in " ".join(told(capsys, "--data", data)[1].split())


# -- one session, its cases, its people -------------------------------------------------------


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("one"), "s1", session_rows(1))


def copied(one, data):
    return shutil.copytree(one, data / "sessions" / "s1").parents[1]


def test_a_single_session_is_described_and_not_tested(one, capsys):
    code, out, progress = told(capsys, one)
    assert (code, progress) == (0, "")
    assert "Described, not tested:\n  a  s1, case 1" in out
    assert "One session: nothing is tested" in out
    assert "p (Holm)" not in out
    assert max(map(len, out.splitlines())) <= WIDTH


def test_a_phase_of_no_session_is_told_and_no_success(one, capsys):
    code, out, _ = told(capsys, one, "--phase", "disussion=discussion")
    assert code == 1 and "phase disussion had no effect" in " ".join(out.split())
    assert told(capsys, one, "--phase", "discussion=discussion")[0] == 0


def test_a_contrast_that_cannot_be_asked_says_why(one, capsys):
    _, out, _ = told(capsys, one)
    assert "intervention: no intervention marked in it; in this case." in out
    assert "(scr_rate, ln_rmssd): a window of 60 s does not fit the" in " ".join(out.split())


def test_without_a_push_back_there_is_no_such_contrast(tmp_path):
    folder = stored(tmp_path, "s1", session_rows(1, protocol=IN_CIRCLE))
    (case,) = found_in(analyse(folder))
    by_name = {one.contrast: one for one in case.estimates if one.measure == "hr"}
    assert by_name["push-back"].value is None
    assert "stays in the circle" in by_name["push-back"].reason
    assert by_name["presentation"].value is not None


def test_of_the_shipped_protocol_without_push_back_nothing_is_asked_that_needs_one(tmp_path):
    lasting = (*LASTING_S[:-1], ("closing", 40))
    rows = session_rows(1, lasting=lasting, protocol=protocol_text("no-push-back-90"))
    (case,) = found_in(analyse(stored(tmp_path, "s1", rows)))
    given = {one.contrast for one in case.estimates if one.value is not None}
    why = {one.contrast: one.reason for one in case.estimates if one.measure == "hr"}
    assert given == {"questions", "role", "following"}
    assert "stays in the circle" in why["push-back"]
    assert why["return"] == why["presentation"] == "no integration"


def double(tmp_path, tapped_until_s=999, then=4):
    """Two cases; seat 2 presents first, then another."""
    rows = session_rows(1, lasting=(*SHORT, *CASE))
    at_ns = OPEN_NS + SECOND_S * NS
    rows = [row for row in rows if row.topic != "event/speaker"
            or row.at_ns < OPEN_NS + tapped_until_s * NS]
    rows.insert(-1, event("presenter", at_ns, 990, seat=then))
    rows.insert(-1, event("speaker", at_ns - NS, 991, seat=None))
    return found_in(analyse(stored(tmp_path, "s1", rows)))


PRESENTED = (("closing", 30), ("presentation", 60))
MARKED = event("marker", OPEN_NS + 80 * NS, 998, label="intervention")


@pytest.mark.parametrize(("lasting", "protocol", "more", "said", "do"), [
    ((("presentation", 60), ("questions", 40)), None, (), UNTOLD, UNTOLD_DO),
    (PRESENTED, None, (), "no questions", ADD),
    (PRESENTED, None, (MARKED,), WITHHELD["intervention"], LONGER),
    ((("presentation", 60), ("discussion", 12)), IN_CIRCLE, (), "does not fit", LONGER),
])
def test_what_was_recorded_goes_before_what_was_left_out(
    lasting, protocol, more, said, do, tmp_path
):
    """Of a case without any figure."""
    *rows, close = session_rows(0, lasting=lasting, protocol=protocol, whole=True)
    (case,) = found_in(analyse(stored(tmp_path, "s1", [*rows, *more, close])))
    assert case.estimates == () and said in case.unusable and case.unusable.endswith(do)


def test_a_double_session_has_the_figures_of_two_presenters(tmp_path):
    first, second = double(tmp_path)
    assert (first.presenter, second.presenter) == (2, 4)
    assert (first.unusable, second.unusable, first.notes, second.notes) == (None, None, (), ())
    assert all(one.value is not None for case in (first, second) for one in case.estimates
               if one.measure == "hr" and one.contrast in ("push-back", "following"))
    assert first.estimates != second.estimates


def test_one_who_presents_twice_is_asked_after_in_a_sentence(tmp_path):
    _, second = double(tmp_path, then=2)
    assert second.notes == (
        "seat 2 presents, as in the case before: if somebody else did, correct this on the "
        "console",)


def test_of_kits_swapped_amid_a_case_only_what_each_seats_own_recorded_counts(tmp_path):
    """In the late discussion the presenter's seat has another kit, and another heart maybe."""
    at_ns = OPEN_NS + 246 * NS
    given = [event("seat", at_ns + k, 980 + k, seat=seat, kit=kit)
             for k, (seat, kit) in enumerate(((2, "kit-3"), (3, "kit-2")))]
    rows = sorted([*session_rows(1, PUSH_BACK), *given], key=lambda row: row.at_ns)
    (case,) = found_in(analyse(stored(tmp_path, "s1", rows)))
    found = {one.contrast: one.value for one in case.estimates if one.measure == "hr"}
    assert found["push-back"] is found["return"] is None
    assert found["questions"] is not None
    assert case.notes == tuple(
        f"seat {a} had kit-{a} for most of it, but kit-{b} for a part of it or of its baseline: "
        f"only what kit-{a} recorded counts, because another kit may mean another person"
        for a, b in ((2, 3), (3, 2)))


def test_turns_of_another_case_do_not_make_up_for_missing_ones(tmp_path):
    first, second = double(tmp_path, tapped_until_s=SECOND_S)
    assert first.unusable is None
    assert "no turns of the presenter recorded" in second.unusable


@pytest.mark.parametrize(("seat", "said"), [(2, "its presenter was erased"), (3, None)])
def test_an_erased_seat_is_in_no_figure(one, tmp_path, seat, said):
    data = copied(one, tmp_path)
    whole, = found_in(analyse(one))
    note_erased(data / "sessions" / "s1", seat)
    (case,) = found_in(analyse(data / "sessions" / "s1"))
    assert (whole.people, case.people, whole.presenter) == (4, 3, 2)
    if said:
        assert said in case.unusable and (case.presenter, case.estimates) == (None, ())
    else:
        assert case.estimates != whole.estimates


def test_who_was_erased_since_has_no_seat_and_no_turn(one, tmp_path):
    analysis = analyse(one)
    assert set(people_of(analysis).seats) == set(people_of(analysis).turns) == {1, 2, 3, 4}
    note_erased(tmp_path, 3)
    since = people_of(replace(analysis, folder=tmp_path))
    assert set(since.seats) == set(since.turns) == {1, 2, 4}


# -- sessions that cannot be used, beside one that can ----------------------------------------


def without(rows, *kinds):
    return [row for row in rows if row.topic not in {f"event/{kind}" for kind in kinds}]


def unfit(data):
    """Sessions with a fault each, and the words that must be said of it."""
    rows = session_rows(1, people=3, lasting=SHORT)
    stored(data, "running", without(rows, "close"), closed_ns=None, sealed_ns=None)
    stored(data, "no-turns", without(rows, "speaker"))
    said = [event("speaker", OPEN_NS + (40 + 5 * k) * NS, 900 + k, seat=(2, 1, None)[k])
            for k in range(3)]
    stored(data, "few-taps", [*without(rows[:-1], "speaker"), *said, rows[-1]])
    stored(data, "no-presenter", without(rows, "presenter"))
    stored(data, "no-phases", without(rows, "phase"))
    stored(data, "alone", [row for row in rows if row.kit in (None, "kit-2")])  # who presents
    broken = stored(data, "broken", rows) / "session.sqlite"
    (data / "sessions" / "rubbish").mkdir()
    (data / "sessions" / "rubbish" / "session.sqlite").write_bytes(b"no database" * 999)
    (data / "sessions" / "half-copied").mkdir()
    whole = bytearray(broken.read_bytes())
    whole[20_000:-4096] = b"x" * len(whole[20_000:-4096])
    broken.write_bytes(whole)


FAULTS = {
    "running": ("still open", "goes on as it was", "close it"),
    "no-turns": ("no turns of the presenter recorded", "stays as it is", "tapped"),
    "few-taps": ("in most of the presentation); it stays as it is; next time have every",),
    "no-presenter": ("no presenter recorded", "stays as it is", "on its console"),
    "no-phases": ("no phase of a case", "stays as it is", "--phase"),
    "alone": ("1 person with signals", "stays as it is", "more people"),
    "rubbish": ("cannot be read", "not changed", "Copy the whole session folder"),
    "half-copied": ("has no session.sqlite", "nothing was changed", "copy the whole folder again"),
    "broken": ("cannot be read", "not changed", "Copy the whole session folder"),
}


def test_what_cannot_be_used_is_told_and_the_others_count(one, tmp_path, capsys):
    data = copied(one, tmp_path)
    unfit(data)
    code, out, _ = told(capsys, "--data", data)
    assert code == 1
    assert "1 session, 1 case can be used" in out and "push-back" in out
    assert max(len(line) for line in out.splitlines() if str(data) not in line) <= WIDTH
    flat = " ".join(out.split())
    for name, words in FAULTS.items():
        said = flat[flat.index(name):]
        assert all(word in said for word in words), name


def test_a_named_session_that_is_not_there_stops_no_other(one, tmp_path, capsys):
    data = copied(one, tmp_path)
    code, out, _ = told(capsys, "s1", "s7", "--data", data)
    flat = " ".join(out.split())
    assert code == 1
    assert "s7: there is no such session" in flat
    assert f"`stillpoint sessions --data {data}` lists them" in flat
    assert "1 session, 1 case can be used" in flat


def test_where_no_session_that_was_named_is_there_nothing_is_explained_at_length(tmp_path, capsys):
    code, out, error = told(capsys, "s7", "--data", tmp_path)
    assert (code, out) == (2, "")
    assert "None of the sessions that were named can be used. s7: there is no such session" in error


def test_an_empty_data_folder_is_told_in_sentences(tmp_path, capsys):
    code, out, error = told(capsys, "--data", tmp_path)
    assert (code, out) == (2, "")
    assert f"No session in {tmp_path} yet. Nothing was worked out. `stillpoint demo`" in error
    code, _, error = told(capsys, "--data", tmp_path / "nowhere")
    assert code == 2 and "There is no folder" in error


def test_simulated_sessions_are_not_counted_beside_peoples(one, tmp_path):
    data = copied(one, tmp_path)
    stored(data, "s2", session_rows(1, people=2, lasting=[("discussion", 3)]), simulated=0)
    infos, left = gather.asked_for(data, [])
    assert [info.id for info in infos] == ["s2"]
    assert [(out.session, "simulated" in out.why) for out in left] == [("s1", True)]


def test_a_session_counts_once_if_named_twice_or_copied(one, tmp_path):
    data = copied(one, tmp_path)
    infos, left = gather.asked_for(data, ["s1", str(data / "sessions" / "s1")])
    assert (len(infos), left) == (1, [])
    shutil.copytree(one, data / "sessions" / "s1-copy")
    infos, (copy,) = gather.asked_for(data, [])
    assert [info.folder.name for info in infos] == ["s1"]
    assert copy.session == "s1" and "s1-copy is a copy of it" in copy.why


def test_a_second_presenter_is_to_be_looked_at(tmp_path, capsys):
    rows = session_rows(1, lasting=SHORT)
    rows.insert(-1, event("presenter", OPEN_NS + 100 * NS, 990, seat=4))
    _, out, _ = told(capsys, stored(tmp_path, "s1", rows))
    assert "Please check:" in out
    assert "seat 4 was named as the presenter for most of it, seat 2 for a part" in " ".join(
        out.split())


def test_a_session_that_was_broken_off_in_its_discussion_is_to_be_looked_at(tmp_path):
    """Its thirds are those of what there was."""
    (case,) = found_in(analyse(stored(tmp_path, "s1", session_rows(1, lasting=SHORT[:-1]))))
    assert len(case.notes) == 1 and "the session ends in its discussion" in case.notes[0]


def test_who_was_erased_must_be_known(one, tmp_path, capsys):
    data = copied(one, tmp_path)
    (data / "sessions" / "s1" / "erased.json").write_text("{")
    code, out, _ = told(capsys, "--data", data)
    assert code == 1 and "it is not known who was erased" in " ".join(out.split())
    assert "Described" not in out


# -- the files of estimates and levels, and being broken off ----------------------------------


@pytest.mark.parametrize("option", COLUMNS)
def test_a_file_that_is_there_is_left_as_it_is(one, tmp_path, capsys, monkeypatch, option):
    monkeypatch.setattr(gather, "analyse", lambda _: pytest.fail("it was worked out"))
    (tmp_path / "mine.csv").write_text("mine")
    code, _, error = told(capsys, one, f"--{option}", tmp_path / "mine.csv")
    assert code == 2 and "left as it is" in error
    assert (tmp_path / "mine.csv").read_text() == "mine"
    code, _, error = told(capsys, one, f"--{option}", tmp_path / "no" / "a.csv")
    assert code == 2 and "There is no folder" in error


def broken_off(*given):
    if len(given) > 1:
        given[1].write_text("half")
    raise KeyboardInterrupt


@pytest.mark.parametrize("patch", [
    lambda monkeypatch: monkeypatch.setattr(gather, "analyse", broken_off),
    lambda monkeypatch: monkeypatch.setitem(WRITERS, "csv", broken_off),
])
def test_broken_off_it_leaves_nothing(one, tmp_path, capsys, monkeypatch, patch):
    patch(monkeypatch)
    code, out, _ = told(capsys, one, "--csv", tmp_path / "a.csv", "--levels", tmp_path / "b.csv")
    assert (code, out) == (2, "")
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


def test_a_full_disk_is_told(one, tmp_path, capsys, monkeypatch):
    def full(_, path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(WRITERS, "parquet", full)
    code, _, error = told(capsys, one, "--csv", tmp_path / "a.csv",
                          "--levels", tmp_path / "b.parquet")
    assert code == 2 and "No space left" in error and "--csv and --levels" in error
    assert not [path for path in tmp_path.iterdir() if path.is_file()]


@pytest.mark.parametrize("wrong", ["intro", "=presentation", "intro=closing"])
def test_a_phase_is_told_as_one_of_the_parts(wrong, capsys):
    with pytest.raises(SystemExit):
        main(["study", "--phase", wrong])
    assert "is not ID=PART" in capsys.readouterr().err
