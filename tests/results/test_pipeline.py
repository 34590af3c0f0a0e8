"""The route from rows to results, against a session whose truth is known."""

from binascii import crc32

import numpy as np
import pytest

from firmware import wire
from hub.analysis.clocks import WholeClocks
from hub.records import Gap, Group, Received, Second
from hub.results.digest import Digest
from hub.results.pipeline import Ledgers, Pipeline, Placed
from hub.signals.index import NO_BASELINE
from tests.rows import NS, OPEN_NS, Changing, Kit, event, pulse, session


def run(rows, pipeline=None):
    pipeline = pipeline or Pipeline()
    results = [result for row in rows for result in pipeline.feed(row)]
    return results + pipeline.finish(rows[-1].at_ns)


def of(results, kind):
    return [result for result in results if isinstance(result, kind)]


def placed_ppg(results):
    samples = [p.samples for p in of(results, Placed) if p.samples.channel == wire.PPG_IR]
    index = np.concatenate([s.index + np.arange(len(s.values)) for s in samples])
    return index, np.concatenate([s.times_ns for s in samples])


@pytest.mark.parametrize("hz", [88.0, 101.7, 116.0])
def test_every_sample_is_placed_near_its_true_time(hz):
    """Of a sensor that is no further off than copies of a sensor are, too."""
    kit = Kit(hz=hz)
    index, times = placed_ppg(run(session(kit, 120)))
    assert (np.diff(index) == 1).all()
    error_ms = np.abs(times - kit.sample_ns(index)) * 1e-6
    late_part = error_ms[index > 60 * kit.hz]
    assert np.percentile(late_part, 99) < 2.0


def test_the_ledger_expects_enrolled_time_times_rate_and_finds_all_of_it():
    kit = Kit()
    (row,) = of(run(session(kit, 60)), Ledgers)[-1].rows
    assert (row.lost, row.late) == (0, 0)
    assert row.expected == pytest.approx(60 * kit.hz, abs=3)
    assert abs(row.expected - row.stored) <= 3
    assert row.rate_hz == pytest.approx(kit.hz, rel=2e-4)


def test_what_came_again_is_counted_as_that_and_as_nothing_else():
    rows = session(Kit(), 30)
    again = [row._replace(topic="stamp/kit-1", payload=row.payload[: wire.STAMP_SIZE])
             for row in rows if row.seq in (10, 20)]
    (once,), (twice,) = (of(run(sorted(every, key=lambda row: row.at_ns)), Ledgers)[-1].rows
                         for every in (rows, [*rows, *again]))
    assert (once.repeats, twice.repeats) == (0, 2)
    assert (twice.stored, twice.lost, twice.late) == (once.stored, once.lost, once.late)


def test_of_a_seat_nothing_is_expected_after_the_close():
    """A session is sealed up to ten minutes later."""
    rows = session(Kit(), 30)
    closed = rows[-1]
    later = [Received(closed.row + k, closed.at_ns + k * NS, "hub/tick", b"")
             for k in range(5, 60)]
    said = [one.rows[0] for one in of(run([*rows, *later]), Ledgers)[-len(later) :]]
    assert [row.expected for row in said] == pytest.approx([row.stored for row in said], abs=3)


class Lifted(Kit):
    """The finger is off the sensor for the second 20 s of 40."""

    def counts(self, index):
        return np.where(index < 20 * self.hz, pulse(index, self.hz), 900)


def test_the_ledger_says_whether_a_finger_is_on_the_sensor():
    said = [one.rows[0].contact for one in of(run(session(Lifted(), 40)), Ledgers) if one.rows]
    seen = [contact for contact in said if contact is not None]
    assert seen[0] is True and seen[-1] is False and seen == sorted(seen, reverse=True)


def test_a_frame_gone_for_good_is_counted_and_dated():
    kit = Kit()
    results = run(session(kit, 60, skip={30}))
    (gap,) = of(results, Gap)
    assert gap.cause == "frames lost"
    assert gap.samples == pytest.approx(kit.hz, abs=3)
    assert gap.start_ns == pytest.approx(kit.begin_ns + 30 * NS, abs=0.05 * NS)
    (row,) = of(results, Ledgers)[-1].rows
    assert row.lost == gap.samples
    assert abs(row.expected - row.stored - row.lost) <= 3


