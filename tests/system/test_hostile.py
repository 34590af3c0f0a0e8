"""Strangers on the broker and on the pages: the hub goes on, says so, and no kit loses anything.

One rig for all: a real broker, a real hub, a fleet of legitimate kits at ten frames a second in a
session. Each test attacks; the last one closes the session and holds what was kept against what
the kits made.
"""

from __future__ import annotations

import json
import random
import resource
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.frames import Fleet
from firmware import wire
from hub.cli import main
from hub.disk.journal import Reader
from tests.system.broker import Broker
from tests.system.rig_hostile import U32, block, payload
from tests.system.rig_hub import ROOM, SITE, HubRig, token_of
from tests.waiting import wait_for

KITS = [f"k{n}" for n in range(4)]
MEMORY_MB = 120  # by how much hub and worker may grow under all of this


@dataclass
class Rig:
    broker: Broker
    hub: HubRig
    fleet: Fleet
    stranger: Client
    session: str
    memory_mb: float

    def send(self, kit: str, payload: bytes, stream: str = "data", room: str = ROOM) -> None:
        topic = f"stillpoint/1/{SITE}/{room}/{kit}/{stream}"
        self.stranger.publish(topic, payload).wait_for_publish(10)

    @property
    def tag(self) -> int:
        return next(kit.session for kit in self.fleet.kits if kit.session)

    def counted(self, code: str) -> bool:
        return any(problem["code"] == code for problem in self.hub.get("/api/problems"))

    def goes_on(self) -> None:
        """Every kit is acknowledged, the worker goes on, and no mistake of the hub's was said."""
        before = [kit.base for kit in self.fleet.kits[:-1]]
        wait_for(lambda: all(kit.base > was + 3 and kit.held < 10 for kit, was in
                             zip(self.fleet.kits[:-1], before, strict=True)),
                 "the kits are acknowledged")
        said = self.hub.get("/api/problems")
        assert not [p for p in said if p["code"] in ("hub", "not worked out")], said


def memory_mb(hub: HubRig) -> float:
    pids = [hub.pid, hub.worker()]
    return sum(rss_mb(pid) for pid in pids if pid)


def rss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("hostile")
    broker = Broker(folder)
    broker.start()
    hub = HubRig(folder, broker.port)
    hub.start()
    fleet = Fleet(broker.port, {ROOM: KITS}, lines=2, boxes=True, pace_s=0.1)
    stranger = Client(CallbackAPIVersion.VERSION2, "stranger")
    stranger.connect("127.0.0.1", broker.port)
    stranger.loop_start()
    try:
        hub.ready()
        wait_for(lambda: len(hub.kits()) == len(KITS) + 1, "all kits are heard")
        session = hub.open({n + 1: name for n, name in enumerate(KITS)})
        wait_for(lambda: all(kit.session for kit in fleet.kits), "all kits record")
        yield Rig(broker, hub, fleet, stranger, session, memory_mb(hub))
    finally:
        stranger.disconnect()
        stranger.loop_stop()
        fleet.stop()
        hub.stop()
        broker.stop()


# -- the broker -----------------------------------------------------------------------------------


def test_what_is_no_frame_is_counted(rig):
    chance = random.Random(1)
    good = payload([block(wire.PPG_IR, [150_000] * 100)], boot=9, session=rig.tag)
    for size in (0, 1, 44, 45, 1029, 1030, 70_000):
        rig.send("k0", chance.randbytes(size))
    for _ in range(300):
        at = chance.randrange(len(good))
        rig.send("k0", good[:at])
        rig.send("k0", good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1 :])
    wait_for(lambda: rig.counted("bad message"), "it is counted")
    rig.goes_on()


def test_the_largest_messages_that_the_broker_takes_are_not_kept_in_memory(rig):
    """Of the hub alone: on a busy machine its worker is still being loaded."""
    before = rss_mb(rig.hub.pid)
    for stream in ("data", "about", "data"):
        rig.send("k0", bytes(30 << 20), stream)
    rig.goes_on()
    wait_for(lambda: rss_mb(rig.hub.pid) < before + 25, "the hub has let them go")  # less than one


