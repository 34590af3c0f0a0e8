"""Real kits with wrong clocks behind a network with Wi-Fi's delays: when was each sample taken?

The normal suite judges the first minutes in test_circle_faults.py, outages and all. Both networks
at once take 390 s on two cores that are busy with other things (2026-11-28).
"""

import numpy as np
import pytest

from hub.simulate import truth
from hub.simulate.kits import RING_KB
from tests.system.broker import Broker
from tests.system.rig_circle import Circle, Plan, Progress
from tests.system.rig_hub import HubRig
from tests.system.rig_judge import Judge
from tests.waiting import wait_for

BOUNDS_MS = {"wifi": 2.0, "uniform": 5.0}  # of 99 % of the samples, after five minutes
RUNS_S = 340


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("network", ["wifi", "uniform"])
def test_the_clock_after_five_minutes(network, tmp_path):
    broker = Broker(tmp_path)
    broker.start()
    hub = HubRig(tmp_path, broker.port)
    hub.start()
    try:
        with Circle(Plan((RING_KB,) * 3, network), tmp_path, broker.port) as circle:
            folder = live(hub.ready(), circle)
            known = truth.of_world(circle.world, folder.name)
        for seat in circle.seats:
            judge(Judge(folder, known, seat), BOUNDS_MS[network])
    finally:
        hub.stop()
        broker.stop()


def live(hub, circle):
    """A session of RUNS_S; returns its folder."""
    wait_for(lambda: set(circle.seats.values()) <= set(hub.kits()), "every kit is heard")
    session = hub.open(circle.seats)
    progress = Progress(hub.folder(session) / "session.sqlite")
    wait_for(lambda: len(progress.frames("kit-1")) > RUNS_S, "so many seconds", RUNS_S + 60)
    progress.close()
    hub.close(session)
    wait_for(lambda: hub.state(session) == "sealed", "it is sealed")
    return hub.folder(session)


def judge(seat, bound_ms):
    seat.complete()
    assert np.percentile(np.abs(seat.error_ms(0)), 99) < seat.ledger.clock_error_ms
    assert np.percentile(np.abs(seat.error_ms(60)), 99) < 10
    assert np.percentile(np.abs(seat.error_ms(300)), 99) < bound_ms
    true_hz = seat.truth.sensor_hz
    assert seat.ledger.rate_hz == pytest.approx(true_hz, rel=5e-4)  # inter-beat intervals
