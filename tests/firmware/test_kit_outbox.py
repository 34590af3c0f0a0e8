"""The way of a frame to the hub: window, going back, stamps, and what an acknowledgement does."""

import pytest
import wire
from kit.framer import Framer
from kit.health import Health
from kit.outbox import DEAF_US, STALL_US, WINDOW, Outbox
from kit.packet import Publish
from kit.ring import Ring
from kit.ticks import Ticks

BOOT = 0xABCD1234


class Bench:
    """An outbox whose clock stands still unless it is told to go."""

    def __init__(self):
        self.now = (1 << 30) - 5_000_000  # the tick wraps 5 s from here
        self.ring = Ring(2)
        self.packet = Publish("t", wire.PAYLOAD_MAX)
        self.outbox = Outbox(self.ring, Ticks(lambda: self.now), self.packet, BOOT)
        self.writer = wire.FrameWriter()

    def put(self, n=1, session=7):
        for _ in range(n):
            self.writer.begin()
            size = self.writer.end(0, BOOT, session, self.ring.next)
            self.ring.put(self.writer.buf, size)

    def send(self):
        """(stamp, frame) of everything that goes now."""
        found = []
        while (packet := self.outbox.next_packet()) is not None:
            packet = bytes(packet)
            assert packet[0] == 0x30 and packet[1] == len(packet) - 2 and packet[2:5] == b"\0\1t"
            found.append(wire.decode(packet[5:]))
        return found

    def seqs(self):
        return [frame.seq for _, frame in self.send()]

    def ack(self, following, session=7, boot=BOOT, ns=99):
        self.outbox.acked(wire.pack_ack(boot, following, session, ns))


@pytest.fixture
def bench():
    return Bench()


def test_a_window_goes_and_no_more(bench):
    bench.put(WINDOW + 3)
    assert bench.seqs() == list(range(WINDOW))
    assert bench.seqs() == []
    bench.ack(3)
    assert bench.seqs() == [WINDOW, WINDOW + 1, WINDOW + 2]
    assert bench.ring.base == 3
    assert bench.outbox.resent == 0


def test_without_progress_it_goes_back_to_the_oldest(bench):
    bench.put(3)
    assert bench.seqs() == [0, 1, 2]
    bench.now += STALL_US
    assert bench.seqs() == []
    bench.now += 1
    assert bench.seqs() == [0, 1, 2]
    assert (bench.outbox.sent, bench.outbox.resent) == (6, 3)


def test_the_wait_begins_with_the_first_frame_on_its_way(bench):
    bench.now += 10 * STALL_US
    bench.put()
    assert bench.seqs() == [0]
    bench.now += STALL_US - 1
    bench.put()
    assert bench.seqs() == [1]


def test_a_new_connection_sends_all_again(bench):
    bench.put(2)
    bench.send()
    bench.ack(1)
    bench.outbox.rewind()
    assert bench.seqs() == [1]


def test_the_stamp_is_made_anew_and_echoes_the_last_acknowledgement(bench):
    bench.put(2)
    (first, _), _ = bench.send()
    assert first == (0, (1 << 30) - 5_000_000, 0, 0)
    bench.now += 1000
    bench.ack(1, ns=1_700_000_000_000_000_001)
    arrived = bench.now
    bench.now = (bench.now + STALL_US * 2) % (1 << 30)  # wrapped
    ((again, frame),) = bench.send()
    assert frame.seq == 1
    assert again.base == 1
    assert again.echo_ns == 1_700_000_000_000_000_001
    assert again.echo_us == arrived
    assert again.send_us == (1 << 30) - 5_000_000 + 1000 + STALL_US * 2


def test_an_evicted_frame_is_not_missed(bench):
    bench.put(4)
    bench.send()
    bench.ring.free(3)
    bench.ring.evicted = 3
    bench.put()
    ((stamp, frame),) = bench.send()
    assert (stamp.base, frame.seq) == (3, 4)


def test_the_hub_is_heard_from_its_first_answer_until_it_owes_one_for_five_seconds(bench):
    def heard():
        bench.send()
        return bench.outbox.heard, bench.outbox.deaf

    bench.put()
    assert heard() == (False, False)
    bench.now += 2 * STALL_US
    assert heard() == (False, True)  # none at all, or of another site
    bench.ack(1)
    assert heard() == (True, False)
    bench.now += 2 * STALL_US
    assert heard() == (True, False)  # nobody asked it anything
    bench.put()
    assert heard() == (True, False)
    bench.now += DEAF_US
    bench.put()
    assert heard() == (True, False)
    bench.now += 1
    assert heard() == (False, True)
    bench.ack(2)
    bench.outbox.rewind()  # a broker is no hub
    assert heard() == (False, False)


def test_the_session_comes_with_the_acknowledgement(bench):
    bench.ack(0, session=5)
    assert bench.outbox.session == 5
    bench.ack(0, session=0)
    assert bench.outbox.session == 0


@pytest.mark.parametrize(
    "payload",
    [b"", b"x" * 25, wire.pack_ack(BOOT + 1, 0, 5, 1), wire.pack_ack(BOOT, 1, 5, 1)],
    ids=["empty", "damaged", "another boot's", "of a frame never made"],
)
def test_what_is_no_acknowledgement_is_counted_and_ignored(bench, payload):
    bench.outbox.acked(payload)
    assert (bench.outbox.bad, bench.outbox.acks, bench.outbox.session) == (1, 0, 0)


def test_a_late_acknowledgement_takes_nothing_back(bench):
    bench.put(3)
    bench.send()
    bench.ack(2)
    bench.ack(1)
    assert bench.ring.base == 2
    assert bench.seqs() == []


def test_a_shown_frame_goes_once_and_is_not_held(bench):
    bench.writer.begin()
    size = bench.writer.end(wire.NOT_KEPT, BOOT, 0, 0)
    bench.outbox.show(bench.writer.buf, size)
    ((_, frame),) = bench.send()
    assert frame.flags == wire.NOT_KEPT
    assert bench.send() == []
    bench.outbox.show(bench.writer.buf, size)
    bench.outbox.rewind()
    assert bench.send() == []


def test_a_shown_frame_says_whether_anything_is_held(bench):
    """What is held lies between its stamp's `base` and its own number, which no frame has yet."""
    health = Health(bench.outbox, None, None)
    health.due = 2  # not in these
    framer = Framer(bench.writer, bench.outbox, health, bench.outbox.ticks)

    def shown():
        framer.begin()
        assert framer.end(0) is None
        ((stamp, frame),) = bench.send()
        return stamp.base, frame.seq

    bench.put(3)
    bench.send()
    assert shown() == (0, 3)
    bench.ack(3)
    assert shown() == (3, 3)
