"""The scripted leader: every phase, and it yields to a person."""

import numpy as np
import pytest

from hub.course.library import library
from hub.simulate.leader import Leader, scene_of
from hub.simulate.scene import MEMBER, PRESENTER, Scene, target
from hub.simulate.script import plan
from hub.simulate.world import Anchor

PROTOCOLS = library().protocols


@pytest.fixture(params=sorted(PROTOCOLS))
def protocol(request):
    return PROTOCOLS[request.param]


def test_phases_come_in_their_usual_order(protocol):
    acts = plan(protocol, 8, 1, seed=1)
    assert [a.data["phase"] for a in acts if a.kind == "phase"] == list(protocol.order)
    assert [a.at_s for a in acts] == sorted(a.at_s for a in acts)


def test_each_case_has_a_presenter_of_its_own():
    for name, who in (("classic-90", [8]), ("double-90", [8, 1])):
        acts = plan(PROTOCOLS[name], 8, 8, seed=1)
        assert [a.data["seat"] for a in acts if a.kind == "presenter"] == who


def test_only_those_speak_who_may(protocol):
    acts = plan(protocol, 8, 1, seed=1)
    phase, presenter = None, 1
    for act in acts:
        if act.kind == "phase":
            phase = protocol.phase(act.data["phase"])
        if act.kind == "presenter":
            presenter = act.data["seat"]
        if act.kind == "speaker":
            seat = act.data["seat"]
            everybody = set(range(1, 9))
            may = {"nobody": seat is None, "leader": seat is None, "outer": seat is None,
                   "presenter": seat == presenter, "members": seat in everybody - {presenter},
                   "all": seat in everybody}
            assert may[phase.who_speaks], (phase.id, seat)


def test_every_phase_has_a_course_of_its_own():
    assert set(PRESENTER) == set(MEMBER)
    for protocol in PROTOCOLS.values():
        assert {p.id for p in protocol.phases} - set(PRESENTER) <= {"building-trust"}
    assert target(Scene(0), 1, np.zeros(1))[0] > 0


class FakeWorld:
    def __init__(self):
        self.anchor = Anchor(0, 0)
        self.scenes = [Scene(0.0)]
        self.bodies = {f"kit-{n}": n for n in range(1, 9)}
        self.keys = []

    def press(self, key):
        self.keys.append(key)

    def play(self, scene):
        self.scenes.append(scene)


class FakeConsole:
    def __init__(self):
        self.pressed = []
        self.course = course()

    def press(self, session, kind, data):
        self.pressed.append((kind, data))

    def get(self, path):
        return self.course


def course(phases=(), history=(), presenter=(), speaker=(), kits=()):
    seats = dict(kits) or {n: f"kit-{n}" for n in range(1, 9)}
    return {"now_ns": 9_000_000_000, "phases": list(phases), "history": list(history),
            "presenter": list(presenter), "speaker": list(speaker),
            "seats": {str(seat): [span(kit)] if kit else [] for seat, kit in seats.items()}}


def span(value):
    return {"start_ns": 1, "end_ns": None, "value": value}


PHASE = {"id": "presentation", "start_ns": 2_000_000_000, "end_ns": None}


def leader(world, console):
    demo = PROTOCOLS["demo"]
    return Leader(console, "s", world, demo, plan(demo, 8, 1, seed=1))


def test_phases_go_by_the_box_where_it_has_a_key():
    world, console = FakeWorld(), FakeConsole()
    whole = leader(world, console)
    for second in range(600):
        whole.tick(float(second))
    demo = PROTOCOLS["demo"]
    assert world.keys == [k for p in demo.phases if (k := demo.key_of(p.id)) is not None]
    by_console = [data["phase"] for kind, data in console.pressed if kind == "phase"]
    assert by_console == [p.id for p in demo.phases if demo.key_of(p.id) is None]
    assert whole.done and not whole.human


def test_a_person_s_press_takes_over():
    world, console = FakeWorld(), FakeConsole()
    whole = leader(world, console)
    whole.tick(1.5)
    event = {"id": "somebody", "kind": "phase", "source": "console"}
    console.course = course(history=[{"event": event}])
    for second in range(2, 600):
        whole.tick(float(second))
    assert whole.human and whole.done
    assert world.keys == []


def test_the_script_s_own_presses_are_no_person_s():
    world, console = FakeWorld(), FakeConsole()
    whole = leader(world, console)
    event = {"id": "own", "kind": "phase", "source": "script"}
    console.course = course(history=[{"event": event}])
    whole.look()
    assert not whole.human


def test_the_bodies_feel_what_really_is_pressed():
    world, console = FakeWorld(), FakeConsole()
    console.course = course([PHASE], presenter=[span(4)], speaker=[span(None)])
    whole = leader(world, console)
    whole.tick(1.0)
    whole.tick(2.0)
    assert len(world.scenes) == 2
    scene = world.scenes[-1]
    assert (scene.phase, scene.presenter, scene.speaker) == ("presentation", 4, None)
    assert scene.phase_since_s == pytest.approx(2.0)


@pytest.mark.parametrize(("seat", "body"), [(1, 2), (2, 1), (9, 8), (3, None), (7, None)])
def test_the_body_that_feels_it_is_the_one_whose_kit_is_on_the_seat(seat, body):
    kits = {1: "kit-2", 2: "kit-1", 9: "kit-8", 3: None, 4: "kit-4"}
    told = course([PHASE], presenter=[span(seat)], speaker=[span(seat)], kits=kits)
    scene = scene_of(told, PROTOCOLS["demo"], lambda ns: ns * 1e-9, FakeWorld().bodies)
    assert (scene.presenter, scene.speaker) == (body, body)


def test_a_kit_that_changes_its_seat_takes_the_scene_to_another_body():
    world, console = FakeWorld(), FakeConsole()
    console.course = course([PHASE], presenter=[span(1)])
    whole = leader(world, console)
    whole.look()
    console.course = course([PHASE], presenter=[span(1)], kits={1: "kit-5"})
    whole.look()
    assert [scene.presenter for scene in world.scenes] == [None, 1, 5]


def test_before_the_first_phase_there_is_only_the_room():
    assert scene_of(course(), PROTOCOLS["demo"], lambda ns: ns * 1e-9, {}) == Scene(9.0)
