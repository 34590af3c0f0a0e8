"""Who sees what: the whole table, and that what is not named is for nobody."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.policy import FIT, FIT_CAUSES, GROUP_LATE_S, ROLES, RULES, may_see, visible
from hub.signals import quality
from hub.signals.features import BY_NAME

# kind -> who sees it live in a session with people
LIVE = {
    "course": "RL",
    "phases": "RLT",
    "markers": "RL",
    "presenter": "RL",
    "speaker": "RL",
    "seats": "RL",
    "history": "RL",
    "quality": "RL",
    "ledger": "RL",
    "gap": "RL",
    "problem": "RL",
    "second": "",
    "wave": "",
    "group": "",  # whose median is somebody's
    "team": "",  # at once, and the session does not say that it may be late
    "status": "RLT",
    "catching-up": "RLT",
}
LETTER = {"researcher": "R", "leader": "L", "team": "T"}


def test_every_kind_is_in_this_table() -> None:
    assert set(LIVE) == set(RULES) and set(LETTER) == set(ROLES)


@pytest.mark.parametrize("kind", LIVE)
@pytest.mark.parametrize("role", ROLES)
def test_in_a_session_with_people(role: str, kind: str) -> None:
    assert may_see(role, kind, simulated=False) == (LETTER[role] in LIVE[kind])


@pytest.mark.parametrize("role", ["researcher", "leader", "team", "display"])
@pytest.mark.parametrize("kind", ["second", "wave", "group", "presenter", "ledger", "course"])
def test_a_wholly_simulated_session_is_open(role: str, kind: str) -> None:
    assert may_see(role, kind, simulated=True)


@given(st.sampled_from([*ROLES, "display"]), st.booleans(), st.floats(0, 1e4))
def test_nobody_sees_one_person_live(role: str, late: bool, age_s: float) -> None:
    for kind in ("second", "wave", "group"):
        assert not may_see(role, kind, simulated=False, late=late, age_s=age_s)


@pytest.mark.parametrize(
    ("late", "over", "age_s", "seen"),
    [
        (True, False, GROUP_LATE_S, True),
        (True, False, GROUP_LATE_S - 0.001, False),
        (False, False, 1e4, False),
        (False, True, 0, True),
    ],
)
def test_the_teams_curve_a_minute_late_where_that_was_agreed_else_after(
    late: bool, over: bool, age_s: float, seen: bool
) -> None:
    for role in ("team", "display", "researcher"):
        assert may_see(role, "team", simulated=False, late=late, over=over, age_s=age_s) == seen
    assert may_see("leader", "team", simulated=False, late=late, over=over, age_s=age_s) == over


def test_after_the_session_researchers_see_all_and_others_nobody() -> None:
    assert may_see("researcher", "second", simulated=False, over=True)
    for role in ("leader", "team"):
        assert not may_see(role, "second", simulated=False, over=True)


@given(st.text(), st.text(), st.booleans())
def test_what_is_not_named_is_for_nobody(role: str, kind: str, simulated: bool) -> None:
    if role not in (*ROLES, "display") or kind not in RULES:
        assert not may_see(role, kind, simulated, late=True, age_s=1e4, over=True)


COURSE: dict[str, Any] = {
    "type": "course",
    "opened_ns": 1,
    "phases": [{"id": "talk"}],
    "markers": [{"label": "silence"}],
    "presenter": [{"value": 3}],
    "speaker": [{"value": 2}],
    "seats": {"3": [{"value": "kit-3"}]},
    "history": [{"event": {}}],
}
SECOND: dict[str, Any] = {
    "type": "second",
    "seat": 3,
    "time_ns": 0,
    "values": {"arousal": {"v": 1.5, "q": 0.9, "r": None}},
}


@pytest.mark.parametrize("over", [False, True])
def test_a_team_never_learns_who_presents_nor_whose_moment_was_marked(over: bool) -> None:
    seen = visible("team", COURSE, simulated=False, now_ns=0, over=over, late=True)
    assert seen is not None
    assert seen["phases"] and seen["opened_ns"] == 1
    hidden = ("markers", "presenter", "speaker", "seats", "history")
    assert not any(seen[field] for field in hidden)
    assert visible("leader", COURSE, simulated=False, now_ns=0) == COURSE
    assert visible("team", COURSE, simulated=True, now_ns=0) == COURSE
    assert visible("stranger", COURSE, simulated=True, now_ns=0) is None


def test_a_leader_sees_what_a_kit_needs_and_nothing_of_who_wears_it() -> None:
    kit = {
        "contact_ppg": {"v": 1.0, "q": 1.0, "r": None},
        "contact_eda": {"v": 0.0, "q": 1.0, "r": "electrode off"},
        "quality_ppg": {"v": 0.731, "q": 1.0, "r": "weak pulse"},
        "quality_eda": {"v": None, "q": 0.0, "r": "a word nobody knows"},
    }
    body = {
        "hr": {"v": 66.0, "q": 0.3, "r": "irregular rhythm"},
        "scr_rate": {"v": 0.0, "q": 1.0, "r": None},
        "non_responder": {"v": None, "q": 1.0, "r": "too early to say"},
        "arousal": {"v": 1.5, "q": 0.9, "r": "non-responder"},
    }
    told = visible("leader", {**SECOND, "values": {**kit, **body}}, simulated=False, now_ns=0)
    assert told == {**SECOND, "values": {
        "contact_ppg": {"v": 1.0, "r": None},
        "contact_eda": {"v": 0.0, "r": "electrode off"},
        "quality_ppg": {"v": 0.5, "r": "weak pulse"},
        "quality_eda": {"v": None, "r": None},
    }}  # fmt: skip
    assert visible("team", SECOND, simulated=False, now_ns=0) is None
    assert visible("team", SECOND, simulated=True, now_ns=0) == SECOND


def test_how_good_a_signal_is_is_told_in_the_steps_that_the_page_draws() -> None:
    """Finer it would be a figure of the body: it follows the pulse."""
    for value, step in ((0.0, 0.0), (0.49, 0.0), (0.5, 0.5), (0.79, 0.5), (0.8, 0.8), (0.99, 0.8),
                        (1.0, 1.0)):  # fmt: skip
        said = {**SECOND, "values": {"quality_ppg": {"v": value, "q": 1.0, "r": None}}}
        told = visible("leader", said, simulated=False, now_ns=0)
        assert told and told["values"] == {"quality_ppg": {"v": step, "r": None}}


def test_what_tells_of_a_kit_is_what_the_signals_say_of_it() -> None:
    said = {word for name, word in vars(quality).items() if name.isupper() and type(word) is str}
    assert set(FIT_CAUSES) == said
    assert set(FIT) == {name for name in BY_NAME if name.startswith(("contact", "quality"))}


def test_a_teams_curve_is_nobodys_before_it_is_late_enough() -> None:
    team = {"type": "team", "time_ns": 10**9, "time_s": [1], "middle": [0.1]}
    late = 61 * 10**9
    assert visible("team", team, simulated=False, now_ns=late - 1, late=True) is None
    assert visible("team", team, simulated=False, now_ns=late, late=True) == team
    assert visible("team", team, simulated=False, now_ns=late) is None
    group = {"type": "group", "time_ns": 10**9, "n": 14, "median": 0.1}
    for role in ("display", "team", "leader", "researcher"):
        assert visible(role, group, simulated=False, now_ns=10**15, late=True) is None
    assert visible("team", {"type": "odd"}, simulated=True, now_ns=late) is None
    assert visible("team", {}, simulated=True, now_ns=late) is None
