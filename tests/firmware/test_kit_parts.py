"""Small parts of the kit: packets, watchdog, health."""

import struct

import pytest
import wire
from kit import packet
from kit.health import Health
from kit.supervise import Watch
from kit.wifi import Wifi
from micropython import run


def test_connect_is_what_the_standard_says():
    plain = packet.connect("k1")
    assert plain == b"\x10\x0e\x00\x04MQTT\x04\x02\x00\x0f\x00\x02k1"
    full = packet.connect("k1", "u", "p", ("t", b"gone"), 60)
    assert full == (
        b"\x10\x1d\x00\x04MQTT\x04\xc6\x00\x3c\x00\x02k1\x00\x01t\x00\x04gone\x00\x01u\x00\x01p"
    )


def test_subscribe_is_what_the_standard_says():
    assert packet.subscribe("a/b") == b"\x82\x08\x00\x01\x00\x03a/b\x00"


@pytest.mark.parametrize("size", [0, 1, 122, 123, 124, 125, 1029])
def test_publish_has_its_head_right_before_its_topic(size):
    publish = packet.Publish("a/b", 1029)
    publish.payload[:size] = bytes(range(256))[:size] if size < 257 else bytes(size)
    data = bytes(publish.seal(size))
    kind, body, end = packet.scan(data, 0, len(data))
    assert (kind, end) == (0x30, len(data))
    assert data[body : body + 5] == b"\x00\x03a/b"
    assert data[body + 5 :] == bytes(publish.payload[:size])


def test_scan_waits_for_a_whole_head_and_flags_what_is_too_long():
    assert packet.scan(b"\x30", 0, 1) is None
    assert packet.scan(b"\x30\x80", 0, 2) is None
    assert packet.scan(b"\x30\x80\x01", 0, 3) == (0x30, 3, 3 + 128)
    assert packet.scan(b"\x30\xff\xff\x01", 0, 4)[2] > packet.LENGTH_MAX


class Worker:
    steps = 0


class Dog:
    fed = 0

    def feed(self):
        self.fed += 1


def test_the_watchdog_is_fed_only_while_all_go_on():
    first, second, dog = Worker(), Worker(), Dog()
    watch = Watch((first, second), (1000, 2000), dog)
    for _ in range(4):
        first.steps += 1
        assert watch.look(500)
    assert dog.fed == 4
    first.steps += 1
    assert not watch.look(500)  # the second has stood still for 2.5 s
    second.steps += 1
    assert watch.look(500)
    assert dog.fed == 5


def test_health_has_the_fields_of_the_wire():
    class Ring:
        evicted = 0

        def held(self):
            return 0

        permille = held

    class Any:
        ring, sent, resent, reconnects = Ring(), 1, 0, 0

        def rssi(self):
            return -60

    class Free(Health):
        def values(self):
            return range(len(wire.HEALTH_FIELDS))

    frame = wire.FrameWriter()
    health = Free(Any(), Any(), Any())

    class Ticks:
        wraps = 0

        def read(self):
            return 5

    blocks = []
    for _ in range(21):
        frame.begin()
        health.add(frame, Ticks())
        blocks.append(frame.blocks)
    assert blocks == [1, *[0] * 9, 1, *[0] * 9, 1]
    buf = bytearray(wire.PAYLOAD_MAX)
    frame.end(0, 1, 1, 0)
    buf[wire.STAMP_SIZE : wire.STAMP_SIZE + frame.size] = frame.buf[: frame.size]
    wire.stamp_into(buf, 0, 0, 0, 0, 0, 0)
    size = wire.seal(buf, frame.size)
    (block,) = wire.decode(bytes(buf[:size]))[1].blocks
    assert (block.channel, block.index, len(block.values)) == (wire.HEALTH, 2, 10)
    assert struct.calcsize(wire.BLOCK) == wire.BLOCK_SIZE


LIGHT = """
import asyncio, time
from kit.leds import Light

class Pin:
    seen = []
    def value(self, level):
        self.seen.append((time.ticks_ms(), level))

async def main():
    light = Light(Pin())
    light.state = "IDLE"
    asyncio.create_task(light.run())
    await asyncio.sleep_ms(150)
    light.state = "REFUSED"
    changed = time.ticks_ms()
    await asyncio.sleep_ms(1200)
    print(*(level for at, level in Pin.seen if time.ticks_diff(at, changed) >= 0))

asyncio.run(main())
"""


def test_the_light_shows_what_is_new_at_once():
    assert run(LIGHT).split()[:4] == ["1", "0", "1", "0"]


class Network:
    """An ESP32's module after `why`, as far as it has names."""

    STA_IF, STAT_CONNECTING, STAT_WRONG_PASSWORD = 0, 1001, 202

    def __init__(self, why):
        self.why = why

    def WLAN(self, _interface):
        return self

    def status(self):
        return self.why


@pytest.mark.parametrize(
    ("why", "cure"),
    [(1001, "is wifi.password right"), (202, "correct wifi.password"), (211, "set it to WPA2"),
     (77, "status 77")],
)
def test_why_a_network_is_not_joined_is_said_with_a_cure(why, cure):
    assert cure in Wifi(Network(why), "here", "secret").reason()
