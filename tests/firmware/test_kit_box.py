"""A whole button box: real MicroPython on the simulated board, real Mosquitto, a hub's double."""

import time
from itertools import pairwise

import pytest
import wire
from rig import TAG, KitRig, wait_for


@pytest.fixture
def box(tmp_path, broker, hub):
    with KitRig(tmp_path, broker.port, kit="box", role="box", ring_kb=4) as box:
        wait_for(lambda: hub.shown)
        yield box


def presses(hub):
    return [
        (b.index, b.values[0]) for f in hub.kept() for b in f.blocks if b.channel == wire.EVENT
    ]


def test_a_press_is_acknowledged_and_dated_by_the_touch(hub, box):
    hub.open(TAG, "box")
    box.in_state("RECORD")
    for key in (0, 5, 7):
        box.press(1, hold_us=2)  # a spike on the wire, by which nobody meant anything
        box.press(key)
        wait_for(lambda key=key: any(k == key for _, k in presses(hub)))
    wait_for(lambda: len(box.said("press")) == 3)
    assert presses(hub) == [(0, 0), (1, 5), (2, 7)]
    assert [line.split()[:5] for line in box.said("press")] == [
        ["press", str(i), "key", str(key), "acked_ms"] for i, key in enumerate((0, 5, 7))
    ]
    assert max(int(line.split()[5]) for line in box.said("press")) < 250
    assert len(hub.kept()) == 3  # the signs of life are not kept
    assert box.stop() == 0


def test_presses_in_an_outage_come_later_with_their_own_times(broker, hub, box):
    hub.open(TAG, "box")
    box.in_state("RECORD")
    broker.kill()
    box.in_state("OFFLINE")
    touched = []
    for key in range(3):
        touched.append(box.press(key))
        time.sleep(0.4)
    broker.start()
    wait_for(lambda: len(presses(hub)) == 3)
    ticks = [b.tick_us for f in hub.kept() for b in f.blocks if b.channel == wire.EVENT]
    gaps = [b - a for a, b in pairwise(ticks)]
    true = [b - a for a, b in pairwise(touched)]
    assert all(abs(g - t) < 25_000 for g, t in zip(gaps, true, strict=True))
    assert hub.lost == 0


def test_a_press_without_a_session_is_refused_and_not_kept(hub, box):
    box.press(2)
    wait_for(lambda: box.said("press refused"))
    assert box.said("press") == ["press refused key 2 no session"]
    hub.open(TAG, "box")
    box.in_state("RECORD")
    assert hub.kept() == []


@pytest.mark.parametrize("session", [TAG, 0])
def test_a_press_before_the_first_word_of_the_hub_waits_for_it(tmp_path, broker, hub, session):
    hub.session, hub.silent = session, True
    with KitRig(tmp_path, broker.port, kit="box", role="box", ring_kb=4) as box:
        wait_for(lambda: hub.shown)
        box.press(3)
        shown = hub.shown
        wait_for(lambda: hub.shown > shown + 1)
        assert box.said("press") == []
        assert box.states() == ["BOOT", "JOIN"]  # that no hub has answered is no idleness
        hub.silent = False
        wait_for(lambda: box.said("press"))
        assert presses(hub) == ([(0, 3)] if session else [])
        assert box.said("press refused") == ([] if session else ["press refused key 3 no session"])


def test_a_press_in_an_outage_counts_in_a_session_that_was_opened_meanwhile(broker, hub, box):
    box.in_state("IDLE")
    broker.kill()
    box.in_state("OFFLINE")
    box.press(4)
    hub.session = TAG
    broker.start()
    wait_for(lambda: presses(hub))
    assert presses(hub) == [(0, 4)]
    assert box.said("press refused") == []


def test_a_full_ring_gives_up_its_oldest_frames_and_the_loss_is_known(hub, box):
    hub.open(TAG, "box")
    box.in_state("RECORD")
    hub.silent = True
    slots = 32
    for i in range(slots + 3):
        box.press(i % 8, 40_000, 30_000 + 80_000 * i)  # two at once would share a frame
    wait_for(lambda: hub.stamps[-1][1].base == 3)
    hub.silent = False
    wait_for(lambda: len(hub.kept()) == slots + 3)  # the first went while the hub was silent
    assert box.stop() == 0
    assert box.said("stopped") == ["stopped held 0 evicted 3"]
    assert len(box.said("ring full: the oldest frames go now")) == 1
