"""For all tests: where STILLPOINT_NO_SKIPS is set (as in CI), a skipped test is a failure."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.small_hub import SmallHub

settings.register_profile("no deadline: the machine may be busy", deadline=None)
settings.load_profile("no deadline: the machine may be busy")
_skipped: list[str] = []


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


@pytest.fixture
def small(tmp_path: Path) -> Iterator[SmallHub]:
    """A hub without broker and workers, stopped in the end."""
    small = SmallHub(tmp_path / "data")
    yield small
    small.hub.stop()
