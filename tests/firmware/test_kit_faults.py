"""Faults put into a whole kit in the real MicroPython: it goes on, or starts again; it never stays
at the prompt."""

import pytest
from micropython import RESET
from rig import KitRig, wait_for
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
        assert kit.board.process.wait(20) == RESET


def test_a_kit_that_ends_by_itself_resets_the_board_too(tmp_path, broker):
    before = """
from kit.recorder import Recorder
async def end(self): pass
Recorder.run = end
"""
    with KitRig(tmp_path, broker.port, heap="208k", before=before) as kit:
        wait_for(lambda: kit.said("fault end: RuntimeError"))
        assert kit.board.process.wait(20) == RESET


def test_a_wrong_config_is_for_a_person_and_resets_nothing(tmp_path, broker):
    with KitRig(tmp_path, broker.port, ring_kb=3) as kit:
        assert kit.board.process.wait(20) == 1
        assert not kit.said("fault end")


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
