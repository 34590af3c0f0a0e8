"""A demo that a person leads from the console, and who does not map kits as the demo would."""

import json
import sys
import time
from pathlib import Path
from subprocess import PIPE, Popen

import numpy as np
import pytest

from hub.simulate import truth
from hub.simulate.console import Console

COMMAND = [sys.executable, "-m", "hub.cli", "demo", "--no-browser", "--port", "0", "--seats", "4",
           "--fast", "--no-auto", "--json"]
PRESENTING = 9  # the seat of kit-1


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The summary of a session with kit-1 on seat 9, kit-2 on seat 1, then kit-3 in its place,
    and kit-4 on no seat."""
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
        out, error = run.communicate(timeout=100)
    assert out, error
    return json.loads(out)


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
    last = {kit: np.mean(one.arousal[-20:]) for kit, one in known.by_kit.items()}
    assert last["kit-1"] > max(last["kit-2"], last["kit-3"], last["kit-4"]) + 0.1, last
