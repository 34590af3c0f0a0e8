"""The window that is pushed a second at a time."""

import numpy as np

from hub.signals import prv
from hub.signals.live import PulseWindow
from tests.signals.made import counts, pulse
from tests.signals.test_prv import beats_of, rows_of


def test_a_second_at_a_time() -> None:
    body = pulse(150.0, seed=8)
    samples = counts(body.samples)
    window = PulseWindow(body.fs)
    values = [window.push(samples[k : k + 100]) for k in range(0, len(samples), 100)]
    assert values[5] == {"hr": None, "rmssd": None}
    rates = [v["hr"] for v in values[20:]]
    assert None not in rates
    true = rows_of(beats_of(body.beats_s))
    truth = [prv.heart_rate(true, k + 1 - 3).value for k in range(20, len(values))]
    assert np.mean(np.abs(np.array(rates, float) - np.array(truth, float))) < 1.0
    assert all(v["rmssd"] is None for v in values[:60])
    assert all(v["rmssd"] is not None for v in values[66:])
