"""A seat's features second by second: live, late and replayed are the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.records import Value
from hub.signals.column import FULL
from hub.signals.features import BY_NAME, FEATURES
from hub.signals.seat import SeatSignals, advance
from tests.signals.made import counts, pulse, shaken, skin

SECONDS = 150
PPG = counts(pulse(SECONDS, seed=1).samples)
PPG[9000:9300] = np.nan
EDA = skin(SECONDS, seed=1).us
START = 1000.3


def feed(ppg_sizes, eda_sizes, final: bool = True):
    """All results of one seat whose samples come in pieces of these sizes, both channels about
    as far, as the frames of a kit bring them."""
    seat = SeatSignals()
    seat.baseline(START + 5, START + 100)
    out, p, e, k = [], 0, 0, 0
    while p < len(PPG) or e < len(EDA):
        a, b = ppg_sizes[k % len(ppg_sizes)], eda_sizes[k % len(eda_sizes)]
        if e >= len(EDA) or (p * 0.01 <= e * 0.0625 and p < len(PPG)):
            seat.push_ppg(PPG[p : p + a], START + p * 0.01, 0.01)
            p, k = p + a, k + 1
        else:
            seat.push_eda(EDA[e : e + b], START + e * 0.0625, 0.0625)
            e, k = e + b, k + 1
        out += seat.advance(START + max(p * 0.01, e * 0.0625))
    return out + (seat.advance(START + SECONDS, final=True) if final else [])


LIVE = feed([100], [16])
SETTLED = len(feed([100], [16], final=False))


@settings(max_examples=15)
@given(
    st.lists(st.integers(1, 1500), min_size=1, max_size=8),
    st.lists(st.integers(1, 240), min_size=1, max_size=8),
)
def test_live_is_replay_however_the_stream_was_cut(ppg_sizes, eda_sizes) -> None:
    assert feed(ppg_sizes, eda_sizes)[:SETTLED] == LIVE[:SETTLED]


@pytest.mark.parametrize("size", [1.2, 3.0])
def test_nor_where_a_hand_was_shaken(size) -> None:
    for seed in range(4):
        ppg = counts(shaken(pulse(60.0, seed=seed), seed, size))
        whole, live = SeatSignals(channels=("ppg",)), SeatSignals(channels=("ppg",))
        whole.push_ppg(ppg, 0.01, 0.01)
        rows = []
        for k in range(60):
            live.push_ppg(ppg[100 * k : 100 * k + 100], k + 0.01, 0.01)
            rows += live.advance(k + 1.0)
        assert rows + live.advance(60.0, final=True) == whole.advance(60.0, final=True)


def stepped(seats, starts, together: bool):
    """Three people's seconds, worked out together or one after the other."""
    out = [[] for _ in seats]
    for second in range(SECONDS + 3):
        for seat, start in zip(seats, starts, strict=True):
            if 0 <= second - start < SECONDS:
                k = second - start
                seat.push_ppg(PPG[100 * k : 100 * k + 100], START + second, 0.01)
                seat.push_eda(EDA[16 * k : 16 * k + 16], START + second, 0.0625)
        until = START + second + 1
        found = advance(seats, until) if together else [seat.advance(until) for seat in seats]
        for rows, new in zip(out, found, strict=True):
            rows += new
    return out


def test_a_room_worked_out_together_is_each_seat_by_itself() -> None:
    """To the last bit: who else sits there leaves no trace, late, with another baseline or not."""
    rooms = [[SeatSignals(), SeatSignals(), SeatSignals(channels=("ppg",))] for _ in range(2)]
    for seats in rooms:
        seats[0].baseline(START + 5, START + 60)
        seats[2].baseline(START + 20, START + 90)
    together, alone = (stepped(seats, (0, 17, 3), k == 0) for k, seats in enumerate(rooms))
    assert together == alone
    assert len(together[0]) > 140 and together[0] != together[1]


def test_each_whole_second_once_and_in_order() -> None:
    seconds = [second for second, _ in LIVE]
    assert seconds == list(range(1001, 1151))
    assert 144 <= SETTLED <= 148


def test_every_feature_of_the_table_every_second() -> None:
    names = [f.name for f in FEATURES]
    assert all(list(values) == names for _, values in LIVE)


