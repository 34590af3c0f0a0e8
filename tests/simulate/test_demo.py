"""`stillpoint demo`, whole: real kits, broker and hub; it ends by itself and leaves nobody."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from hub.simulate import play, truth
from hub.simulate.play import invitation

CLI = [sys.executable, "-m", "hub.cli"]
COMMAND = [*CLI, "demo", "--no-browser", "--port", "0", "--seats", "2",
           "--fast"]


def demo(folder, *more):
    command = [*COMMAND, "--data", str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def family(process):
    return psutil.Process(process.pid).children(recursive=True)


def left_over(processes, timeout_s=20.0):
    _, alive = psutil.wait_procs(processes, timeout_s)
    return [p for p in alive if p.status() != psutil.STATUS_ZOMBIE]


def until(process, word):
    """Read what it says until it says this."""
    said = ""
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"it never said {word!r}:\n{said}")


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """The summary of a session of 14 s."""
    command = [*COMMAND, "--data", str(tmp_path_factory.mktemp("demo")), "--for", "14", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout, done.stderr
    summary = json.loads(done.stdout)
    assert done.returncode == (0 if summary["ok"] else 1)
    return summary


def test_it_is_as_it_should_be(said):
    assert said["ok"], said["why"]


def test_the_summary_has_what_programs_rely_on(said):
    assert Path(said["session"]).is_dir() and Path(said["truth"]).is_file()
    assert said["protocol"] == "demo-fast"
    assert [p["id"] for p in said["phases"]] == ["baseline", "building-trust", "case-call"]
    for phase in said["phases"]:
        assert phase["start_ns"] < phase["end_ns"] and phase["source"]
    for seat in said["seats"]:
        assert seat["expected"] == pytest.approx(seat["stored"], abs=3)
        assert (seat["lost"], seat["duplicates"]) == (0, 0)
        assert seat["clock_error_ms"]["p50"] <= seat["clock_error_ms"]["p99"]
        assert list(seat["features"]) == [p["id"] for p in said["phases"]]
        rmssd = seat["features"]["baseline"]["rmssd"]
        assert rmssd["mean"] is None and rmssd["reason"]  # 60 s do not fit
    assert said["presses"]["count"] > 3
    assert said["presses"]["ack_ms"]["p95"] > 0


def test_the_truth_is_of_this_session(said):
    known = truth.read(Path(said["truth"]))
    assert known.meta["session"] == Path(said["session"]).name
    assert {str(seat["seat"]) for seat in said["seats"]} == set(known.meta["seats"])


def test_ctrl_c_closes_the_session_and_prints_what_came_of_it(tmp_path):
    process = demo(tmp_path)
    until(process, "Quiet rest")
    children = family(process)
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert "Closing the session" in rest
    assert "expected" in rest and "truth.npz" in rest
    assert left_over(children) == []


def test_killed_at_once_it_leaves_nobody_behind(tmp_path):
    process = demo(tmp_path)
    until(process, "Open")
    children = family(process)
    assert len(children) > 5
    process.kill()
    process.wait()
    process.stdout.close()
    assert left_over(children) == []


def test_stopped_before_a_session_it_says_so(tmp_path):
    process = demo(tmp_path)
    until(process, "Broker")
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "before a session was opened" in rest


def test_a_second_ctrl_c_names_the_folder_what_is_kept_and_what_to_do(tmp_path):
    process = demo(tmp_path, "--host", "0.0.0.0")
    said = until(process, "Quiet rest")
    where = said.partition("On a phone: http://")[2].partition("/")[0].split(":")
    socket.create_connection((where[0], int(where[1])), timeout=5).close()
    process.send_signal(signal.SIGINT)
    until(process, "Closing the session")
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    (folder,) = (tmp_path / "sessions").iterdir()
    assert f"Session: {folder}\n" in rest and "Kept: everything that the hub had ack" in rest
    command = rest.strip().splitlines()[-1].removeprefix("Next: stillpoint ").split()
    assert command == ["verify", str(folder)]
    done = subprocess.run([*CLI, *command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in (0, 1) and "kit-1" in done.stdout, done.stderr


def test_a_port_in_use_is_said_and_nothing_of_what_a_hub_would_have_kept(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = demo(tmp_path, "--port", str(other.getsockname()[1]))
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Nothing was started and nothing was changed." in said
    assert "acknowledged" not in said and "has stopped" not in said


def test_logs_are_named_only_where_there_are_some(tmp_path):
    done = subprocess.run([*COMMAND, "--data", str(tmp_path)], capture_output=True, text=True,
                          timeout=60, check=False, env={**os.environ, "MICROPYTHON": "/nope"})
    assert done.returncode == 2
    assert "/nope is no program" in done.stderr and "Logs" not in done.stderr


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_no_phone_is_asked_to_open_what_it_cannot(host):
    told = "".join(invitation("http://127.0.0.1:1/", "http://127.0.0.1:1/console?token=x", host))
    assert "http://127.0.0.1:1/console?token=x" in told
    assert "phone" not in told and "Anybody" not in told


def test_for_a_phone_it_says_its_own_address_and_who_else_may_look(monkeypatch):
    monkeypatch.setattr(play, "own_address", lambda: "192.168.7.7")
    page, console = "http://127.0.0.1:1/", "http://127.0.0.1:1/console?token=127.0.0.1"
    told = "".join(invitation(page, console, "0.0.0.0"))
    assert "On a phone: http://192.168.7.7:1/console?token=127.0.0.1\n" in told
    assert "Anybody in that network" in told and "broker stays on this machine" in told
    one = "http://192.168.7.8:1/console?token=x"
    assert f"On a phone: {one}" in "".join(invitation(page, one, "192.168.7.8"))
