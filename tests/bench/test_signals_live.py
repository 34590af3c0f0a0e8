"""Live figures judged: what is of now, and what the page shows, seconds later."""

from __future__ import annotations

import numpy as np
import pytest

from bench.signals import live
from bench.signals.cases import FS, Case, person
from bench.signals.methods import ours
from tests.signals.made import one_beat


def quickening(seconds: int = 120) -> Case:
    """A heart that goes from 60 to 100 beats a minute, a third of a beat a minute each second."""
    beats = [0.5]
    while beats[-1] < seconds - 1:
        beats.append(beats[-1] + 60.0 / (60.0 + beats[-1] / 3))
    at = np.arange(seconds * int(FS)) / FS
    ppg = np.sum([one_beat(np.maximum(at - beat, -5.0)) for beat in beats], axis=0)
    return Case("quickening", "simulated", ppg, np.array(beats), np.empty((0, 2)), np.empty((0, 2)))


def error(case: Case, method: live.Live) -> float:
    return live.judged(case, method, ours).row()["hr_bpm"] or 0.0


def test_the_page_is_as_far_off_a_quickening_heart_as_it_is_late():
    """Three to four seconds: a beat a minute."""
    case = quickening()
    now, page = error(case, live.pulse_window), error(case, live.on_the_page)
    assert page - now == pytest.approx(1.0, abs=0.4)
    assert now < 0.6


def test_of_a_heart_at_rest_both_answer_nearly_always():
    case = person(1, 120)
    for method in (live.pulse_window, live.on_the_page):
        row = live.judged(case, method, ours).row()
        assert (row["hr_answered"] or 0) > 0.95 and (row["hr_bpm"] or 9) < 1.0


def test_the_verdict_is_on_the_window_of_now():
    assert next(iter(live.methods(only_ours=True))) == "ours"
    assert live.methods(only_ours=True)["ours"][0] is live.pulse_window
