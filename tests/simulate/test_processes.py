"""Broker, guard and kits as real processes: they come up, and nobody is left behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.simulate import broker, feed, kits
from hub.simulate.children import Child
from hub.simulate.kits import Kit, KitsMissing, Place, config, interpreter
from tests.waiting import wait_for


def gone(pid, timeout_s=180.0):
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


@pytest.mark.parametrize("kind", sorted(broker.KINDS))
def test_a_broker_answers_and_ends(kind, tmp_path):
    post = broker.start(tmp_path, only=kind)
    assert post.name == kind
    with socket.create_connection((post.host, post.port), timeout=180) as link:
        link.sendall(bytes.fromhex("100d00044d5154540402003c000161"))
        assert link.recv(4) == bytes.fromhex("20020000")  # accepted, without a password
    post.stop()
    with pytest.raises(OSError):
        socket.create_connection((post.host, post.port), timeout=0.5)


def test_without_a_broker_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(broker, "KINDS", {"Mosquitto": lambda folder, port: None})
    with pytest.raises(broker.BrokerMissing, match="apt-get install mosquitto"):
        broker.start(tmp_path)


def test_a_broker_that_does_not_come_up_is_told_with_its_last_words(tmp_path):
    child = Child("none", [sys.executable, "-c", "raise SystemExit('oh')"], tmp_path / "log")
    with pytest.raises(broker.BrokerMissing, match="oh"):
        broker._until_it_answers(child, broker.free_port())


PARENT = """
import sys, time
from pathlib import Path
from hub.simulate.children import Child
child = Child("sleeper", [sys.executable, "-c",
    "import os, time; print(os.getpid(), flush=True); time.sleep(600)"], Path(sys.argv[1]), True)
print(child.process.pid, child.lines.readline().decode().strip(), flush=True)
time.sleep(600)
"""


def test_a_child_dies_with_its_parent_even_if_that_is_killed(tmp_path):
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        guard, child = map(int, parent.stdout.readline().split())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    assert gone(child) and gone(guard)


def test_a_child_that_does_not_listen_is_ended(tmp_path):
    deaf = ("import os, signal, time; signal.signal(15, signal.SIG_IGN); "
            "print(os.getpid(), flush=True); time.sleep(30)")
    child = Child("deaf", [sys.executable, "-c", deaf], tmp_path / "log", True)
    pid = int(child.lines.readline())
    child.stop(0.2)
    assert not child.running and gone(pid, 20)


def test_no_micropython_is_said_with_the_cure(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(KitsMissing, match="MICROPYTHON=/path"):
        interpreter({})
    with pytest.raises(KitsMissing, match="MICROPYTHON=/nowhere is no program"):
        interpreter({"MICROPYTHON": "/nowhere"})


def test_a_kit_that_does_not_read_holds_nobody_up(tmp_path):
    kit = Kit(tmp_path, config(Place("s", "r", "127.0.0.1", 1), "kit-1", "kit"), b"")
    inner, kit._pipe = os.pipe()
    os.set_blocking(kit._pipe, False)
    block = bytes(16) * 1000
    for _ in range(100):
        kit.send(block)
    assert len(kit._backlog) <= 1 << 20
    os.close(inner)
    kit.send(block)
    assert kit._pipe is None


def test_a_kit_starts_with_the_same_memory_wherever_the_project_lies(tmp_path, monkeypatch):
    deep = tmp_path / ("a-folder-of-somebody-who-likes-to-say-what-is-in-it/" * 4) / "stillpoint"
    for part in ("firmware", "hub/simulate/board"):
        shutil.copytree(kits.ROOT / part, deep / part)
    told = [free_when_started(tmp_path / "here")]
    monkeypatch.setattr(kits, "ROOT", deep)
    told.append(free_when_started(tmp_path / "there"))
    assert told[0] == told[1]


def free_when_started(folder):
    """What a simulated kit tells when it begins: how much of its heap is free."""
    crystal = feed.record(feed.CRYSTAL, 0, 0)
    kit = Kit(folder, config(Place("s", "r", "127.0.0.1", 1), "kit-1", "kit"), crystal)
    kit.start()
    try:
        wait_for(lambda: "state BOOT" in kit.log.read_text(), "the kit started")
    finally:
        kit.kill()
    return kit.log.read_text().splitlines()[0]


def test_a_kit_of_root_goes_before_all_else(tmp_path):
    """Also before what is not of its session, by which Linux may share the processors out."""
    kit = Kit(tmp_path, config(Place("s", "r", "127.0.0.1", 1), "kit-1", "kit"), b"")
    kit.start()
    try:
        session = Path(f"/proc/{kit.pid}/autogroup")
        told = session.read_text().split()[-1] if session.exists() else kits.PRIORITY
        most = [os.getpriority(os.PRIO_PROCESS, kit.pid), int(told)]
    finally:
        kit.kill()
    assert os.geteuid() or most == [kits.PRIORITY] * 2
