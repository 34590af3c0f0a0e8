"""Real parts for system tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.table import SEATS, TEAM
from tests.system.broker import Broker
from tests.system.influx import Influx, running_influx
from tests.system.rig_influx import Proxy, before
from tests.system.rig_troubles import Facts, Script, live_through


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto: `kill`, `stop`, `start`, `hang`, `go_on`; its `port`."""
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influx]:
    """A running InfluxDB for all tests of a file."""
    with running_influx(tmp_path_factory.mktemp("influx")) as running:
        yield running


@pytest.fixture
def influx(database: Influx) -> Iterator[Influx]:
    """The file's InfluxDB, empty at the end of each test."""
    yield database
    for bucket in (SEATS, TEAM):
        database.query("DROP SERIES WHERE session =~ /./", db=bucket)


@pytest.fixture
def proxy(influx: Influx) -> Iterator[Proxy]:
    """What stands before it, and can fail."""
    with before(influx.url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """A circle that has lived through everything: see rig_troubles.py. Made once, for all tests."""
    return live_through(Script(12, 12), tmp_path_factory.mktemp("troubled"))
