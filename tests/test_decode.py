"""The hub's fast decoder and the wire's plain one say the same of every input."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware import wire
from hub.decode import Twice, decode, together, values_of
from tests.rows import Kit


def said(decoder, data, start, end, count):
    try:
        return [int(value) for value in decoder(data, start, end, count)]
    except wire.WireError as error:
        return str(error)


def both_agree(data, start, end, count):
    fast = said(values_of, data, start, end, count)
    assert fast == said(wire.decode_values, data, start, end, count)
    return fast


def block(values):
    writer = wire.BlockWriter(wire.PPG_IR, 5 * len(values) + 5)
    for value in values:
        writer.add(value)
    return bytes(writer.data[: writer.size])


@given(st.lists(st.integers(-(2**29), 2**29 - 1), max_size=255), st.integers(0, 20))
def test_whole_blocks(values, before):
    data = bytes(before) + block(values) + b"\xff"
    assert both_agree(data, before, len(data) - 1, len(values)) == values


@given(st.lists(st.integers(0, 2**18 - 1), max_size=120))
def test_counts_of_the_sensor(values):
    data = block(values)
    assert both_agree(data, 0, len(data), len(values)) == values


@settings(max_examples=200)
@given(st.binary(max_size=60), st.data())
def test_any_bytes(data, draw):
    start = draw.draw(st.integers(0, len(data)))
    end = draw.draw(st.integers(start, len(data)))
    count = draw.draw(st.integers(0, 65))
    both_agree(data, start, end, count)


# Bytes as they are near the ends of what a varint may be.
edges = st.lists(st.sampled_from([0, 1, 15, 16, 127, 128, 129, 143, 144, 255]), max_size=14)


@settings(max_examples=200)
@given(edges, st.integers(0, 6))
@example([128, 128, 128, 128, 0], 1)
@example([128, 128, 128, 128, 128, 0], 1)
@example([255, 255, 255, 255, 15], 1)
@example([255, 255, 255, 255, 16], 1)
@example([128], 1)
@example([], 0)
def test_edges_of_a_varint(data, count):
    both_agree(bytes(data), 0, len(data), count)


def test_a_block_wider_than_any_frame():
    data = bytes(2 * wire.FRAME_MAX)
    assert both_agree(data, 0, len(data), len(data)) == [0] * len(data)


def test_whoever_asks_for_an_array_gets_one():
    data = block([5, 300000, -7])
    for values in (values_of(data, 0, len(data), 3), values_of(b"", 0, 0, 0)):
        assert np.asarray(values).dtype == np.int64
    with pytest.raises(wire.WireError):
        values_of(b"\x80", 0, 1, 1)


@given(st.lists(st.lists(st.integers(-(2**29), 2**29 - 1), max_size=60), min_size=1, max_size=8))
def test_several_blocks_together_are_as_each_by_itself(several):
    """Also where one has to be read plainly, or has no values."""
    data = [block(values) for values in several]
    read = [values_of(raw, 0, len(raw), len(values))
            for raw, values in zip(data, several, strict=True)]
    assert together(read).tolist() == [value for values in several for value in values]
    assert [list(values) for values in read] == several


def test_for_two_who_read_the_same_rows_each_is_decoded_once_and_then_let_go():
    row, twice = Kit().frame(0, 7), Twice()
    stamp, frame = decode(row)
    first = twice(row)
    assert first[0] == stamp and first[1].seq == frame.seq
    assert twice(row) is first
    assert twice(row) is not first, "it is kept no longer than for two"
