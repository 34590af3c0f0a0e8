"""A seat with another kit may be another person's, also in what is worked out afterwards."""

from dataclasses import replace

import numpy as np
import pytest

from hub.analysis.intervals import intervals_of
from hub.analysis.replay import replay
from hub.analysis.seats import SeatSeconds, matrix
from hub.analysis.session import analyse
from hub.disk.erased import note_erased
from hub.export.tables import seats_table
from hub.signals.after import after
from hub.signals.column import ANOTHER_KIT, Column
from tests.rows import NS, OPEN_NS, event
from tests.swapped import BACK_S, RATES, SWAP_S, given, of_two, swapped
from tests.system.rig_sessions import recorded


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return recorded(tmp_path_factory.mktemp("swapped") / "s1", swapped())


@pytest.fixture(scope="module")
def analysis(folder):
    return analyse(folder)


def test_a_replay_is_what_was_seen_live(folder):
    assert replay(folder).same


def test_which_kit_was_on_which_seat_from_when_to_when(analysis, tmp_path):
    def said(analysis):
        columns = [column.values for column in seats_table(analysis).values()]
        return [(seat, kit, (begin - OPEN_NS) // NS, (end - OPEN_NS) // NS)
                for seat, kit, begin, end in zip(*columns, strict=True)]

    def of(seat):
        own, other = f"kit-{seat}", f"kit-{3 - seat}"
        return [(seat, own, 0, SWAP_S), (seat, other, SWAP_S, BACK_S), (seat, own, BACK_S, end_s)]

    end_s = (analysis.course.closed_ns - OPEN_NS) // NS
    assert said(analysis) == of(1) + of(2)
    note_erased(tmp_path, 1)
    assert said(replace(analysis, folder=tmp_path)) == of(2)


def test_of_a_phase_that_two_kits_recorded_there_is_no_figure(analysis):
    found = {(row.phase, row.seat): row for row in analysis.features_per_phase()
             if row.feature == "hr"}
    for seat in (1, 2):
        assert found["baseline", seat].mean == pytest.approx(RATES[f"kit-{seat}"], abs=1)
        both = found["case-call", seat]
        assert (both.mean, both.reason) == (None, ANOTHER_KIT) and both.coverage > 0.7


def test_no_interval_reaches_from_one_kit_to_the_other(analysis):
    lengths = [60_000 / rate for rate in RATES.values()]
    off = [min(abs(row.ibi_ms - one) for one in lengths) for row in intervals_of(analysis)]
    assert len(off) > 400 and max(off) < 20


def test_seats_that_were_set_right_are_so_from_when_it_was_said_that_they_were(tmp_path):
    """Kits taken for each other at the start, which is seen and dated back at the end."""
    wrong = [given(0, 911, 2, "kit-1"), given(0, 912, 1, "kit-2")]
    right = [event("undo", OPEN_NS + (180 + n) * NS, 920 + n, target=f"e{one.row}")
             for n, one in enumerate(reversed(wrong))]
    analysis = analyse(recorded(tmp_path / "s1", of_two(*wrong, *right)))
    assert {(row.seat, row.kit) for row in analysis.ledgers} == {(1, "kit-1"), (2, "kit-2")}
    assert not sum(row.lost for row in analysis.ledgers)
    for seat in (1, 2):
        seconds = analysis.seats[seat]
        hr = seconds.features["hr"].value[15:]
        assert hr == pytest.approx(RATES[f"kit-{seat}"], abs=1) and len(hr) > 180
        assert ANOTHER_KIT not in {r for c in seconds.features.values() for r in c.reason}


def rows(levels):
    """Some minutes with each kit, the heart at its level."""
    n, rng = 400, np.random.default_rng(1)
    kit = np.repeat(np.array(list(levels), object), n)
    hr = np.concatenate([rng.normal(level, 3, n) for level in levels.values()])
    given = {"hr": hr, "scl": hr / 10, "scr_rate": hr / 20, "rmssd": hr / 2,
             "non_responder": 0 * hr}
    features = {name: Column(values, np.ones(len(hr)), np.full(len(hr), None, object))
                for name, values in given.items()}
    return SeatSeconds(OPEN_NS + NS * np.arange(len(hr)), features, kit)


def test_over_the_whole_session_is_over_that_of_each_kit():
    seconds = rows({"a": 60, "b": 90})
    found = seconds.after()["arousal_sympathetic_after"].value
    for kit in seconds.kits:
        alone = after(seconds.of(kit).features)["arousal_sympathetic_after"].value
        assert np.array_equal(found[seconds.kit == kit], alone)
        assert abs(alone.mean()) < 1e-9


def test_those_who_wore_the_kits_of_a_seat_are_told_apart():
    _, values = matrix({1: rows({"a": 60}), 2: rows({"a": 60, "b": 90})}, "hr")
    assert np.isfinite(values).sum(axis=1).tolist() == [400, 400, 400]
    assert np.isnan(values[1, 400:]).all() and np.isnan(values[2, :400]).all()
