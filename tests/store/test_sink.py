"""The way into InfluxDB: what is gathered, and what is said of it when it goes wrong."""

import pytest

from hub.journal import Journal
from hub.pipeline import Ledgers
from hub.records import Second, Value
from hub.settings import Settings
from hub.store.influx import InfluxSink, read_position
from hub.store.post import Away, Refused, poster
from tests.rows import NS, OPEN_NS
from tests.system.broker import free_port, wait_for

GOOD = [f"features,seat=1 hr={k}.5 {k}" for k in range(1, 9)]
BAD = "features,seat=1 hr=notanumber 1"


@pytest.fixture
def folder(tmp_path):
    journal = Journal(tmp_path / "session.sqlite")
    journal.set_meta(session="s1", tag=99, site="site", room="room", opened_ns=0)
    journal.close()
    return tmp_path


class Strict:
    """Takes a post whole or, where one line cannot be read, not at all: as 2.x does."""

    def __init__(self):
        self.posts = []

    def __call__(self, bucket, lines):
        texts = lines.decode().split("\n")
        if BAD in texts:
            raise Refused("it answers 400, unable to parse", partly=False)
        self.posts.append(texts)


def test_what_was_refused_is_still_said_when_the_others_are_in(folder):
    strict = Strict()
    sink = InfluxSink(folder, strict)
    sink._send("stillpoint", [*GOOD[:1], BAD, *GOOD[1:]])
    assert sorted(line for post in strict.posts for line in post) == GOOD
    assert sink.refused == 1
    assert "refused 1 line of this session" in sink.trouble.what
    assert sink.trouble.what.endswith("left out: features,seat=1"), "which, but nobody's figures"


def test_many_refused_lines_are_counted_each_and_said_a_few_times(folder):
    sink, said = InfluxSink(folder, Strict()), []
    for _ in range(100):
        sink._send("stillpoint", [BAD])
        said.append(sink.trouble)
    assert sink.refused == 100
    assert len(set(said)) == 7 and "64 lines" in said[-1].what


def test_a_partial_write_says_how_many_points_were_dropped(folder):
    def partly(bucket, lines):
        raise Refused("it answers 422, partial write: field type conflict dropped=3", partly=True)

    sink = InfluxSink(folder, partly)
    sink._send("stillpoint", GOOD)
    assert sink.refused == 3 and "3 lines" in sink.error


def test_what_comes_within_two_seconds_goes_in_one_post_to_a_bucket(folder):
    strict = Strict()
    sink = InfluxSink(folder, strict)
    for row in range(1, 30):
        second = Second(1, OPEN_NS + row * NS, {"hr": Value(66.5, 1.0)})
        sink.put(row, [second, Ledgers(OPEN_NS + row * NS, ())])
    wait_for(lambda: sink.position == 29, "all is written")
    assert len(strict.posts) == 2
    assert sum(line.startswith("features") for post in strict.posts for line in post) == 29


def test_a_hub_whose_disk_takes_no_note_of_the_position_writes_all_the_same(folder, monkeypatch):
    monkeypatch.setattr("hub.store.influx.GATHER_S", 0.01)
    (folder / "influx.part").mkdir()  # so that the note cannot be written
    strict = Strict()
    sink = InfluxSink(folder, strict)
    for row in (1, 2):
        sink.put(row, [Second(1, OPEN_NS + row * NS, {"hr": Value(66.5, 1.0)})])
        wait_for(lambda row=row: sink.position == row, "it is written")
    assert len(strict.posts) == 2 and read_position(folder) == 0


def test_a_server_that_is_not_there_is_said_in_the_same_words_at_every_try():
    url = f"http://127.0.0.1:{free_port()}"
    post, troubles = poster(Settings(influx_url=url, influx_token="t")), []
    for _ in range(2):
        with pytest.raises(Away) as away:
            post("stillpoint", b"a b=1 1")
        troubles.append(away.value.trouble)
    assert troubles[0] == troubles[1]
    said = f"InfluxDB cannot be reached at {url}: [Errno 111] Connection refused"
    assert troubles[0].what == said
    assert "start it" in troubles[0].do
