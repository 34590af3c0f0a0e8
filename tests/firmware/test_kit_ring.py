"""The ring keeps frames in order and byte for byte, and makes room only when it must."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.ring import Ring
from micropython import FIRMWARE, run

SCENARIO = Path(__file__).with_name("ring_scenario.py")

PUT = st.tuples(st.just("put"), st.binary(min_size=1, max_size=1000))
FREE = st.tuples(st.just("free"), st.integers(0, 40))


class Model:
    """What a ring is, without caring how."""

    def __init__(self, size, slots):
        self.size, self.slots = size, slots
        self.base, self.evicted, self.frames = 0, 0, []

    def put(self, frame):
        while sum(map(len, self.frames)) + len(frame) > self.size or len(self.frames) == self.slots:
            self.free(1)
            self.evicted += 1
        self.frames.append(frame)

    def free(self, n):
        n = min(n, len(self.frames))
        del self.frames[:n]
        self.base += n


def contents(ring):
    frames = []
    for seq in range(ring.base, ring.next):
        into = bytearray(1200)
        size = ring.get(seq, into, 7)
        frames.append(bytes(into[7 : 7 + size]))
        assert bytes(into[:7]) == bytes(7) and not any(into[7 + size :])
    return frames


@settings(max_examples=60)
@given(st.lists(st.one_of(PUT, PUT, PUT, FREE), max_size=60))
def test_it_is_what_the_model_is(steps):
    ring = Ring(1)
    model = Model(ring.size, ring.slots)
    for what, value in steps:
        if what == "put":
            assert ring.put(value, len(value)) == model.base + len(model.frames)
            model.put(value)
        else:
            ring.free(ring.base + value)
            model.free(value)
        assert (ring.base, ring.evicted) == (model.base, model.evicted)
        assert ring.used == sum(map(len, model.frames))
    assert contents(ring) == model.frames


def test_small_frames_fill_the_slots_and_evict_too():
    ring = Ring(1)
    for _ in range(ring.slots + 5):
        ring.put(b"x", 1)
    assert (ring.held(), ring.evicted, ring.permille()) == (ring.slots, 5, 1000)


def test_what_is_not_held_is_not_got():
    ring = Ring(1)
    ring.put(b"abc", 3)
    ring.free(1)
    into = bytearray(8)
    assert ring.get(0, into, 0) == 0
    assert ring.get(1, into, 0) == 0
    ring.free(99)
    assert (ring.base, ring.next) == (1, 1)


def test_no_block_is_bigger_than_4_kb():
    ring = Ring(16)
    assert {len(chunk) for chunk in ring.chunks} == {4096}
    assert max(len(a) * a.itemsize for a in (ring.starts, ring.sizes)) <= 4096


@pytest.mark.parametrize("chunks", [0, 17])
def test_its_size_has_bounds(chunks):
    with pytest.raises(ValueError, match="1-16 chunks"):
        Ring(chunks)


def test_both_interpreters_print_the_same():
    done = subprocess.run(
        [sys.executable, str(SCENARIO)],
        env={"PYTHONPATH": str(FIRMWARE)}, capture_output=True, text=True, check=True,
    )
    lines = run(SCENARIO)
    assert lines == done.stdout
    assert len(lines.splitlines()) == 400 and "False" not in lines


def test_put_allocates_nothing():
    assert run(
        "import micropython\n"
        "from kit.ring import Ring\n"
        "ring, frame = Ring(1), bytes(700)\n"
        "def fill():\n"
        "    for _ in range(20): ring.put(frame, 700)\n"
        "micropython.heap_lock()\n"
        "fill()\n"
        "micropython.heap_unlock()\n"
        "print(ring.next, ring.evicted)"
    ) == "20 15\n"
