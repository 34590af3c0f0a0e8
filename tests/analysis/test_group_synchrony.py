"""A session's synchrony: from what each second says of each seat."""

import numpy as np
from scipy.signal import lfilter

from hub.analysis.group_synchrony import phase_synchrony, synchrony_curve
from hub.analysis.seats import matrix
from hub.records import Phase, Second, Value
from hub.store.summary import OF_THE_WHOLE, summary_lines
from tests.rows import NS, OPEN_NS
from tests.seconds import seats_of
from tests.signals.groups import FS, a_group
from tests.store.held import measurement
from tests.system.rig_sessions import recorded, six_people


def seconds_of(signals):
    """Seats' seconds with a skin conductance level and no heart rate."""
    return seats_of(
        Second(seat, OPEN_NS + k * NS, {"scl": Value(float(level), 1.0), "hr": Value(None, 0.0)})
        for k in range(signals.shape[1] // int(FS))
        for seat, level in enumerate(signals[:, k * int(FS)], start=1)
    )


def phase(name, begin_s, end_s):
    end_ns = None if end_s is None else OPEN_NS + end_s * NS
    return Phase(name, {"en": name}, OPEN_NS + begin_s * NS, end_ns, "console", name)


def test_phases_with_coupling_are_told_from_those_without():
    apart, together = a_group(33, seconds=420), a_group(32, seconds=420, share=0.8)
    seconds = seconds_of(np.concatenate((apart, together), axis=1))
    phases = (phase("presentation", 0, 420), phase("discussion", 420, None))
    rows = phase_synchrony(seconds, phases, OPEN_NS + 840 * NS)
    found = {(row.signal, row.phase): row.found for row in rows}
    assert not found["eda", "presentation"].distinguishable
    assert found["eda", "discussion"].distinguishable
    assert "fewer than two" in (found["hr", "discussion"].reason or "")
    assert rows[1].end_ns == OPEN_NS + 840 * NS
    late = [row for row in synchrony_curve(seconds) if row.time_ns > OPEN_NS + 460 * NS]
    assert np.mean([row.value > row.high for row in late]) > 0.3


def in_turns(seed, shared):
    """Four hearts with this share of variance in common, in 600 s of turns that each raise the
    speaker's by 3 to 9/min for as long; and who spoke when."""
    rng = np.random.default_rng(seed)
    slow = lfilter([1], [1, -np.exp(-1 / 20)], rng.standard_normal((5, 900)))[:, 300:]
    slow /= slow.std(axis=1, keepdims=True)
    speaks, spoken, at, who = np.zeros((4, 600)), {seat: [] for seat in range(1, 5)}, 0, 0
    while at < 600:
        last, who = min(600, at + 3 + int(rng.exponential(10))), (who + rng.integers(1, 4)) % 4
        speaks[who, at:last] = 1.0
        spoken[int(who) + 1].append((OPEN_NS + at * NS, OPEN_NS + last * NS))
        at = last
    felt = lfilter([0.2], [1, -0.8], speaks) * rng.uniform(3, 9, (4, 1))
    beats = 3 * ((1 - shared) ** 0.5 * slow[1:] + shared**0.5 * slow[:1]) + felt
    hr = 70 + lfilter(np.full(10, 0.1), [1], beats + rng.standard_normal((4, 600)))
    seats = seats_of(
        Second(seat, OPEN_NS + k * NS, {"scl": Value(None, 0.0), "hr": Value(float(rate), 1.0)})
        for seat, row in enumerate(hr, start=1) for k, rate in enumerate(row)
    )
    return seats, spoken


def p_of_hearts(seats, **more):
    (row,) = [row for row in phase_synchrony(seats, (phase("discussion", 0, 600),), 0, **more)
              if row.signal == "hr"]
    return row.found.p


def test_taking_turns_does_not_hide_what_hearts_share():
    """Who speaks has a faster heart, and nobody else at that moment."""
    groups = [in_turns(seed, 0.25) for seed in range(10)]
    told = sum(p_of_hearts(seats, spoken=spoken) <= 0.05 for seats, spoken in groups)
    untold = sum(p_of_hearts(seats) <= 0.05 for seats, _ in groups)
    assert told >= 8
    assert untold < told


def test_and_makes_none_where_they_share_nothing():
    """Of 40 groups at most 5 (97 % of a binomial of 6 %)."""
    groups = [in_turns(100 + seed, 0.0) for seed in range(40)]
    assert sum(p_of_hearts(seats, spoken=spoken) <= 0.05 for seats, spoken in groups) <= 5


def test_what_is_withheld_is_nan_and_what_nobody_said_is_empty():
    first, second = (
        seats_of(Second(seat, OPEN_NS + k * NS, {"scl": Value(x, 1.0)}) for k, x in said)
        for seat, said in ((1, [(0, 1.0), (2, None), (3, 1.5)]), (2, [(1, 2.0), (4, 2.5)]))
    )
    start_ns, values = matrix(second | first, "scl")
    assert start_ns == OPEN_NS
    nan = np.nan
    expected = [[1.0, nan, nan, 1.5, nan], [nan, 2.0, nan, nan, 2.5]]
    np.testing.assert_array_equal(values, expected)
    assert matrix({}, "scl")[1].size == 0
    assert synchrony_curve({}) == []


def test_the_summary_of_a_session_is_in_the_table(tmp_path):
    folder = recorded(tmp_path / "s1", six_people(150))
    lines = list(summary_lines(folder))
    assert {(bucket, line.split(",")[0]) for bucket, line in lines} <= set(OF_THE_WHOLE)
    for bucket, line in lines:
        row = measurement(line.split(",")[0], bucket)
        tags = [part.split("=")[0] for part in line.split(" ")[0].split(",")[1:]]
        assert tags == ["site", "room", "session", *row.tags]
