"""Frames come in order, each once; samples with their times and what is missing before them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from firmware import wire
from hub.results.stream import BootStream, InOrder, LiveClocks

BOOT, SESSION = 0xABCD, 7
US = 1_000_000
START_NS = 1_700_000_000_000_000_000


def frame(seq, blocks=()):
    return wire.Frame(0, BOOT, SESSION, seq, tuple(blocks))


def given_out(order, frames, base=0):
    out = []
    for one in frames:
        order.put(one, 0)
        out += [ready.seq for ready, _ in order.ready(base)]
    return out


@given(st.lists(st.integers(0, 30), max_size=120))
def test_any_order_with_repeats_comes_out_in_order_each_once(seqs):
    out = given_out(InOrder(), [frame(seq) for seq in seqs])
    whole = 0
    while whole in seqs:
        whole += 1
    assert out == list(range(whole))


def test_what_the_kit_no_longer_holds_is_passed_over_once_it_says_so():
    order = InOrder()
    assert given_out(order, [frame(0), frame(3), frame(4)]) == [0]
    assert [ready.seq for ready, _ in order.ready(3)] == [3, 4]
    assert given_out(order, [frame(2), frame(5)], base=3) == [5]


def ppg(index, count, tick_us):
    return wire.Block(wire.PPG_IR, 0, index, tick_us, 100, tuple(range(index, index + count)))


def stamp(send_us, base=0):
    return wire.Stamp(base, send_us, START_NS + send_us * 1000, send_us)


def fed(stream, seq, block, send_us):
    return stream.feed(START_NS + send_us * 1000, stamp(send_us), frame(seq, [block]))


def test_samples_carry_their_times_and_what_is_missing_before_them():
    stream = BootStream("kit-1", BOOT, LiveClocks())
    (first,) = fed(stream, 0, ppg(0, 100, 1 * US), 1 * US + 10)
    assert (first.index, first.lost, len(first.values)) == (0, 0, 100)
    (second,) = fed(stream, 1, ppg(150, 50, 2 * US), 2 * US + 10)
    assert (second.index, second.lost) == (150, 50)
    error_ns = abs(int(second.times_ns[-1]) - (START_NS + 2 * US * 1000))
    assert error_ns <= second.error_ns


def test_a_new_boot_or_a_new_session_counts_from_zero_again():
    stream = BootStream("kit-1", BOOT, LiveClocks())
    fed(stream, 0, ppg(0, 100, 1 * US), 1 * US)
    (again,) = fed(stream, 1, ppg(0, 100, 5 * US), 5 * US)
    assert (again.index, again.lost) == (0, 0)


class Known:
    """Clocks known from the whole session, of a kit and a sensor that run even; `at_once` blocks
    are placed together."""

    error_ns = error_us = drift_ppm = 0.0

    def __init__(self, at_once):
        self.at_once = at_once
        self.kit = self.sensor = lambda *of: self
        self.fit = lambda: self

    def stamp(self, at_ns, stamp):
        pass

    def drain(self, *drain):
        pass

    def to_ns(self, ticks):
        return START_NS + np.rint(np.asarray(ticks) * 1000).astype(np.int64)

    def to_us(self, index):
        return (index + 1) * 10_000.0

    def period_at(self, index):
        return 10_000.0


def placed(at_once):
    """What each of twelve frames gives, and all that there was in the end; after the fifth frame
    samples are missing, and the seventh says that it was sent before it was taken."""
    stream, out = BootStream("kit-1", BOOT, Known(at_once)), []
    for seq in range(12):
        tick = (seq + 1) * US
        eda = wire.Block(wire.EDA, 0, 16 * seq, tick, 100, tuple(range(16)))
        at_ns = START_NS + tick * 1000 + (-5 if seq == 7 else 1) * 1_000_000_000
        blocks = [ppg(100 * seq + 5 * (seq > 4), 100, tick), eda]
        out.append(stream.feed(at_ns, stamp(tick), frame(seq, blocks)))
    return [len(each) for each in out], [s for batch in [*out, stream.place()] for s in batch], (
        stream.impossible)


def told(pieces):
    """Of each channel every sample with its index, time, value and whether it was late; and where
    some were missing, and in which frames they came."""
    return {
        channel: (
            [row for s in mine for row in zip(
                range(s.index, s.index + len(s.values)), s.times_ns.tolist(), s.values.tolist(),
                s.late.tolist(), strict=True)],
            [(s.index, s.lost) for s in mine if s.lost],
            sorted({seq for s in mine for seq in range(s.seq, s.last_seq + 1)}),
        )
        for channel in (wire.PPG_IR, wire.EDA)
        for mine in [[s for s in pieces if s.channel == channel]]
    }


def test_blocks_placed_together_are_as_each_by_itself():
    each, alone, impossible = placed(1)
    late, together, impossible_too = placed(8)
    assert each == [2] * 7 + [0] + [2] * 4
    assert late == [0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 2]
    assert told(together) == told(alone) == told(placed(5)[1])
    assert told(alone)[wire.PPG_IR][1] == [(505, 5), (805, 100)]
    assert impossible == impossible_too == 7


def test_a_piece_is_cut_at_times_with_what_was_missing_before_its_first_part_only():
    stream = BootStream("kit-1", BOOT, Known(1))
    (whole,) = fed(stream, 0, ppg(7, 100, 1 * US), 1 * US)
    at = [int(whole.times_ns[0]), int(whole.times_ns[40]) - 1, int(whole.times_ns[-1]) + 1]
    first, second = whole.cut(at)
    assert (first.index, first.lost, len(first.values)) == (7, 7, 40)
    assert (second.index, second.lost, len(second.values)) == (47, 0, 60)
    assert told([first, second]) == told([whole])
    assert whole.cut([]) == [whole]
