"""Touches of a key: dated by their first edge, once each, whatever the contact does."""

from kit.presses import REST_US, ROOM, Key, Presses


class Finger:
    """A pin and a clock for one key."""

    IRQ_FALLING = IRQ_RISING = 1

    def __init__(self):
        self.now, self.level = 1000, 1
        self.presses = Presses()
        self.key = Key(3, self, self.presses, lambda: self.now)

    def value(self):
        return self.level

    def edge(self, level, after_us):
        self.now = (self.now + after_us) & ((1 << 30) - 1)
        self.level = level
        self.key.edge(self)

    def rest(self, us=REST_US):
        self.now = (self.now + us) & ((1 << 30) - 1)
        self.key.settle()

    def touches(self):
        found = []
        while self.presses.pop() >= 0:
            found.append(self.presses.lo)
        return found


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
    assert finger.touches() == [finger.now]


def test_a_tap_shorter_than_the_rest_is_a_touch_and_so_is_the_next():
    finger = Finger()
    finger.edge(0, 0)
    finger.edge(1, 8000)
    finger.rest()
    finger.edge(0, 100_000)
    assert len(finger.touches()) == 2


def test_ten_silent_minutes_change_nothing():
    finger = Finger()
    finger.edge(0, 0)
    finger.edge(1, 100_000)
    finger.rest()
    for _ in range(10):
        finger.rest(60_000_000)
    finger.edge(0, 1)
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
    assert len(finger.touches()) == 1


def test_a_key_held_down_at_the_start_is_no_touch():
    finger = Finger()
    finger.level = 0
    key = Key(0, finger, finger.presses, lambda: finger.now)
    for _ in range(4):
        finger.now += 20_000
        key.settle()
    assert finger.touches() == []


def test_presses_beyond_the_room_are_counted():
    presses = Presses()
    for i in range(ROOM + 2):
        presses.push(1, i)
    assert presses.lost == 2
    assert [presses.pop() for _ in range(ROOM + 1)] == [1] * ROOM + [-1]
