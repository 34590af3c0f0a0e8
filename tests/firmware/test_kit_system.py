"""Whole kits: real MicroPython on the simulated board, real Mosquitto, a hub's double. What must
hold: nothing kept is lost, sent out of order or sent under another session's tag."""

import socket
import time

import pytest
import wire
from rig import TAG, KitRig, wait_for

SECOND = 100  # PPG samples
NO_HUB = "link broker found, no hub answers: is it on, site its own, broker.user = role?"


@pytest.fixture
def kit(tmp_path, broker, hub):
    with KitRig(tmp_path, broker.port) as kit:
        kit.in_state("IDLE")
        yield kit


def record(hub, kit, frames=2):
    """Open a session and wait for its first frames."""
    hub.open(TAG)
    kit.in_state("RECORD")
    wait_for(lambda: len(hub.kept(TAG)) >= frames)


def assert_whole(frames):
    """Frames in one piece: numbers without a gap, PPG samples from 0 on without one, and at most a
    few shots of EDA missed, which a busy machine may cost."""
    assert [f.seq for f in frames] == list(range(frames[0].seq, frames[0].seq + len(frames)))
    ppg = [b for f in frames for b in f.blocks if b.channel == wire.PPG_IR]
    eda = [b for f in frames for b in f.blocks if b.channel == wire.EDA]
    following = 0
    for block in ppg:
        assert (block.index, block.flags) == (following, 0)
        following += len(block.values)
    assert following > 0
    shots = sum(len(b.values) for b in eda)
    assert 0.7 * (eda[-1].index + len(eda[-1].values)) <= shots


def seconds_of(frames):
    return sum(len(b.values) for f in frames for b in f.blocks if b.channel == wire.PPG_IR) / SECOND


def test_it_shows_itself_records_drains_and_stops(hub, kit):
    assert hub.kept() == []
    assert hub.about["k1"]["ppg"]["sensor"] == "max30102"
    record(hub, kit, frames=4)
    assert kit.stop() == 0
    assert kit.states() == ["BOOT", "JOIN", "IDLE", "RECORD", "STOP"]
    assert kit.said("stopped") == ["stopped held 0 evicted 0"]
    frames = hub.kept(TAG)
    assert_whole(frames)
    assert all(f.session == TAG for f in frames)
    assert 0.9 * len(frames) - 1 < seconds_of(frames) < 1.2 * len(frames)
    health = [b for f in frames for b in f.blocks if b.channel == wire.HEALTH]
    assert len(health) <= 1 and all(len(b.values) == len(wire.HEALTH_FIELDS) for b in health)


def test_a_broker_killed_and_started_again_costs_nothing(broker, hub, kit):
    record(hub, kit)
    broker.kill()
    kit.in_state("OFFLINE")
    time.sleep(3)
    before = len(hub.kept())
    broker.start()
    back = time.monotonic()
    wait_for(lambda: len(hub.kept()) > before + 1)
    assert time.monotonic() - back < 5
    kit.in_state("RECORD")
    assert kit.stop() == 0
    assert_whole(hub.kept(TAG))
    assert hub.lost == 0


def test_a_broker_that_hangs_costs_nothing(broker, hub, kit):
    record(hub, kit)
    broker.freeze()
    kit.in_state("OFFLINE", 12)
    time.sleep(1)
    broker.thaw()
    kit.in_state("RECORD", 12)
    assert kit.stop() == 0
    assert_whole(hub.kept(TAG))
    assert hub.lost == 0


def test_a_hub_that_is_silent_is_shown_and_gets_all_when_it_is_back(hub, kit):
    record(hub, kit)
    hub.silent = True
    kit.in_state("OFFLINE")
    wait_for(lambda: kit.said("link") == [NO_HUB])  # the broker was there
    hub.silent = False
    kit.in_state("RECORD")
    wait_for(lambda: hub.repeats)
    assert kit.stop() == 0
    assert_whole(hub.kept(TAG))
    assert hub.lost == 0


LOOKUPS = """
from kit import mqtt
class Socket:
    # As `socket`, but for a name server that knows hub.local and counts who asks.
    def __init__(self, module): self.module = module
    def __getattr__(self, name): return getattr(self.module, name)
    def getaddrinfo(self, host, *more):
        print("asked for", host)
        return self.module.getaddrinfo("127.0.0.1", *more)
mqtt.socket = Socket(mqtt.socket)
"""


def test_a_name_is_looked_up_only_while_nothing_can_be_lost_by_the_wait(tmp_path, broker, hub):
    def asked():
        return kit.lines.count("asked for hub.local")

    there = {"host": "hub.local", "port": broker.port}
    with KitRig(tmp_path, broker.port, heap="208k", before=LOOKUPS, broker=there) as kit:
        kit.in_state("IDLE")
        assert asked() == 1
        record(hub, kit)
        broker.kill()
        kit.in_state("OFFLINE")
        broker.start()
        kit.in_state("RECORD")
        assert asked() == 1
        hub.open(0)
        kit.in_state("IDLE")
        broker.kill()
        wait_for(lambda: asked() > 1)


NAME_SERVER_GOES = LOOKUPS + """
import time
class Going(Socket):
    def getaddrinfo(self, host, *more):
        found = super().getaddrinfo(host, *more)
        self.getaddrinfo = self.nobody
        return found
    def nobody(self, host, *more):
        print("asked for", host)
        time.sleep_ms(1500)
        raise OSError(-2)
mqtt.socket = Going(mqtt.socket.module)
"""


