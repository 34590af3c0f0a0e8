"""The protocols that come with the hub: what each has, how long it takes, a whole course of it."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import groupby
from pathlib import Path

import pytest

from hub.course.library import library, shipped_names
from hub.course.phases import Course, fold
from hub.course.protocol import CASE_PARTS, LANGUAGES, MARKERS, Protocol
from hub.records import Event

S = 1_000_000_000
OPENED_NS = 1_800_000_000 * S
CASE = ("case-call", *CASE_PARTS)
FRAME = ("baseline", "building-trust", *CASE, "closing", "recovery")
# The phases of each in their order; what is not FRAME is said in docs/phases.md.
PHASES: dict[str, tuple[str, ...]] = {
    "classic-90": FRAME,
    "short-60": FRAME,
    "double-90": (*FRAME[:7], "break", *FRAME[7:]),
    "hu-90": FRAME,
    "no-push-back-90": (*FRAME[:6], "last-word", *FRAME[7:]),
    "fishbowl-90": (*FRAME[:6], "outer-circle", *FRAME[6:]),
    "online-90": FRAME,
    "demo": FRAME,
    "demo-fast": FRAME,
}
ORDER = PHASES | {"double-90": ("baseline", "building-trust", *CASE, "baseline", *CASE, "closing")}
LENGTH_S: dict[str, tuple[int, int]] = {
    "short-60": (3000, 3600), "demo": (480, 600), "demo-fast": (45, 55),
}
OPTIONAL = {"baseline", "recovery", "break", "last-word"}
SITS_BACK: dict[str, list[str]] = {
    "no-push-back-90": [], "fishbowl-90": ["discussion", "outer-circle"],
}
KEYS: dict[str, dict[str, str]] = {  # what is on a key where all others have what is on the left
    "fishbowl-90": {"case-call": "outer-circle"},
    "no-push-back-90": {"integration": "last-word"},
}
# Minutes that published descriptions of groups give or allow for one case.
PUBLISHED: dict[str, tuple[int, int]] = {
    "case-call": (3, 5), "presentation": (5, 15), "questions": (5, 10), "discussion": (25, 60),
    "integration": (5, 10),
}
SHORTER = {("double-90", "discussion")}  # two cases in the time of one

every = pytest.mark.parametrize("name", PHASES)


def shipped(name: str) -> Protocol:
    return library().protocols[name]


def test_these_are_all() -> None:
    assert sorted(PHASES) == shipped_names()


@every
def test_it_has_its_phases_in_order_each_named_in_three_languages(name: str) -> None:
    protocol = shipped(name)
    assert protocol.id == name
    assert tuple(phase.id for phase in protocol.phases) == PHASES[name]
    assert protocol.order == ORDER[name]
    for labels in [protocol.title, *(phase.label for phase in protocol.phases)]:
        assert tuple(labels) == LANGUAGES and all(labels.values())
    assert protocol.markers == tuple(MARKERS)


@every
def test_who_speaks_who_sits_back_and_what_may_be_left_out(name: str) -> None:
    protocol = shipped(name)
    assert protocol.baseline is not None and protocol.baseline.id == "baseline"
    without = {p.id for p in protocol.phases if p.optional}
    assert without - ({"questions"} if name == "no-push-back-90" else set()) == (
        OPTIONAL & set(PHASES[name]))
    back = [p.id for p in protocol.phases if not p.presenter_in_circle]
    assert back == SITS_BACK.get(name, ["discussion"])
    assert not any(p.who_speaks in ("presenter", "all") for p in protocol.phases if p.id in back)
    assert {p.id for p in protocol.phases if p.who_speaks == "nobody"} == {"baseline", "recovery"}
    presents = protocol.phase("presentation")
    assert presents is not None and presents.who_speaks == "presenter"


@every
def test_the_box_of_eight_keys_means_the_same_everywhere(name: str) -> None:
    protocol = shipped(name)
    other = KEYS.get(name, {})
    inside = [other.get(phase, phase) for phase in (*CASE, "closing")]
    assert list(protocol.keys[:6]) == [{"phase": phase} for phase in inside]
    assert list(protocol.keys[6:]) == [{"marker": "intervention"}, {"undo": True}]
    assert protocol.key_of("discussion") == 3
    assert protocol.key_of("baseline") is None


@every
def test_usual_lengths_fill_the_time(name: str) -> None:
    protocol = shipped(name)
    typical = {phase.id: phase.typical_s for phase in protocol.phases}
    least_s, most_s = LENGTH_S.get(name, (4500, 5400))
    assert least_s <= sum(typical[phase] for phase in protocol.order) <= most_s


@pytest.mark.parametrize("name", [name for name in PHASES if name.endswith("-90")])
def test_usual_lengths_of_90_minutes_are_published_ones(name: str) -> None:
    typical = {phase.id: phase.typical_s / 60 for phase in shipped(name).phases}
    outside = {(name, phase) for phase, (least, most) in PUBLISHED.items()
               if phase in typical and not least <= typical[phase] <= most}
    assert outside == {one for one in SHORTER if one[0] == name}


def test_the_long_phases_of_the_demo_hold_a_window_of_60_s() -> None:
    long = {"baseline", *CASE_PARTS}
    assert all(p.typical_s > 60 for p in shipped("demo").phases if p.id in long)


def test_a_name_is_one_kind_of_phase_in_all_of_them() -> None:
    """Grafana colours phases by their names."""
    names = {(text, phase.id) for protocol in library().protocols.values()
             for phase in protocol.phases for text in phase.label.values()}
    ordered = sorted(names)
    assert [text for text, same in groupby(ordered, lambda one: one[0]) if len([*same]) > 1] == []


def test_the_page_has_a_row_for_each_with_its_usual_length() -> None:
    page = (Path(__file__).parents[2] / "docs" / "phases.md").read_text(encoding="utf-8")
    said = dict(re.findall(r"^\| `([a-z0-9-]+)` \|.* = (\d+) \|$", page, re.M))
    assert said.keys() == set(PHASES) - {"online-90", "demo", "demo-fast"}
    for name, minutes in said.items():
        protocol = shipped(name)
        typical = {phase.id: phase.typical_s for phase in protocol.phases}
        assert sum(typical[phase] for phase in protocol.order) == 60 * int(minutes)


def test_online_is_classic_90_with_a_muted_presenter() -> None:
    classic, online = shipped("classic-90"), shipped("online-90")
    differ = [a.id for a, b in zip(classic.phases, online.phases, strict=True) if a != b]
    assert differ == ["discussion"]


def test_hungarian_differs_in_lengths_and_its_own_words_alone() -> None:
    pairs = [*zip(shipped("classic-90").phases, shipped("hu-90").phases, strict=True)]
    assert all((a.id, a.label["en"], a.label["de"], a.who_speaks, a.compared_as)
               == (b.id, b.label["en"], b.label["de"], b.who_speaks, b.compared_as)
               for a, b in pairs)
    assert [a.id for a, b in pairs if a.label["hu"] != b.label["hu"]] == [
        "questions", "discussion", "integration"]


def test_the_inner_circle_works_and_the_outer_one_is_no_part_of_the_case() -> None:
    fishbowl = shipped("fishbowl-90")
    inner, outer = fishbowl.phase("discussion"), fishbowl.phase("outer-circle")
    assert inner is not None and outer is not None
    assert (inner.who_speaks, inner.compared_as) == ("members", "discussion")
    assert (outer.who_speaks, outer.compared_as) == ("outer", None)
    assert [p.id for p in fishbowl.phases if p.who_speaks == "outer"] == ["outer-circle"]


def course_by_presses(protocol: Protocol, text: str) -> Course:
    """Every phase of the usual order, pressed one after the other for its usual length."""
    at_ns = OPENED_NS
    events = [Event("open", "open", at_ns, "hub", {"protocol": text})]
    for k, id in enumerate(protocol.order):
        phase = protocol.phase(id)
        assert phase is not None
        events.append(Event(f"press-{k}", "phase", at_ns + S, "console", {"phase": id}))
        at_ns += phase.typical_s * S
    events.append(Event("close", "close", at_ns, "console", {}))
    return fold(events)


@every
def test_a_course_from_the_first_phase_to_the_last(name: str) -> None:
    protocol = shipped(name)
    course = course_by_presses(protocol, library().texts[name])
    assert tuple(phase.id for phase in course.phases) == ORDER[name]
    assert all(standing.standing == "stands" for standing in course.history)
    assert course.phases[-1].end_ns == course.closed_ns is not None
    ends = [phase.end_ns for phase in course.phases[:-1]]
    assert ends == [phase.start_ns for phase in course.phases[1:]]
    lasting = [(phase.end_ns or 0) - phase.start_ns for phase in course.phases]
    usual = [found.typical_s * S for id in protocol.order if (found := protocol.phase(id))]
    assert lasting[:-1] == usual[:-1]


@every
def test_no_file_has_a_field_that_says_nothing(name: str) -> None:
    """A `part` where the id says it already, an order that is the phases' own."""
    read = tomllib.loads(
        resources.files("hub").joinpath(f"protocols/{name}.toml").read_text("utf-8"))
    assert not any(phase.get("part") == phase["id"] for phase in read["phases"])
    assert read.get("order") != [phase["id"] for phase in read["phases"]]
