"""A doubted beat lies nearer to its neighbours' middle; all others lie where they were seen."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.signals.intervals import GOOD
from hub.signals.settled import Judged, settled
from hub.signals.shift import MOST_SHIFT_S


def beats(times_s: list[float], qualities: list[float]) -> list[Judged]:
    return [Judged(at, q, 0.0, at) for at, q in zip(times_s, qualities, strict=True)]


def intervals_off_ms(found_s: np.ndarray, true_s: np.ndarray) -> float:
    return 1000 * float(np.abs(np.diff(found_s) - np.diff(true_s)).mean())


def test_poor_beats_come_nearer_to_the_truth() -> None:
    """A heart whose intervals differ by 25 ms from one to the next, seen with 30 ms of noise."""
    rng = np.random.default_rng(0)
    true = np.cumsum(0.8 + 0.04 * np.sin(np.arange(400) / 2) + 0.015 * rng.standard_normal(400))
    seen = true + 0.03 * rng.standard_normal(400)
    drawn = np.array([b.at for b in settled(None, beats(seen.tolist(), [0.0] * 400), None)])
    assert intervals_off_ms(drawn, true) < 0.75 * intervals_off_ms(seen, true)


def test_a_beat_that_is_believed_stays_where_it_was_seen() -> None:
    row = beats([1.0, 1.82, 2.6, 3.4], [0.0, GOOD, 1.0, 0.9])
    assert settled(0.2, row, 4.2)[1:] == row[1:]


def test_a_beat_stays_where_it_was_seen_if_all_are_alike() -> None:
    """It is doubted whether they are beats at all, not when they were."""
    row = [Judged(0.84, 0.0, alike, 0.84) for alike in (1.0, 0.9, 0.8, 0.5)]
    moved = [settled(0.0, [beat], 1.6)[0].at for beat in row]
    assert np.allclose(moved, [0.84, 0.83, 0.82, 0.82])


def test_a_beat_out_of_turn_stays_where_it_was_seen() -> None:
    """An early beat looks unlike the others, and is early."""
    row = beats([1.0, 1.6, 2.6, 3.4], [1.0, 0.0, 1.0, 1.0])
    assert settled(0.2, row, 4.2) == row


def test_in_a_fast_heart_the_neighbours_may_be_strides() -> None:
    row = beats([0.53], [0.0])
    assert settled(0.0, row, 1.0) == row


def test_without_a_neighbour_on_either_side_nothing_is_known_better() -> None:
    row = beats([1.0], [0.0])
    assert settled(None, row, 1.9) == settled(0.1, row, None) == row


def test_the_more_it_is_doubted_the_further_it_is_drawn() -> None:
    moved = [settled(0.0, beats([0.84], [q]), 1.6)[0].at for q in (0.0, 0.2, 0.39, GOOD)]
    assert np.allclose(moved, [0.82, 0.83, 0.8395, 0.84])


@given(st.lists(st.tuples(st.floats(0.3, 2.0), st.floats(0.0, 1.0)), min_size=1, max_size=30))
def test_beats_keep_their_order_and_their_place_but_for_a_little(
    steps: list[tuple[float, float]],
) -> None:
    times = np.cumsum([gap for gap, _ in steps]).tolist()
    row = beats(times, [quality for _, quality in steps])
    out = settled(0.0, row, times[-1] + 0.8)
    assert [b.quality for b in out] == [b.quality for b in row]
    assert all(abs(b.at - b.seen_s) <= MOST_SHIFT_S + 1e-12 for b in out)
    assert np.all(np.diff([b.at for b in out]) > 0)


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=20), st.data())
def test_in_pieces_as_in_one(qualities: list[float], data: st.DataObject) -> None:
    times = [0.8 * k + 0.03 * (k % 3) for k in range(1, len(qualities) + 1)]
    row, cut = beats(times, qualities), data.draw(st.integers(1, len(qualities) - 1))
    first = settled(0.0, row[:cut], row[cut].at)
    assert first + settled(first[-1].at, row[cut:], 99.0) == settled(0.0, row, 99.0)
