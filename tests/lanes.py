"""How `make test` shares the tests out (a pytest plug-in, `-p tests.lanes`): what runs in real time
begins before all else, one file of a lane at a time, and the rest is nicer than these are, since a
simulated sensor that waits for the processor overflows."""

import os
from collections import Counter
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

LANES = {
    "tests/simulate/test_demo.py": "circles",
    "tests/simulate/test_demo_seats.py": "circles",
    "tests/system/test_circle_faults.py": "circles",
    "tests/system/test_ingest_faults.py": "circles",
    "tests/firmware/test_board.py": "kits",
    "tests/firmware/test_kit_box.py": "kits",
    "tests/firmware/test_kit_faults.py": "kits",
    "tests/firmware/test_kit_mqtt.py": "kits",
    "tests/firmware/test_kit_system.py": "kits",
    "tests/simulate/test_world.py": "kits",
}
LONG = {
    "tests/system/test_influx_corrected.py", "tests/system/test_influx_erased.py",
    "tests/system/test_influx_faults.py", "tests/dashboards/test_room_after.py",
    "tests/web/test_console_page.py", "tests/web/test_live_page.py",
}  # what takes a minute or several: what begins last keeps one process busy, and the others wait
HALVED = {"tests/web/test_console_page.py"}  # so long that they would wait for it alone
NICE = 10


def _file(nodeid: str) -> str:
    return nodeid.split("::", maxsplit=1)[0]


def _lane(nodeid: str) -> str:
    file = _file(nodeid)
    if file in HALVED:
        return f"{file} {crc32(nodeid.encode()) % 2}"
    return LANES.get(file, file)


class Lanes(LoadScopeScheduling):
    """Gives a process a whole file, half a long one, or a whole lane. (xdist's groups do nothing in
    pytest 9.2: they write a test's name, which pytest makes anew.)"""

    def _split_scope(self, nodeid: str) -> str:
        return _lane(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Lanes:
    return Lanes(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lanes first, since no process becomes less nice; then what takes long or has many tests."""
    tests = Counter(_lane(item.nodeid) for item in items)
    long = {_lane(item.nodeid) for item in items if _file(item.nodeid) in LONG}
    lanes = LANES.values()
    first = sorted(tests, key=lambda lane: (lane not in lanes, lane not in long, -tests[lane]))
    items.sort(key=lambda item: first.index(_lane(item.nodeid)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if _lane(item.nodeid) not in LANES.values():
        os.nice(max(0, NICE - os.nice(0)))
