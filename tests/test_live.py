"""The live view: the newest word about everything, curves packed, whatever order they came in."""

from hub.live import LiveView

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
