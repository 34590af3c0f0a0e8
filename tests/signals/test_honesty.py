"""What is no pulse and no skin gives no heart rate, no level and no response, but a cause."""

import numpy as np
import pytest
from scipy.signal import butter, lfilter, sosfilt, square

from hub.records import Value
from hub.signals.quality import MAX30102
from hub.signals.seat import SeatSignals
from tests.signals.made import Floats, counts, pulse, skin

SECONDS = 150
TIMES = np.arange(SECONDS * 100) / 100
NOISE = np.random.default_rng(0).standard_normal(len(TIMES))
LEVEL = 120_000.0


def band(low: float, high: float) -> Floats:
    return sosfilt(butter(2, [low / 50, high / 50], "band", output="sos"), NOISE)


LAMP = lfilter([0.1], [1, -0.9], square(2 * np.pi * 1.1 * TIMES))  # rises and falls in 0.1 s

NO_PULSE = {
    "finger off": (700 + 4 * NOISE, "no contact"),
    "flat": (np.full(len(TIMES), LEVEL), "flat"),
    "saturated": (np.full(len(TIMES), 262_142.0), "saturated"),
    "saturated, of 18 bits": (np.full(len(TIMES), 262_143.0), "saturated"),
    "not received": (np.full(len(TIMES), np.nan), "gap"),
    "one count of noise": (np.round(LEVEL + 0.6 * NOISE), "weak pulse"),
    "noise": (np.round(LEVEL + 50 * NOISE), "weak pulse"),
    "wandering": (LEVEL + 30 * np.cumsum(NOISE), ("weak pulse", "motion")),
    "slow noise": (LEVEL + 2000 * band(0.2, 3.0), "weak pulse"),
    "breathing only": (LEVEL + 3000 * np.sin(2 * np.pi * 0.3 * TIMES) + 5 * NOISE, "weak pulse"),
    "lamp 0.8 Hz": (LEVEL + 1500 * (np.sin(2 * np.pi * 0.8 * TIMES) > 0) + 10 * NOISE, "weak"),
    "lamp 1.2 Hz": (LEVEL + 1500 * (np.sin(2 * np.pi * 1.2 * TIMES) > 0) + 10 * NOISE, "weak"),
    "lamp, clean": (LEVEL + 1500 * (np.sin(2 * np.pi * 1.1 * TIMES) > 0), "weak"),
    "lamp flashes": (LEVEL + 1500 * ((TIMES * 1.2) % 1 < 0.2) + 10 * NOISE, "weak pulse"),
    "hum 0.9 Hz": (LEVEL + 400 * np.sin(2 * np.pi * 0.9 * TIMES) + 3 * NOISE, "weak pulse"),
    "hum 1.25 Hz": (LEVEL + 400 * np.sin(2 * np.pi * 1.25 * TIMES) + 3 * NOISE, "weak pulse"),
    "hum 2.1 Hz": (LEVEL + 400 * np.sin(2 * np.pi * 2.1 * TIMES), "weak pulse"),
    "drifting hum": (
        LEVEL + 400 * np.sin(2 * np.pi * np.cumsum(1.2 + 0.1 * np.sin(TIMES / 20)) / 100),
        "weak pulse",
    ),
    "softened lamp": (LEVEL + 1500 * LAMP + 10 * NOISE, "weak pulse"),
    "half waves": (LEVEL + 1500 * np.maximum(0, np.sin(2 * np.pi * 1.1 * TIMES)), "weak pulse"),
    "clipped hum": (
        LEVEL + 500 * np.clip(1.6 * np.sin(2 * np.pi * 1.1 * TIMES), -1, 1) + 3 * NOISE,
        "weak pulse",
    ),
    "hum and its third": (
        LEVEL + 500 * (np.sin(6.9 * TIMES) + 0.3 * np.sin(20.7 * TIMES + 0.4)) + 3 * NOISE,
        "weak pulse",
    ),
    "swinging hand": (LEVEL + 3000 * np.abs((TIMES * 1.2) % 1 - 0.5) + 10 * NOISE, "weak pulse"),
}


def seconds_of(ppg: Floats | None, eda: Floats | None):
    channels = tuple(n for n, x in (("ppg", ppg), ("eda", eda)) if x is not None)
    seat = SeatSignals(channels=channels)
    for k in range(SECONDS):
        if ppg is not None:
            seat.push_ppg(ppg[100 * k : 100 * k + 100], float(k), 0.01)
        if eda is not None:
            seat.push_eda(eda[16 * k : 16 * k + 16], float(k), 0.0625)
    return [values for _, values in seat.advance(SECONDS, final=True)]


