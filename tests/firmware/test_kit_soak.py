"""Two minutes without a broker: nothing is lost on a 48 KB ring. `make soak` runs it."""

import time

import pytest
from rig import KitRig, wait_for
from test_kit_system import assert_whole, record

OUTAGE_S = 122


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("ring_kb", "heap"), [(48, "208k"), (28, "160k")])
def test_two_minutes_without_a_broker_cost_nothing(tmp_path, broker, hub, ring_kb, heap):
    with KitRig(tmp_path, broker.port, ring_kb=ring_kb, heap=heap) as kit:
        wait_for(lambda: hub.shown)
        record(hub, kit)
        broker.kill()
        kit.in_state("OFFLINE")
        time.sleep(OUTAGE_S)  # the outage itself is what is measured
        before = len(hub.kept())
        broker.start()
        wait_for(lambda: len(hub.kept()) > before + OUTAGE_S - 5, 60)
        kit.in_state("RECORD")
        assert kit.stop() == 0
        assert kit.said("stopped") == ["stopped held 0 evicted 0"]
        assert_whole(hub.kept())
        assert hub.lost == 0