def test_of_two_kits_of_one_name_the_one_that_is_behind_makes_no_gap_of_the_other():
    kit, twin = Kit(), Kit(boot=7, begin_ns=OPEN_NS + NS + NS // 2, ppm=-20.0)
    rows = session(kit, 60)
    rows += [twin.frame(s, 0, late_ns=3 * NS) for s in range(55)]
    results = run(sorted(rows, key=lambda row: row.at_ns))
    (row,) = of(results, Ledgers)[-1].rows
    assert (of(results, Gap), row.lost) == ([], 0)
    assert row.stored == pytest.approx(115 * kit.hz, abs=5)


def test_a_backlog_is_late_and_not_lost():
    kit = Kit(forgets=False)
    held = {s: 40 - s + 0.1 * (s - 20) for s in range(20, 40)}
    rows = session(kit, 60, late=held)
    results = run(rows)
    waited = [
        row.at_ns - kit.sample_ns(block.index + np.arange(len(block.values)))
        for row in rows if row.topic == "data/kit-1"
        for block in wire.decode(row.payload)[1].blocks if block.channel == wire.PPG_IR
    ]
    (row,) = of(results, Ledgers)[-1].rows
    assert row.lost == 0
    assert row.late == pytest.approx(np.count_nonzero(np.concatenate(waited) > 5 * NS), abs=3)
    assert row.late > 15 * kit.hz


def test_a_kit_that_falls_silent_has_lost_the_rest():
    kit = Kit()
    (row,) = of(run(session(kit, 60, skip=range(40, 60))), Ledgers)[-1].rows
    assert row.lost == pytest.approx(20 * kit.hz, abs=5)


def test_seconds_come_in_order_each_once_and_the_pulse_is_right():
    results = run(session(Kit(), 120))
    seconds = of(results, Second)
    times = [s.time_ns for s in seconds]
    assert times == sorted(set(times))
    rates = [v for s in seconds if (v := s.values["hr"].value) is not None]
    assert len(rates) > 80
    assert np.median(rates) == pytest.approx(66.0, abs=0.3)
    assert of(results, Group)


def heart_rates(rows, clocks=None):
    """By second of the session; NaN where there is none, and why."""
    seconds = of(run(rows, Pipeline(clocks)), Second)
    found = [(s.time_ns // NS - OPEN_NS // NS, s.values["hr"]) for s in seconds]
    return {at: hr.value for at, hr in found if hr.value}, {hr.reason for _, hr in found}


@pytest.mark.parametrize("hz", [50.0, 86.0, 200.0])
def test_a_sensor_of_any_rate_shows_the_heart_as_it_beats_or_nothing(hz):
    """A register that was not written makes half or twice the rate of it, or the heart's."""
    rows = session(Kit(hz=hz), 60)
    for clocks in (None, WholeClocks(rows)):
        rates, _ = heart_rates(rows, clocks)
        assert len(rates) > 35
        assert list(rates.values()) == pytest.approx([66.0] * len(rates), abs=0.5)


def test_of_a_sensor_that_is_too_slow_for_a_pulse_this_is_said():
    rows = session(Kit(hz=12.5), 60)
    for clocks in (None, WholeClocks(rows)):
        rates, reasons = heart_rates(rows, clocks)
        assert not rates
        assert "sensor too slow" in reasons


@pytest.mark.parametrize(("then_hz", "live_off"), [(50.0, 0.5), (130.0, 0.5), (110.0, 2.5)])
def test_a_sensor_whose_rate_changes_shows_the_heart_as_it_beats_or_nothing(then_hz, live_off):
    rows = session(Changing(hz=100.0, then_hz=then_hz), 120)
    for clocks, off in ((None, live_off), (WholeClocks(rows), 0.5)):
        rates, _ = heart_rates(rows, clocks)
        assert list(rates.values()) == pytest.approx([66.0] * len(rates), abs=off)
        assert {30, 50, 90, 110} <= set(rates)


def test_the_same_rows_give_the_same_digest_however_they_are_batched_and_other_rows_another():
    def sha(rows):
        digest, pipeline = Digest(""), Pipeline()
        for row in rows:
            digest.feed(row, pipeline.feed(row))
        return digest.finish(pipeline.finish(rows[-1].at_ns)).sha256

    rows = session(Kit(), 30)
    assert sha(rows) == sha(list(rows))
    assert sha(rows) != sha(session(Kit(), 30, skip={10}))


def test_damaged_rows_are_said_and_the_rest_goes_on():
    rows = session(Kit(), 10)
    broken = [row._replace(payload=b"\x01rubbish") if row.seq == 5 else row for row in rows]
    results = run(broken)
    assert [r.code for r in results if hasattr(r, "code")] == ["damaged row"]
    assert of(results, Placed)


def test_a_figure_has_one_fingerprint_as_numpys_number_and_as_pythons():
    python, numpys = (Group(number(9), number(4), 0.5, None, None) for number in (int, np.int64))
    assert Digest("").finish([python]) == Digest("").finish([numpys])


def test_samples_that_the_sensor_threw_away_are_told_from_frames_that_were_lost():
    kit = Kit()
    rows = session(kit, 20)
    index = next(row.row for row in rows if row.seq == 10)
    results = run([shifted(row, 25) if row.seq is not None and row.row >= index else row
                   for row in rows])
    (gap,) = of(results, Gap)
    assert (gap.cause, gap.samples) == ("sensor overflow", 25)


def shifted(row, by):
    """The row with the index of its PPG moved on, as a kit does after an overflow."""
    payload = bytearray(row.payload)
    at = wire.STAMP_SIZE + wire.HEADER_SIZE + 3
    moved = int.from_bytes(payload[at : at + 4], "little") + by
    payload[at : at + 4] = moved.to_bytes(4, "little")
    end = len(payload) - wire.CRC_SIZE
    payload[end:] = crc32(payload[:end]).to_bytes(4, "little")
    return row._replace(payload=bytes(payload))


def test_live_a_baseline_counts_from_when_it_was_said_to_when_it_was_taken_back():
    """What was given is never changed: the journal's order decides."""
    said = [event("phase", OPEN_NS + 5 * NS, 900, phase="baseline"),
            event("phase", OPEN_NS + 45 * NS, 901, phase="case-call"),
            event("undo", OPEN_NS + 70 * NS, 902, target="e900")]
    results = run(sorted([*session(Kit(), 90), *said], key=lambda row: row.at_ns))
    reasons = {(one.time_ns - OPEN_NS) // NS: one.values["delta_hr"].reason
               for one in of(results, Second)}
    assert [reasons[s] for s in (40, 50, 60, 80)] == [NO_BASELINE, None, None, NO_BASELINE]


@pytest.mark.parametrize("clocks", [None, WholeClocks])
def test_a_kit_that_changes_seats_within_a_block_loses_no_sample(clocks):
    """Each counts for the seat that it was taken on."""
    kit, moved_ns = Kit(), OPEN_NS + 30 * NS + NS // 3
    rows = session(kit, 60)
    rows = sorted([*rows, event("seat", moved_ns, 0, seat=2, kit=kit.name)], key=lambda r: r.at_ns)
    pipeline = Pipeline(clocks(rows) if clocks else None)
    results = run(rows, pipeline)
    taken = {seat: [p.samples for p in of(results, Placed)
                    if p.seat == seat and p.samples.channel == wire.PPG_IR] for seat in (1, 2)}
    before, after = (np.concatenate([s.times_ns for s in taken[seat]]) for seat in (1, 2))
    assert before.max() <= moved_ns < after.min() + NS / kit.hz
    index = [s.index + k for seat in (1, 2) for s in taken[seat] for k in range(len(s.values))]
    assert index == list(range(len(index)))
    assert sum(row.lost for row in of(results, Ledgers)[-1].rows) == 0
