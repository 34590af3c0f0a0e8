"""InfluxDB in trouble: slow, its disk full, a token or a line refused. Hub, broker and InfluxDB are
real; a proxy stands between."""

import shutil
import threading
from itertools import pairwise

import pytest

from bench.frames import Fleet
from hub.cli import main
from hub.disk.journal import Journal, last_row
from hub.live.workers import Workers
from hub.settings import Settings
from hub.store.position import read_position
from hub.store.post import Away, poster
from hub.store.sink import is_behind
from tests.rows import NS, OPEN_NS, Kit, event, session
from tests.system.broker import Broker
from tests.system.influx import TOKEN
from tests.system.rig_hub import ROOM, HubRig
from tests.system.rig_influx import Fault
from tests.system.rig_sessions import entries
from tests.waiting import wait_for

pytestmark = pytest.mark.skipif(shutil.which("influxd") is None, reason="influxd is not installed")

FULL_1 = '{"error":"engine: write /data/_00003.wal: no space left on device"}'
FULL_2 = '{"code":"unavailable","message":"engine: cannot write: no space left on device"}'


@pytest.fixture
def told(proxy, tmp_path):
    """Sessions with real workers behind them. The token is in a file."""
    (tmp_path / "influx_token").write_text(TOKEN)
    settings = Settings(influx_url=proxy.url, influx_token_file=str(tmp_path / "influx_token"),
                        simulated=True)
    workers = Workers(settings)
    yield lambda name, follow=True: Told(tmp_path, name, workers, follow)
    workers.stop()


