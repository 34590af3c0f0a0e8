"""Real broker, hub in a process of its own, kits that obey acknowledgements: nothing is lost and
nothing is stored twice, whatever is killed. Kits make ten frames a second here, so that seconds
hold what minutes hold in life."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from bench.frames import Fleet
from hub.disk.journal import Reader
from tests.system.broker import Broker
from tests.waiting import wait_for

KITS = [f"k{n}" for n in range(6)]


class HubChild:
    """The hub's process; `kill` and `start` it at will."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.system.hub_child", str(self.folder), str(self.port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        assert self._process.stdout and self._process.stdout.readline() == "ready\n"

    def ask(self, *call):
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(call) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._end()

    def stop(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._end()

    def _end(self) -> None:
        self._process.wait(180)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def hub(tmp_path, broker: Broker):
    child = HubChild(tmp_path / "data", broker.port)
    yield child
    child.stop()


@pytest.fixture
def fleet(broker: Broker, hub: HubChild):
    fleet = Fleet(broker.port, {"r1": KITS}, lines=2, boxes=True, pace_s=0.1)
    wait_for(lambda: len(hub.ask("kits")) == len(KITS) + 1, "all kits are heard")
    yield fleet
    fleet.stop()


def open_session(hub, fleet):
    info = hub.ask("open", "r1", KITS)
    wait_for(lambda: all(kit.session == info["tag"] for kit in fleet.kits), "all kits record")
    return info


def close_and_check(hub, fleet, info):
    """Let the kits catch up, close (what a kit records after a close it has not heard of is not
    kept), drain, and compare what they made with what the journal holds."""
    wait_for(lambda: fleet.held() < len(fleet.kits), "the kits have caught up")
    fleet.still = True
    hub.ask("close", info["id"])
    wait_for(lambda: not any(k.session for k in fleet.kits), "the kits know")
    fleet.still = False
    wait_for(lambda: fleet.held() == 0, "all is acknowledged")
    wait_for(lambda: hub.ask("state", info["id"]) == "sealed", "sealed")
    with Reader(Path(info["folder"]) / "session.sqlite") as reader:
        rows = [row for row in reader.rows() if row.topic.startswith("data/")]
    stored = Counter((row.kit, row.boot, row.seq) for row in rows)
    made = {(k.name, k.boot, seq) for k in fleet.kits for seq in k.made.get(info["tag"], [])}
    gone = {(k.name, k.boot, seq) for k in fleet.kits for seq in k.evicted}
    assert [key for key, count in stored.items() if count > 1] == [], "stored twice"
    assert sorted(made - gone - set(stored)) == [], "lost"
    assert set(stored) <= made, "invented"
    return stored


def made(fleet):
    return sum(kit.next for kit in fleet.kits)


def test_the_hub_is_killed_ten_times(hub, fleet):
    info = open_session(hub, fleet)
    rng = random.Random(2)
    pressed = []
    for number in range(10):
        time.sleep(rng.uniform(0.05, 0.5))  # at a moment that nobody chose
        fleet.kits[-1].press(number % 3, time.monotonic())
        pressed.append(hub.ask("press", info["id"], f"press-{number}"))
        hub.kill()
        hub.start()
    wait_for(lambda: made(fleet) > 200, "enough was recorded")
    stored = close_and_check(hub, fleet, info)
    assert len([key for key in stored if key[0] == "box"]) == 10
    with Reader(Path(info["folder"]) / "session.sqlite") as reader:
        rows = reader.rows()
    ids = [json.loads(row.payload)["id"] for row in rows if row.topic == "event/speaker"]
    assert ids == pressed
    assert len([row for row in rows if row.topic == "hub/start"]) == 11
    times = [row.at_ns for row in rows if row.topic == "hub/tick"]
    assert times == sorted(times)


def test_the_broker_is_killed(broker, hub, fleet):
    info = open_session(hub, fleet)
    broker.kill()
    before = made(fleet)
    wait_for(lambda: made(fleet) > before + 7 * 30, "30 frames of each kit")
    wait_for(lambda: "broker" in hub.ask("problems"), "it is said")
    broker.start()
    stored = close_and_check(hub, fleet, info)
    assert len(stored) > 7 * 30 * 6 // 7
    assert "broker" not in hub.ask("problems")


def test_the_broker_hangs(broker, hub, fleet):
    info = open_session(hub, fleet)
    broker.hang()
    before = made(fleet)
    wait_for(lambda: made(fleet) > before + 6 * 40, "40 frames of each kit")
    broker.go_on()
    close_and_check(hub, fleet, info)


def test_hub_and_broker_are_killed_at_once(broker, hub, fleet):
    info = open_session(hub, fleet)
    wait_for(lambda: made(fleet) > 60, "some frames")
    broker.kill()
    hub.kill()
    hub.start()  # no broker yet: it waits
    broker.start()
    close_and_check(hub, fleet, info)


def test_a_frame_is_dropped_for_good(broker, hub, fleet):
    info = open_session(hub, fleet)
    broker.kill()
    victim = fleet.kits[0]
    unheard = victim.next  # of those before, the hub may have some and could not say so
    wait_for(lambda: victim.held > 20 and victim.next > unheard + 20, "it holds some")
    victim.lose(victim.held - 5)
    broker.start()
    wait_for(lambda: fleet.held() < 60, "it goes on")
    stored = close_and_check(hub, fleet, info)
    have = {seq for kit, _, seq in stored if kit == victim.name}
    lost = {seq for seq in victim.evicted if seq >= unheard}
    assert len(lost) > 10 and lost.isdisjoint(have)
    wait_for(lambda: "frames lost" in hub.ask("problems"), "it is counted")
    assert hub.ask("stats")["problems"]["frames lost"] == 1


def test_rubbish_on_the_broker_does_not_stop_the_hub(broker, hub, fleet):
    info = open_session(hub, fleet)
    rng = random.Random(3)
    client = fleet._clients[0]
    for number in range(3000):
        kit = rng.choice([*KITS, f"x{number}", "X", "%00"])
        stream = rng.choice(["data", "about", "ack"])
        size = rng.choice([0, 1, 45, 300, 1100, 70_000])
        client.publish(f"stillpoint/1/site/r1/{kit}/{stream}", rng.randbytes(size))
    wait_for(lambda: hub.ask("stats")["problems"].get("bad message", 0) > 1000, "it is counted")
    close_and_check(hub, fleet, info)
    assert hub.ask("stats")["mistakes"] == 0 and "hub" not in hub.ask("stats")["problems"]
