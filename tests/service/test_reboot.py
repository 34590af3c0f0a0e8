"""The machine of the hub loses its power in mid-session."""

import pytest

import hub.service.hub as service
from hub.analysis.session import analyse
from hub.analysis.verify import verify
from hub.intake.hubclock import NEVER_BEFORE_NS, HubClock
from hub.records import NS
from tests.small_hub import SmallHub, record
from tests.waiting import wait_for

AWAY_S = 74


class Machine:
    """Its clocks go by the time of the kits; after a boot the system's is `behind_s`."""

    def __init__(self, folder, monkeypatch):
        self.behind_s, self.booted_s, self.small = 0.0, 0.0, None
        monkeypatch.setattr(service, "HubClock", lambda path, mono: HubClock(
            path, lambda: NEVER_BEFORE_NS + int((self.now_s - self.behind_s) * NS),
            lambda: int((self.now_s - self.booted_s) * NS), lambda: f"boot at {self.booted_s}",
        ))
        self.small = SmallHub(folder)

    @property
    def now_s(self):
        return self.small.now_s if self.small else 1000.0

    def cut(self, behind_s):
        """No power for AWAY_S, while the kits go on."""
        self.small.hub.stop()
        for _ in range(AWAY_S):
            self.small.now_s += 1
            for kit in self.small.kits.values():
                kit.second(self.small.now_s)
        self.behind_s, self.booted_s = behind_s, self.small.now_s
        self.small.start()


@pytest.fixture
def machine(tmp_path, monkeypatch):
    machine = Machine(tmp_path / "data", monkeypatch)
    yield machine
    machine.small.hub.stop()


def codes(machine):
    return [problem.code for problem in machine.small.hub.problems()]


def pressed(machine, info, phase):
    return record(machine.small.hub, info.id, "phase", {"phase": phase}).at_ns


def begun(machine):
    """A session of two kits with a phase, and what the hub's time has to be in it."""
    small = machine.small
    small.add("k1", "k2")
    info = small.open("k1", "k2")
    small.second(3)
    pressed(machine, info, "baseline")
    small.second(20)
    return info, lambda: NEVER_BEFORE_NS + int(small.now_s * NS)


BEHIND, MOVED = "clock behind", "clock moved on"


@pytest.mark.parametrize(("behind_s", "told"), [
    (AWAY_S - 2, []),  # its clock stood since it was cut, and nothing known is later
    (AWAY_S + 9, [BEHIND]), (900, [BEHIND]), (90_000, [BEHIND]),
])
def test_a_session_goes_on_by_the_clock_of_a_kit(machine, behind_s, told):
    small = machine.small
    info, true_ns = begun(machine)
    machine.cut(behind_s)
    assert codes(machine) == told
    early_ns = pressed(machine, info, "case-call")  # nobody is heard yet
    assert early_ns == max(row.at_ns for row in small.rows(info))
    for kit in small.kits.values():
        kit.connected(small.now_s)
    small.second(3)
    assert codes(machine) == [*told, MOVED]
    assert abs(small.hub.now_ns() - true_ns()) < NS // 100
    assert pressed(machine, info, "presentation") == true_ns()
    small.second(15)
    small.hub.close_session(info.id)
    course = small.hub.course(info.id)
    assert [phase.id for phase in course.phases] == ["baseline", "case-call", "presentation"]
    assert course.closed_ns == true_ns() and all(one.standing == "stands" for one in course.history)
    wait_for(lambda: small.second() or not any(kit.held for kit in small.kits.values()), "all came")
    said = verify(analyse(info.folder, 1))
    assert len(said["findings"]) == len([*told, MOVED])
    assert f"off for {AWAY_S} s" in said["findings"][-1]
    assert [(row["lost"], row["settling"]) for row in said["ledger"]] == [(0, False)] * 2


def test_where_no_kit_knows_better_the_order_is_kept_and_the_gap_is_told(machine):
    info, _ = begun(machine)
    del machine.small.kits["k1"], machine.small.kits["k2"]
    machine.cut(900)
    for phase in ("case-call", "presentation"):
        machine.small.second()
        pressed(machine, info, phase)
    machine.small.second(2)
    machine.small.hub.close_session(info.id)
    course = machine.small.hub.course(info.id)
    assert [phase.id for phase in course.phases] == ["baseline", "case-call", "presentation"]
    assert course.closed_ns and all(one.standing == "stands" for one in course.history)
    assert codes(machine) == [BEHIND]
    assert "restarted in mid-session" in " ".join(verify(analyse(info.folder, 1))["findings"])


def test_a_clock_that_is_right_is_left_alone(machine):
    _, true_ns = begun(machine)
    machine.cut(0)
    for kit in machine.small.kits.values():
        kit.connected(machine.small.now_s)
    machine.small.second(3)
    assert machine.small.hub.now_ns() == true_ns() and codes(machine) == []
