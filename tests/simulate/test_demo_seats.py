"""A demo that a person leads from the console, and who does not map kits as the demo would."""

import json
import signal
import sys
import time
from pathlib import Path
from subprocess import PIPE, Popen

import numpy as np
import pytest

from hub.analysis.session import analyse
from hub.simulate import truth
from hub.simulate.console import Console
from tests.simulate.still import again_where_it_stood_still

COMMAND = [sys.executable, "-m", "hub.cli", "demo", "--no-browser", "--port", "0", "--seats", "4",
           "--fast", "--no-auto", "--json"]
PRESENTING = 9  # the seat of kit-1


def state(console, session):
    return console.get(f"/api/sessions/{session}")


def until(true, timeout_s=180.0):
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    return again_where_it_stood_still(lambda: led(tmp_path_factory), lambda ran: ran[0]["why"])


def led(tmp_path_factory):
    """Two sessions of one demo, both closed on the console, then Ctrl-C: in the first, kit-1 is on
    seat 9, kit-2 on seat 1, then kit-3 in its place, and kit-4 on no seat; in the second kit-4 is
    on seat 1. The summary, and what was said beside it."""
    command = [*COMMAND, "--data", str(tmp_path_factory.mktemp("demo"))]
    with Popen(command, stdout=PIPE, stderr=PIPE, text=True) as run:
        link = next(line for line in run.stderr if "/console?token=" in line).split()[-1]
        console = Console(link)
        seats = {"1": "kit-2", str(PRESENTING): "kit-1"}
        body = {"room": "circle", "protocol": "demo-fast", "seats": seats, "language": "en"}
        session = console.post("/api/sessions", body)["id"]
        console.press(session, "phase", {"phase": "presentation"})
        console.press(session, "presenter", {"seat": PRESENTING})
        time.sleep(6)
        console.press(session, "seat", {"seat": 1, "kit": "kit-3"})
        time.sleep(8)
        console.post(f"/api/sessions/{session}/close", {})
        until(lambda: state(console, session)["sealed_ns"])
        again = console.post("/api/sessions", {**body, "seats": {"1": "kit-4"}})["id"]
        console.press(again, "phase", {"phase": "presentation"})
        time.sleep(4)
        console.post(f"/api/sessions/{again}/close", {})
        until(lambda: state(console, again)["sealed_ns"])
        run.send_signal(signal.SIGINT)
        out, error = run.communicate(timeout=180)
    assert out, error
    return json.loads(out), error


@pytest.fixture
def said(ran):
    return ran[0]


def test_the_pages_outlive_a_session_that_a_person_ends_and_so_another_can_follow(ran):
    summary, told = ran
    first = Path(summary["session"])
    (second,) = set(first.parent.iterdir()) - {first}
    assert "another can be opened there" in told
    assert f"A person's session after it: {second}." in told
    assert truth.read(second / "truth.npz").meta["session"] == second.name
    (ledger,) = analyse(second).ledgers
    assert (ledger.kit, ledger.lost) == ("kit-4", 0) and ledger.stored > 300


def test_seats_are_what_the_session_says_and_all_is_as_it_should_be(said):
    assert said["why"] == [] and said["ok"]
    assert [(row["seat"], row["kit"]) for row in said["seats"]] == [
        (1, "kit-2, kit-3"), (PRESENTING, "kit-1")]
    for row in said["seats"]:
        assert row["expected"] == pytest.approx(row["stored"], abs=110)
        assert row["stored"] > 900 and (row["lost"], row["duplicates"]) == (0, 0)
        assert row["clock_error_ms"]["p99"] <= row["clock_error_ms"]["claimed"]


def test_the_body_of_the_seat_that_presents_is_the_one_that_is_moved(said):
    known = truth.read(Path(said["truth"]))
    over_ns = said["phases"][-1]["end_ns"]  # they live on
    last = {kit: np.mean(one.arousal[one.arousal_ns <= over_ns][-20:])
            for kit, one in known.by_kit.items()}
    assert last["kit-1"] > max(last["kit-2"], last["kit-3"], last["kit-4"]) + 0.1, last