def test_topics_of_all_kinds(rig):
    for kit in ("K1", "ä", "x" * 25, "%00", " ", "k0 ", "x" * 3000, "☃" * 40, "$SYS"):
        rig.send(kit, b"")
        rig.send("k0", payload(boot=9), room=kit)
    for topic in (f"stillpoint/2/{SITE}/{ROOM}/k0/data", f"stillpoint/1/other/{ROOM}/k0/data",
                  f"stillpoint/1/{SITE}/{ROOM}/k0/ack/data", "stillpoint", "/"):
        rig.stranger.publish(topic, payload(boot=9)).wait_for_publish(5)
    rig.goes_on()


def test_an_acknowledgement_by_a_stranger_that_no_hub_could_give(rig):
    for kit in rig.fleet.kits:
        for said in (wire.pack_ack(kit.boot, U32, rig.tag, 0), wire.pack_ack(1, 0, 0, 0),
                     b"", bytes(25)):
            rig.send(kit.name, said, "ack")
    rig.goes_on()


@pytest.mark.parametrize(("seq", "base"), [(U32, U32), (0, U32), (U32 - 1, U32 - 1), (9000, 9000),
                                           (5, 9), (U32 - 1, 0), (U32, 0)])
def test_numbers_that_would_make_the_hub_give_up_a_kits_frames(rig, seq, base):
    for kit in rig.fleet.kits[:-1]:
        for flags in (0, wire.NOT_KEPT):
            for boot in (kit.boot, 1, 2, 3, 4, kit.boot):
                rig.send(kit.name, payload(boot=boot, seq=seq, base=base, flags=flags,
                                           session=0 if flags else 0xBAD))
    rig.goes_on()


def test_frames_in_a_kits_name_with_senseless_blocks(rig):
    chance = random.Random(2)
    now = int(time.monotonic() * 1e6)
    times = (0, 1, now, now + 10**9, now - 10**9, (1 << 46) - 1)
    for number in range(200):
        tick = chance.choice(times)
        values = [chance.choice((0, 150_000, 2**29 - 1, -(2**29)))] * 30
        blocks = [block(chance.choice((wire.PPG_IR, wire.EDA, wire.HEALTH, 77)), values,
                        chance.choice((0, 1, 6000, 2**31, U32)), tick, chance.choice((0, 1)),
                        chance.choice((None, None, None, 255, 0))) for _ in range(8)]
        echo = chance.choice(((0, 0), (2**64 - 1, 0), (2**63, tick), (1, 1),
                              (time.time_ns() - 10**9, tick)))
        rig.send("k1", payload(blocks, chance.choice((1, 2, 3)), rig.tag, number, send=tick,
                               echo=echo, said_blocks=chance.choice((None, None, 16, 3))))
    rig.send("k1", payload([block(wire.PPG_IR, [7] * 255) for _ in range(3)], 3, rig.tag, 900))
    rig.goes_on()


def test_kept_frames_for_sessions_that_are_none(rig):
    for number in range(50):
        rig.send("k2", payload(boot=5, session=0xDEAD0000 + number, seq=number))
        rig.send("nobody", payload(boot=5, session=rig.tag, seq=number))
    wait_for(lambda: rig.counted("foreign session") and rig.counted("no seat"), "counted")
    rig.goes_on()


def test_a_flood_of_presses(rig):
    for number in range(60):
        blocks = [block(wire.EVENT, [chance % 256 for chance in range(40)], 40 * (16 * number + b))
                  for b in range(12)]
        rig.send("box-2", payload(blocks, 6, rig.tag, number))
    rig.goes_on()
    course = rig.hub.get(f"/api/sessions/{rig.session}/course")
    assert len(course["history"]) < 600
    rig.fleet.kits[-1].press(0, time.monotonic())
    wait_for(lambda: any(s["event"]["data"].get("kit") == "box" for s in rig.hub.get(
        f"/api/sessions/{rig.session}/course")["history"]), "the real box is heard")


