"""The whole session's curve is the one that was given second by second."""

from hypothesis import given
from hypothesis import strategies as st

from hub.analysis.group_curve import whole_curve
from hub.records import Second, Value
from hub.results.group import PARTS, GroupCurve
from tests.rows import NS, OPEN_NS
from tests.seconds import seats_of

figures = st.one_of(st.none(), st.floats(-5, 5))


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(0, 5), figures, figures, figures),
                unique_by=lambda row: row[:2]))
def test_as_it_was_live_to_the_last_bit(rows):
    """Whoever is there, and whichever parts are withheld."""
    seconds = [
        Second(seat, OPEN_NS + k * NS, {n: Value(x, 1.0) for n, x in zip(PARTS, of, strict=True)})
        for seat, k, *of in sorted(rows)
    ]
    live = GroupCurve()
    for second in seconds:
        live.add(second)
    assert whole_curve(seats_of(seconds)) == live.settled(OPEN_NS + 100 * NS)
