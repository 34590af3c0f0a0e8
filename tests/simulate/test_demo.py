"""`stillpoint demo`, whole: real kits, broker and hub; it ends by itself and leaves nobody."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE, Popen

import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from hub.analysis.session import analyse
from hub.cli import main
from hub.course.library import library
from hub.disk.sessions import load
from hub.simulate import play, truth
from hub.simulate.play import invitation
from hub.simulate.summary import Ran, held
from hub.simulate.summary_text import text
from tests.simulate.faults import FAULTS
from tests.simulate.still import again_where_it_stood_still
from tests.web.browser import ARGS, CHROMIUM, DESK, PHONE, fits, page_of

pytestmark = pytest.mark.timeout(900)
PRESSED, TITLE = "discussion", "Discussion, presenter sits back"  # again, by a person
CLI = [sys.executable, "-m", "hub.cli"]
COMMAND = [*CLI, "demo", "--no-browser", "--port", "0", "--seats", "2",
           "--fast"]


def demo(folder, *more):
    command = [*COMMAND, "--data", str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def family(process):
    return psutil.Process(process.pid).children(recursive=True)


def left_over(processes, timeout_s=180.0):
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


@dataclass
class Seen:
    """What the pages of the running demo showed: the live page in words, what went wrong, and
    the summary that came of it."""

    summary: dict = field(default_factory=dict)
    words: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """A session of 62 s with 8 seats, which a browser looks at, and a thumb presses at the end."""
    return again_where_it_stood_still(lambda: looked_at(tmp_path_factory),
                                      lambda seen: seen.summary["why"])


def looked_at(tmp_path_factory):
    command = [*COMMAND, "--data", str(tmp_path_factory.mktemp("demo")), "--seats", "8",
               "--for", "62", "--json"]
    seen = Seen()
    with Popen(command, stdout=PIPE, stderr=PIPE, text=True) as process:
        try:
            live, console = (next(line for line in process.stderr if word in line).split()[-1]
                             for word in ("Open", "/console?token="))
            if CHROMIUM.exists():
                visit(live, console, seen)
            out, error = process.communicate(timeout=180)
        except BaseException:
            process.terminate()
            raise
    assert out, error
    seen.summary = json.loads(out)
    assert process.returncode == (0 if seen.summary["ok"] else 1)
    return seen


@pytest.fixture
def said(seen):
    return seen.summary


def visit(live, console, seen):
    """Look at the live page; on a phone wait for the last phase, and press another."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        with page_of(browser, DESK) as desk, page_of(browser, PHONE) as phone:
            desk.goto(live)
            phone.goto(console)
            last = phone.locator("[data-phase=recovery]")
            expect(last).to_have_attribute("aria-pressed", "true", timeout=90_000)
            seen.words["who"] = desk.locator("#who").inner_text()
            seen.words["fits"] = fits(phone)
            again = phone.locator(f"[data-phase={PRESSED}]")
            again.tap()
            expect(again).to_have_attribute("aria-pressed", "true")
            expect(phone.locator("#sent")).to_have_attribute("data-state", "sent")
            expect(desk.locator("#phase")).to_have_text(TITLE)
            phone.reload()  # what stuck is the hub's, not the page's
            expect(again).to_have_attribute("aria-pressed", "true")
            seen.words |= {
                "phase": desk.locator("#phase").inner_text(),
                "clock": desk.locator("#in-session").inner_text(),
                "steps": desk.locator("#steps > *").count(),
                "seats": desk.locator("#seats tbody tr").count(),
                "waves": desk.evaluate(INKED, "#seats canvas"),
                "curve": desk.evaluate(INKED, "#plot canvas"),
                "simulated": desk.locator("#simulated").is_visible(),
            }
            seen.wrong = [*desk.wrong, *phone.wrong]


# How many of these canvases have something drawn on them.
INKED = """(which) => [...document.querySelectorAll(which)].filter((it) =>
  it.getContext("2d").getImageData(0, 0, it.width, it.height).data.some(Boolean)).length"""


@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")
def test_the_real_hub_s_pages_show_the_circle_and_take_a_press(seen):
    assert seen.wrong == []
    assert seen.words == {
        "who": seen.words["who"], "fits": True, "phase": TITLE,
        "clock": seen.words["clock"], "steps": 9, "seats": 8, "waves": 16, "curve": 1,
        "simulated": True,
    }
    assert seen.words["clock"][:3] in ("0:4", "0:5", "1:0"), seen.words


def test_it_is_as_it_should_be(said):
    assert said["ok"], said["why"]


@pytest.fixture(scope="module")
def worked(seen):
    """The session as the hub works it out, and what is known of it."""
    folder, where = Path(seen.summary["session"]), Path(seen.summary["truth"])
    return analyse(folder), Ran(folder, where, truth.read(where), "none", [])


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_hub_gets_wrong_is_told(worked, fault):
    analysis, ran = worked
    make, told = FAULTS[fault]
    assert not [why for why in held(analysis, ran)["why"] if told in why]
    said = held(make(analysis), ran)
    assert not said["ok"] and any(told in why for why in said["why"]), said["why"]


def test_every_phase_occurred_and_who_began_it_is_known(said):
    phases = [phase.id for phase in library().protocols["demo-fast"].phases]
    if CHROMIUM.exists():
        phases.append(PRESSED)
    assert [p["id"] for p in said["phases"]] == phases
    sources = [p["source"] for p in said["phases"]]
    assert sources[:9] == ["script", "script", *["box"] * 6, "script"]
    assert sources[9:] == ["console"] * (len(phases) - 9)


