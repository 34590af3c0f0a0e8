"""Faults put into a whole kit in the real MicroPython: it goes on, or starts again; it never stays
at the prompt."""

import pytest
import wire
from micropython import RESET
from rig import TAG, KitRig, wait_for
from test_kit_system import assert_whole, record

RAISES = """
class Raises:
    # Raises `error` at the calls number `first` to `last` of a method, and else does as it does.
    def __init__(self, owner, name, error, first, last):
        self.do, self.error, self.first, self.last, self.n = (
            getattr(owner, name), error, first, last, 0)
        setattr(owner, name, lambda *args: self(*args))

    def __call__(self, *args):
        self.n += 1
        if self.first <= self.n <= self.last:
            raise self.error
        return self.do(*args)
"""
SAMPLER_FAILS = """
from kit.recorder import Recorder
async def end(self): 1 // 0
Recorder.run = end
"""
NO_MEMORY = "MemoryError('memory allocation failed, allocating 64 bytes')"


def no_memory(module, owner, name, first, last):
    """What makes a method's calls number `first` to `last` end in MemoryError."""
    put = f"Raises({owner}, '{name}', {NO_MEMORY}, {first}, {last})"
    return f"{RAISES}\nfrom {module} import {owner}\n{put}"


@pytest.mark.parametrize(
    ("task", "where"),
    [
        ("watch", ("kit.supervise", "Watch", "look")),
        ("link", ("kit.link", "Link", "next_packet")),
        ("kit", ("kit.recorder", "Recorder", "step")),
    ],
)
def test_no_memory_in_a_task_costs_a_moment_of_it_and_nothing_else(
    tmp_path, broker, hub, task, where
):
    before = no_memory(*where, 8, 10)
    with KitRig(tmp_path, broker.port, heap="208k", before=before) as kit:
        wait_for(lambda: hub.shown)
        wait_for(lambda: len(kit.said(f"fault {task}: MemoryError")) == 3)
        record(hub, kit)
        assert kit.stop() == 0
        assert kit.said("stopped") == ["stopped held 0 evicted 0"]
        assert_whole(hub.kept())


@pytest.mark.parametrize(
    "where",
    [
        ("kit.app", "Kit", "_recorder"),  # while it is put together
        ("kit.app", "Kit", "run"),
        ("kit.supervise", "Supervisor", "_tell"),  # the supervisor itself
    ],
)
def test_what_no_supervisor_catches_is_said_and_resets_the_board(tmp_path, broker, where):
    before = no_memory(*where, 1, 99) + SAMPLER_FAILS
    with KitRig(tmp_path, broker.port, heap="208k", before=before) as kit:
        wait_for(lambda: kit.said("fault end"))
        assert kit.said("fault end")[0].startswith("fault end: MemoryError(")
        assert kit.said("fault end")[0].endswith("reset in 5 s")
        assert kit.board.process.wait(180) == RESET


def test_a_kit_that_ends_by_itself_resets_the_board_too(tmp_path, broker):
    before = """
from kit.recorder import Recorder
async def end(self): pass
Recorder.run = end
"""
    with KitRig(tmp_path, broker.port, heap="208k", before=before) as kit:
        wait_for(lambda: kit.said("fault end: RuntimeError"))
        assert kit.board.process.wait(180) == RESET


ON_A_PICO = """
import machine
from kit import wrong_config
wrong_config.PORTS["linux"] = "pico-w"
wrong_config.SAY_AGAIN_MS = 500
class Pin(machine.Pin):
    def value(self, level):
        print("light", self.id, level)
machine.Pin = Pin
"""


def test_a_wrong_config_is_for_a_person_who_is_told_again_and_again_and_sees_it(tmp_path, broker):
    with KitRig(tmp_path, broker.port, ring_kb=3, before=ON_A_PICO) as kit:
        refused = "config.json refused: ring_kb must be a whole number, 4 to 64"
        wait_for(lambda: kit.lines.count(refused) == 3)
        assert kit.lines.count("light LED 1") >= 3
        assert kit.stop() == 0
    assert {line.split()[0] for line in kit.lines} == {"config.json", "light"}


def test_a_ring_that_the_heap_cannot_hold_is_named(tmp_path, broker):
    with KitRig(tmp_path, broker.port, ring_kb=64, heap="90k") as kit:
        refused = "config.json refused: ring_kb is 64: the board has no room for that"
        wait_for(lambda: refused in kit.lines)


def test_no_memory_at_a_cut_costs_half_a_second_and_not_what_was_sampled_before(
    tmp_path, broker, hub
):
    hub.session = TAG
    before = no_memory("kit.health", "Health", "add", 3, 3)
    with KitRig(tmp_path, broker.port, heap="208k", before=before) as kit:
        wait_for(lambda: kit.said("fault kit: MemoryError"))
        told = len(hub.kept(TAG))
        wait_for(lambda: len(hub.kept(TAG)) >= told + 2)
        ppg = [b for f in hub.kept(TAG) for b in f.blocks if b.channel == wire.PPG_IR]
        taken = ppg[-1].index + len(ppg[-1].values)
        assert taken - sum(len(b.values) for b in ppg) < 50


UNPLUGGED = """
import os
from chips.bus import Bus
chip = Bus._chip
def _chip(self, address):
    self.look()
    try:
        os.stat("unplugged")
    except OSError:
        return chip(self, address)
    raise OSError(19)
Bus._chip = _chip
"""
SENSORS = ("sensor MAX30102 (0x57)", "sensor ADS1115 (0x48)")


def test_a_sensor_that_is_silent_is_named_and_shown_until_it_is_back(tmp_path, broker, hub):
    (tmp_path / "k1").mkdir()
    plug = tmp_path / "k1" / "unplugged"
    plug.touch()
    with KitRig(tmp_path, broker.port, heap="208k", before=UNPLUGGED) as kit:
        kit.in_state("FAULT")  # missing from the start
        for sensor in SENSORS:
            wait_for(lambda sensor=sensor: kit.said(sensor))
            assert kit.said(sensor) == [sensor + " is silent: check its SDA, SCL, ground and 3.3 V"]
        plug.unlink()
        kit.in_state("IDLE")
        assert [kit.said(sensor)[1:] for sensor in SENSORS] == [[s + " is back"] for s in SENSORS]
        record(hub, kit)
        plug.touch()  # pulled out in a session
        kit.in_state("FAULT")
        plug.unlink()
        kit.in_state("RECORD")


def test_a_converter_of_twelve_bits_is_found_and_said(tmp_path, broker, hub):
    before = "import machine\nmachine.eda.mask = 0xFFF0"
    with KitRig(tmp_path, broker.port, heap="208k", before=before) as kit:
        wait_for(lambda: hub.about)
        assert hub.about["k1"]["eda"]["bits"] is None
        record(hub, kit)
        wait_for(lambda: hub.about["k1"]["eda"]["bits"] == 12)
        assert hub.about["k1"]["eda"]["adc"] == "ads1015"
        assert kit.said("converter") == ["converter 12 bits: an ADS1015 was sold as an ADS1115"]


def test_a_converter_of_sixteen_bits_is_said_as_well(tmp_path, broker, hub):
    with KitRig(tmp_path, broker.port) as kit:
        wait_for(lambda: hub.about and hub.about["k1"]["eda"]["bits"] == 16)
        assert hub.about["k1"]["eda"]["adc"] == "ads1115"
        assert kit.said("converter") == []
