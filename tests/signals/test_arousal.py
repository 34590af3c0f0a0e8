"""Arousal against the person's own baseline, with what is there."""

import math

import numpy as np
import pytest

from hub.records import Value
from hub.signals.after import AFTER, after
from hub.signals.arousal import Arousal, arousal_figures
from hub.signals.column import column
from hub.signals.index import NO_BASELINE, SHORT_BASELINE, TOO_FEW

REST = {"hr": 65.0, "scl": 4.0, "scr_rate": 2.0, "rmssd": 40.0}
STIRRED = {"hr": 80.0, "scl": 6.0, "scr_rate": 9.0, "rmssd": 25.0}


def found(figures: dict[str, float | None]) -> dict[str, Value]:
    return {k: Value(v, 1.0, None if v is not None else "gap") for k, v in figures.items()}


def run(until: int, baseline: bool = True, without: tuple[str, ...] = ()):
    """Rest for 180 s (the baseline), then stirred."""
    curve = Arousal()
    if baseline:
        curve.baseline(0.0, 180.0)
    out = []
    for second in range(1, until):
        figures = {**(REST if second <= 180 else STIRRED)}
        out.append(curve.step(second, found({k: None if k in without else v
                                             for k, v in figures.items()})))  # fmt: skip
    return out


def test_the_parts_are_differences_in_natural_units() -> None:
    last = run(200)[-1]
    assert last["delta_hr"] == Value(15.0, 1.0, None)
    assert last["delta_scr_rate"] == Value(7.0, 1.0, None)
    assert last["delta_ln_scl"].value == pytest.approx(math.log(6 / 4), abs=1e-6)
    assert last["delta_ln_rmssd"].value == pytest.approx(math.log(25 / 40), abs=1e-6)


def test_stirred_is_up_and_the_vagus_down() -> None:
    last = run(200)[-1]
    assert (last["arousal"].value or 0) > 1
    assert (last["arousal_sympathetic"].value or 0) > 1
    assert (last["arousal_parasympathetic"].value or 0) < -1
    assert last["arousal"].reason is None and last["arousal"].quality == 1.0


def test_before_and_without_a_baseline_it_says_so() -> None:
    for values in (run(150)[-1], run(250, baseline=False)[-1]):
        assert values["arousal"].value is not None
        assert values["arousal"].reason == NO_BASELINE
        assert values["arousal"].quality == 0.5
        assert values["delta_hr"].reason == NO_BASELINE


def test_a_missing_part_costs_quality_and_is_named() -> None:
    last = run(200, without=("scl", "scr_rate"))[-1]
    assert (last["arousal"].value or 0) > 1
    assert last["arousal"].quality < 0.7
    assert last["delta_ln_scl"] == Value(None, 1.0, "gap")


def test_skin_alone_is_too_little_for_the_index() -> None:
    last = run(200, without=("hr", "rmssd"))[-1]
    assert last["arousal"] == Value(None, 0.0, "too few parts")
    assert last["arousal_sympathetic"].value is not None
    assert last["arousal_parasympathetic"].value is None


def test_a_baseline_said_late_counts_from_then_on_only_for_later_seconds() -> None:
    early, late = Arousal(), Arousal()
    early.baseline(0.0, 60.0)
    for second in range(1, 100):
        if second == 61:
            late.baseline(0.0, 60.0)
        assert early.step(second, found(REST)) == late.step(second, found(REST))


@pytest.mark.parametrize("span", [(240.0, 60.0), (float("nan"), 100.0), (0.0, float("inf"))])
def test_a_baseline_without_a_length_is_refused(span: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="start and end of a baseline"):
        Arousal().baseline(*span)



def test_of_several_baselines_the_last_that_had_ended_counts() -> None:
    curve = Arousal()
    for start, end in ((0.0, 60.0), (100.0, 160.0), (200.0, 205.0)):
        curve.baseline(start, end)
    delta = {}
    for second in range(1, 240):
        rates = {"hr": 60.0 if second <= 60 else 70.0 if second <= 160 else 75.0}
        delta[second] = curve.step(second, found({**REST, **rates}))["delta_hr"].value
    assert (delta[90], delta[150], delta[180]) == (10.0, 10.0, 5.0)
    assert delta[230] == 5.0  # the third is too short: the one before goes on


