"""What cannot be used is refused in a sentence; what can is used, whatever holds it."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from hub.signals import arguments, ppg, synchrony
from hub.signals.eda import EdaStream, decompose, to_us
from hub.signals.live import PulseWindow
from hub.signals.ppg import BeatDetector, detect_beats
from hub.signals.seat import SeatSignals
from hub.signals.synchrony_curve import curve
from tests.signals.groups import FS, a_group
from tests.signals.made import pulse, skin

BODY, PALM = pulse(40.0), skin(120.0)
ONE_ROW = {
    "detect_beats": lambda x: detect_beats(x, 100),
    "BeatDetector": lambda x: BeatDetector(100).push(x),
    "PulseWindow": lambda x: PulseWindow(100).push(x),
    "push_ppg": lambda x: SeatSignals().push_ppg(x, 0.0, 0.01),
    "to_us": lambda x: to_us(x, 62.5, 5e5, 1e5, 2200.0),
    "decompose": lambda x: decompose(x, 16),
    "EdaStream": lambda x: EdaStream(16).push(x),
    "push_eda": lambda x: SeatSignals().push_eda(x, 0.0, 0.0625),
}  # fmt: skip
MANY_ROWS = {
    "group": lambda x: synchrony.group(x, FS, [(0, 200)]),
    "pairs": lambda x: synchrony.pairs(x, FS, (0, 200)),
    "leading": lambda x: synchrony.leading(x, FS, (0, 200), 0),
    "against_others": lambda x: synchrony.against_others(x, [], FS, [(0, 200)]),
    "curve": lambda x: curve(x, FS),
}
RATES = {
    "a pulse wave": lambda fs: detect_beats(BODY.samples, fs),
    "skin conductance": lambda fs: decompose(PALM.us, fs),
    "synchrony": lambda fs: synchrony.group(np.zeros((2, 900)), fs, []),
}
NO_ROW = [np.zeros((100, 3)), np.zeros((100, 1)), np.float64(3.0)]
NO_NUMBERS = [
    np.ones(9) + 1j, ["a", "b"], [1.0, 1j], [[1, 2], [1]], None, np.array(["2020"], "M8[s]"),
]  # fmt: skip


@pytest.mark.parametrize("bad", [*NO_ROW, *NO_NUMBERS], ids=repr)
@pytest.mark.parametrize("name", ONE_ROW)
def test_one_row_of_real_numbers_is_asked_for(name, bad):
    with pytest.raises(ValueError, match=r"^one row of real numbers is needed, not "):
        ONE_ROW[name](bad)


@pytest.mark.parametrize("bad", [np.zeros(900), np.zeros((2, 3, 900)), *NO_NUMBERS], ids=repr)
@pytest.mark.parametrize("name", MANY_ROWS)
def test_a_row_for_each_person_is_asked_for(name, bad):
    with pytest.raises(ValueError, match=r"^an array \(persons, samples\) of real numbers is"):
        MANY_ROWS[name](bad)


@pytest.mark.parametrize("fs", [0, -5, 0.5, np.nan, np.inf, 1e9, "x", None, [100, 100]])
@pytest.mark.parametrize("what", RATES)
def test_a_rate_that_the_method_can_work_with_is_asked_for(what, fs):
    with pytest.raises(ValueError, match=f"^a rate of .* Hz for {what} is needed, not "):
        RATES[what](fs)


@pytest.mark.parametrize(
    "phase", [(0, np.nan), (0, np.inf), (-np.inf, 9), (0, 1, 2), 300, ("a", "b"), None]
)
def test_a_phase_has_a_start_and_an_end(phase):
    with pytest.raises(ValueError, match=r"^a phase .* is needed, not "):
        synchrony.group(a_group(1), FS, [phase])


@pytest.mark.parametrize("person", [-1, 2, None])
def test_who_leads_is_asked_of_somebody_who_has_a_row(person):
    with pytest.raises(ValueError, match=r"^a person of 2 rows, from 0 on, is needed, not "):
        synchrony.leading(a_group(1, persons=2), FS, (0, 400), person)


@pytest.mark.parametrize("few", [0, -1, 18, 99.5, "many"])
def test_of_too_few_surrogates_nothing_can_be_said(few):
    signals = a_group(1, persons=2)
    for asked in (
        lambda: synchrony.group(signals, FS, [(0, 400)], few),
        lambda: synchrony.pairs(signals, FS, (0, 400), few),
        lambda: synchrony.leading(signals, FS, (0, 400), 0, few),
        lambda: synchrony.against_others(signals, [], FS, [(0, 400)], few),
    ):
        with pytest.raises(ValueError, match=r"19 or more, is needed, not "):
            asked()


def test_skin_below_three_and_a_half_a_second_is_refused_and_four_are_enough():
    slow = skin(600.0, fs=4.0)
    assert len(decompose(slow.us, 3.9999).scrs) > 30
    with pytest.raises(ValueError, match=r"3\.5 to 10000 Hz .* not 3\.4"):
        decompose(slow.us, 3.4)


def test_a_seat_refuses_such_a_skin_too_and_goes_on_with_what_it_had():
    seat, alone = SeatSignals(("eda",)), SeatSignals(("eda",))
    for one in (seat, alone):
        one.push_eda(PALM.us[:960], 0.0, 1 / 16)
    with pytest.raises(ValueError, match=r"3\.5 to 10000 Hz .* not 3\.4"):
        seat.push_eda(PALM.us[:300], 90.0, 1 / 3.4)
    for one in (seat, alone):
        one.push_eda(PALM.us[960:], 60.0, 1 / 16)
    assert seat.advance(120.0, final=True) == alone.advance(120.0, final=True)


def test_a_seat_works_a_skin_out_at_the_rate_at_which_it_came():
    """And finds what the stream alone finds, also where there are fewer than four a second."""
    slow = skin(600.0, fs=3.7)
    seat, stream = SeatSignals(("eda",)), EdaStream(3.7)
    seat.push_eda(slow.us, 0.0, 1 / 3.7)
    rates = {at: row["scr_rate"].value for at, row in seat.advance(590.0)}
    known = stream.push(slow.us).known_s
    for at in range(120, max(rates)):
        assert rates[at] == pytest.approx(np.sum((known > at - 60) & (known <= at)), abs=1e-6)


@pytest.mark.parametrize("stream", [BeatDetector(100), EdaStream(16)])
def test_after_a_flush_there_is_nothing_more_to_say(stream):
    """Beats came a quarter of a minute late then, and a second flush gave seconds of skin."""
    stream.push(BODY.samples)
    stream.flush()
    for asked in (lambda: stream.push(BODY.samples), stream.flush):
        with pytest.raises(ValueError, match="flush"):
            asked()


@pytest.mark.parametrize("held", [list, tuple, np.float32, np.int32, object])
def test_lists_whole_numbers_and_single_floats_are_as_good(held):
    counts = np.round(1000 * BODY.samples)
    other = held(counts.tolist()) if held in (list, tuple) else counts.astype(held)
    assert np.array_equal(detect_beats(other, 100).times_s, detect_beats(counts, 100).times_s)


FAR = [np.inf, -np.inf, 1e200, -1e308]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("far", FAR)
def test_what_is_infinite_counts_as_not_received(far):
    holed, lost = BODY.samples.copy(), BODY.samples.copy()
    holed[1000:1400:2], holed[1001:1400:2], lost[1000:1400] = far, -far, np.nan
    assert np.array_equal(detect_beats(holed, 100).times_s, detect_beats(lost, 100).times_s)
    signals = a_group(3)
    gone = signals.copy()
    signals[1, 300:500], gone[1, 300:500] = far, np.nan
    assert synchrony.group(signals, FS, [(0, 400)]) == synchrony.group(gone, FS, [(0, 400)])
    assert np.array_equal(curve(signals, FS).value, curve(gone, FS).value, equal_nan=True)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("fs", [16.0, 64.0])
def test_conductance_without_bound_is_no_skin(far, fs):
    """As where the electrodes touch: masked for as long as what is out of range."""
    holed, out = skin(120.0, fs=fs).us, skin(120.0, fs=fs).us
    holed[800:900:2], holed[801:900:2], out[800:900] = far, -far, 1e4
    found, expected = decompose(holed, fs), decompose(out, fs)
    assert np.array_equal(found.valid, expected.valid) and not found.valid[800:900].any()
    assert np.array_equal(found.scl, expected.scl, equal_nan=True)


def test_a_seat_names_the_cause_of_what_is_infinite():
    seat = SeatSignals()
    seat.push_ppg(np.full(2000, np.inf), 0.0, 0.01)
    seat.push_eda(np.full(320, np.inf), 0.0, 0.0625)
    last = seat.advance(20.0, final=True)[-1][1]
    assert (last["quality_ppg"].reason, last["quality_eda"].reason) == ("gap", "saturated")


def test_what_lies_under_a_mask_was_not_received():
    masked = np.ma.masked_array([1, 2, 3], [False, True, False])
    assert np.array_equal(arguments.samples(masked), [1.0, np.nan, 3.0], equal_nan=True)


def test_what_is_as_it_should_be_is_not_copied():
    assert arguments.samples(BODY.samples) is BODY.samples
    assert ppg.detect_beats([], 100).times_s.size == 0


def test_a_long_recording_wakes_no_other_threads() -> None:
    """Where numpy comes first, its library for products of vectors has threads; of more than
    10,000 samples they share the work, and then spin: twice the CPU for nothing."""
    script = (
        "import numpy as np; from time import process_time, thread_time\n"
        "from hub.signals.ppg import detect_beats; from hub.signals.eda import decompose\n"
        "wave = np.sin(0.07 * np.arange(200_000))\n"
        "for _ in range(2):  # they spin when they begin, too\n"
        "    both, own = process_time(), thread_time()\n"
        "    detect_beats(wave, 100.0); decompose(5 + wave, 16.0)\n"
        "    both, own = process_time() - both, thread_time() - own\n"
        "print(both / own)"
    )
    free = {name: value for name, value in os.environ.items() if not name.endswith("NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", script], env=free, capture_output=True, text=True)
    assert float(done.stdout) < 1.05, done.stderr
