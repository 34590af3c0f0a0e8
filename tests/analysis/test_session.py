"""A session worked out whole, from its journal, with the clocks of the whole session."""

import json
import sys
from dataclasses import replace

import numpy as np
import pytest

from firmware import wire
from hub.analysis import session as of_session
from hub.analysis.clocks import WholeClocks
from hub.analysis.session import analyse
from hub.disk.journal import follow
from hub.records import Problem, Received, Second
from hub.results.pipeline import Ledgers, Pipeline, Placed
from hub.signals.index import NO_BASELINE
from tests.course import test_course as box
from tests.rows import NS, OPEN_NS, Kit, event, pulse, session
from tests.system.rig_sessions import recorded, six_people

SECONDS = 70


def analysed(folder, rows):
    return analyse(recorded(folder / "s1", rows))


@pytest.fixture(scope="module")
def kit():
    return Kit(forgets=False)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, kit):
    rows = session(kit, SECONDS, late={50: 8.0})
    rows.insert(30, event("phase", rows[30].at_ns, 900, phase="baseline"))
    rows.insert(60, event("phase", rows[60].at_ns, 901, phase="case-call"))
    return analysed(tmp_path_factory.mktemp("whole"), rows)


def test_every_sample_is_there_once_with_its_count_near_its_true_time(whole, kit):
    samples = whole.samples(1)
    n = len(samples.time_ns)
    assert n == pytest.approx(SECONDS * kit.hz, abs=3)
    assert (samples.value == pulse(np.arange(n), kit.hz)).all()
    error_ms = np.abs(samples.time_ns - kit.sample_ns(np.arange(n))) * 1e-6
    (clock,) = whole.certificate.values()
    assert np.percentile(error_ms, 99) < 2
    assert error_ms.max() < clock["claimed_error_ms"] + clock["phase_error_ms"]


def test_the_first_minute_is_better_placed_than_it_was_live(whole, kit):
    """The clocks are those of the whole session, not those that were known at the time."""
    early = int(20 * kit.hz)
    truth = kit.sample_ns(np.arange(early))
    after = np.abs(whole.samples(1).time_ns[:early] - truth).max()
    assert after < np.abs(live_times(session(Kit(forgets=False), SECONDS))[:early] - truth).max()


def live_times(rows):
    """When the samples of the pulse were said to be taken while it ran."""
    pipeline = Pipeline()
    placed = [one for row in rows for one in pipeline.feed(row) if isinstance(one, Placed)]
    return np.concatenate([
        one.samples.times_ns for one in placed if one.samples.channel == wire.PPG_IR
    ])


def test_what_came_late_is_marked_and_nothing_else(whole, kit):
    late = whole.samples(1).late
    assert late.sum() == pytest.approx(kit.hz, abs=3)
    at = np.flatnonzero(late)
    assert (np.diff(at) == 1).all()
    assert at[0] == pytest.approx(50 * kit.hz, abs=3)


def test_phases_and_seconds_are_in_order_each_once(whole):
    assert [phase.id for phase in whole.phases] == ["baseline", "case-call"]
    assert whole.phases[-1].end_ns == whole.last_ns == whole.course.closed_ns
    (times,) = [seat.time_ns for seat in whole.seats.values()]
    assert (np.diff(times) == NS).all() and (times % NS == 0).all()
    times = [group.time_ns for group in whole.group]
    assert times == sorted(set(times))
    assert {one.phase for one in whole.features_per_phase()} == {"baseline", "case-call"}


def test_a_seat_or_channel_that_nobody_has_is_empty(whole):
    samples = whole.samples(9)
    assert (len(samples.time_ns), len(samples.value), len(samples.late)) == (0, 0, 0)
    assert samples.time_ns.dtype == np.int64


def test_two_seats_are_kept_apart(tmp_path):
    first, second = Kit(), Kit("kit-2", 2, 98.3, -40.0, 77_000_000)
    rows = session(first, 20) + [r for r in session(second, 20)[2:] if "kit-2" in r.topic
                                 or r.topic == "event/seat"]
    rows.sort(key=lambda row: (row.at_ns, row.topic == "event/close"))
    rows = [row._replace(payload=row.payload.replace(b'"e4"', b'"x4"'))
            if row.topic == "event/seat" and b"kit-2" in row.payload else row for row in rows]
    found = analysed(tmp_path, rows)
    for kit in (first, second):
        samples = found.samples(kit.seat)
        assert len(samples.time_ns) == pytest.approx(20 * kit.hz, abs=3)
        assert (samples.value == pulse(np.arange(len(samples.value)), kit.hz)).all()


