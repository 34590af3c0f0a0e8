"""A real InfluxDB with sessions: one recorded whole, and two that still run."""

import shutil
import urllib.parse
import urllib.request
from collections import defaultdict

import pytest

from tests.dashboards.recorded import Act, Recording, journal, lines
from tests.rows import NS, OPEN_NS
from tests.system.influx import running_influx

AT_ONCE = 50_000  # lines: what InfluxDB takes has a limit
OPEN = Recording(
    "s-2023-11-15", OPEN_NS + 86_400 * NS, seats=0, end_s=100, closes=False, room="other room",
    acts=(Act(5, "phase", "baseline"), Act(60, "phase", "case-call"), Act(70, "phase", "questions"),
          Act(72, "undo")))
RUNNING = Recording("s-2023-11-16", OPEN_NS + 2 * 86_400 * NS, seats=1, end_s=20, closes=False,
                    acts=(Act(5, "phase", "baseline"),))


def write(influx, made):
    by_bucket = defaultdict(list)
    for bucket, line in made:
        by_bucket[bucket].append(line)
    for bucket, some in by_bucket.items():
        target = f"http://127.0.0.1:{influx.port}/write?" + urllib.parse.urlencode({"db": bucket})
        for k in range(0, len(some), AT_ONCE):
            body = "\n".join(some[k : k + AT_ONCE]).encode()
            with urllib.request.urlopen(target, body, 30) as answer:
                assert answer.status == 204


@pytest.fixture(scope="package")
def influx(tmp_path_factory):
    if shutil.which("influxd") is None:
        pytest.skip("influxd is not installed")
    folder = tmp_path_factory.mktemp("dashboards")
    (folder / "influx").mkdir()
    with running_influx(folder / "influx") as running:
        write(running, lines(journal(folder / "whole", Recording())))
        for what in (OPEN, RUNNING):
            write(running, lines(journal(folder / what.session, what), closes=False))
        yield running