def test_what_is_forgotten_counts_no_more() -> None:
    curve = Arousal()
    curve.baseline(0.0, 60.0)
    for second in range(1, 90):
        last = curve.step(second, found(REST))
    assert last["delta_hr"].reason is None
    curve.forget_baselines()
    assert curve.step(90, found(REST))["delta_hr"].reason == NO_BASELINE
    curve.baseline(0.0, 80.0)
    assert curve.step(91, found(REST))["delta_hr"].reason is None


def test_a_baseline_too_short_for_a_window_leaves_that_part_without() -> None:
    curve = Arousal()
    curve.baseline(0.0, 60.0)
    for second in range(1, 80):
        last = curve.step(second, found(REST))
    assert last["delta_hr"].reason is None
    assert last["delta_ln_rmssd"].reason == SHORT_BASELINE
    assert last["arousal"].reason is None, "what has a baseline is enough, and no other counts"
    assert last["arousal_parasympathetic"].reason == SHORT_BASELINE, "where nothing else is"


def baselined(missing: tuple[str, ...], seconds: int = 300) -> dict[str, Value]:
    """The last of these seconds; in a baseline of 180 s these figures were missing."""
    curve = Arousal()
    curve.baseline(0.0, 180.0)
    for second in range(1, seconds):
        gone = dict.fromkeys(missing if second <= 180 else ())
        last = curve.step(second, found({**REST, **gone}))
    return last


def test_a_baseline_without_a_pulse_is_no_worse_than_none() -> None:
    """Skin alone has a baseline: too few parts for an index, so those without one count too."""
    last = baselined(("hr", "rmssd"))
    assert last["arousal"].value == pytest.approx(0.0, abs=0.2)
    assert last["arousal"].reason == SHORT_BASELINE
    assert last["arousal_sympathetic"].reason is None, "half of it is skin"


def test_a_baseline_without_skin_leaves_a_sympathetic_side() -> None:
    last = baselined(("scl", "scr_rate"))
    assert last["arousal"].reason is None, "heart and vagus have one"
    assert last["arousal_sympathetic"].value == pytest.approx(0.0, abs=0.2)
    assert last["arousal_sympathetic"].reason == SHORT_BASELINE


def test_who_never_answers_and_has_no_baseline_is_told_what_the_curve_stands_against() -> None:
    curve = Arousal()
    for second in range(1, 700):
        last = curve.step(second, found({**REST, "scr_rate": 0.0}))
    assert last["non_responder"].value == 1.0
    assert last["arousal"].reason == last["arousal_sympathetic"].reason == NO_BASELINE


def test_a_non_responder_is_nothing_special() -> None:
    curve = Arousal()
    curve.baseline(0.0, 180.0)
    for second in range(1, 300):
        last = curve.step(second, found({**REST, "scr_rate": 0.0, "scl": 1.0}))
    assert last["delta_scr_rate"].value == 0.0
    assert last["arousal"].value == pytest.approx(0.0, abs=1e-6)


def test_a_heart_alone_says_nothing_of_skin_and_makes_no_index() -> None:
    last = run(200, without=("scl", "scr_rate"))[-1]
    assert last["arousal_sympathetic"] == Value(None, 0.0, TOO_FEW)
    assert last["arousal_sympathetic_se"].value is None
    alone = run(200, without=("scl", "scr_rate", "rmssd"))[-1]
    assert alone["arousal"] == Value(None, 0.0, TOO_FEW)


def test_a_non_responder_needs_as_many_parts_for_an_index_as_others() -> None:
    curve = Arousal()
    curve.baseline(0.0, 180.0)
    for second in range(700):
        curve.step(second, found({**REST, "scr_rate": 0.0}))
    last = curve.step(700, found({"hr": 80.0, "scl": None, "scr_rate": 0.0, "rmssd": None}))
    assert last["non_responder"].value == 1.0
    assert last["arousal"].quality < 0.5
    gone = curve.step(701, found({"hr": 80.0, "scl": None, "scr_rate": None, "rmssd": None}))
    assert gone["arousal"] == Value(None, 0.0, TOO_FEW)