def test_a_session_that_goes_on_is_worked_out_as_far_as_it_is(tmp_path):
    rows = session(Kit(), 20, close=False)
    rows.insert(20, event("phase", rows[20].at_ns, 900, phase="baseline"))
    found = analysed(tmp_path, rows)
    assert found.course.closed_ns is None
    assert found.phases[0].end_ns is None
    assert found.last_ns == rows[-1].at_ns


def test_before_anything_was_said_there_is_nothing(tmp_path):
    found = analysed(tmp_path, session(Kit(), 3)[:2])
    assert (found.ledgers, found.gaps, found.seats, found.phases) == ([], [], {}, ())
    assert found.certificate == {}


def test_rows_that_cannot_be_read_and_what_the_hub_said_are_kept_as_problems(tmp_path):
    rows = [row._replace(payload=b"\x01rubbish") if row.seq == 5 else row
            for row in session(Kit(), 10)]
    said = {"at_ns": OPEN_NS + NS, "code": "broker", "what": "The broker is gone.",
            "kept": "All.", "do": "Wait."}
    for payload in (json.dumps(said).encode(), b"{", b"[]", b'{"odd": 1}'):
        rows.insert(8, Received(0, rows[8].at_ns, "hub/problem", payload))
    found = analysed(tmp_path, rows)
    assert [one.code for one in found.problems] == ["broker", "damaged row"]
    assert found.problems[0] == Problem(**said)


def test_a_folder_without_a_session_is_named_with_the_cure(tmp_path):
    with pytest.raises(FileNotFoundError, match="stillpoint sessions"):
        analyse(tmp_path)


def test_a_press_on_a_box_is_placed_by_the_clock_of_the_whole_session(tmp_path):
    """Live it was known only up to the half second that the network took."""
    made = box.Box(ppm=40)
    rows = [*box.OPEN, made.about(), made.press("questions", 60, way_s=0.5)]
    rows += [made.beat(at_s) for at_s in range(61, 200)]
    found = analysed(tmp_path, rows)
    (phase,) = found.phases
    assert phase.start_ns == pytest.approx(box.ns(60), abs=0.01 * NS)
    assert found.course.history[-1].event.data["placed"] == "final"


PHASES = (("baseline", 5), ("case-call", 45))  # and the second at which they were pressed


def faster(index, hz):
    """A pulse that is a fifth faster after 100 s."""
    return pulse(index + 1e-5 * index**2, hz)


def told(kind, at_s, row, **data):
    return event(kind, OPEN_NS + at_s * NS, row, **data)


@pytest.fixture
def figures(tmp_path, monkeypatch):
    """The figures by phase of a session with these events; `later` came after the close."""
    monkeypatch.setattr("tests.rows.pulse", faster)

    def made(events, later=()):
        rows = session(Kit(forgets=False), 110)
        rows = sorted([*rows, *events], key=lambda row: row.at_ns)
        after = [one._replace(at_ns=rows[-1].at_ns + k * NS) for k, one in enumerate(later, 1)]
        found = analyse(recorded(tmp_path / str(len(list(tmp_path.iterdir()))), [*rows, *after]), 1)
        return found.features_per_phase(), found

    return made


def test_a_baseline_inserted_after_the_close_counts_as_if_pressed_in_time(figures):
    baseline, case = [told("phase", at_s, 900 + at_s, phase=name) for name, at_s in PHASES]
    in_time, _ = figures([baseline, case])
    inserted, _ = figures([case], later=[baseline])
    agree(in_time, inserted)
    (delta,) = [one for one in in_time if (one.phase, one.feature) == ("case-call", "delta_hr")]
    assert delta.mean > 5.0 and delta.reason is None


def test_a_baseline_moved_after_the_close_counts_from_where_it_was_moved(figures):
    (_, at_s), (_, end_s) = PHASES
    case = told("phase", end_s, 945, phase="case-call")
    in_time, _ = figures([told("phase", at_s + 10, 900, phase="baseline"), case])
    moved, _ = figures(
        [told("phase", at_s, 900, phase="baseline"), case],
        later=[told("retime", at_s, 990, target="e900", to_ns=OPEN_NS + (at_s + 10) * NS)])
    agree(in_time, moved)