def test_a_box_loses_no_press_to_a_name_server_that_is_away(tmp_path, broker, hub):
    there = {"host": "hub.local", "port": broker.port}
    with KitRig(tmp_path, broker.port, kit="box", role="box", heap="208k",
                before=NAME_SERVER_GOES, broker=there) as box:
        box.in_state("IDLE")
        broker.kill()
        box.in_state("OFFLINE")
        for key in range(5):
            box.press(key)
            time.sleep(0.4)  # a finger's pace
        hub.session = TAG
        broker.start()
        wait_for(lambda: pressed(hub) == [0, 1, 2, 3, 4])
        assert box.lines.count("asked for hub.local") == 1


def pressed(hub):
    blocks = [block for frame in hub.kept() for block in frame.blocks]
    return [key for block in blocks if block.channel == wire.EVENT for key in block.values]


def test_a_refused_subscription_is_said_once_and_not_tried_ever_faster(tmp_path):
    server = socket.create_server(("127.0.0.1", 0))
    with server, KitRig(tmp_path, server.getsockname()[1]) as kit:
        for _ in range(4):
            peer, _ = server.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"\x20\x02\x00\x00")  # welcome
                peer.recv(4096)
                peer.sendall(b"\x90\x03\x00\x01\x80")  # but no subscription
                while peer.recv(4096):
                    pass
        said = kit.said("link")
        assert len(said) == 1 and "refuses the subscription" in said[0]


def test_a_broker_that_refuses_a_kit_does_not_cost_it_its_wifi(tmp_path, broker):
    broker.kill()
    broker.conf.write_text(broker.conf.read_text().replace("true", "false"))
    broker.start()
    before = """
from kit import link
link.SILENT_MS = 1000
rest = link.Link.rest
def rests(self):
    print("rests")
    return rest(self)
link.Link.rest = rests
"""
    with KitRig(tmp_path, broker.port, heap="208k", before=before) as kit:
        wait_for(lambda: kit.lines.count("rests") == 5)
        assert "wrong user or password" in kit.said("link")[0]
        assert kit.said("wifi") == []


def test_the_wifi_goes_and_comes(hub, kit):
    record(hub, kit)
    kit.wifi(False)
    kit.in_state("OFFLINE")
    assert kit.said("link")[-1] == "link the Wi-Fi has gone"
    time.sleep(1)
    kit.wifi(True)
    kit.in_state("RECORD")
    assert kit.stop() == 0
    assert_whole(hub.kept(TAG))


def test_another_session_begins_its_samples_anew_and_none_ends_them(hub, kit):
    record(hub, kit)
    hub.open(TAG + 1)
    wait_for(lambda: len(hub.kept(TAG + 1)) >= 2)
    hub.open(0)
    kit.in_state("IDLE")
    heard_since(hub)  # what was sent before the kit said so may come after it was read
    first, second = hub.kept(TAG), hub.kept(TAG + 1)
    assert_whole(first)
    assert_whole(second)
    assert second[0].seq == first[-1].seq + 1
    heard_since(hub)
    assert len(hub.kept()) == len(first) + len(second)


def heard_since(hub):
    """Wait until the kit shows itself again: all that it sent before has arrived."""
    shown = hub.shown
    wait_for(lambda: hub.shown > shown)


def test_a_backlog_goes_to_its_own_session(hub, kit):
    record(hub, kit)
    hub.silent = True
    wait_for(lambda: kit_holds(hub, 3))
    hub.silent = False
    hub.open(TAG + 1)
    wait_for(lambda: len(hub.kept(TAG + 1)) >= 2)
    assert_whole(hub.kept(TAG))
    assert_whole(hub.kept(TAG + 1))


def kit_holds(hub, n):
    """True when the newest frame is n beyond the oldest held."""
    base = hub.stamps[-1][1].base
    return len(hub.kept()) - base >= n


def test_a_kit_killed_loses_no_acknowledged_frame(tmp_path, broker, hub, kit):
    record(hub, kit, 3)
    kit.board.process.kill()
    old = hub.kept(TAG)
    with KitRig(tmp_path, broker.port) as again:
        again.in_state("RECORD")
        wait_for(lambda: len(hub.kept(TAG)) >= len(old) + 2)
        boots = {f.boot for f in hub.kept(TAG)}
        assert len(boots) == 2
        new = [f for f in hub.kept(TAG) if f.boot != old[0].boot]
        assert_whole(new)
        assert new[0].seq == 0


def test_when_nobody_takes_its_frames_it_says_how_many_it_holds(hub, kit):
    record(hub, kit)
    hub.silent = True
    held = len(hub.kept())
    wait_for(lambda: len(hub.kept()) >= held + 2)
    assert kit.stop() == 0
    _, _, n, *_ = kit.said("stopped")[0].split()
    assert int(n) >= 2


def test_the_ring_of_the_smallest_lane_lasts_a_hundred_seconds(hub, kit):
    record(hub, kit, 6)
    kit.stop()
    frames = hub.kept(TAG)
    seconds = seconds_of(frames)
    stored = hub.bytes - len(frames) * (wire.STAMP_SIZE + wire.CRC_SIZE)
    a_second = stored / seconds
    assert 24 * 1024 / a_second > 100
    assert 48 * 1024 / a_second > 120


def test_its_heap_has_room_to_spare(hub, kit):
    record(hub, kit, 3)
    kit.stop()
    _, _, live, _, _ = kit.said("heap")[0].split()
    assert int(live) < 160 * 1024 - 6 * 1024