def test_descriptions_that_cannot_be(rig):
    for said in (b"", b"null", b"[]", b"nojson", b"[" * 900 + b"]" * 900, bytes(70_000),
                 b'{"eda": []}', b'{"eda": {"rf_ohm": 0}}', b'{"eda": {"rf_ohm": "x"}}',
                 b'{"eda": {"lsb_uv": NaN}}', b'{"eda": {"rs_ohm": 1e400}}', b'{"board": NaN}',
                 b'{"board": ' + b"9" * 600 + b"}", b'{"role": ["box"]}', b'{"board": "\\ud800"}'):
        rig.send("k3", said, "about")
    rig.goes_on()
    assert set(KITS) <= set(rig.hub.kits())


def test_thousands_of_invented_kits_and_boots(rig):
    before = memory_mb(rig.hub)
    for number in range(1500):
        topic = f"stillpoint/1/{SITE}/{ROOM if number % 2 else f'r{number}'}/x{number}/data"
        rig.stranger.publish(topic, payload(boot=number, flags=wire.NOT_KEPT))
        rig.stranger.publish(f"stillpoint/1/{SITE}/{ROOM}/k0/data",
                             payload(boot=number, flags=wire.NOT_KEPT))
    rig.goes_on()
    wait_for(lambda: len(rig.hub.kits()) > 700, "they are heard")
    assert set(KITS) <= set(rig.hub.kits())
    wait_for(lambda: memory_mb(rig.hub) < before + MEMORY_MB, "they cost little memory")


# -- the pages ------------------------------------------------------------------------------------


def ask(rig: Rig, path: str, body: bytes | None = None, **head: str) -> tuple[int, bytes]:
    """Status and answer of a call without a cookie of ours."""
    url = f"http://127.0.0.1:{rig.hub.web_port}{path}"
    said = urllib.request.Request(url, body, {k.replace("_", "-"): v for k, v in head.items()})
    try:
        with urllib.request.urlopen(said, timeout=180) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def cookie(rig: Rig) -> str:
    """What the console's link gives a browser."""
    token = token_of(rig.hub.data)
    return f"stillpoint-{rig.hub.web_port}={token}"


def test_calls_from_elsewhere_are_refused(rig):
    path, press = f"/api/sessions/{rig.session}/events", b"{}"
    json_type = "application/json"
    assert ask(rig, path, press, content_type=json_type)[0] == 401
    assert ask(rig, path, press, content_type=json_type, cookie="stillpoint-1=x")[0] == 401
    held = cookie(rig)
    for origin in ("http://evil.example", "null", "http://[", "http://127.0.0.1:99999", "x"):
        assert ask(rig, path, press, content_type=json_type, cookie=held, origin=origin)[0] == 403
    for host in ("evil.example", "[", "localhost:x", "localhost:99999", "", "127.0.0.1.evil"):
        assert ask(rig, "/api/me", host=host, cookie=held)[0] in (400, 421)
    rig.goes_on()


def test_bodies_that_no_console_sends(rig):
    path, held = f"/api/sessions/{rig.session}/events", cookie(rig)
    now = b'"touched_ms": 1, '
    press = b'{"sent_ms": 1, "presses": [{"id": "abcdefgh-%d", ' + now + b'"kind": "phase", '
    wrong = (
        b"", b"{", b"[]", b"null", b"[" * 100_000, b'{"a":' * 20_000, bytes(300_000), b"\xff\xfe",
        b'{"\\ud800": 1}', b'{"presses": [], "sent_ms": NaN}', b'{"sent_ms": 1e400, "presses": []}',
        b'{"sent_ms": 1, "presses": [' + b"{}," * 300 + b"{}]}",
    )
    for body in wrong:
        status, said = ask(rig, path, body, content_type="application/json", cookie=held)
        assert 400 <= status < 500, (status, body[:60], said[:200])
        assert set(json.loads(said)) >= {"what", "kept", "do"}
    for data in ('{"phase": "\\ud800"}', '{"phase": ' + "[" * 500 + "]" * 500 + "}", '{"seat": 1}',
                 '{"phase": 5}, "at_ns": -1', '{"phase": "x"}, "at_ns": 9223372036854775808',
                 '{"phase": "x"}, "ago_ms": NaN', '{"phase": "x"}, "\\ud800": 1'):
        body = press % 4 + f'"data": {data}}}]}}'.encode()
        status, said = ask(rig, path, body, content_type="application/json", cookie=held)
        assert status == 200 and json.loads(said)["refused"], said
    rig.goes_on()


