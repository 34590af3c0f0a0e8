"""The hub's clock: no step of the system clock, and no restart, moves it."""

import json

from hub.intake.hubclock import NEVER_BEFORE_NS, HubClock

S = 1_000_000_000
START = NEVER_BEFORE_NS + 1000 * S


class Machine:
    """A machine whose clocks go on by hand."""

    def __init__(self):
        self.utc, self.mono, self.boot = START, 5 * S, "boot-1"

    def clock(self, folder):
        return HubClock(folder / "clock.json", lambda: self.utc, lambda: self.mono,
                        lambda: self.boot)

    def wait(self, ns):
        self.utc += ns
        self.mono += ns


def test_a_step_of_the_system_clock_is_told_and_moves_nothing(tmp_path):
    machine = Machine()
    clock = machine.clock(tmp_path)
    machine.wait(3 * S)
    assert clock.check() is None
    machine.utc -= 3600 * S
    assert clock.now_ns() == START + 3 * S
    problem = clock.check()
    assert problem and "-3600.000 s" in problem.what and problem.at_ns == START + 3 * S
    assert clock.check() is None  # told once


def test_a_restart_on_the_same_boot_goes_on_with_the_same_time(tmp_path):
    machine = Machine()
    machine.clock(tmp_path)
    machine.wait(10 * S)
    machine.utc += 60 * S  # while the hub was down
    clock = machine.clock(tmp_path)
    assert clock.reused and clock.now_ns() == START + 10 * S
    problem = clock.check()
    assert problem and "+60.000 s" in problem.what


def test_a_boot_of_the_machine_makes_a_new_anchor(tmp_path):
    machine = Machine()
    machine.clock(tmp_path)
    machine.utc, machine.mono, machine.boot = START + 99 * S, 1 * S, "boot-2"
    clock = machine.clock(tmp_path)
    assert not clock.reused and clock.now_ns() == START + 99 * S
    assert clock.check() is None


def test_a_machine_that_does_not_name_its_boot_reuses_nothing(tmp_path):
    machine = Machine()
    machine.boot = ""
    machine.clock(tmp_path)
    assert not machine.clock(tmp_path).reused


def test_between_sessions_the_right_time_may_be_taken(tmp_path):
    machine = Machine()
    clock = machine.clock(tmp_path)
    machine.utc += 100 * S
    assert clock.check()  # as during a session
    clock.follow()
    assert clock.now_ns() == START + 100 * S and clock.check() is None
    assert machine.clock(tmp_path).now_ns() == START + 100 * S


def test_it_may_go_on_from_a_later_moment_and_never_from_an_earlier(tmp_path):
    machine = Machine()
    clock = machine.clock(tmp_path)
    assert not clock.not_before(START - 9 * S) and clock.now_ns() == START
    assert clock.not_before(START + 70 * S) and clock.now_ns() == START + 70 * S
    assert clock.check() is None  # nobody set the system's clock
    assert machine.clock(tmp_path).now_ns() == START + 70 * S


def test_a_clock_that_was_never_set_is_told(tmp_path):
    machine = Machine()
    assert machine.clock(tmp_path).unset() is None
    machine.boot, machine.utc = "boot-2", START - 500 * S  # before the last anchor
    assert machine.clock(tmp_path).unset() is not None
    machine.boot, machine.utc = "boot-3", 40 * 365 * 86400 * S // 2  # 1990
    assert machine.clock(tmp_path).unset() is not None


def test_a_damaged_file_is_replaced(tmp_path):
    (tmp_path / "clock.json").write_text("{")
    machine = Machine()
    assert machine.clock(tmp_path).now_ns() == START
    assert json.loads((tmp_path / "clock.json").read_text())["utc_ns"] == START


def test_the_journal_gets_a_pair_of_readings(tmp_path):
    said = Machine().clock(tmp_path).describe()
    assert said["utc_ns"] == START and said["monotonic_ns"] > 0
