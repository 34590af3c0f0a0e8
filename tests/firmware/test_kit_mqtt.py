"""Our MQTT client in the real interpreter: with Mosquitto, and with brokers that misbehave."""

import socket
import threading
from subprocess import DEVNULL, PIPE, Popen

import pytest
from micropython import BOARD, FIRMWARE, HEAP, command, environment, now_us, run

from tests.ports import free_port

# `what()` is awaited with an open client; times are cut to a tenth, to have failures soon. While it
# has no processor, or is stopped, nothing can be noticed: that is not counted.
FRAME = """
import asyncio, time, utime
from kit import mqtt
from kit.packet import Publish
mqtt.WAIT_MS, mqtt.QUIET_MS = 500, 400
got = []

def on_message(payload):
    got.append(bytes(payload))

async def until(what):
    while not what():
        ping = client.due()
        if ping:
            await client.publish(ping)
        await asyncio.sleep_ms(5)

stood_ms = 0

async def watch():
    global stood_ms
    while True:
        before = time.ticks_ms()
        await asyncio.sleep_ms(5)
        stood_ms += max(0, time.ticks_diff(time.ticks_ms(), before) - 10)

{what}

async def main():
    asyncio.create_task(watch())
    start = time.ticks_ms()
    try:
        await what()
    except OSError as e:
        print(type(e).__name__, e)
    client.close()
    print("ms", time.ticks_diff(time.ticks_ms(), start), stood_ms, utime.ticks_us())

client = mqtt.Client("127.0.0.1", {port}, "k1")
asyncio.run(main())
"""


def play(port, what, later=None):
    """(lines printed, milliseconds it took, from `later` on where that is given). `later()`: 0.4 s
    after it has said that it is open, however long a busy machine takes to get there."""
    lines, start, done_us = [], command(FRAME.format(port=port, what=what), HEAP), []
    timer = threading.Timer(0.4, lambda: (later(), done_us.append(now_us())))
    there = environment(FIRMWARE, BOARD)
    with Popen(start, env=there, stdin=DEVNULL, stdout=PIPE, text=True) as process:
        for line in process.stdout:
            lines.append(line.rstrip())
            if later and lines == ["open"]:
                timer.start()
    assert process.returncode == 0, lines
    took_ms, stood_ms, end_us = map(int, lines[-1].split()[1:])
    if later:
        timer.join()
        took_ms = (end_us - done_us[0]) // 1000
    return lines[:-1], took_ms - stood_ms


def test_packets_of_all_sizes_come_back_whole(broker):
    lines, _ = play(broker.port, """
async def what():
    await client.open()
    listening = asyncio.create_task(client.listen(on_message))
    await client.subscribe("a/b")
    publish = Publish("a/b", 240)
    sizes = (0, 1, 100, 121, 122, 123, 124, 200, 240)
    for n in sizes:
        for i in range(n):
            publish.payload[i] = (i + n) & 255
        await client.publish(publish.seal(n))
    await until(lambda: len(got) == len(sizes))
    good = [bytes((i + n) & 255 for i in range(n)) for n in sizes]
    print(good == got)
    listening.cancel()
""")
    assert lines == ["True"]


def test_many_packets_at_once_are_taken_apart(broker):
    lines, _ = play(broker.port, """
async def what():
    await client.open()
    listening = asyncio.create_task(client.listen(on_message))
    await client.subscribe("a")
    publish = Publish("a", 50)
    for i in range(200):
        publish.payload[0] = i
        await client.publish(publish.seal(37))
    await until(lambda: len(got) == 200)
    print([m[0] for m in got] == list(range(200)), {len(m) for m in got})
    listening.cancel()
""")
    assert lines == ["True {37}"]


def test_a_quiet_connection_is_kept_alive(broker):
    lines, ms = play(broker.port, """
async def what():
    mqtt.WAIT_MS = 30_000  # a busy machine's broker answers later
    await client.open()
    listening = asyncio.create_task(client.listen(on_message))
    start = time.ticks_ms()
    await until(lambda: time.ticks_diff(time.ticks_ms(), start) > 1600 and not client.asked)
    print(listening.done())
    listening.cancel()
""")
    assert lines == ["False"] and ms < 2000


