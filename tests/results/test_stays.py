"""A seat whose kit changes amid the session may have another person on it from then on."""

from collections import defaultdict

import pytest

from hub.records import Second
from hub.results.pipeline import Ledgers, Pipeline, Stretch
from hub.signals.column import ANOTHER_KIT
from hub.signals.index import SHORT_BASELINE
from tests.rows import NS, OPEN_NS, event
from tests.swapped import BACK_S, SECONDS, SWAP_S, given, of_two, swapped


@pytest.fixture(scope="module")
def live():
    return seconds_of(swapped())


def seconds_of(rows):
    """By seat, every second's values by its number in the session, in the order in which they
    come."""
    pipeline, found = Pipeline(), defaultdict(list)
    results = [one for row in rows for one in pipeline.feed(row)]
    for one in [*results, *pipeline.finish(rows[-1].at_ns)]:
        if isinstance(one, Second):
            found[one.seat].append(((one.time_ns - OPEN_NS) // NS, one.values))
    assert all([s for s, _ in of] == sorted({s for s, _ in of}) for of in found.values())
    return {seat: dict(of) for seat, of in found.items()}


def test_of_each_seat_every_second_comes_once_and_in_order(live):
    assert sorted(live) == [1, 2]
    for rows in live.values():
        assert len(rows) >= SECONDS - 6 and list(rows)[-1] == SECONDS + 1


@pytest.mark.parametrize(("name", "window_s"), [("hr", 10), ("rmssd", 60), ("scl", 10)])
def test_no_window_reaches_back_to_the_kit_before(live, name, window_s):
    for rows in live.values():
        said = [rows[s][name] for s in range(SWAP_S + 2, SWAP_S + window_s)]
        assert {(one.value, one.reason) for one in said} == {(None, ANOTHER_KIT)}
        assert rows[SWAP_S + window_s + 5][name].value is not None


def test_a_seat_has_the_rate_of_who_wears_its_kit_and_never_one_between(live):
    for seat, (before, after) in ((1, (66.0, 96.0)), (2, (96.0, 66.0))):
        rates = {s: row["hr"].value for s, row in live[seat].items() if row["hr"].value}
        first = [rate for s, rate in rates.items() if s <= SWAP_S or s > BACK_S]
        assert first == pytest.approx([before] * len(first), abs=1)
        then = [rate for s, rate in rates.items() if SWAP_S < s <= BACK_S]
        assert then == pytest.approx([after] * len(then), abs=1) and len(then) > 80


def test_the_baseline_of_one_kit_is_no_baseline_of_another_and_counts_when_it_is_back(live):
    for rows in live.values():
        said = [rows[s]["delta_hr"] for s in (SWAP_S - 5, BACK_S - 5, BACK_S + 15)]
        assert [one.reason for one in said] == [None, SHORT_BASELINE, None]


def test_worked_out_at_once_it_is_what_it_was_second_by_second(live):
    rows, pipeline = swapped(), Pipeline(every=60, by_second=False, waves=False)
    results = [one for row in rows for one in pipeline.feed(row)]
    results += pipeline.finish(rows[-1].at_ns)
    for seat in (1, 2):
        stretches = [one for one in results if isinstance(one, Stretch) and one.seat == seat]
        names = list(dict.fromkeys(one.kit for one in stretches))
        assert names == [f"kit-{seat}", f"kit-{3 - seat}"]
        at = [int(time) for one in stretches for time in (one.time_ns - OPEN_NS) // NS]
        hr = [value for one in stretches for value in one.features["hr"].values()]
        one_by_one = {s: values["hr"] for s, values in live[seat].items()}
        assert dict(zip(at, hr, strict=True)) == one_by_one


def test_a_kit_that_is_given_to_its_seat_again_breaks_nothing_off():
    """Nobody else can have had the seat."""
    taken = [event("seat", OPEN_NS + 80 * NS, 940, seat=1, kit=None), given(81, 941, 1, "kit-1")]
    rows = seconds_of(of_two(*taken))[1]
    assert rows[84]["hr"].value == pytest.approx(66.0, abs=1)
    assert rows[95]["rmssd"].value is not None
    assert ANOTHER_KIT not in {one.reason for values in rows.values() for one in values.values()}


def test_a_change_that_is_taken_back_gives_the_seat_to_the_first_kit_again():
    back = [given(80, 950, 1, "spare"), event("undo", OPEN_NS + 84 * NS, 951, target="e950")]
    rows = seconds_of(of_two(*back))[1]
    assert rows[110]["hr"].value == pytest.approx(66.0, abs=1)


def test_of_a_kit_that_the_seat_never_had_nothing_is_expected_from_then_on():
    back = [given(80, 950, 1, "spare"), event("undo", OPEN_NS + 84 * NS, 951, target="e950")]
    pipeline = Pipeline()
    told = [one for row in of_two(*back) for one in pipeline.feed(row)]
    rows = [one for one in told if isinstance(one, Ledgers)][-1].rows
    expected = {(row.seat, row.kit): row.expected for row in rows}
    assert expected[1, "spare"] == pytest.approx(400, abs=10)
    assert min(n for (_, kit), n in expected.items() if kit != "spare") > 10_000
