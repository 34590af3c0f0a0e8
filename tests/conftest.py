"""For all tests: where STILLPOINT_NO_SKIPS is set (as in CI), a skipped test is a failure."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

# What runs in real time: one file of a lane at a time, begun before all else. The rest is nicer
# than these are, since a simulated sensor that waits for the processor overflows.
LANES = {
    "tests/simulate/test_demo.py": "circles",
    "tests/simulate/test_demo_seats.py": "circles",
    "tests/system/test_circle_faults.py": "circles",
    "tests/system/test_ingest_faults.py": "circles",
    "tests/firmware/test_kit_box.py": "kits",
    "tests/firmware/test_kit_faults.py": "kits",
    "tests/firmware/test_kit_system.py": "kits",
}
NICE = 10

settings.register_profile("no deadline: the machine may be busy", deadline=None)
settings.load_profile("no deadline: the machine may be busy")
_skipped: list[str] = []


def _lane(nodeid: str) -> str:
    file = nodeid.split("::", maxsplit=1)[0]
    return LANES.get(file, file)


class Lanes(LoadScopeScheduling):
    """Gives a process a whole file, or a whole lane."""

    def _split_scope(self, nodeid: str) -> str:
        return _lane(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log) -> Lanes | None:
    return Lanes(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Lanes first, since no process becomes less nice; then what has many tests, and takes long."""
    tests = Counter(_lane(item.nodeid) for item in items)
    first = sorted(tests, key=lambda lane: (lane not in LANES.values(), -tests[lane]))
    items.sort(key=lambda item: first.index(_lane(item.nodeid)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ and _lane(item.nodeid) not in LANES.values():
        os.nice(max(0, NICE - os.nice(0)))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(f"{report.nodeid}: {report.longrepr}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and os.environ.get("STILLPOINT_NO_SKIPS"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter) -> None:
    if _skipped and os.environ.get("STILLPOINT_NO_SKIPS"):
        terminalreporter.section("skipped, and nothing may be skipped here")
        for line in _skipped:
            terminalreporter.line(line)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no stillpoint.toml lies and no setting is given."""
    monkeypatch.chdir(tmp_path)
    for name in ("STILLPOINT_DATA_DIR", "STILLPOINT_CONFIG"):
        monkeypatch.delenv(name, raising=False)
