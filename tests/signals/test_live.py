"""The window that is pushed a second at a time."""

import numpy as np

from hub.signals.intervals import IntervalLog
from hub.signals.live import PulseWindow
from tests.signals.made import counts, pulse

BODY = pulse(150.0, seed=8)
SAMPLES = counts(BODY.samples)


def pushed(samples) -> list[dict[str, float | None]]:
    window = PulseWindow(100.0)
    return [window.push(samples[k : k + 100]) for k in range(0, len(samples), 100)]


def rate_before(at_s: float) -> float:
    beats = BODY.beats_s[(BODY.beats_s > at_s - 10) & (BODY.beats_s <= at_s)]
    return 60 / np.diff(beats).mean()


def test_the_heart_rate_is_the_one_of_now() -> None:
    values = pushed(SAMPLES)
    assert values[5] == {"hr": None, "rmssd": None}
    rates = [v["hr"] for v in values[20:]]
    assert None not in rates
    off = [r - rate_before(k) for k, r in enumerate(rates, 21) if r]
    assert np.mean(np.abs(off)) < 1.0
    assert all(v["rmssd"] is None for v in values[:60])
    assert all(v["rmssd"] is not None for v in values[66:])


def test_what_is_not_there_is_not_gone_on_with() -> None:
    """Five seconds without beats: withheld until there are enough again."""
    samples = SAMPLES.copy()
    samples[8000:9000] = np.nan
    rates = [v["hr"] for v in pushed(samples)]
    assert rates[78]
    assert rates[86:92] == [None] * 6
    assert rates[98]


def test_noise_has_no_rate() -> None:
    noise = 130_000 + 50 * np.random.default_rng(0).standard_normal(12_000)
    assert {v["hr"] for v in pushed(noise)} == {None}


def test_likely_beats_become_certain() -> None:
    """In a clean signal what is likely is nearly always what follows, to the millisecond."""
    window = PulseWindow(100.0)
    detector = window._detector
    likely: list[float] = []
    for k in range(0, len(SAMPLES), 100):
        window.push(SAMPLES[k : k + 100])
        likely += [at for at, _ in detector.likely() if at > 15]
    certain = np.array(window._log.ends_s)
    near = [np.abs(certain - at).min() for at in likely if certain[0] < at < certain[-1]]
    assert np.mean(np.array(near) < 0.005) > 0.98


def test_a_tail_judges_as_the_whole_log() -> None:
    rng = np.random.default_rng(2)
    whole = IntervalLog()
    for at in np.cumsum(0.8 + 0.08 * rng.standard_normal(120)).tolist():
        whole.add(at, at, float(rng.uniform(0.3, 1)))
        whole.judge()
        tail = whole.tail(40)
        tail.judge()
        assert tail.rows == tuple(column[-40:] for column in whole.rows)
