"""Which lines of a session come when, and what is kept until then."""

import tracemalloc

import pytest

from hub.records import Second, Value
from hub.store.makers import Makers, Wanted
from tests.rows import NS, OPEN_NS

META = {"site": "site", "room": "room", "session": "s1"}
NAMES = ("hr", "arousal", "arousal_sympathetic", "arousal_parasympathetic")
SEATS, SECONDS = 14, 300


def grown(wanted):
    """Bytes that the makers hold of five minutes of a full room."""
    makers = Makers(META, wanted)
    tracemalloc.start()
    for second in range(SECONDS):
        for seat in range(1, SEATS + 1):
            values = {name: Value(seat + second / 7, 1.0) for name in NAMES}
            makers.lines([Second(seat, OPEN_NS + second * NS, values)])
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return held


@pytest.mark.parametrize("team", [True, False])
def test_nothing_is_kept_of_what_is_made_again_from_the_journal_in_the_end(team):
    assert grown(Wanted(team=team, team_live=False, seats_live=False)) < 10_000


def test_a_curve_that_teams_see_afterwards_is_kept_where_seats_are_live():
    """Packed, so that a house full of kits does not grow much: a tuple took 190 bytes."""
    held = grown(Wanted(team_live=False, seats_live=True))
    assert 12 * SECONDS * SEATS < held < 60 * SECONDS * SEATS


def test_a_session_may_say_that_its_team_sees_it_late_or_after():
    late, after = ({**META, "team_view": view} for view in ("late", "after"))
    assert Makers(late, Wanted(team_live=False)).prompt
    assert Makers(META, Wanted(team_live=True)).prompt
    assert not Makers(after, Wanted(team_live=True)).prompt