@pytest.mark.parametrize("name", NO_PULSE)
def test_what_is_no_pulse_has_no_heart_rate(name: str) -> None:
    samples, cause = NO_PULSE[name]
    values = seconds_of(samples, None)
    assert not [v["hr"] for v in values if v["hr"].value is not None]
    assert not [v["rmssd"] for v in values if v["rmssd"].value is not None]
    reasons = [v["quality_ppg"].reason or "" for v in values[20:]]
    assert all(r.startswith(cause) for r in reasons), set(reasons)
    assert np.mean([v["quality_ppg"].value for v in values[20:]]) < 0.25


NO_LONGER = {
    "swinging hand": 1000 * np.sin(2 * np.pi * 1.2 * TIMES),
    "drifting hum": 1000 * np.sin(2 * np.pi * np.cumsum(1.2 + 0.1 * np.sin(TIMES / 20)) / 100),
    "lamp": 1000 * np.abs(np.sin(np.pi * 101.1 * TIMES)),
    "noise of one tone": 2000 * band(1.0, 1.5),
}


@pytest.mark.parametrize("name", NO_LONGER)
def test_what_follows_a_pulse_is_not_taken_for_it(name: str) -> None:
    """The heart rate ends with the pulse, but for the windows that still hold some of it."""
    body = counts(pulse(60.0, seed=21).samples)
    after = LEVEL + NO_LONGER[name] + 5 * NOISE
    values = seconds_of(np.concatenate((body, after))[: len(TIMES)], None)
    assert sum(v["hr"].value is not None for v in values[12:58]) > 44
    assert not [v["hr"] for v in values[85:] if v["hr"].value is not None]
    assert not [v["rmssd"] for v in values[120:] if v["rmssd"].value is not None]


NO_SKIN = {
    "electrode off": (np.full(SECONDS * 16, 0.01), "electrode off"),
    "shorted": (np.full(SECONDS * 16, np.inf), "saturated"),
    "too high": (np.full(SECONDS * 16, 75.0), "saturated"),
    "not received": (np.full(SECONDS * 16, np.nan), "gap"),
    "a resistor": (np.full(SECONDS * 16, 4.99), "flat"),
    "a resistor between two codes": (
        4.99 + 0.00125 * (np.random.default_rng(1).random(SECONDS * 16) < 0.3), "flat",
    ),
}


@pytest.mark.parametrize("name", NO_SKIN)
def test_what_is_no_skin_has_no_level(name: str) -> None:
    us, cause = NO_SKIN[name]
    values = seconds_of(None, us)[32:]
    assert not [v["scl"] for v in values if v["scl"].value is not None]
    assert not [v["scr_rate"] for v in values if v["scr_rate"].value is not None]
    assert {v["quality_eda"].reason for v in values} == {cause}