LISTEN = """
async def what():
    await client.open()
    print("open")
    listening = asyncio.create_task(client.listen(on_message))
    await client.subscribe("a")
    await until(listening.done)
    await listening
"""
# Of a real broker, which a busy machine lets answer later: there it is not to be short of time.
LISTEN_TO_IT = LISTEN.replace("    await client.open()\n", """
    short, mqtt.WAIT_MS = mqtt.WAIT_MS, 30_000
    await client.open()
    mqtt.WAIT_MS = short
""")


def test_a_broker_that_hangs_is_noticed(broker):
    lines, ms = play(broker.port, LISTEN_TO_IT, broker.freeze)
    assert lines[0] == "open" and lines[1].endswith("has stopped answering")
    assert ms < 400 + 500 + 400


def test_a_broker_that_dies_is_noticed_at_once(broker):
    lines, ms = play(broker.port, LISTEN_TO_IT, broker.kill)
    assert lines[1].startswith(("MqttError", "OSError")) and ms < 300
    broker.start()


def test_nobody_listens():
    lines, ms = play(free_port(), LISTEN)
    assert len(lines) == 1 and "refuses: is it running" in lines[0] and ms < 300


ESP32 = """
class Poll:
    # As on an ESP32: tells no more than it was asked for.
    def __init__(self): self.poller = select.poll()
    def register(self, sock, asked):
        self.asked = asked
        self.poller.register(sock, asked)
    def poll(self, ms): return [(s, found & self.asked) for s, found in self.poller.poll(ms)]

import select
class Select:
    POLLOUT, POLLERR, POLLHUP, poll = select.POLLOUT, select.POLLERR, select.POLLHUP, Poll
mqtt.select = Select
"""


def test_nobody_listens_and_the_board_is_an_esp32():
    lines, _ = play(free_port(), ESP32 + LISTEN)
    assert len(lines) == 1 and "refuses: is it running" in lines[0]


def test_a_host_that_does_not_exist():
    lines = run(
        FRAME.format(port=1, what=LISTEN).replace('"127.0.0.1"', '"no-such-host.invalid"')
    ).splitlines()
    assert "no such host: no-such-host.invalid" in lines[0]


class Fake:
    """A listener that answers CONNECT, then SUBSCRIBE, with given bytes (None: it hangs up)."""

    def __init__(self, *answers):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._serve, args=answers, daemon=True).start()

    def _serve(self, *answers):
        peer, _ = self.server.accept()
        with self.server, peer:
            for answer in answers:
                if not peer.recv(4096) or answer is None:
                    return
                peer.sendall(answer)
            while peer.recv(4096):
                pass


WELCOME = b"\x20\x02\x00\x00"
BAD_BROKERS = {
    "silent": ((b"",), "does not answer: does the broker hang"),
    "hangs up": ((None,), "closed the connection"),
    "wrong password": ((b"\x20\x02\x00\x04",), "wrong user or password"),
    "wrong password, by Mosquitto": ((b"\x20\x02\x00\x05",), "wrong user or password"),
    "not MQTT": ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "does not speak MQTT"),
    "half a welcome": ((b"\x20\x02\x00",), "does not answer: does the broker hang"),
    "subscription refused": ((WELCOME, b"\x90\x03\x00\x01\x80"), "refuses the subscription"),
    "packet too big": ((WELCOME, b"\x30\xe8\x07\x00\x01a"), "1003 bytes in one packet"),
    "length without end": ((WELCOME, b"\x30\xff\xff\xff\xff"), "bytes in one packet"),
    "topic beyond the packet": ((WELCOME, b"\x30\x04\x00\x09ab"), "was not asked for"),
    "message of QoS 1": ((WELCOME, b"\x32\x05\x00\x01a\x00\x01"), "was not asked for"),
    "packet of no meaning": ((WELCOME, b"\xf0\x00"), "packet of type 15"),
    "closed later": ((WELCOME, None), "closed the connection"),
    "silent later": ((WELCOME, b""), "has stopped answering"),
}


@pytest.mark.parametrize(("answers", "remark"), BAD_BROKERS.values(), ids=BAD_BROKERS)
def test_a_broker_that_misbehaves_ends_the_connection_in_time(answers, remark):
    lines, ms = play(Fake(*answers).port, LISTEN)
    assert remark in lines[-1], lines
    assert ms < 1500
