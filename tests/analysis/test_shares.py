"""How the seats of a session are dealt to processes."""

from hypothesis import given
from hypothesis import strategies as st

from hub.analysis.shares import shares
from hub.course.phases import fold
from hub.records import Event
from tests.rows import OPEN_NS, protocol_text

KITS = [f"kit-{k}" for k in range(6)]
given_kits = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from([*KITS, None])), max_size=12
)


def course_of(given):
    opening = Event("o", "open", OPEN_NS, "console", {
        "site": "s", "room": "r", "protocol": protocol_text(), "simulated": True})
    said = [Event(f"e{k}", "seat", OPEN_NS + k + 1, "console", {"seat": seat, "kit": kit})
            for k, (seat, kit) in enumerate(given)]
    return fold([opening, *said])


@given(given_kits, st.dictionaries(st.sampled_from(KITS), st.integers(0, 100)), st.integers(1, 4))
def test_every_seat_is_in_one_share_with_all_its_kits(given, frames, n):
    dealt = shares(course_of(given), frames, {"box"}, n)
    assert 1 <= len(dealt) <= n
    for seat, kit in given:
        (share,) = [one for one in dealt if seat in one.seats]
        assert kit is None or kit in share.kits
    for kit in frames:
        assert sum(kit in share.kits for share in dealt) == 1
    assert all("box" in share.kits for share in dealt)


def test_each_gets_about_as_much():
    given = [(seat, f"kit-{seat}") for seat in range(1, 15)]
    frames = {f"kit-{seat}": 5400 for seat in range(1, 15)}
    assert [len(share.seats) for share in shares(course_of(given), frames, {"box"}, 2)] == [7, 7]
