"""No way to the hub for as long as a ring is promised to last: nothing is lost (`make soak`).

48 KB and a heap of 160 KB do not go together here: the unix port's objects are twice as wide as a
board's, and the board's simulation lives in the same heap.
"""

import time

import pytest
from rig import KitRig, wait_for
from test_kit_system import assert_whole, record

ABOUT = 5  # frames that a busy machine may cut less of


@pytest.fixture
def recording(tmp_path, broker, hub, request):
    """A kit that records, with a ring (KB) and a heap as asked for."""
    ring_kb, heap = request.param
    with KitRig(tmp_path, broker.port, ring_kb=ring_kb, heap=heap) as kit:
        wait_for(lambda: hub.shown)
        record(hub, kit)
        yield kit


def assert_nothing_was_lost(hub, kit, kept, away_s):
    """All of an outage of `away_s` arrives beside the `kept` frames that came before it."""
    wait_for(lambda: len(hub.kept()) > kept + away_s - ABOUT, 60)
    kit.in_state("RECORD")
    assert kit.stop() == 0
    assert kit.said("stopped") == ["stopped held 0 evicted 0"]
    assert_whole(hub.kept())
    assert hub.lost == 0


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("recording", "away_s"),
    [((48, "208k"), 122), ((28, "160k"), 122), ((24, "160k"), 100)],
    indirect=["recording"],
)
def test_minutes_without_a_broker_cost_nothing(broker, hub, recording, away_s):
    broker.kill()
    recording.in_state("OFFLINE")
    time.sleep(away_s)  # the outage itself is what is measured
    kept = len(hub.kept())
    broker.start()
    assert_nothing_was_lost(hub, recording, kept, away_s)


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("recording", [(48, "208k")], indirect=True)
def test_two_minutes_without_wifi_cost_nothing(hub, recording):
    recording.wifi(False)
    recording.in_state("OFFLINE")
    time.sleep(122)
    kept = len(hub.kept())
    recording.wifi(True)
    assert_nothing_was_lost(hub, recording, kept, 122)
