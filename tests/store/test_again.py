"""A session made again from its journal: the same points as live, cheaper."""

from collections import defaultdict

import numpy as np
import pytest

import tests.rows
from hub.records import Second
from hub.results.pipeline import Pipeline
from hub.store.again import Again
from hub.store.makers import Makers, Wanted
from tests.rows import NS, Kit, session

META = {"site": "s", "room": "r", "session": "s1", "sealed_ns": "1"}
SECONDS, OFF_S, ON_S = 100, 40, 61


@pytest.fixture(scope="module")
def rows():
    """A session in whose middle nobody wears the kit; and some of it comes late."""
    beating = tests.rows.pulse

    def worn(index, hz, bpm=66.0):
        off = (index / hz >= OFF_S) & (index / hz < ON_S)
        return np.where(off, 900, beating(index, hz, bpm))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.rows.pulse", worn)
        return session(Kit(forgets=False), SECONDS, late={30: 8, 31: 7, 32: 6})


def points(lines):
    """What InfluxDB has after these: by bucket, series and time, the newest value of each field."""
    held = defaultdict(dict)
    for bucket, text in lines:
        head, fields, time_ns = text.split(" ", 1)[0], *text.split(" ", 1)[1].rsplit(" ", 1)
        held[bucket, head, int(time_ns)] |= dict(
            one.split("=", 1) for one in fields.split(",") if "=" in one
        )
    return held


def made(rows, lazily, after=0):
    """The lines of the rows behind `after`."""
    again, makers = Again(lazily, True, frozenset()), Makers(META, Wanted(raw=True))
    lines = []
    for row in rows:
        for of, results in again.feed(row):
            found = makers.lines(results)
            lines += found if of > after else []
    return lines + makers.finish(again.finish(rows[-1].at_ns), rows[-1].at_ns)


def without_contact(held):
    return {
        key: {name: value for name, value in fields.items() if name != "contact"}
        for key, fields in held.items()
    }


def contacts(held):
    return {key[2]: fields.get("contact") for key, fields in held.items() if "coverage," in key[1]}


def test_lazily_every_point_is_the_same_and_contact_does_not_lag(rows):
    lazy, live = points(made(rows, True)), points(made(rows, False))
    assert without_contact(lazy) == without_contact(live)
    truth = {
        key[2]: f"{float(fields['contact_ppg']) > 0.5:d}i"
        for key, fields in lazy.items()
        if key[1].startswith("features,") and "contact_ppg" in fields  # none of a second cut short
    }
    assert set(truth.values()) == {"0i", "1i"}, "the kit is taken off and put on"
    said = contacts(lazy)
    assert {ns: said[ns] for ns in truth} == truth
    assert contacts(live) != said, "live it is some seconds old"


def test_what_is_made_promptly_is_what_a_live_pipeline_gives(rows):
    pipeline, again = Pipeline(), Again(False, True, frozenset())
    for row in rows:
        given = [result for of, results in again.feed(row) for result in results if of == row.row]
        assert repr(given) == repr(pipeline.feed(row))
        assert again.through == row.row


@pytest.mark.parametrize("lazily_before", [True, False])
def test_who_goes_on_from_where_it_was_leaves_no_gap(rows, lazily_before):
    """However it was made up to there, and however from there on."""
    whole = points(made(rows, True))
    again, makers = Again(lazily_before, True, frozenset()), Makers(META, Wanted(raw=True))
    before = []
    for row in rows[: len(rows) * 3 // 4]:
        for _, results in again.feed(row):
            before += makers.lines(results)
    assert 0 < again.through <= len(rows) * 3 // 4
    rest = made(rows, not lazily_before, after=again.through)
    assert without_contact(points(before + rest)) == without_contact(whole)


def test_lazily_a_second_is_given_once_and_in_order(rows):
    again = Again(True, False, frozenset())
    given = [result for row in rows for _, results in again.feed(row) for result in results]
    given += again.finish(rows[-1].at_ns)
    times = [result.time_ns for result in given if isinstance(result, Second)]
    assert times == list(range(times[0], times[-1] + NS, NS))
