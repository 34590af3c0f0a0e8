"""The probes count what they say, and find what they count."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bench import inside, probe
from bench.probe import PLACES, REST, STAGES, AckTimes, Stopwatch, owner_of, percentile_ms
from hub.intake import acks, commit
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("place", [place for places in PLACES.values() for place in places])
def test_every_place_is_still_there(place):
    assert callable(getattr(owner_of(place), place[2]))


COUNTED = """
import json
from bench.people import rows
from bench.probe import Stopwatch
from hub.results.digest import Digest
from hub.results.pipeline import Pipeline
watch = Stopwatch()
watch.put_in()
pipeline, digest = Pipeline(), Digest("")
for row in rows(20, 1):
    digest.feed(row, pipeline.feed(row))
print(json.dumps(watch.spent))
"""


def test_a_pipeline_comes_by_every_stage_that_is_in_it():
    done = subprocess.run(
        [sys.executable, "-c", COUNTED], cwd=ROOT, check=True, capture_output=True, timeout=180
    )
    spent = json.loads(done.stdout)
    assert {stage for stage in STAGES if not spent[stage]} == {"read", "messages"}
    assert spent["signals"] > spent["waves"]


class Clock:
    now = 0

    def __call__(self):
        return self.now


def test_a_stage_within_another_counts_for_itself():
    clock = Clock()
    watch = Stopwatch(clock)

    def signals():
        clock.now += 30

    inner = watch.time("signals", signals)

    def placing():
        clock.now += 5
        inner()
        inner()
        clock.now += 7
        return "placed"

    assert watch.time("clock, placing", placing)() == "placed"
    inner()
    spent = {stage: ns for stage, ns in watch.spent.items() if ns}
    assert spent == {"signals": 90, "clock, placing": 12}


def test_a_stage_that_fails_is_counted_too():
    clock = Clock()
    watch = Stopwatch(clock)

    def fails():
        clock.now += 3
        raise ValueError

    with pytest.raises(ValueError):
        watch.time("decode", fails)()
    assert watch.spent["decode"] == 3


def test_the_time_of_an_acknowledgement_begins_where_its_sessions_commit_returned(monkeypatch):
    clock = Clock()
    told = []

    def send(_acks, kit, _boot, _progress):
        clock.now += 0.002
        told.append(kit)

    def acknowledge(acks_, came, _failed):
        for one in came:
            acks_._send(one.kit, 1, None)

    monkeypatch.setattr(commit, "_attempt", lambda work: None)
    monkeypatch.setattr(acks.Acks, "acknowledge", acknowledge)
    monkeypatch.setattr(acks.Acks, "_send", send)
    times = AckTimes(clock)
    times.put_in()
    commit._attempt(("first", []))
    clock.now += 0.5
    commit._attempt(("second", []))
    came = [SimpleNamespace(session=session, kit=kit)
            for session, kit in (("first", "a"), ("second", "b"), (None, "c"))]
    one = object.__new__(acks.Acks)
    one.acknowledge(iter(came), set())
    one._send("a", 1, None)  # told of a session, without a frame of its own
    assert told == ["a", "b", "c", "a"]
    assert times.bins.total() == 2
    assert percentile_ms(times.bins, 0.0) <= percentile_ms(times.bins, 0.5)
    assert percentile_ms(times.bins, 0.5) == pytest.approx(4, rel=0.06)
    assert percentile_ms(times.bins, 1.0) == pytest.approx(502, rel=0.06)


def test_percentiles_of_nothing_are_none():
    assert math.isnan(percentile_ms({}, 0.5))


def test_what_was_spent_before_is_not_counted():
    spent = dict.fromkeys(STAGES, 0)
    before = {"worker-1": {"at_s": 10.0, "cpu_s": 5.0, "spent": spent}, "hub-2": {"acks": {"7": 9}}}
    after = {
        "worker-1": {"at_s": 20.0, "cpu_s": 9.0, "spent": {**spent, "signals": 3_000_000_000}},
        "hub-2": {"acks": {"7": 9, "100": 1}},
    }
    rows = {row.what.strip(): row.figure for row in inside.stages("load", before, after)}
    assert (rows["signals"], rows["decode"], rows[REST]) == ("30.0 %", "0.0 %", "10.0 %")
    row = inside.acks("load", before, after)
    assert row.figure.endswith("(n 1)")
    assert row.good is True


def test_it_writes_what_it_counts(tmp_path, monkeypatch):
    monkeypatch.setenv(probe.FOLDER, str(tmp_path))
    probe._write("worker-1", lambda: {"spent": {"signals": 1}})
    wait_for(lambda: inside.read(tmp_path), "it has written")
    said = inside.read(tmp_path)
    assert said["worker-1"]["spent"] == {"signals": 1}
    assert said["worker-1"]["cpu_s"] > 0
