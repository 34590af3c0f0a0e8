"""Kits without a body, for load and fault tests: valid frames, obedience to acknowledgements.

A `FrameKit` costs a few microseconds a second, so that thousands fit into one process; a `Fleet`
drives them over a few connections. Real kits (the firmware under MicroPython) speak the same way.
"""

from __future__ import annotations

import json
import random
import secrets
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from firmware import wire

WINDOW = 8
RESEND_S = 3.0
RATE_HZ = 100
EDA_HZ = 16
TICK_MASK = wire.TICK_SPAN - 1

Publish = Callable[[str, bytes], object]


def _template(values: Sequence[tuple[int, Sequence[int]]]) -> tuple[bytes, list[int]]:
    """A frame of these channels, and where its blocks begin."""
    writer, places = wire.FrameWriter(), list[int]()
    writer.begin()
    for channel, numbers in values:
        block = wire.BlockWriter(channel, 800)
        for number in numbers:
            block.add(number)
        places.append(writer.size)
        writer.block(block)
    writer.end(0, 0, 0, 0)
    return bytes(writer.buf[: writer.size]), places


def _second(seed: int) -> tuple[bytes, list[int]]:
    """A second of light and skin that packs about as well as a real one."""
    noise = random.Random(seed)
    light = [150_000 - int(900 * noise.random()) - 20 * (k % 80) for k in range(RATE_HZ)]
    skin = [8_000 + int(6 * noise.random()) for _ in range(EDA_HZ)]
    return _template([(wire.PPG_IR, light), (wire.EDA, skin)])


SECONDS = [_second(seed) for seed in range(16)]
BEAT = _template([(wire.HEALTH, [0] * len(wire.HEALTH_FIELDS))])


class FrameKit:
    """One kit. Give it the time (s, any clock that does not go back) and `publish`."""

    def __init__(
        self, site: str, room: str, name: str, publish: Publish, role: str = "kit",
        ring: int = 150, offset_us: int = 0,
    ) -> None:
        self.name, self.role = name, role
        self.ack_topic = wire.topic(site, room, name, "ack")
        self.boot = secrets.randbits(32)
        self.made: dict[int, list[int]] = {}  # tag -> its frames, by number
        self.evicted: list[int] = []
        self.presses = 0
        self.delays: deque[float] = deque(maxlen=10_000)  # s, from first sending to acknowledgement
        self.resent = 0
        self.session = 0
        self.next = 0
        self._about = wire.topic(site, room, name, "about")
        self._data = wire.topic(site, room, name, "data")
        self._publish, self._ring_max, self._offset_us = publish, ring, offset_us
        self._ring: deque[tuple[int, bytearray, int]] = deque()  # seq, payload buffer, size
        self._sent: dict[int, float] = {}
        self._cursor = 0  # the next to send
        self._index = 0
        self._echo = (0, 0)
        self._moved_s = 0.0
        self._lock = threading.Lock()

    @property
    def base(self) -> int:
        """The oldest frame it holds."""
        return self._ring[0][0] if self._ring else self.next

    @property
    def held(self) -> int:
        return len(self._ring)

    def connected(self, now_s: float) -> None:
        """A new connection: say who it is, and send again what is held."""
        said = {"kit": self.name, "role": self.role, "board": "none", "firmware": "frames"}
        self._publish(self._about, json.dumps(said).encode())
        with self._lock:
            self._cursor, self._moved_s = self.base, now_s
            self._send(now_s)

    def second(self, now_s: float) -> None:
        """Another second is over: a frame of it if it records, else one for the fit check."""
        with self._lock:
            if self.session and self.role == "kit":
                frame, places = SECONDS[self.next % len(SECONDS)]
                self._make(frame, places, now_s, (self._index * RATE_HZ, self._index * EDA_HZ))
                self._index += 1
            else:
                frame, places = BEAT if self.role == "box" else SECONDS[0]
                self._out(*self._frame(frame, places, now_s, wire.NOT_KEPT, self.next, (0, 0)),
                          now_s)
            if self._ring and now_s - self._moved_s > RESEND_S:
                self._cursor, self._moved_s = self.base, now_s
            self._send(now_s)

    def press(self, key: int, now_s: float) -> None:
        """A finger on a key of the button box, while a session is open."""
        with self._lock:
            if self.session:
                self._make(*_template([(wire.EVENT, [key])]), now_s, (self.presses,))
                self.presses += 1
                self._send(now_s)

    def lose(self, count: int) -> None:
        """Drop the oldest frames for good, as a full ring does."""
        with self._lock:
            for _ in range(count):
                self.evicted.append(self._ring.popleft()[0])
            self._cursor = max(self._cursor, self.base)

    def acked(self, payload: bytes, now_s: float) -> None:
        """The hub's acknowledgement."""
        ack = wire.unpack_ack(payload)
        with self._lock:
            if ack.boot != self.boot or ack.next > self.next:
                return
            self._echo = (ack.hub_ns, self._tick(now_s))
            while self._ring and self._ring[0][0] < ack.next:
                seq = self._ring.popleft()[0]
                sent = self._sent.pop(seq, None)
                if sent is not None:
                    self.delays.append(now_s - sent)
                self._moved_s = now_s
            self._cursor = max(self._cursor, self.base)
            if ack.session != self.session:
                self.session, self._index = ack.session, 0
            self._send(now_s)

    def _make(
        self, frame: bytes, places: list[int], now_s: float, indices: Sequence[int]
    ) -> None:
        if len(self._ring) >= self._ring_max:
            self.evicted.append(self._ring.popleft()[0])
        if not self._ring:
            self._moved_s = now_s
        buffer, size = self._frame(frame, places, now_s, 0, self.next, indices)
        self._ring.append((self.next, buffer, size))
        self.made.setdefault(self.session, []).append(self.next)
        self.next += 1

    def _frame(
        self, frame: bytes, places: list[int], now_s: float, flags: int, seq: int,
        indices: Sequence[int],
    ) -> tuple[bytearray, int]:
        head = wire.STAMP_SIZE
        buffer = bytearray(head + len(frame) + wire.CRC_SIZE)
        buffer[head : head + len(frame)] = frame
        session = 0 if flags else self.session
        struct.pack_into(wire.HEADER, buffer, head, wire.MAGIC, wire.VERSION, flags, len(places),
                         self.boot, session, seq)
        tick = self._tick(now_s)
        for place, index in zip(places, indices, strict=False):
            where = head + place + 3
            struct.pack_into("<IIHH", buffer, where, index, tick & TICK_MASK,
                             tick >> wire.TICK_BITS, 300)
        return buffer, len(frame)

    def _send(self, now_s: float) -> None:
        while self._cursor < self.next and self._cursor - self.base < WINDOW:
            seq, buffer, size = self._ring[self._cursor - self.base]
            self.resent += seq in self._sent
            self._sent.setdefault(seq, now_s)
            self._out(buffer, size, now_s)
            self._cursor += 1

    def _out(self, buffer: bytearray, size: int, now_s: float) -> None:
        tick, (echo_ns, echo) = self._tick(now_s), self._echo
        wire.stamp_into(buffer, self.base, tick & TICK_MASK, tick >> wire.TICK_BITS,
                        echo_ns, echo & TICK_MASK, echo >> wire.TICK_BITS)
        self._publish(self._data, bytes(buffer[: wire.seal(buffer, size)]))

    def _tick(self, now_s: float) -> int:
        return int(now_s * 1_000_000) + self._offset_us