def test_a_baseline_undone_after_the_close_never_counted(figures):
    presses = [told("phase", at_s, 900 + at_s, phase=name) for name, at_s in PHASES]
    rows, found = figures(presses, later=[told("undo", 5, 990, target="e905")])
    assert set(found.seats[1].features["delta_hr"].reason[-60:]) == {NO_BASELINE}
    (delta,) = [one for one in rows if one.feature == "delta_hr"]
    assert delta.mean is not None and (delta.reason, delta.phase) == (NO_BASELINE, "case-call")


def agree(one, other):
    """Two tables of figures by phase agree."""
    assert one == [replace(row, mean=pytest.approx(row.mean)) for row in other]


def test_what_a_kit_recorded_before_it_was_on_a_seat_after_all_is_nobodys(tmp_path):
    rows, since_ns = session(Kit(), 40), OPEN_NS + 20 * NS
    late = event("retime", rows[-1].at_ns + NS, 990, target="e4", to_ns=since_ns)
    found = analysed(tmp_path, [*rows, late])
    (row,) = found.ledgers
    assert found.samples(1).time_ns[0] >= since_ns
    assert row.stored == pytest.approx(row.expected, abs=3) and not row.lost


def test_an_event_that_cannot_be_read_is_a_problem(tmp_path):
    rows = session(Kit(), 5)
    rows.insert(6, Received(0, rows[6].at_ns, "event/phase", b"{"))
    (problem,) = analysed(tmp_path, rows).problems
    assert "An event/phase row cannot be read" in problem.what


def test_how_many_processes_work_on_it_makes_no_difference(tmp_path, monkeypatch):
    monkeypatch.setattr(of_session, "FRAMES_EACH", 50)
    folder = recorded(tmp_path / "s1", six_people(120))
    alone, several = analyse(folder, 1), analyse(folder, 3)
    assert set(alone.seats) == {1, 2, 3, 4, 5, 6}
    assert len(alone.group) > 90
    same(alone, several)


def test_a_process_that_dies_is_done_without(tmp_path, monkeypatch):
    monkeypatch.setattr(of_session, "FRAMES_EACH", 50)
    folder = recorded(tmp_path / "s1", six_people(60))
    alone = analyse(folder, 1)
    monkeypatch.setattr(sys, "executable", "false")
    same(alone, analyse(folder, 2))


def same(one, other):
    """Two analyses of one session agree to the last bit."""
    for name in ("course", "ledgers", "gaps", "group", "problems", "certificate"):
        assert getattr(one, name) == getattr(other, name), name
    assert set(one.placed) == set(other.placed)
    for key, samples in one.placed.items():
        for name in ("time_ns", "value", "late"):
            assert (getattr(samples, name) == getattr(other.placed[key], name)).all()
    assert list(one.seats) == list(other.seats)
    for seat, seconds in one.seats.items():
        assert (seconds.time_ns == other.seats[seat].time_ns).all()
        for name, column in seconds.features.items():
            assert column.values() == other.seats[seat].features[name].values(), (seat, name)


def test_every_second_is_as_it_is_given_one_by_one(tmp_path):
    """The same features as columns and as `Second`s; and the accounts at the end."""
    folder = recorded(tmp_path / "s1", six_people(60))
    whole = analyse(folder, 1)
    rows = list(follow(folder / "session.sqlite"))
    pipeline = Pipeline(WholeClocks(rows), every=7)
    results = [result for row in rows for result in pipeline.feed(row)]
    results += pipeline.finish(rows[-1].at_ns)
    seconds = {(r.seat, r.time_ns): r.values for r in results if isinstance(r, Second)}
    assert len(seconds) == sum(len(seat.time_ns) for seat in whole.seats.values()) > 300
    for number, seat in whole.seats.items():
        for name, column in seat.features.items():
            said = [seconds[number, ns][name] for ns in seat.time_ns.tolist()]
            assert column.values() == said, (number, name)
    (last,) = [r for r in results if isinstance(r, Ledgers)][-1:]
    assert whole.ledgers == sorted(last.rows, key=lambda row: row.seat)
