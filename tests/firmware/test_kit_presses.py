"""Touches of a key: dated by their first edge, once each, whatever the contact does."""

import pytest
from kit.presses import LOW_US, REST_US, ROOM, Key, Presses


class Finger:
    """A pin and a clock for one key."""

    IRQ_FALLING = IRQ_RISING = 1

    def __init__(self):
        self.now, self.level = 1000, 1
        self.key = Key(3, self, lambda: self.now)
        self.told = []

    def value(self):
        return self.level

    def edge(self, level, after_us):
        self.now = (self.now + after_us) & ((1 << 30) - 1)
        self.level = level
        self.key.edge(self)

    def rest(self, us=REST_US):
        self.now = (self.now + us) & ((1 << 30) - 1)
        if self.key.settle():
            self.told.append(self.key.since)

    def touches(self):
        told, self.told = self.told, []
        return told


def test_a_touch_is_stamped_by_its_first_edge_and_bounces_are_not_touches():
    finger = Finger()
    finger.edge(0, 500)
    touched = finger.now
    for i in range(6):
        finger.edge(i % 2, 700)
    finger.edge(0, 700)
    finger.rest()
    finger.edge(1, 90_000)
    for i in range(5):
        finger.edge(i % 2, 900)
    finger.edge(1, 900)
    finger.rest()
    assert finger.touches() == [touched]
    finger.edge(0, 50_000)
    again = finger.now
    finger.rest()
    assert finger.touches() == [again]


def test_a_tap_shorter_than_the_rest_is_a_touch_and_so_is_the_next():
    finger = Finger()
    finger.edge(0, 0)
    finger.edge(1, 8000)
    finger.rest()
    finger.rest()
    finger.edge(0, 100_000)
    finger.rest()
    assert len(finger.touches()) == 2


def test_ten_silent_minutes_change_nothing():
    finger = Finger()
    finger.edge(0, 0)
    finger.edge(1, 100_000)
    finger.rest()
    for _ in range(10):
        finger.rest(60_000_000)
    finger.edge(0, 1)
    finger.rest()
    assert len(finger.touches()) == 2


def test_a_touch_without_its_interrupt_is_seen_all_the_same():
    finger = Finger()
    finger.level = 0
    finger.rest(20_000)
    assert finger.touches() == []
    finger.rest(20_000)
    assert finger.touches() == [finger.now]
    finger.rest(20_000)
    assert finger.touches() == []
    finger.level = 1
    finger.rest(20_000)
    finger.edge(0, 20_000)
    finger.rest()
    assert len(finger.touches()) == 1


def test_a_key_held_down_at_the_start_is_no_touch():
    finger = Finger()
    finger.level = 0
    key = Key(0, finger, lambda: finger.now)
    for _ in range(4):
        finger.now += 20_000
        assert not key.settle()


@pytest.mark.parametrize("apart_us", [700, 10_000, 20_000])
def test_spikes_on_the_wire_are_no_touches_however_they_follow(apart_us):
    finger = Finger()
    for _ in range(30):
        finger.edge(0, apart_us)
        finger.edge(1, 2)
        finger.rest(10)
    finger.rest()
    finger.rest()
    assert finger.touches() == []


def test_a_spike_whose_edges_came_as_one_is_no_touch():
    finger = Finger()
    finger.level = 1
    for _ in range(5):
        finger.edge(1, 20_000)  # it has gone again when the handler looks
        finger.rest(10_000)
    assert finger.touches() == []


def test_a_touch_amid_spikes_counts_and_is_dated_by_itself():
    finger = Finger()
    for _ in range(100):
        finger.edge(0, 20_000)
        finger.edge(1, 2)
        finger.rest(10)
    finger.edge(0, 15_000)
    touched = finger.now
    finger.rest(LOW_US)
    assert finger.touches() == [touched]


def test_a_press_with_bounces_that_nobody_looked_at_meanwhile_is_a_touch():
    finger = Finger()
    finger.edge(0, 500)
    touched = finger.now
    for after_us in (600, 700, 90_000, 600, 700):  # bounces, held, bounces
        finger.edge(1 - finger.level, after_us)
    finger.rest()
    assert finger.touches() == [touched]


def test_there_is_room_for_sixteen_and_each_keeps_its_whole_tick():
    presses = Presses()
    pushed = [presses.push(i % 8, i, 300 + i) for i in range(ROOM + 2)]
    assert pushed == [True] * ROOM + [False] * 2
    taken = [(presses.pop(), presses.lo, presses.wraps) for _ in range(ROOM)]
    assert taken == [(i % 8, i, 300 + i) for i in range(ROOM)]
    assert presses.pop() == -1
