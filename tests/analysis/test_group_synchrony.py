"""A session's synchrony: from what each second says of each seat."""

import numpy as np

from hub.analysis.group_synchrony import phase_synchrony, synchrony_curve
from hub.analysis.seats import matrix
from hub.records import Phase, Second, Value
from hub.store.summary import OF_THE_WHOLE, summary_lines
from hub.store.table import measurement
from tests.analysis.seconds import seats_of
from tests.rows import NS, OPEN_NS
from tests.signals.groups import FS, a_group
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