def test_a_pulse_of_which_the_sensor_cuts_off_a_part_is_saturated() -> None:
    light = counts(pulse(SECONDS, seed=3).samples, MAX30102.full_scale + 500.0)
    values = seconds_of(np.minimum(light // 2 * 2, MAX30102.full_scale), None)[20:]
    assert {v["quality_ppg"].reason for v in values} == {"saturated"}
    assert not [v for v in values if v["hr"].value or v["contact_ppg"].value]


def test_a_finger_taken_off_and_put_on_leaves_a_break() -> None:
    body = pulse(SECONDS)
    samples = counts(body.samples)
    samples[6000:7500] = 700
    values = seconds_of(samples, None)
    contact = [v["contact_ppg"].value for v in values]
    assert contact[62:74] == [0.0] * 12
    assert set(contact[1:59] + contact[77:]) == {1.0}  # of the first one sample in a hundred
    assert all(v["hr"].reason == "no contact" for v in values[62:74])
    assert values[50]["hr"].value and values[100]["hr"].value


def test_samples_lost_here_and_there_are_no_finger_taken_off() -> None:
    samples = counts(pulse(SECONDS).samples)
    samples[np.random.default_rng(5).random(len(samples)) < 0.05] = np.nan
    values = seconds_of(samples, None)[20:]
    assert {v["contact_ppg"].value for v in values} == {1.0}
    assert all(v["hr"].value for v in values)
    assert np.mean([v["quality_ppg"].value for v in values]) == pytest.approx(0.95, abs=0.02)


def test_an_electrode_that_comes_off_leaves_no_response_and_no_level() -> None:
    us = skin(SECONDS, per_minute=0.0).us
    us[60 * 16 : 80 * 16] = 0.01
    values = seconds_of(None, us)
    assert all(v["scl"].value is None for v in values[62:79])
    assert all(v["contact_eda"].value == 0.0 for v in values[62:78])
    assert not [v for v in values if v["scr_rate"].value]


def test_samples_lost_here_and_there_are_told_and_no_lost_contact() -> None:
    """Every eighth is missing: level and rate are given, the quality says what they rest on."""
    us = skin(SECONDS, per_minute=0.0).us
    us[4::8] = np.nan
    values = seconds_of(None, us)[62:-2]
    assert {(v["quality_eda"].value, v["quality_eda"].reason) for v in values} == {(0.875, "gap")}
    assert {v["contact_eda"].value for v in values} == {1.0}
    assert all(v["scl"].value and v["scr_rate"].value == 0.0 for v in values)


NOISY_LAMP = {
    "hum": lambda hz: np.abs(np.sin(np.pi * (100 + hz) * TIMES)),
    "switched": lambda hz: ((100 + hz) * TIMES % 1 < 0.6) * 1.0,
}


@pytest.mark.parametrize("hz", [0.6, 0.7, 1.0, 1.4])
@pytest.mark.parametrize("kind", NOISY_LAMP)
@pytest.mark.parametrize("height", [60.0, 300.0])
def test_a_lamp_amid_noise_is_no_pulse_for_long(kind: str, hz: float, height: float) -> None:
    """As steep both ways in the mean, but noise makes every second uneven."""
    values = seconds_of(np.round(LEVEL + height * NOISY_LAMP[kind](hz) + 10 * NOISE), None)
    assert not [v["hr"] for v in values[100:] if v["hr"].value is not None]


@pytest.mark.parametrize("kind", ["noise", "daylight", "breathing", "hum"])
def test_a_finger_taken_off_over_a_table_that_reflects_leaves_a_break(kind: str) -> None:
    """The light does not fall below what a finger may have, but far below what this one had."""
    table = {
        "noise": 30_000 + 15 * NOISE,
        "daylight": 25_000 + 15 * NOISE + 4000 * np.sin(0.2 * TIMES),
        "breathing": 30_000 + 300 * np.sin(2 * np.pi * 0.25 * TIMES) + 12 * NOISE,
        "hum": 25_000 + 800 * np.abs(np.sin(np.pi * 101.1 * TIMES)) + 12 * NOISE,
    }[kind]
    samples = counts(pulse(SECONDS, seed=3).samples)
    samples[6000:9000] = np.round(table[6000:9000])
    values = seconds_of(samples, None)
    assert [v["contact_ppg"].value for v in values[61:90]] == [0.0] * 29
    assert {v["hr"].reason for v in values[61:90]} == {"no contact"}
    assert all(v["hr"].value and v["contact_ppg"].value == 1.0 for v in values[105:])


@pytest.mark.parametrize("off_s", [0.3, 1.0, 5.0])
def test_nor_can_fingers_be_changed_over_it_unseen(off_s: float) -> None:
    body, other = pulse(60.0, seed=3), pulse(SECONDS - 60.0, seed=4, rate=90.0)
    samples = np.concatenate((counts(body.samples), counts(other.samples, 127_000.0)))
    samples[6000 : 6000 + round(100 * off_s)] = 30_000.0
    values = seconds_of(samples, None)
    assert values[61]["contact_ppg"].value == 0.0


def test_a_finger_that_reflects_less_is_believed_after_a_while() -> None:
    samples = counts(pulse(SECONDS, seed=3).samples)
    samples[6000:] = np.round(0.3 * samples[6000:])
    values = seconds_of(samples, None)
    assert values[65]["hr"].reason == "no contact"
    assert all(v["hr"].value and v["contact_ppg"].value == 1.0 for v in values[85:])


@pytest.mark.parametrize(("hz", "level"), [(1.0, 21_500.0), (0.7, 20_000.0), (1.3, 21_500.0)])
def test_light_to_and_fro_about_the_least_is_no_pulse(hz: float, level: float) -> None:
    """A second of which less than half is dark kept its beats, and so every second did."""
    body = counts(pulse(60.0, seed=21).samples, 45_000.0, 400.0)
    after = level + 3000 * np.sin(2 * np.pi * hz * TIMES) + 12 * NOISE
    values = seconds_of(np.round(np.concatenate((body, after)))[: len(TIMES)], None)
    assert not [v for v in values[64:] if v["contact_ppg"].value == 0.0 and v["hr"].value]


@pytest.mark.parametrize("cause", ["flat", "saturated"])
def test_of_what_no_body_can_be_told_from_no_contact_is_claimed(cause: str) -> None:
    ppg = NO_PULSE[cause][0]
    eda = NO_SKIN["shorted" if cause == "saturated" else "a resistor"][0]
    for v in seconds_of(ppg, eda)[32:]:
        for name in ("contact_ppg", "contact_eda"):
            assert (v[name].value, v[name].reason) == (None, cause)


def test_a_second_that_a_pause_cuts_is_a_gap() -> None:
    seat = SeatSignals(channels=("ppg",))
    ppg = counts(pulse(90.0, seed=1).samples)
    seat.push_ppg(ppg[:3000], 0.0, 0.01)
    seat.push_ppg(ppg[4000:], 39.8, 0.01)
    rows = dict(seat.advance(89.0, final=True))
    assert [rows[s]["quality_ppg"].reason for s in (0, 31, 39, 40)] == ["gap"] * 4
    assert rows[41]["contact_ppg"].value == 1.0


@pytest.mark.parametrize(
    ("fault", "cause"),
    [("nothing received", "gap"), ("electrode off", "electrode off"), ("short", "saturated"),
     ("a blow", "motion")],
)  # fmt: skip
def test_the_seconds_round_a_fault_of_the_skin_say_the_same_cause(fault: str, cause: str) -> None:
    us = skin(SECONDS, seed=3).us
    at = slice(60 * 16, 66 * 16)
    if fault == "a blow":
        us[970:974] += 3.0
    else:
        us[at] = {"nothing received": np.nan, "electrode off": 0.01, "short": np.inf}[fault]
    rows = seconds_of(None, us)
    doubted = [v["quality_eda"].reason for v in rows[40:100] if v["quality_eda"].value < 0.9]
    assert len(doubted) >= 5
    assert sum(reason != cause for reason in doubted) <= 1  # the step at its end lasts longest


def test_the_last_seconds_of_a_session_are_no_movement() -> None:
    last = seconds_of(None, skin(SECONDS, seed=3).us)[-2:]
    assert {v["quality_eda"].reason for v in last} <= {None, "gap"}


def test_what_stood_still_for_a_minute_is_no_skin_in_later_windows_either() -> None:
    """The sensor hung: its one value is no minute without a response, nor the level after it."""
    us = skin(SECONDS, seed=3).us
    us[20 * 16 : 90 * 16] = us[20 * 16]
    values = seconds_of(None, us)
    assert values[70]["quality_eda"].reason == "flat"
    assert not [v for v in values[55:125] if v["scr_rate"].value is not None]
    assert not [v for v in values[55:93] if v["scl"].value is not None]
    assert values[110]["scl"].value and values[145]["scr_rate"].value


def test_all_of_the_half_minute_that_shows_it_stands_still_counts_in_no_later_window() -> None:
    """Nor in an earlier one less: live and afterwards the same is known at a second."""
    us = skin(SECONDS, seed=3).us
    us[80 * 16 : 116 * 16] = us[80 * 16]
    seat, live = SeatSignals(channels=("eda",)), list[dict[str, Value]]()
    for k in range(SECONDS):
        seat.push_eda(us[16 * k : 16 * k + 16], float(k), 0.0625)
        live += [values for _, values in seat.advance(k + 1)]
    whole = seconds_of(None, us)
    assert live == whole[: len(live)]
    assert whole[100]["scr_rate"].value is not None
    assert not [v for v in whole[116:] if v["scr_rate"].value is not None]


@pytest.mark.parametrize(
    ("sent", "name"),
    [("push_eda", "hr"), ("push_eda", "delta_ln_rmssd"), ("push_ppg", "scl")],
)
def test_a_sensor_that_never_sent_is_a_gap_and_no_window_that_fills(sent: str, name: str) -> None:
    seat = SeatSignals()
    getattr(seat, sent)(np.full(1600, 4.99), 0.0, 0.0625)
    assert {values[name].reason for _, values in seat.advance(100.0, final=True)} == {"gap"}