def test_sixty_presses_at_once_and_once_more(rig):
    presses = [{"id": f"again-{n:04}", "kind": "speaker", "data": {"seat": 1 + n % 4},
                "touched_ms": 1.0, "ago_ms": float(n)} for n in range(60)]
    body = json.dumps({"sent_ms": 2.0, "presses": presses}).encode()
    for _ in range(2):
        status, said = ask(rig, f"/api/sessions/{rig.session}/events", body,
                           content_type="application/json", cookie=cookie(rig))
        assert status == 200 and len(json.loads(said)["accepted"]) == 60
    rig.goes_on()


def test_watchers_that_do_not_read(rig):
    lines = [socket.create_connection(("127.0.0.1", rig.hub.web_port)) for _ in range(20)]
    for number, line in enumerate(lines):
        upgrade = ("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n") if number % 2 else ""
        line.sendall(f"GET /api/live?session={rig.session} HTTP/1.1\r\n"
                     f"Host: 127.0.0.1:{rig.hub.web_port}\r\n{upgrade}".encode())
    foreign = socket.create_connection(("127.0.0.1", rig.hub.web_port))
    foreign.sendall(f"GET /api/live?session={rig.session} HTTP/1.1\r\nHost: localhost\r\n"
                    f"Origin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
                    "\r\n\r\n".encode())
    assert b" 403 " in foreign.recv(1000)
    rig.goes_on()
    for line in [*lines, foreign]:
        line.close()


# -- the disk -------------------------------------------------------------------------------------


def test_a_disk_that_fills_and_has_space_again(rig):
    """No file of the hub's may grow any more: as good as full, for this process alone."""
    resource.prlimit(rig.hub.pid, resource.RLIMIT_FSIZE, (1 << 16, resource.RLIM_INFINITY))
    try:
        wait_for(lambda: rig.counted("disk"), "it is said")
        held = [kit.held for kit in rig.fleet.kits[:-1]]
        wait_for(lambda: all(kit.held > was + 5 for kit, was in
                             zip(rig.fleet.kits[:-1], held, strict=True)), "the kits keep it")
        status, said = ask(rig, f"/api/sessions/{rig.session}/close", b"{}",
                           content_type="application/json", cookie=cookie(rig))
        assert status == 409 and "disk" in json.loads(said)["what"]
        status, said = ask(rig, "/api/sessions", json.dumps(
            {"room": ROOM, "protocol": "demo-fast", "seats": {1: "k0"}}).encode(),
            content_type="application/json", cookie=cookie(rig))
        assert status == 409
    finally:
        resource.prlimit(rig.hub.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    wait_for(lambda: not rig.counted("disk"), "it is over")
    rig.goes_on()


# -- the end --------------------------------------------------------------------------------------


def test_at_the_end_nothing_was_lost_and_everything_can_be_read(rig, tmp_path, capsys):
    """Last of all."""
    assert memory_mb(rig.hub) < rig.memory_mb + 2 * MEMORY_MB
    wait_for(lambda: rig.fleet.held() < len(rig.fleet.kits), "the kits have caught up")
    tag = rig.tag
    rig.fleet.still = True  # what a kit records after a close it has not heard of is not kept
    rig.hub.close(rig.session)
    wait_for(lambda: not any(kit.session for kit in rig.fleet.kits), "the kits know")
    rig.fleet.still = False
    wait_for(lambda: rig.fleet.held() == 0, "all is acknowledged")
    folder = rig.hub.folder(rig.session)
    with Reader(folder / "session.sqlite") as reader:
        stored = {(row.kit, row.boot, row.seq) for row in reader.rows()
                  if row.topic.startswith("data/")}
    made = {(kit.name, kit.boot, seq) for kit in rig.fleet.kits for seq in kit.made.get(tag, [])}
    assert sorted(made - stored) == []
    for words in (("verify",), ("replay",), ("export", "--format", "csv", "--out", tmp_path)):
        assert main([words[0], str(folder), "--json", *map(str, words[1:])]) in (0, 1)
        assert isinstance(json.loads(capsys.readouterr().out), dict)
    log = rig.hub.log.read_text()
    assert "Traceback" not in log, log[log.index("Traceback") :][:3000]