def test_each_side_has_a_standard_error_of_its_own() -> None:
    last = run(200)[-1]
    for name in ("arousal", "arousal_sympathetic", "arousal_parasympathetic"):
        assert (last[f"{name}_se"].value or 0) > 0
    assert last["arousal_parasympathetic_se"].value > last["arousal_se"].value


def at_rest(rng, seconds, rate=6.0, swing=0.0):
    """Somebody in whom nothing changes, measured window by window with each figure's own error, and
    whose heart rate and level `swing` from window to window by so many times that."""
    windows = {"hr": 10, "scl": 10, "scr_rate": 60, "rmssd": 60}
    draw = {
        "hr": lambda: 65 + rng.normal(0, 0.5) + swing * rng.normal(0, 0.5),
        "scl": lambda: 4 * math.exp(rng.normal(0, 0.02) + swing * rng.normal(0, 0.02)),
        "scr_rate": lambda: float(rng.poisson(rate)),
        "rmssd": lambda: 40 * math.exp(rng.normal(0, 0.12)),
    }
    figures = {}
    for second in range(seconds):
        figures |= {name: draw[name]() for name, w in windows.items() if second % w == 0}
        yield found(figures)


def at_the_end(people, baseline):
    """The figures of each person's last second: all worked out at once, which is much cheaper than
    second by second."""
    curves = [Arousal() for _ in people]
    for curve in curves:
        curve.baseline(*baseline)
    rows = [row for person in people for row in person]
    given = {name: column([row[name] for row in rows]) for name in rows[0]}
    figures = arousal_figures(curves, [range(len(person)) for person in people], given)
    last = np.cumsum([len(person) for person in people]) - 1
    return {name: of.value[last] for name, of in figures.items()}


def test_the_standard_error_holds_the_truth_as_often_as_it_says() -> None:
    """Nothing changes, so the index is 0 but for errors: 1.96 of them hold it 19 times in 20."""
    people = [list(at_rest(np.random.default_rng(seed), 420)) for seed in range(150)]
    said = at_the_end(people, (0.0, 240.0))
    for name in ("arousal", "arousal_sympathetic", "arousal_parasympathetic"):
        inside = np.abs(said[name]) <= 1.96 * said[f"{name}_se"]
        assert 0.88 <= np.mean(inside) <= 0.995, name


def test_who_swings_at_rest_has_a_less_certain_baseline() -> None:
    """Its windows differ by more than each is measured by: that is the error of their median."""
    people = [
        [{**row, "scr_rate": Value(None, 0.0, "gap")}
         for row in at_rest(np.random.default_rng(seed), 160, swing=5.0)]
        + [found({**REST, "scr_rate": None})]
        for seed in range(150)
    ]  # fmt: skip
    said = at_the_end(people, (0.0, 150.0))
    inside = np.abs(said["arousal_sympathetic"]) <= 1.96 * said["arousal_sympathetic_se"]
    assert 0.88 <= np.mean(inside) <= 0.99


def drifting(rng: np.random.Generator, seconds: int) -> dict[str, np.ndarray]:
    """A rest in which heart rate and level wander slowly, as people's do: neighbouring windows are
    alike, and the usual is 65 and 4."""
    slow = np.zeros((2, seconds))
    for k in range(1, seconds):
        slow[:, k] = 0.985 * slow[:, k - 1] + 0.17 * rng.standard_normal(2)  # deviation about 1
    return {"hr": 65 + 2 * slow[0], "scl": 4 * np.exp(0.04 * slow[1])}


@pytest.mark.parametrize("baseline_s", [30.0, 40.0, 60.0])
def test_a_short_baseline_is_an_uncertain_one(baseline_s: float) -> None:
    """Two or three windows of a wandering heart agree by chance: their spread says nothing."""
    people = []
    for seed in range(150):
        of = drifting(np.random.default_rng(seed), int(baseline_s))
        rest = [{**REST, "rmssd": None, "scr_rate": None, "hr": float(h), "scl": float(c)}
                for h, c in zip(of["hr"], of["scl"], strict=True)]  # fmt: skip
        people.append([found(one) for one in (*rest, rest[0] | {"hr": 65.0, "scl": 4.0})])
    said = at_the_end(people, (0.0, baseline_s - 1.0))
    inside = np.abs(said["arousal_sympathetic"]) <= 1.96 * said["arousal_sympathetic_se"]
    assert np.mean(inside) > 0.85


