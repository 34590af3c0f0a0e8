"""The live view: the newest word about everything, curves packed, whatever order they came in."""

import json
import threading

from hub.live.messages import message_of
from hub.live.view import QUEUE_MAX, LiveView
from hub.results.channels import EDA
from hub.results.pipeline import Pipeline
from tests.rows import Kit, session

NS = 1_000_000_000


def second(seat, time_s, arousal, hr=60.0):
    values = {"arousal": {"v": arousal, "q": 1.0, "r": None}, "hr": {"v": hr, "q": 1.0, "r": None}}
    return {"type": "second", "seat": seat, "time_ns": time_s * NS, "values": values}


def curve(view):
    seconds = view.snapshot()["seconds"]
    return [(s["time_ns"] // NS, s["values"]["arousal"]["v"]) for s in seconds]


def test_a_newcomer_gets_the_curve_and_the_last_second_whole():
    view = LiveView()
    view.apply([second(1, 1, None), second(1, 2, 0.5), second(1, 3, 0.25)])
    assert curve(view) == [(1, None), (2, 0.5), (3, 0.25)]
    assert view.snapshot()["seconds"][-1] == second(1, 3, 0.25)


def test_seconds_that_a_new_worker_says_again_are_there_once():
    view = LiveView()
    view.apply([second(1, 1, 0.1), second(1, 2, 0.2), second(1, 3, 0.3)])
    view.apply([second(1, 1, 0.1), second(1, 2, 0.9)])
    assert curve(view) == [(1, 0.1), (2, 0.9), (3, 0.3)]


def test_waves_come_back_as_they_were_said():
    wave = {"type": "wave", "seat": 1, "channel": "ppg", "start_ns": 0, "period_ns": 40_000_000,
            "values": [1.5, None, 2.0]}
    view = LiveView()
    view.apply([wave])
    assert view.snapshot()["waves"] == [wave]


def test_a_watcher_hears_every_message_and_the_group_keeps_its_gaps():
    view = LiveView()
    watcher = view.subscribe()
    group = {"type": "group", "time_ns": NS, "n": 0, "median": None, "low": None, "high": None,
             "reason": "no valid seat"}
    view.apply([group])
    assert watcher.get_nowait() == group
    (kept,) = view.snapshot()["group"]
    assert (kept["n"], kept["median"], kept["time_ns"]) == (0, None, NS)


def test_the_teams_curve_comes_back_in_columns_as_it_was_said():
    view = LiveView()
    for times, middle in (([1, 2], [0.1, 0.2]), ([9], [-0.3])):
        view.apply([{"type": "team", "time_ns": times[-1] * NS, "time_s": times, "middle": middle,
                     "low": [None] * len(times), "high": [1.1] * len(times)}])
    assert view.snapshot()["team"] == {
        "type": "team", "time_ns": 9 * NS, "time_s": [1, 2, 9], "step_s": 1,
        "middle": [0.1, 0.2, -0.3], "low": [None, None, None], "high": [1.1, 1.1, 1.1],
    }


def test_a_watcher_that_does_not_read_loses_some_and_holds_up_nobody():
    view = LiveView()
    slow, quick = view.subscribe(), view.subscribe()
    got = []
    for n in range(QUEUE_MAX + 500):
        view.apply([second(1, n, 0.5)])
        got.append(quick.get_nowait()["time_ns"] // NS)
    assert got == list(range(QUEUE_MAX + 500))
    assert slow.qsize() == QUEUE_MAX
    assert slow.get_nowait()["time_ns"] == 0  # what is lost is the newest: a snapshot mends it
    assert len(curve(view)) == QUEUE_MAX + 500


def test_who_has_left_hears_no_more_and_may_leave_twice():
    view = LiveView()
    watcher = view.subscribe()
    view.unsubscribe(watcher)
    view.unsubscribe(watcher)
    view.apply([second(1, 1, 0.5)])
    assert watcher.empty()


def test_a_newcomer_gets_what_a_watcher_from_the_beginning_has_put_together():
    """The snapshot, and after it the messages: nothing between is missed."""
    rows, view, pipeline = session(Kit(), 40), LiveView(), Pipeline()
    for row in rows:
        messages = [message_of(result) for result in pipeline.feed(row)]
        view.apply([message for message in messages if message])
    found = json.loads(json.dumps(view.snapshot(), allow_nan=False))
    seconds = [s["time_ns"] for s in found["seconds"]]
    assert seconds == list(range(seconds[0], seconds[-1] + NS, NS))
    assert found["ledger"]["rows"][0]["stored"] > 3000
    assert {wave["channel"] for wave in found["waves"]} == {"ppg", "eda"}
    assert found["problems"] == []


def test_many_write_and_watch_at_once():
    """Threads of several workers' pipes, and pages that come and go."""
    view, seen = LiveView(), []

    def write(seat):
        for n in range(300):
            view.apply([second(seat, n, 0.5)])

    def watch():
        for _ in range(30):
            watcher = view.subscribe()
            view.snapshot()
            view.unsubscribe(watcher)
        seen.append(True)

    threads = [threading.Thread(target=write, args=(seat,)) for seat in (1, 2, 3)]
    threads += [threading.Thread(target=watch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    assert len(seen) == 3
    assert len(curve(view)) == 900


def test_old_waves_fall_out():
    view = LiveView()
    for n in range(250):
        view.apply([{"type": "wave", "seat": 1, "channel": "eda", "start_ns": n * NS,
                     "period_ns": 62_500_000, "values": [1.0]}])
    (wave,) = view.snapshot()["waves"]
    assert wave["start_ns"] + len(wave["values"]) * wave["period_ns"] == 249 * NS + 62_500_000
    assert len(wave["values"]) * wave["period_ns"] == EDA.shown_s * NS


def test_of_a_long_session_all_is_kept_at_fewer_seconds_and_the_same_ones_of_all(monkeypatch):
    """Also of who came later: a curve that has a point where others have none breaks theirs. What
    a worker says again from the beginning finds its place."""
    monkeypatch.setattr("hub.live.view.POINTS", 100)
    view = LiveView()
    for n in [*range(1, 151), *range(1, 251)]:
        group = {"type": "group", "time_ns": n * NS, "n": 8, "median": n, "low": n, "high": n}
        team = {"type": "team", "time_s": [n], "middle": [n], "low": [None], "high": [None]}
        view.apply([group, team, second(1, n, n), *([second(2, n, n)] if n > 110 else [])])
    found = view.snapshot()
    every_fourth = list(range(4, 250, 4))
    assert [row["median"] for row in found["group"]] == every_fourth
    assert [row["time_ns"] // NS for row in found["group"]] == every_fourth
    assert found["team"]["time_s"] == found["team"]["middle"] == every_fourth
    assert found["team"]["step_s"] == 4
    said = curve(view)
    assert said[:-2] == [(n, n) for n in [*every_fourth, *range(112, 250, 4)]]
    assert said[-2:] == [(250, 250), (250, 250)]


def problem(code, what, **more):
    return {"type": "problem", "code": code, "what": what, **more}


def test_a_problem_takes_the_place_of_those_that_it_ends():
    view = LiveView()
    view.apply([problem("x", "one"), problem("y", "two"), problem("x", "three")])
    view.apply([problem("z", "x is no more", ends="x", over=True)])
    assert [p["what"] for p in view.snapshot()["problems"]] == ["two", "x is no more"]
    view.apply([problem("y", "two again", ends="y")])
    assert [p["what"] for p in view.snapshot()["problems"]] == ["x is no more", "two again"]


def test_the_end_of_what_was_never_said_is_nobodys_news():
    """A worker that is started again cannot know what was said before it."""
    view = LiveView()
    watcher = view.subscribe()
    over = problem("x", "over", ends="x", over=True)
    view.apply([over])
    assert watcher.empty() and view.snapshot()["problems"] == []
    view.apply([problem("x", "bad", ends="x"), over, over])
    assert [watcher.get_nowait()["what"] for _ in range(2)] == ["bad", "over"]
    assert watcher.empty() and view.snapshot()["problems"] == [over]
