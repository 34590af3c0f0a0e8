"""The hub's clock: no step of the system clock, and no restart, moves it."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.intake import hubclock
from hub.intake.hubclock import NEVER_BEFORE_NS, HubClock, Steady

S = 1_000_000_000
MS = 1_000_000
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


def test_where_sleep_is_not_counted_it_is_not_said_that_nothing_moved(tmp_path, monkeypatch):
    monkeypatch.setattr(hubclock, "COUNTS_SLEEP", False)
    machine = Machine()
    clock = machine.clock(tmp_path)
    machine.utc += 600 * S  # the steady clock stood
    problem = clock.check()
    assert problem and problem.code == "clock step or sleep" and "+600.000 s" in problem.what
    assert "too early" in problem.kept
    machine.utc -= 60 * S  # no sleep does that
    assert clock.check().code == "clock step"


def test_a_restart_on_the_same_boot_goes_on_with_the_same_time(tmp_path):
    machine = Machine()
    machine.clock(tmp_path)
    machine.wait(10 * S)
    machine.utc += 60 * S  # while the hub was down
    clock = machine.clock(tmp_path)
    assert clock.reused and clock.now_ns() == START + 10 * S
    problem = clock.check()
    assert problem and "+60.000 s" in problem.what


def test_of_a_step_while_the_hub_was_down_no_more_is_said_than_is_known(tmp_path):
    machine = Machine()
    clock = machine.clock(tmp_path)
    machine.utc -= 7200 * S
    assert clock.check(), "it was told before the hub went down"
    machine.utc += 3600 * S
    assert machine.clock(tmp_path).check().what == (
        "The system clock was set while the hub was down, or before: it is -3600.000 s off the "
        "hub's.")


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


class Kernel:
    """What a kernel's clocks show: time that passed awake, slewed, and asleep. Whoever reads one is
    held up for `pauses` first."""

    def __init__(self):
        self.awake = self.slept = 0
        self.slewed, self.pauses = 0.0, []

    def _passes(self, ns):
        self.awake += ns

    def _held_up(self):
        self._passes(self.pauses.pop() if self.pauses else 0)

    def raw(self):
        self._held_up()
        return self.awake

    def monotonic(self):
        self._held_up()
        return self.awake + int(self.slewed)

    def boottime(self):
        return self.monotonic() + self.slept

    def live(self, awake, asleep, ppm):
        self.awake += awake
        self.slept += asleep
        self.slewed += awake * ppm * 1e-6


pauses = st.lists(st.sampled_from([0, 0, 100, MS, 300 * MS]), max_size=3)


@given(st.lists(st.tuples(
    st.integers(0, 600 * S), st.sampled_from([0, 0, 0, 1, 20 * S, 3600 * S]),
    st.integers(-100_000, 100_000), pauses,
)))
def test_the_steady_clock_counts_sleep_and_no_slewing(lives):
    """However long a reading is held up: it seems earlier than it is by that at most, it does not
    go back, and the next that is not held up is exact."""
    kernel, last = Kernel(), 0
    steady = Steady(kernel.raw, kernel.boottime, kernel.monotonic)
    for awake, asleep, ppm, held_up in lives:
        kernel.live(awake, asleep, ppm)
        kernel.pauses = [*held_up]
        now = steady()
        late = kernel.awake + kernel.slept - now
        assert 0 <= late <= 2 * sum(held_up) and last <= now
        last = steady()
        assert last == kernel.awake + kernel.slept


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(S, S * 5 // 4), st.integers(-83_333, 83_333)), max_size=50),
       st.sampled_from([128 * MS, -128 * MS, 400 * MS, -3600 * S]))
def test_slewing_is_no_step_and_a_step_is(tmp_path_factory, looks, step):
    machine = Machine()
    clock = machine.clock(tmp_path_factory.getbasetemp())
    clock.reanchor()
    for passed, ppm in looks:  # as chrony does at its fastest, looked at when it may be
        machine.wait(passed)
        machine.utc += passed * ppm // 1_000_000
        assert clock.check() is None
    machine.wait(S)
    machine.utc += step
    assert f"set by {step / S:+.3f} s" in clock.check().what
    assert clock.now_ns() == START + machine.mono - 5 * S


def test_an_anchor_of_another_clock_is_not_gone_on_with(tmp_path):
    """As the file was before: by a clock that was slewed, and days may lie between the two."""
    (tmp_path / "clock.json").write_text('{"boot": "boot-1", "utc_ns": 5, "mono_ns": 4}')
    assert not Machine().clock(tmp_path).reused


def test_the_journal_gets_a_pair_of_readings(tmp_path):
    said = Machine().clock(tmp_path).describe()
    assert said["utc_ns"] == START and said["monotonic_ns"] > 0
