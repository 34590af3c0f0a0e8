"""The kit's modules are imported here as on a board: `wire`, `kit.x`, `drivers.x`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "firmware"))

from rig import Broker, Hub


@pytest.fixture
def broker(tmp_path):
    """Mosquitto, which a test may kill, freeze and start again."""
    broker = Broker(tmp_path)
    yield broker
    broker.thaw()
    broker.kill()


@pytest.fixture
def hub(broker):
    """A hub's double."""
    hub = Hub(broker.port)
    yield hub
    hub.stop()
