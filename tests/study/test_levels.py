"""The table of levels: contrasts can be worked out again from it, and what is left out says why."""

import csv
from collections import defaultdict

import numpy as np
import pyarrow.parquet as pq
import pytest

from hub.analysis.measures import MEASURED
from hub.analysis.questions import PHASED
from hub.cli import main
from hub.study.cases import THIRDS
from hub.study.levels import MUTE, PHASES, UNRECORDED, UNTOLD, levels_in
from hub.study.steps import in_steps
from hub.study.table import COLUMNS
from tests.study.made import LASTING_S, session_rows, stored
from tests.study.test_steps import HR, RATE, case, people, rows

pytestmark = pytest.mark.usefixtures("elsewhere")

SESSIONS = 3
PEOPLE = 4
LONGER_S = [(name, 3 * seconds // 2) for name, seconds in LASTING_S]  # for all to be told


def written(data, *words):
    """The rows of --csv and of --levels."""
    paths = [data / "estimates.csv", data / "levels.csv"]
    main(["study", "--data", str(data), "--csv", str(paths[0]), "--levels", str(paths[1]),
          *map(str, words)])
    return [read(path) for path in paths]


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("levels")
    for seed in range(SESSIONS):
        stored(folder, f"s{seed}", session_rows(seed, lasting=LONGER_S))
    return folder


@pytest.fixture(scope="module")
def tables(data):
    return written(data)


def again(levels, weights):
    """A contrast by hand: each person's own, then the presenter's less the members' mean."""
    own = defaultdict(dict)
    for row in levels:
        if row["level"]:
            own[row["seat"], row["role"]][row["phase"]] = float(row["level"])
    sums = {who: sum(of[name] * weight for name, weight in weights.items())
            for who, of in own.items() if weights.keys() <= of.keys()}
    (presenter,) = [value for (_, role), value in sums.items() if role == "presenter"]
    return presenter - np.mean([value for (_, role), value in sums.items() if role == "member"])


@pytest.mark.parametrize("contrast", PHASED)
def test_a_contrast_worked_out_from_the_levels_is_the_estimate(tables, contrast):
    estimates, levels = tables
    given = [row for row in estimates if row["contrast"] == contrast and row["estimate"]]
    assert len(given) >= SESSIONS
    for row in given:
        own = [one for one in levels
               if (one["session"], one["measure"]) == (row["session"], row["measure"])]
        assert again(own, PHASED[contrast]) == pytest.approx(float(row["estimate"]), abs=1e-9)


def test_there_is_a_row_for_everybody_in_each_phase_of_each_measure(tables):
    _, levels = tables
    assert list(levels[0]) == list(COLUMNS["levels"])
    assert len(levels) == SESSIONS * PEOPLE * len(PHASES) * len(MEASURED)
    assert all(bool(row["level"]) != bool(row["reason"]) for row in levels)
    assert {(row["session"], row["seat"]) for row in levels if row["role"] == "presenter"} == {
        ("s0", "1"), ("s1", "2"), ("s2", "3")}


def test_a_presenter_speaks_in_the_presentation_and_not_in_the_discussion(tables):
    _, levels = tables
    spoke = {row["phase"]: float(row["spoke"]) for row in levels
             if (row["session"], row["role"], row["measure"]) == ("s0", "presenter", "hr")}
    assert spoke["presentation"] > 0.2
    assert [spoke[name] for name in (*THIRDS, "baseline")] == pytest.approx([0] * 4, abs=0.1)


def test_a_code_of_ones_own_is_in_it_and_cases_without_are_not(data, tmp_path):
    who = tmp_path / "who.csv"
    who.write_text("session,case,presenter\ns1,1,P7\n")
    path = tmp_path / "levels.csv"
    main(["study", "--data", str(data), "--presenters", str(who), "--levels", str(path)])
    assert {(row["session"], row["presenter"]) for row in read(path)} == {("s1", "P7")}


def test_by_the_name_parquet_it_is_parquet_with_the_same_rows(data, tables, tmp_path):
    path = tmp_path / "levels.parquet"
    main(["study", "--data", str(data), "--levels", str(path)])
    table = pq.read_table(path)
    assert table.column_names == list(COLUMNS["levels"])
    assert [row["level"] for row in table.to_pylist()] == [
        float(row["level"]) if row["level"] else None for row in tables[1]]


def test_one_file_for_two_tables_is_refused(data, tmp_path, capsys):
    path = tmp_path / "a.csv"
    assert main(["study", "--data", str(data), "--csv", str(path), "--levels", str(path)]) == 2
    assert "name the same file" in capsys.readouterr().err and not path.exists()


# -- what is left out -------------------------------------------------------------------------


def levels_of(they, measure="hr", measured=HR):
    session = in_steps(they, case(), measured)
    return {(one.seat, one.phase): one for one in levels_in(they, case(), {measure: session})}


HALF = np.where(np.arange(200) < 190, np.nan, 70.0)
TALK = {3: [(100, 200)]}  # seat 3, all through the presentation


@pytest.mark.parametrize(("they", "measure", "measured", "phase", "why"), [
    (people(TALK, s1=rows(), s2=rows(hr=HALF), s3=rows()), "hr", HR, "presentation",
     "too little of the presentation is valid"),
    (people(s1=rows(), s2=rows(first=150), s3=rows()), "hr", HR, "baseline",
     "too little of the baseline is valid"),
    (people(TALK, s1=rows(), s2=rows(scr_rate=0.0, non_responder=1.0), s3=rows()), "scr_rate",
     RATE, "presentation", MUTE),
    (people(known_s=None), "hr", HR, "presentation", UNRECORDED),
    (people({3: [(120, 150)]}), "hr", HR, "presentation", UNRECORDED),
    (people({2: [(100, 200)]}), "hr", HR, "presentation", UNTOLD),
])
def test_what_is_left_out_has_a_reason_and_no_level(they, measure, measured, phase, why):
    one = levels_of(they, measure, measured)[2, phase]
    assert (one.value, one.reason) == (None, why)
    assert (one.steps == 0) == (why != UNTOLD)


def test_a_window_that_does_not_fit_is_said(tables):
    _, levels = tables
    (why,) = {row["reason"] for row in levels
              if (row["measure"], row["phase"]) == ("ln_rmssd", "questions")}
    assert why == "a window of 60 s does not fit the questions"


def test_what_is_there_has_no_reason_and_says_of_how_many_steps_it_is():
    one = levels_of(people(TALK))[1, "presentation"]
    assert (one.value, one.reason, one.spoke) == (70.0, None, 0.0)
    assert one.steps == 18  # 100 s, but for a window of 10


def test_a_minute_in_which_nobody_is_said_to_speak_is_in_no_level():
    """A turn that was not tapped looks as a silence does. In quiet rest nobody speaks. Figures of
    10 s hold mostly that silence from 5 s after it began to 5 s after it ended."""
    moved = np.where((np.arange(200) >= 145) & (np.arange(200) < 165), 90.0, 70.0)
    they = people({3: [(100, 140), (160, 200)]}, s1=rows(hr=moved), s2=rows(), s3=rows())
    found = levels_of(they)
    assert (found[1, "presentation"].value, found[1, "presentation"].steps) == (70.0, 14)
    assert found[1, "baseline"].steps == 18


def test_who_speaks_is_known_too_of_somebody_whose_kit_never_sent():
    one, other = (levels_of(people(turns)) for turns in ({4: TALK[3]}, TALK))
    assert one[1, "presentation"] == other[1, "presentation"]


def test_how_much_somebody_spoke_is_of_the_phase_and_of_no_window():
    for name, measured in (("hr", HR), ("scr_rate", RATE)):
        found = levels_of(people({2: [(90, 110)], 3: [(150, 160)]}), name, measured)
        assert found[2, "presentation"].spoke == pytest.approx(0.1, abs=0.01)
        assert found[2, "baseline"].spoke == pytest.approx(0.1, abs=0.01)
        assert found[3, "baseline"].spoke == 0.0


def test_before_it_is_recorded_who_speaks_nobody_is_said_to_have_spoken_or_not():
    found = levels_of(people({2: [(140, 160)]}, known_s=140))
    assert found[2, "presentation"].spoke == pytest.approx(20 / 60, abs=0.02)  # of what is known
    assert levels_of(people(known_s=None))[2, "presentation"].spoke is None
    assert levels_of(people(known_s=None))[2, "baseline"].spoke == 0.0  # quiet rest
