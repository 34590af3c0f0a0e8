"""For all tests: where STILLPOINT_NO_SKIPS is set (as in CI), a skipped test is a failure."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Begun first: what runs in real time, while little else needs the processors, and then what takes
# longest. A worker that came to one of these last would go on alone.
FIRST = (
    "simulate/test_demo.py", "firmware/test_kit_system.py", "system/test_circle_faults.py",
    "firmware/test_kit_faults.py", "system/test_ingest_faults.py", "system/test_influx_faults.py",
    "simulate/test_demo_seats.py", "web/test_live_page.py", "web/test_console_page.py",
    "system/test_influx_corrected.py", "dashboards/test_queries.py", "simulate/test_study.py",
    "system/test_influx_erased.py", "dashboards/test_room_after.py", "dashboards/test_sessions.py",
)
settings.register_profile("no deadline: the machine may be busy", deadline=None)
settings.load_profile("no deadline: the machine may be busy")
HERE = Path(__file__).parent
_skipped: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turn = {HERE / name: k for k, name in enumerate(FIRST)}
    items.sort(key=lambda item: turn.get(item.path, len(turn)))


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