def test_no_value_before_its_window_is_full() -> None:
    for second, values in LIVE:
        for name in ("hr", "rmssd", "scl", "scr_rate"):
            if second - 1001 < BY_NAME[name].window_s:
                assert values[name].value is None
                assert values[name].reason == FULL


def test_withheld_values_say_why() -> None:
    for _, values in LIVE:
        for value in values.values():
            assert value.value is not None or value.reason
            assert 0.0 <= value.quality <= 1.0


def test_a_kit_that_is_away_leaves_its_seconds_pending() -> None:
    seat = SeatSignals()
    seat.push_ppg(PPG[:1000], START, 0.01)
    seat.push_eda(EDA[:160], START, 0.0625)
    early = seat.advance(START + 60)
    assert len(early) < 10
    seat.push_ppg(PPG[1000:6000], START + 10, 0.01)
    seat.push_eda(EDA[160:960], START + 10, 0.0625)
    late = seat.advance(START + 60)
    assert len(late) > 40
    assert [s for s, _ in early + late] == list(range(1001, 1001 + len(early + late)))


def test_a_sensor_that_is_silent_does_not_hold_up_the_other() -> None:
    seat = SeatSignals()
    seat.push_ppg(PPG[:8000], START, 0.01)
    seat.push_eda(EDA[:160], START, 0.0625)
    out = dict(seat.advance(START + 80))
    assert max(out) > START + 40
    assert out[1035]["hr"].value
    assert out[1035]["contact_eda"] == Value(None, 0.0, "gap"), "nobody knows"


def test_final_gives_what_is_there() -> None:
    seat = SeatSignals()
    seat.push_ppg(PPG[:6000], START, 0.01)
    out = seat.advance(START + 60, final=True)
    assert len(out) == 60
    assert out[40][1]["hr"].value
    assert out[40][1]["scl"].value is None


@pytest.mark.parametrize(("off_s", "on_s", "flagged"), [
    (60.2, 60.3, {61}), (60.2, 60.5, {61}), (60.2, 60.7, {61}), (60.8, 61.2, {61, 62}),
    (60.0, 61.0, {61}), (60.5, 62.1, {61, 62, 63}),
])  # fmt: skip
def test_a_finger_that_is_off_within_a_second_leaves_a_flag(off_s, on_s, flagged) -> None:
    ppg = counts(pulse(90.0, seed=1).samples)
    ppg[round(100 * off_s) : round(100 * on_s)] = 500.0
    seat = SeatSignals(channels=("ppg",))
    seat.push_ppg(ppg, 0.01, 0.01)
    rows = seat.advance(90.0, final=True)
    gone = {s for s, row in rows if row["contact_ppg"].value == 0.0}
    assert gone == flagged
    assert all(row["quality_ppg"].reason == "no contact" for s, row in rows if s in gone)


def test_a_finger_that_is_off_for_less_than_half_a_second_costs_no_figure() -> None:
    ppg = counts(pulse(90.0, seed=1).samples)
    ppg[6020:6050] = 500.0
    seat = SeatSignals(channels=("ppg",))
    seat.push_ppg(ppg, 0.01, 0.01)
    row = dict(seat.advance(90.0, final=True))[61]
    assert 0.6 < row["quality_ppg"].value < 0.8
    assert row["hr"].value


@pytest.mark.parametrize("off_s", [15, 20, 30, 60])
def test_a_finger_put_on_again_has_a_heart_rate_within_ten_seconds(off_s: int) -> None:
    rng = np.random.default_rng(off_s)
    nothing = np.round(1500 + 20 * rng.standard_normal(100 * off_s))
    again = counts(pulse(40.0, seed=9, rate=80.0).samples, 118_000.0, 1500.0)
    ppg = np.concatenate((counts(pulse(90.0, seed=1).samples), nothing, again))
    seat = SeatSignals(channels=("ppg",))
    seat.push_ppg(ppg, 0.01, 0.01)
    rates = [row["hr"].value for s, row in seat.advance(130.0 + off_s, final=True)
             if s >= 100 + off_s]
    assert len(rates) == 31
    assert all(rate == pytest.approx(80.0, abs=4.0) for rate in rates)


