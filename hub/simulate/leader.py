"""The scripted leader: presses the box and the console by a plan, until a person does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from hub.course.protocol import Protocol
from hub.simulate.console import Console, ConsoleError
from hub.simulate.scene import Scene
from hub.simulate.script import Act
from hub.simulate.world import World

LOOK_S = 1.0
STEERS = {"phase", "undo", "retime", "delete"}


class Leader:
    """Call `tick` often. What really is pressed, by whomever, moves the bodies."""

    def __init__(
        self, console: Console, session: str, world: World, protocol: Protocol,
        plan: tuple[Act, ...],
    ) -> None:
        self.session, self.course = session, dict[str, Any]()
        self.human = False  # a person has taken over
        self._console, self._world, self._protocol = console, world, protocol
        self._left = deque(plan)
        self._looked_s = float("-inf")

    @property
    def done(self) -> bool:
        """True when the plan is over, or is not followed any more."""
        return self.human or not self._left

    def tick(self, since_s: float) -> None:
        """`since_s`: seconds since the opening. A hub that does not answer is asked again."""
        try:
            if since_s - self._looked_s >= LOOK_S:
                self._looked_s = since_s
                self.look()
            while not self.done and self._left[0].at_s <= since_s:
                self._do(self._left[0])
                self._left.popleft()
        except ConsoleError:
            self._looked_s = since_s

    def _do(self, act: Act) -> None:
        key = self._protocol.key_of(act.data["phase"]) if act.kind == "phase" else None
        if key is None:
            self._console.press(self.session, act.kind, act.data)
        else:
            self._world.press(key)

    def look(self) -> None:
        """See how the session goes, and let the bodies feel it."""
        self.course = self._console.get(f"/api/sessions/{self.session}/course")
        self.human = self.human or any(map(_by_a_person, self.course["history"]))
        scene = scene_of(self.course, self._protocol, self._mono_s, self._world.bodies)
        last = self._world.scenes[-1]
        if _felt(scene) != _felt(last):
            self._world.play(scene)

    def _mono_s(self, utc_ns: int) -> float:
        anchor = self._world.anchor
        return (utc_ns - anchor.utc_ns + anchor.mono_ns) * 1e-9


def _by_a_person(standing: dict[str, Any]) -> bool:
    """The script says of its own presses on the console that they are."""
    event = standing["event"]
    return event["kind"] in STEERS and event["source"] == "console"


def scene_of(
    course: dict[str, Any], protocol: Protocol, mono_s: Callable[[int], float],
    bodies: Mapping[str, int],
) -> Scene:
    """What goes on now, by a course as JSON; `bodies` are the numbers of those who wear a kit."""
    now_s = mono_s(course["now_ns"])
    phase = _open(course["phases"])
    if phase is None:
        return Scene(now_s)
    found = protocol.phase(phase["id"])
    return Scene(
        now_s, phase["id"], mono_s(phase["start_ns"]), found.typical_s if found else 600.0,
        _body(course, "presenter", bodies), _body(course, "speaker", bodies),
    )


def _body(course: dict[str, Any], role: str, bodies: Mapping[str, int]) -> int | None:
    """Who wears the kit that is now on the seat of whoever presents or speaks."""
    seat = (_open(course[role]) or {}).get("value")
    kit = (_open(course["seats"].get(str(seat), [])) or {}).get("value")
    return bodies.get(kit) if isinstance(kit, str) else None


def _open(spans: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The span that has not ended."""
    return spans[-1] if spans and spans[-1]["end_ns"] is None else None


def _felt(scene: Scene) -> tuple[object, ...]:
    """What of a scene a body notices. The same phase, re-timed a little, is another one."""
    return (scene.phase, round(scene.phase_since_s, 1), scene.presenter, scene.speaker)
