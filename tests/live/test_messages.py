"""What the live view speaks: JSON, with null where there is no number."""

import json
import math

import numpy as np
import pytest

from hub.course.phases import fold
from hub.live.messages import course_message, message_of, team_messages
from hub.records import Event, Gap, Group, Ledger, Problem, Second, Value, Wave
from hub.results.pipeline import CourseChanged, Ledgers, Pipeline, Placed
from hub.team.curve import STATUS, Coverage, Said
from hub.team.figures import Shown
from tests.rows import NS, OPEN_NS, Kit, event, protocol_text, session

LEDGER = Ledger(1, "kit-1", 100, 99, 0, 1, 0, None, True, None, None, None, None)
RESULTS = {
    "second": Second(1, OPEN_NS, {"hr": Value(66.123456, 0.98765), "rmssd": Value(None, 0.0, "x")}),
    "group": Group(OPEN_NS, 0, None, None, None, "no valid seat"),
    "wave": Wave(2, "ppg", OPEN_NS, 40_000_000, (1.04, math.nan, 3.0)),
    "ledger": Ledgers(OPEN_NS, (LEDGER,)),
    "gap": Gap(1, "kit-1", "ppg", OPEN_NS, OPEN_NS + NS, 100, "restart"),
    "problem": Problem(OPEN_NS, "disk", "What.", "Kept.", "Do."),
}


def strictly(message):
    """As a browser gets it: JSON has no NaN."""
    return json.loads(json.dumps(message, allow_nan=False))


@pytest.mark.parametrize("kind", RESULTS)
def test_every_result_has_a_message_of_its_type_that_json_can_say(kind):
    message = message_of(RESULTS[kind])
    assert message["type"] == kind
    assert strictly(message)["type"] == kind


def test_a_figure_that_is_withheld_is_null_with_its_reason():
    values = strictly(message_of(RESULTS["second"]))["values"]
    assert values == {"hr": {"v": 66.12346, "q": 0.988, "r": None},
                      "rmssd": {"v": None, "q": 0.0, "r": "x"}}


@pytest.mark.parametrize("figure", [math.nan, math.inf, -math.inf, np.float64("nan")])
def test_what_is_no_number_is_null(figure):
    message = message_of(Second(1, 0, {"hr": Value(figure, 0.5)}))
    assert strictly(message)["values"]["hr"]["v"] is None
    wave = message_of(Wave(1, "eda", 0, 62_500_000, (1.0, figure, 2.0)))
    assert strictly(wave)["values"] == [1.0, None, 2.0]


def test_a_wave_keeps_what_a_screen_shows():
    assert message_of(Wave(1, "ppg", 0, 1, (1.04, 2.0)))["values"] == [1.0, 2.0]
    assert message_of(Wave(1, "eda", 0, 1, (1.234567,)))["values"] == [1.23457]


def test_a_ledger_has_every_figure_of_the_account():
    (row,) = message_of(RESULTS["ledger"])["rows"]
    assert row["expected"] == row["stored"] + row["lost"]
    assert set(row) == set(Ledger.__dataclass_fields__)


def test_what_a_team_is_told_is_one_curve_and_the_last_word():
    told = [Said(0, "between"), Shown(NS, 0.1, None, None, None, None), Coverage(NS, 0.9),
            Said(NS, "shown"), Shown(2 * NS, 0.2, 0.0, 0.4, None, None)]
    curve, status = team_messages(told)
    assert curve == {"type": "team", "time_ns": 2 * NS, "time_s": [1, 2], "middle": [0.1, 0.2],
                     "low": [None, 0.0], "high": [None, 0.4]}
    assert status == {"type": "status", "code": "shown", "text": STATUS["shown"]}
    assert team_messages([]) == team_messages([Coverage(NS, 0.9)]) == []


def test_samples_are_not_sent():
    assert message_of(Placed(1, None, np.zeros(3))) is None


def test_a_course_is_the_hubs_to_say_and_json_can_say_it():
    """A worker that reads the journal again would tell of phases that were long ago."""
    opening = Event("o", "open", OPEN_NS, "hub", {"protocol": protocol_text()}, OPEN_NS)
    course = fold([opening])
    assert message_of(CourseChanged(course)) is None
    assert strictly(course_message(course))["opened_ns"] == OPEN_NS


def test_all_that_a_session_leads_to_can_be_said():
    rows = session(Kit(), 40, skip={20})
    rows.insert(20, event("phase", rows[20].at_ns, 900, phase="baseline"))
    pipeline, kinds = Pipeline(), set()
    results = [result for row in rows for result in pipeline.feed(row)]
    for result in results + pipeline.finish(rows[-1].at_ns):
        message = message_of(result)
        if message is not None:
            kinds.add(strictly(message)["type"])
    assert kinds == {"second", "group", "wave", "ledger", "gap"}