def test_counts_that_jump_without_leaving_the_skin_are_no_loss_of_contact() -> None:
    ppg = counts(pulse(90.0, seed=1).samples)
    ppg[6020:] -= 60_000.0
    seat = SeatSignals(channels=("ppg",))
    seat.push_ppg(ppg, 0.01, 0.01)
    rows = seat.advance(90.0, final=True)
    assert all(row["contact_ppg"].value == 1.0 for _, row in rows)
    assert dict(rows)[61]["quality_ppg"].reason in (None, "motion")


def test_after_a_pause_everything_is_learnt_anew() -> None:
    seat = SeatSignals(channels=("ppg",))
    seat.push_ppg(PPG[:6000], START, 0.01)
    seat.push_ppg(PPG[:6000], START + 90.0, 0.01)
    values = dict(seat.advance(START + 150, final=True))
    assert values[1050]["hr"].value
    assert values[1080]["hr"].value is None
    assert values[1080]["quality_ppg"].reason == "gap"
    assert values[1120]["hr"].value
    assert values[1120]["rmssd"].value is None or values[1120]["rmssd"].quality < 0.9


def test_a_better_clock_fit_does_not_touch_the_intervals() -> None:
    """The start of each piece jumps by up to 20 ms: RMSSD stays what it was."""
    rng = np.random.default_rng(3)
    even, jumping = SeatSignals(channels=("ppg",)), SeatSignals(channels=("ppg",))
    for k in range(SECONDS):
        piece = PPG[100 * k : 100 * k + 100]
        even.push_ppg(piece, START + k, 0.01)
        jumping.push_ppg(piece, START + k + rng.uniform(-0.02, 0.02), 0.01)
    a, b = (dict(s.advance(START + SECONDS)) for s in (even, jumping))
    pairs = [(a[s]["rmssd"].value, b[s]["rmssd"].value) for s in range(1070, 1085)]
    assert all(x and y and abs(x - y) < 2.0 for x, y in pairs)


def test_the_sensors_rate_scales_the_intervals() -> None:
    """A sensor 3 % slow: the same samples, 3 % longer intervals."""
    usual, slow = SeatSignals(channels=("ppg",)), SeatSignals(channels=("ppg",))
    usual.push_ppg(PPG[:8000], 0.0, 0.01)
    slow.push_ppg(PPG[:8000], 0.0, 0.0103)
    rates = [dict(s.advance(70, final=True))[70]["rmssd"].value for s in (usual, slow)]
    assert rates[0] and rates[1]
    assert 0.9 < rates[1] / rates[0] < 1.2


def of_two_rates(size):
    """By second: a minute of a hundred samples a second, then two hundred; in pieces of `size`."""
    seat, rows = SeatSignals(channels=("ppg",)), []
    twice = np.repeat(PPG[6000:8900], 2)
    for begin_s, period_s, samples in ((0.0, 0.01, PPG[:6000]), (60.0, 0.005, twice)):
        for k in range(0, len(samples), size):
            seat.push_ppg(samples[k : k + size], begin_s + k * period_s, period_s)
            rows += seat.advance(begin_s + k * period_s)
    return dict(rows + seat.advance(89.0, final=True))


def test_of_a_sensor_of_another_rate_figures_wait_until_their_windows_hold_only_it() -> None:
    """What was there before stays, and every beat is timed by its own rate."""
    values, usual = of_two_rates(50), SeatSignals(channels=("ppg",))
    usual.push_ppg(PPG[:8900], 0.0, 0.01)
    true = dict(usual.advance(89.0, final=True))
    for second in range(20, 89):
        hr = values[second]["hr"]
        if 60 <= second < 70:
            assert (hr.value, hr.reason) == (None, FULL)
        elif not 58 <= second < 73:
            assert hr.value == pytest.approx(true[second]["hr"].value, abs=0.5)
    assert values[58]["quality_ppg"].value and values[80]["rmssd"].reason == FULL
    assert of_two_rates(700) == values


@pytest.mark.parametrize("hz", [5.5, 7.5])
def test_a_skin_sensor_of_any_rate_is_wholly_covered(hz: float) -> None:
    seat = SeatSignals(channels=("eda",))
    seat.push_eda(skin(150.0, fs=hz, seed=4).us, 0.0, 1 / hz)
    rows = [values for _, values in seat.advance(140.0)]
    assert rows[-1]["scl"].quality == pytest.approx(1.0, abs=0.02)
    assert rows[-1]["scr_rate"].quality == pytest.approx(1.0, abs=0.01)