class Fleet:
    """Many kits in this process. Each makes a frame every `pace_s`; they are spread over it.
    While they are `still` they make none."""

    def __init__(
        self, port: int, rooms: dict[str, Sequence[str]], site: str = "site",
        lines: int = 1, host: str = "127.0.0.1", boxes: bool = False, pace_s: float = 1.0,
    ) -> None:
        self._pace_s, self.still = pace_s, False
        self._clients = [self._client() for _ in range(lines)]
        self.kits: list[FrameKit] = []
        self._by_ack: dict[str, FrameKit] = {}
        for room, names in rooms.items():
            for name in names:
                self._add(site, room, name, "kit")
            if boxes:
                self._add(site, room, "box", "box")
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        for client in self._clients:
            client.connect_async(host, port, keepalive=5)
            client.loop_start()
        self._thread.start()

    def _add(self, site: str, room: str, name: str, role: str) -> None:
        client = self._clients[len(self.kits) % len(self._clients)]

        def publish(topic: str, payload: bytes) -> None:
            if client.is_connected():
                client.publish(topic, payload)

        kit = FrameKit(site, room, name, publish, role, offset_us=len(self.kits) * 1_234_567)
        self.kits.append(kit)
        self._by_ack[kit.ack_topic] = kit

    def _client(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, f"fleet-{secrets.token_hex(4)}")
        client.suppress_exceptions = True
        client.reconnect_delay_set(1, 1)
        client.on_message = self._on_ack
        client.on_connect = self._on_connect
        return client

    def _on_connect(self, client: Client, *_: Any) -> None:
        number = self._clients.index(client)
        mine = self.kits[number :: len(self._clients)]
        for start in range(0, len(mine), 50):
            client.subscribe([(kit.ack_topic, 0) for kit in mine[start : start + 50]])
        for kit in mine:
            kit.connected(time.monotonic())

    def _on_ack(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._by_ack[message.topic].acked(bytes(message.payload), time.monotonic())

    def _run(self) -> None:
        began = time.monotonic()
        turn = 0
        while not self._stopping.is_set():
            second, number = divmod(turn, len(self.kits))
            due = began + (second + number / len(self.kits)) * self._pace_s
            if due > time.monotonic():
                self._stopping.wait(min(0.05, due - time.monotonic()))
                continue
            if not self.still:
                self.kits[number].second(time.monotonic())
            turn += 1

    def held(self) -> int:
        """Frames that are not acknowledged."""
        return sum(kit.held for kit in self.kits)

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()
        for client in self._clients:
            client.disconnect()
            client.loop_stop()