def test_the_summary_has_what_programs_rely_on(said):
    assert Path(said["session"]).is_dir() and Path(said["truth"]).is_file()
    assert said["protocol"] == "demo-fast"
    for phase in said["phases"]:
        assert phase["start_ns"] < phase["end_ns"] and phase["source"]
    assert [(seat["seat"], seat["kit"]) for seat in said["seats"]] == [
        (n, f"kit-{n}") for n in range(1, 9)]
    for seat in said["seats"]:
        assert seat["expected"] == pytest.approx(seat["stored"], abs=3)
        assert (seat["lost"], seat["unread"], seat["duplicates"]) == (0, 0, 0)
        assert seat["clock_error_ms"]["p50"] <= seat["clock_error_ms"]["p99"]
        assert list(seat["features"])[:9] == [p["id"] for p in said["phases"][:9]]
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
    rest, _ = process.communicate(timeout=180)
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


def test_a_hub_that_dies_is_told_and_the_demo_can_be_started_again(tmp_path):
    """The hub is killed in a session: the circle is not locked for good by what it left open."""
    process = demo(tmp_path)
    until(process, "Quiet rest")
    (hub,) = [one for one in family(process) if "up" in one.cmdline() and not guards(one)]
    hub.kill()
    told, _ = process.communicate(timeout=180)
    assert process.returncode == 2
    (first,) = (tmp_path / "sessions").iterdir()
    assert "The hub has stopped (ended by SIGKILL)" in told and f"Session: {first}\n" in told
    assert "token=" not in told and "while they run" not in told
    logs = tmp_path / "run"
    assert stat.S_IMODE(logs.stat().st_mode) == 0o700, "for this user only"
    assert not [log for log in logs.rglob("*.log") if "token=" in log.read_text()]
    again = demo(tmp_path)
    told = until(again, "Open")
    assert f"Its session {first.name} is closed now; all that it had recorded is kept." in told
    assert load(first).closed_ns is not None
    until(again, "Quiet rest")
    again.send_signal(signal.SIGINT)
    rest, _ = again.communicate(timeout=180)
    assert "expected" in rest and first.name not in rest


def test_a_broker_that_dies_is_told_at_once_and_named_in_the_end(tmp_path):
    process = demo(tmp_path)
    until(process, "Quiet rest")
    (broker,) = [one for one in family(process) if not guards(one)
                 and ("mosquitto" in one.name() or "iotcore" in "".join(one.cmdline()))]
    broker.kill()
    told = until(process, "has stopped (ended by SIGKILL)")
    assert "Ctrl-C closes the session" in told.splitlines()[-1]
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=180)
    assert process.returncode == 1
    first = rest.partition("NOT as it should be:\n")[2].splitlines()[0]
    assert "The broker" in first and "SIGKILL" in first and "hence what is lost" in first


def guards(process):
    return any(word.endswith("guard.py") for word in process.cmdline())


def test_stopped_before_a_session_it_says_so(tmp_path):
    process = demo(tmp_path, "--no-auto")  # or it might open one before it is stopped
    until(process, "Broker")
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=180)
    assert process.returncode == 2
    assert "before a session was opened" in rest


def test_a_second_ctrl_c_names_the_folder_what_is_kept_and_what_to_do(tmp_path):
    process = demo(tmp_path, "--host", "0.0.0.0")
    said = until(process, "Quiet rest")
    where = said.partition("On a phone: http://")[2].partition("/")[0].split(":")
    socket.create_connection((where[0], int(where[1])), timeout=180).close()
    for one in family(process):
        if "micropython" in " ".join(one.cmdline()):
            one.suspend()  # or all might be over before a second
    process.send_signal(signal.SIGINT)
    until(process, "Closing the session")
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=180)
    assert process.returncode == 2
    (folder,) = (tmp_path / "sessions").iterdir()
    assert f"Session: {folder}\n" in rest and "Kept: everything that the hub had ack" in rest
    command = rest.strip().splitlines()[-1].removeprefix("Next: stillpoint ").split()
    assert command == ["verify", str(folder)]
    done = subprocess.run([*CLI, *command], capture_output=True, text=True, timeout=180,
                          check=False)
    assert done.returncode in (0, 1) and "kit-1" in done.stdout, done.stderr


def test_a_port_in_use_is_said_and_nothing_of_what_a_hub_would_have_kept(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = demo(tmp_path, "--port", str(other.getsockname()[1]))
        said, _ = process.communicate(timeout=180)
    assert process.returncode == 2
    assert "Nothing was started and nothing was changed." in said
    assert "acknowledged" not in said and "has stopped" not in said


@pytest.mark.parametrize("wrong", [("--for", "0"), ("--for", "nan"), ("--for", "soon"),
                                   ("--seed", "-1"), ("--port", "99999")])
def test_what_cannot_be_run_is_refused_before_anything_is_begun(capsys, wrong):
    with pytest.raises(SystemExit) as ended:
        main(["demo", *wrong])
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert wrong[0] in said.err and repr(wrong[1]) in said.err and not said.out


def test_a_summary_says_what_to_do_next_most_of_all_where_something_is_amiss(said):
    fine, amiss = text({**said, "ok": True}), text({**said, "ok": False, "why": ["seat 1: 3 lost"]})
    assert f"Next: stillpoint verify {said['session']}" in fine and "stillpoint export" in fine
    assert f"for when and why: stillpoint verify {said['session']}" in amiss
    assert "seat 1: 3 lost" in amiss and "stillpoint export" not in amiss


def test_logs_are_named_only_where_there_are_some(tmp_path):
    done = subprocess.run([*COMMAND, "--data", str(tmp_path)], capture_output=True, text=True,
                          timeout=180, check=False, env={**os.environ, "MICROPYTHON": "/nope"})
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
