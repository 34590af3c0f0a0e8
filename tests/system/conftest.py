"""Real parts for system tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.broker import Broker
from tests.system.rig_troubles import Facts, Script, live_through


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto: `kill`, `stop`, `start`, `hang`, `go_on`; its `port`."""
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """A circle that has lived through everything: see rig_troubles.py. Made once, for all tests."""
    return live_through(Script(12, 12), tmp_path_factory.mktemp("troubled"))
