"""A whole kit in a test: real MicroPython, real Mosquitto, a finger on the sensor, and a hub's
double that keeps what a hub would keep, and acknowledges it or not."""

import json
import math
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

import paho.mqtt.client as paho
import wire
from micropython import BUTTON, EDA, PPG, STOP, WIFI, Board, now_us

from hub.simulate.kits import LINKS, MAIN, link_modules
from tests.ports import free_port

SITE, ROOM = "site", "room"
TAG = 0xC0FFEE01
PULSE_S = 0.83


def wait_for(what, timeout_s=180.0):
    """The first true value of `what()`. AssertionError after `timeout_s`."""
    end = time.monotonic() + timeout_s
    while not (found := what()):
        assert time.monotonic() < end, f"waited {timeout_s} s in vain"
        time.sleep(0.01)
    return found


class Broker:
    """Mosquitto on a port of its own, that can be killed, frozen and started again."""

    def __init__(self, folder):
        self.port = free_port()
        self.conf = Path(folder) / "mosquitto.conf"
        self.conf.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        self.process = None
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["mosquitto", "-c", str(self.conf)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"},
        )
        wait_for(self._listens)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def _listens(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0


class Hub:
    """Keeps each frame once, by (boot, seq), and acknowledges what has no gap before it."""

    def __init__(self, port):
        self.session = 0
        self.silent = False
        self.frames = {}  # (boot, seq): wire.Frame
        self.stamps = []
        self.shown = 0
        self.repeats = 0
        self.lost = 0
        self.about = {}
        self.bytes = 0
        self._next = {}
        self._lock = threading.Lock()
        self.client = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self.client.on_connect = lambda c, *_: c.subscribe(f"{wire.ROOT}/#")
        self.client.on_message = self._on_message
        self.client.reconnect_delay_set(0.05, 0.1)
        self.client.connect("127.0.0.1", port, keepalive=5)
        self.client.loop_start()

    def stop(self):
        self.client.disconnect()
        self.client.loop_stop()

    def kept(self, session=None):
        """The kept frames in order, of one session or of all."""
        with self._lock:
            return [f for _, f in sorted(self.frames.items()) if session in (None, f.session)]

    def open(self, session, kit="k1"):
        """As a hub does: say it unasked."""
        self.session = session
        with self._lock:
            for boot in self._next:
                self._ack(kit, boot)

    def _on_message(self, _client, _data, message):
        topic = wire.parse_topic(message.topic)
        if topic.stream == "about":
            self.about[topic.kit] = json.loads(message.payload)
        elif topic.stream == "data":
            stamp, frame = wire.decode(message.payload)
            with self._lock:
                self._keep(stamp, frame, len(message.payload))
                if not self.silent:
                    self._ack(topic.kit, frame.boot)

    def _keep(self, stamp, frame, size):
        self.stamps.append((frame.boot, stamp))
        following = self._next.setdefault(frame.boot, 0)
        if stamp.base > following:
            self.lost += stamp.base - following
            following = stamp.base
        if frame.flags & wire.NOT_KEPT:
            self.shown += 1
        elif (frame.boot, frame.seq) in self.frames:
            self.repeats += 1
        else:
            self.frames[frame.boot, frame.seq] = frame
            self.bytes += size
        while (frame.boot, following) in self.frames:
            following += 1
        self._next[frame.boot] = following

    def _ack(self, kit, boot):
        payload = wire.pack_ack(boot, self._next[boot], self.session, time.time_ns())
        self.client.publish(wire.topic(SITE, ROOM, kit, "ack"), payload)


class KitRig:
    """A kit on the simulated board, with a pulse under its sensor until `close`. `before`: what
    is run in its MicroPython before the firmware, to put a fault there."""

    def __init__(
        self, folder, port, *, kit="k1", role="kit", ring_kb=28, heap="160k", before="", **more
    ):
        folder = Path(folder) / kit
        folder.mkdir(exist_ok=True)
        config = {
            "site": SITE, "room": ROOM, "kit": kit, "role": role, "board": "pico-w",
            "wifi": {"ssid": "here", "password": "secret"},
            "broker": {"host": "127.0.0.1", "port": port}, "ring_kb": ring_kb, **more,
        }
        (folder / "config.json").write_text(json.dumps(config))
        self.start_us = now_us()
        link_modules(folder)  # short paths, as the demo's kits have
        self.board = Board(f"{before}\n{MAIN}", cwd=folder, heap=heap, path=LINKS)
        self.lines = []
        self.done = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        if role == "kit":
            threading.Thread(target=self._feed, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.done.set()
        self.board.process.kill()
        self.board.process.wait()
        self.board.unplug()
        if any(error):
            print("\n".join(self.lines))

    def states(self):
        """The states it has told, in order."""
        return [line.split()[3] for line in self.lines if line.split()[2:3] == ["state"]]

    def said(self, start):
        """The lines after `kit <name> ` that begin like this."""
        texts = [line.split(" ", 2)[2] for line in self.lines if line.startswith("kit ")]
        return [text for text in texts if text.startswith(start)]

    def in_state(self, state, timeout_s=180.0):
        wait_for(lambda: self.states()[-1:] == [state], timeout_s)

    def stop(self):
        """Tell it to stop; returns its exit code."""
        self.board.send(STOP, 0, now_us())
        self.board.process.wait(180)
        wait_for(self.done.is_set)
        return self.board.process.returncode

    def wifi(self, up):
        self.board.send(WIFI, int(up), now_us())

    def press(self, key, hold_us=120_000, in_us=50_000):
        at = now_us() + in_us
        self.board.send(BUTTON, 1, at, key)
        self.board.send(BUTTON, 0, at + hold_us, key)
        return at

    def _read(self):
        for line in self.board.process.stdout:
            self.lines.append(line.rstrip())
        self.done.set()

    def _feed(self):
        n = 0
        while not self.done.is_set():
            ahead = now_us() + 700_000 - self.start_us
            parts = []
            while n * 10_000 < ahead:
                parts.append(_record(PPG, pulse(n), self.start_us + n * 10_000))
                if n % 5 == 0:
                    parts.append(_record(EDA, 9000 + n % 400, self.start_us + n * 10_000))
                n += 1
            try:
                os.write(self.board.pipe, b"".join(parts))
            except (OSError, TypeError):
                return
            time.sleep(0.1)


def _record(kind, value, at):
    return struct.pack("<BBHiq", kind, 0, 0, value, at)


def pulse(n):
    """Counts of sample n: a finger's pulse, with noise, as the sensor would see it."""
    phase = n * 0.01 / PULSE_S % 1
    rise = 1400 * math.exp(-((phase - 0.2) ** 2) / 0.012)
    echo = 400 * math.exp(-((phase - 0.5) ** 2) / 0.02)
    return int(100_000 - rise - echo + 200 * math.sin(n / 150) + (n * 7919 % 51 - 25))