def test_a_figure_that_lacks_a_part_is_less_certain_the_further_it_is_from_rest() -> None:
    """What is missing may be anywhere; at rest it is where the others are."""
    whole, bare = run(400)[-1], run(400, without=("scl", "scr_rate"))[-1]
    assert bare["arousal_se"].value > 1.5 * whole["arousal_se"].value
    still, one_less = Arousal(), Arousal()
    for curve in (still, one_less):
        curve.baseline(0.0, 180.0)
    for second in range(1, 300):
        a = still.step(second, found(REST))
        b = one_less.step(second, found({**REST, "scr_rate": None}))
    assert b["arousal_se"].value < 1.5 * a["arousal_se"].value


def test_who_never_answers_is_named_after_ten_minutes_and_the_skin_weighs_less() -> None:
    curve = Arousal()
    curve.baseline(0.0, 180.0)
    said = [curve.step(s, found({**(REST if s < 700 else STIRRED), "scr_rate": 0.0}))
            for s in range(720)]  # fmt: skip
    assert said[300]["non_responder"] == Value(None, 301 / 600, "too early to say")
    last = said[-1]
    assert last["non_responder"].value == 1.0
    assert last["arousal"].reason == "non-responder" and last["arousal"].value > 1
    assert last["delta_scr_rate"].value == 0.0, "the part itself is there"
    touched = [curve.step(720 + s, found({**STIRRED, "scr_rate": 1.0})) for s in range(60)]
    assert touched[-1]["non_responder"].value == 1.0, "one touch is no responder"
    answers = [curve.step(780 + s, found({**STIRRED, "scr_rate": 3.0})) for s in range(60)]
    assert answers[-1]["non_responder"].value == 0.0, "a dozen minutes, four responses"


def test_afterwards_a_part_is_a_z_over_the_whole_session() -> None:
    """By numpy: zero mean, spread one, and the parasympathetic turned."""
    rng = np.random.default_rng(1)
    rows = [found({"hr": 60 + x, "scl": math.exp(x / 8), "scr_rate": None, "rmssd": 40.0,
                   "non_responder": None}) for x in rng.normal(0, 8, 900)]
    live = {name: column([row[name] for row in rows]) for name in rows[0]}
    said = after(live)
    assert set(said) == {feature.name for feature in AFTER}
    levels = live["hr"].value
    z = (levels - levels.mean()) / levels.std()
    assert said["arousal_sympathetic_after"].value == pytest.approx(z)
    assert np.isnan(said["arousal_parasympathetic_after"].value).all()
    short = after({name: of.part(0, 200) for name, of in live.items()})
    assert short["arousal_after"].reason[0] == "too little of the session is valid"


def test_afterwards_too_a_non_responders_skin_weighs_less_and_the_figure_says_so() -> None:
    rng = np.random.default_rng(2)
    rows = [found({"hr": 60 + x, "scl": math.exp(-x / 8), "scr_rate": 0.0, "rmssd": 40.0,
                   "non_responder": None if k < 600 else 1.0})
            for k, x in enumerate(rng.normal(0, 8, 900))]
    live = {name: column([row[name] for row in rows]) for name in rows[0]}
    responds = dict(live, non_responder=column([Value(0.0, 1.0, None)] * 900))
    muted, usual = after(live)["arousal_after"], after(responds)["arousal_after"]
    assert set(muted.reason) == {"non-responder"} and set(usual.reason) == {None}
    assert (muted.quality < usual.quality).all()
    hr = live["hr"].value - live["hr"].value.mean()
    assert np.corrcoef(muted.value, hr)[0, 1] > 0.99, "the heart, not the skin that goes against it"


def test_afterwards_a_moment_without_a_figure_says_why_as_it_did_live() -> None:
    rng = np.random.default_rng(3)
    rows = [found({"hr": None if 100 < k < 110 else 60 + x, "scl": 4.0 + x / 8, "scr_rate": None,
                   "rmssd": 40.0, "non_responder": None})
            for k, x in enumerate(rng.normal(0, 3, 900))]
    live = {name: column([row[name] for row in rows]) for name in rows[0]}
    said = after(live)["arousal_sympathetic_after"]
    assert set(said.reason[101:110]) == {TOO_FEW}
    assert set(said.reason[110:]) == {None}