class Told:
    """A session that is being written, and what its page hears of InfluxDB."""

    def __init__(self, folder, name, workers, follow):
        self.folder = folder / name
        self.folder.mkdir()
        self.name, self.token = name, folder / "influx_token"
        self.journal = Journal(self.folder / "session.sqlite")
        self.journal.set_meta(session=name, tag=99, site="s", room="r", opened_ns=0)
        self._rows = iter(session(Kit(), 60, close=False))
        self.workers = workers
        if follow:
            self.follow()

    def follow(self):
        self.view = self.workers.follow(self.name, self.folder)

    def seal(self):
        """No more will come."""
        self.journal.set_meta(sealed_ns=OPEN_NS + 99 * NS)
        self.workers.seal(self.name)

    def is_whole(self):
        wait_for(lambda: not is_behind(self.folder), "all is in InfluxDB, the summary too")

    def write(self, count, *more):
        """So many rows of the session, and after them these."""
        self.journal.append(entries([next(self._rows) for _ in range(count)]))
        if more:
            self.journal.append(entries(more))

    def problems(self):
        """What was said of InfluxDB, the newest last."""
        return [p for p in self.view.snapshot()["problems"] if p["code"] == "influxdb"]

    def last_word(self):
        return self.problems()[-1]["what"] if self.problems() else ""

    def hears(self, words):
        wait_for(lambda: words in self.last_word(), f"the page says {words!r}")

    def is_written(self):
        """Wait until all that was recorded is in."""
        path = self.folder / "session.sqlite"
        wait_for(lambda: read_position(self.folder) >= last_row(path) - 1, "all is in InfluxDB")

    def seconds(self, influx):
        """The whole seconds that InfluxDB has, each as often as it has it."""
        asked = f"SELECT stored FROM coverage WHERE session = '{self.name}'"
        return [row["time"] // NS for row in influx.query(asked)]


def without_gap_or_repeat(seconds):
    return len(seconds) > 1 and {b - a for a, b in pairwise(seconds)} == {1}


def test_a_full_disk_loses_and_doubles_nothing_and_is_said_until_it_is_over(influx, proxy, told):
    here = told("full")
    here.write(30)
    here.is_written()
    proxy.fault = Fault(status=500, body=FULL_1, stored=True)  # in, although it says it is not
    here.write(30)
    here.hears("no space left on device")
    said = "it answers 500, engine: write /data/_00003.wal: no space left on device"
    assert here.last_word() == f"InfluxDB does not take the results: {said}"
    proxy.fault = Fault(status=503, body=FULL_2, headers={"Retry-After": "1"})
    wait_for(lambda: proxy.answered(503), "it has tried again")
    (problem,) = here.problems()[-1:]
    assert "journal goes on" in problem["kept"] and "disk full" in problem["do"]
    here.write(40)
    proxy.fault = None
    here.hears("takes the results again")
    (only,) = here.problems()
    assert only["over"], "the trouble is gone from the page"
    here.is_written()
    seconds = here.seconds(influx)
    assert without_gap_or_repeat(seconds) and len(seconds) >= 45
    asked = "SELECT time, hr FROM features WHERE session = 'full'"
    assert without_gap_or_repeat([row["time"] // NS for row in influx.query(asked)])


def test_a_refused_token_is_said_in_plain_words_and_another_is_taken_at_once(influx, proxy, told):
    here = told("token")
    here.token.write_text("of somebody else")
    here.write(60)
    here.hears("does not accept the hub's token")
    (problem,) = here.problems()
    assert "401" in problem["what"] and "influx_token_file" in problem["do"]
    assert "journal goes on" in problem["kept"]
    wait_for(lambda: len(proxy.answered(401)) >= 2, "it tries again")
    assert len(here.problems()) == 1, "the same is not said twice"
    here.token.write_text(TOKEN)
    here.hears("takes the results again")
    first, second = (b.at_s - a.at_s for a, b in pairwise(proxy.passed[:3]))
    assert first >= 1.0 and second >= 2.0, "slower each time"
    here.is_written()
    assert without_gap_or_repeat(here.seconds(influx))


def test_an_influxdb_1_is_told_from_a_bucket_that_is_not_there(
    influx, tmp_path, monkeypatch, capsys
):
    """Debian's, by itself, as `apt install influxdb` leaves it."""
    url = f"http://127.0.0.1:{influx.port}"
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", url)
    assert main(["setup", "--data", str(tmp_path)]) == 2
    assert f"What answers at {url} is not InfluxDB 2." in capsys.readouterr().err
    with pytest.raises(Away) as away:
        poster(Settings(influx_url=url, influx_token=TOKEN))("stillpoint", b"a b=1 1")
    assert "not InfluxDB 2" in away.value.trouble.what


def test_a_line_that_is_refused_is_counted_and_said_and_all_others_are_in(influx, proxy, told):
    """Somebody else has written markers with a number where the hub has a word."""
    post = poster(Settings(influx_url=influx.url, influx_token=TOKEN))
    post("stillpoint", f"markers,session=other source=1i {OPEN_NS}".encode())
    here = told("refused")
    here.write(60, event("marker", OPEN_NS + 25 * NS, 900, label="laughter"))
    here.hears("has refused 1 line ")
    (problem,) = here.problems()
    assert 'conflict: input field "source" on measurement "markers"' in problem["what"]
    assert "all other lines" in problem["kept"] and "replay SESSION --influx" in problem["do"]
    here.write(40)
    here.is_written()
    assert without_gap_or_repeat(here.seconds(influx))
    assert here.problems() == [problem], "it stands: that line is missing for good"


def test_after_the_session_its_page_still_hears_of_troubles_and_of_their_end(influx, proxy, told):
    here = told("after")
    here.write(60)
    here.is_written()
    proxy.fault = Fault(status=503, body=FULL_2)
    here.seal()
    here.hears("no space left on device")
    assert "sealed" not in here.view.snapshot(), "nothing would be heard of it after that"
    proxy.fault = None
    here.hears("takes the results again")
    here.is_whole()
    wait_for(lambda: "sealed" in here.view.snapshot(), "that was all")
    assert without_gap_or_repeat(here.seconds(influx))


def test_the_page_of_a_session_of_old_hears_how_it_is_filled_in(influx, proxy, told):
    """Somebody opens it meanwhile: there is one writer all the same."""
    proxy.fault = Fault(status=401, body='{"code":"unauthorized","message":"not you"}')
    here = told("of old", follow=False)
    here.write(60)
    here.seal()
    here.workers.refill(here.name, here.folder)
    wait_for(lambda: proxy.answered(401), "it is being filled in")
    here.follow()
    here.workers.seal(here.name)
    here.hears("does not accept the hub's token: it answers 401, not you")
    proxy.fault = None
    here.hears("takes the results again")
    here.is_whole()
    assert without_gap_or_repeat(here.seconds(influx))
    written = [passed for passed in proxy.answered(204) if "/write" in passed.path]
    assert len(written) <= 5, "the session, its ending and its summary, once to each bucket"


# -- the whole hub -------------------------------------------------------------------------------


@pytest.fixture
def hub(proxy, tmp_path, monkeypatch):
    """A hub that writes through the proxy, and kits without bodies."""
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", proxy.url)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN", TOKEN)
    broker = Broker(tmp_path)
    broker.start()
    hub = HubRig(tmp_path, broker.port)
    hub.start()
    fleet = Fleet(broker.port, {ROOM: [f"kit-{k}" for k in range(1, 15)]})
    hub.fleet = fleet
    yield hub.ready()
    fleet.stop()
    hub.stop()
    broker.stop()


def test_a_slow_influxdb_slows_no_acknowledgement_and_is_caught_up_with(influx, proxy, hub):
    seats = {k: f"kit-{k}" for k in range(1, 15)}
    wait_for(lambda: len(hub.kits()) == len(seats), "every kit is heard")
    answers = threading.Event()
    proxy.fault = Fault(until=answers)
    folder = hub.folder(opened := hub.open(seats))
    wait_for(lambda: proxy.came, "it waits for an answer")
    before = [len(kit.delays) for kit in hub.fleet.kits]
    wait_for(lambda: all(len(kit.delays) >= known + 3 for kit, known in
                         zip(hub.fleet.kits, before, strict=True)), "no kit waits with it")
    assert proxy.came == 1 and proxy.passed == [], "it waits still, for the same"
    journal = last_row(folder / "session.sqlite")
    assert journal > 30 and read_position(folder) == 0, "the writer is behind, as it must be"
    answers.set()
    proxy.fault = None
    wait_for(lambda: read_position(folder) >= journal, "it has caught up")
    asked = f"SELECT stored FROM coverage WHERE session = '{opened}' AND seat = '1'"
    assert without_gap_or_repeat([row["time"] // NS for row in influx.query(asked)])
