"""A real InfluxDB with sessions: one recorded whole, and two that still run. The one of Debian, and
the one of the compose file where it was built."""

import os
import pickle
import shutil
from collections import defaultdict

import pytest

from hub.disk.files import locked
from tests.recorded import Act, Recording, journal, lines
from tests.rows import NS, OPEN_NS
from tests.system.influx import running_influx
from tests.system.influx2 import PROGRAM, Influx2, running_influx2

AT_ONCE = 10_000  # lines: what InfluxDB takes has a limit
OPEN = Recording(
    "s-2023-11-15", OPEN_NS + 86_400 * NS, seats=0, end_s=100, closes=False, room="other room",
    acts=(Act(5, "phase", "baseline"), Act(60, "phase", "case-call"), Act(70, "phase", "questions"),
          Act(72, "undo")))
RUNNING = Recording("s-2023-11-16", OPEN_NS + 2 * 86_400 * NS, seats=1, end_s=20, closes=False,
                    acts=(Act(5, "phase", "baseline"),))


ENGINES = ["1.6.7", pytest.param("2.9.1", marks=pytest.mark.influx2)]


def write(influx, made):
    by_bucket = defaultdict(list)
    for bucket, line in made:
        by_bucket[bucket].append(line)
    for bucket, some in by_bucket.items():
        for k in range(0, len(some), AT_ONCE):
            influx.write(bucket, "\n".join(some[k : k + AT_ONCE]).encode())


@pytest.fixture(scope="package")
def made(tmp_path_factory):
    """The lines of all sessions, made by one of the processes of a run for all of them."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with locked(folder / "dashboards.lock"):
        kept = folder / "dashboards.lines"
        if not kept.exists():
            kept.write_bytes(pickle.dumps(all_lines(tmp_path_factory.mktemp("sessions"))))
        return pickle.loads(kept.read_bytes())


def all_lines(folder):
    out = list(lines(journal(folder / "whole", Recording())))
    for what in (OPEN, RUNNING):
        out += lines(journal(folder / what.session, what), closes=False)
    return out


@pytest.fixture(scope="package", params=ENGINES)
def influx(request, made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dashboards")
    if request.param == "1.6.7":
        if shutil.which("influxd") is None:
            pytest.skip("influxd is not installed")
        with running_influx(folder) as running:
            write(running, made)
            yield running
    else:
        if PROGRAM not in os.environ:
            pytest.skip(f"{PROGRAM} names no InfluxDB 2")
        with running_influx2(folder) as url:
            running = Influx2(url, folder / "secrets")
            write(running, made)
            yield running
