"""Real kits fed by bodies over a real broker: what they send is what was true."""

import time
from collections import defaultdict

import numpy as np
import paho.mqtt.client as mqtt
import pytest

from firmware import wire
from hub.simulate import broker, truth
from hub.simulate.circle import BOX, Plan, build
from hub.simulate.kits import Place
from hub.simulate.score import match

SITE, ROOM, TAG = "demo", "circle", 77


class Acker:
    """The least of a hub: asks every kit to record, and acknowledges what comes."""

    def __init__(self, host, port):
        self.frames = defaultdict(dict)  # kit -> seq -> (frame, arrival in monotonic us)
        self.heard = set()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self._client.on_message = self._message
        self._client.connect(host, port)
        self._client.subscribe(wire.topic("+", "+", "+", "data"))
        self._client.loop_start()

    def _message(self, client, userdata, message):
        kit = wire.parse_topic(message.topic).kit
        _, frame = wire.decode(message.payload)
        self.heard.add(kit)
        kept = self.frames[kit]
        if not frame.flags & wire.NOT_KEPT:
            kept[frame.seq] = (frame, time.monotonic_ns() // 1000)
        ack = wire.pack_ack(frame.boot, len(kept), TAG, time.time_ns())
        client.publish(wire.topic(SITE, ROOM, kit, "ack"), ack)

    def blocks(self, kit, channel):
        """(block, arrival) of every block of a channel, in order."""
        return [
            (block, at_us)
            for _, (frame, at_us) in sorted(self.frames[kit].items())
            for block in frame.blocks
            if block.channel == channel
        ]

    def stop(self):
        self._client.disconnect()
        self._client.loop_stop()


def until(done, timeout_s=180.0):
    end = time.monotonic() + timeout_s
    while not done():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """(world, acker, names of kits that did not end by themselves) after some seconds."""
    folder = tmp_path_factory.mktemp("world")
    post = broker.start(folder)
    acker = Acker(post.host, post.port)
    world = build(Plan(2, 5), Place(SITE, ROOM, post.host, post.port), folder)
    world.start()
    try:
        until(lambda: {"kit-1", "kit-2", BOX} <= acker.heard)
        until(lambda: min(len(acker.frames[k]) for k in ("kit-1", "kit-2")) >= 1)
        world.press(3)
        until(lambda: min(len(acker.frames[k]) for k in ("kit-1", "kit-2")) >= 4)
        late = world.stop(180.0)
    finally:
        world.kill()
        acker.stop()
        post.stop()
    return world, acker, late


def test_kits_drain_and_end_by_themselves(lived):
    world, _, late = lived
    assert late == []
    assert not any(kit.running for kit in world.kits)


@pytest.mark.parametrize("seat", [1, 2])
def test_every_sample_is_the_sensor_s_and_none_is_missing(lived, seat):
    world, acker, _ = lived
    blocks = [block for block, _ in acker.blocks(f"kit-{seat}", wire.PPG_IR)]
    values = np.concatenate([block.values for block in blocks])
    assert blocks[0].index == 0
    assert [b.index for b in blocks[1:]] == [b.index + len(b.values) for b in blocks[:-1]]
    known = truth.of_world(world, "s").seats[seat]
    found = match(known.ppg_value, values)
    assert (found >= 0).all()
    assert (np.diff(found) == 1).all()


@pytest.mark.parametrize("seat", [1, 2])
def test_a_drain_is_just_after_its_last_sample(lived, seat):
    world, acker, _ = lived
    known = truth.of_world(world, "s").seats[seat]
    clocks = world.wearers[seat - 1].feed.clocks
    blocks = acker.blocks(f"kit-{seat}", wire.PPG_IR)
    found = match(known.ppg_value, np.concatenate([block.values for block, _ in blocks]))
    period_us = 1e6 / clocks.sensor_hz
    for block, at_us in blocks:
        last = int(found[block.index + len(block.values) - 1])
        taken_us = (int(known.ppg_time_ns[last]) - world.anchor.utc(0)) / 1000
        drained_us = clocks.mono_us(block.tick_us, at_us)
        assert -block.span_us <= drained_us - taken_us + 1 <= period_us + 2


def test_a_press_is_stamped_when_the_finger_touched(lived):
    world, acker, _ = lived
    ((block, at_us),) = acker.blocks(BOX, wire.EVENT)
    (pressed,) = world.pressed
    assert block.values == (3,) and pressed.key == 3
    assert 0 <= world.box_clocks.mono_us(block.tick_us, at_us) - pressed.at_us < 60_000
