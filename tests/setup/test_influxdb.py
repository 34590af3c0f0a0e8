"""Set-up against the real InfluxDB 2 of the compose file (`make test-influx2` builds it)."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import replace

import pytest

from hub.cli import main
from hub.disk.journal import Journal
from hub.errors import HubError
from hub.settings import Settings, password_of
from hub.setup import secrets
from hub.setup.influxdb import DAY_S, WEEK_S, SetUp
from hub.store.api import InfluxError, call
from hub.store.post import poster
from tests.rows import OPEN_NS
from tests.store.test_team import Lines
from tests.system.influx2 import running_influx2
from tests.system.rig_sessions import entries, six_people

BUCKETS = {"stillpoint", "stillpoint-team"}


@pytest.fixture(scope="module")
def influx2(tmp_path_factory):
    """A fresh InfluxDB 2: its address."""
    with running_influx2(tmp_path_factory.mktemp("influx2")) as url:
        yield url


@pytest.fixture
def folder(tmp_path_factory, influx2):
    """The secrets: one folder for the whole module, as one installation has."""
    path = tmp_path_factory.getbasetemp() / "secrets"
    secrets.make(path)
    return path


def settings(url):
    return Settings(influx_url=url)


def token(folder, name):
    return secrets.read(folder, f"{name}/influx_token")


def write(url, key, bucket):
    request = urllib.request.Request(
        f"{url}/api/v2/write?org=stillpoint&bucket={bucket}",
        f"probe,seat=1 v=1 {time.time_ns()}".encode(), method="POST",
        headers={"Authorization": f"Token {key}"})
    with urllib.request.urlopen(request, timeout=180):
        pass


def ask(url, key, bucket):
    return call(url, key, "GET", f"/query?db={bucket}&q=SELECT%20*%20FROM%20probe")


def hidden(url, key, bucket):
    """Nothing is told, or that there is nothing."""
    try:
        return not ask(url, key, bucket)["results"][0].get("series")
    except InfluxError:
        return True


@pytest.mark.influx2
def test_a_new_influxdb_is_made_ready_and_a_second_time_nothing_changes(influx2, folder):
    done = SetUp(settings(influx2), folder).run()
    assert any("first user" in one for one in done)
    kept = [token(folder, name) for name in ("hub", "grafana", "grafana-team")]
    assert all(kept) and len(set(kept)) == 3
    assert SetUp(settings(influx2), folder).run() == []
    assert [token(folder, name) for name in ("hub", "grafana", "grafana-team")] == kept


@pytest.mark.influx2
def test_each_token_can_do_its_own_and_nothing_else(influx2, folder):
    SetUp(settings(influx2), folder).run()
    hub, seats, team = (token(folder, name) for name in ("hub", "grafana", "grafana-team"))
    for bucket in BUCKETS:
        write(influx2, hub, bucket)
        assert ask(influx2, hub, bucket)["results"][0]["series"]
    assert ask(influx2, seats, "stillpoint")["results"][0]["series"]
    assert ask(influx2, team, "stillpoint-team")["results"][0]["series"]
    assert hidden(influx2, team, "stillpoint") and hidden(influx2, seats, "stillpoint-team")
    for reader, bucket in ((seats, "stillpoint"), (team, "stillpoint-team")):
        with pytest.raises(urllib.error.HTTPError, match=r"40[13]"):
            write(influx2, reader, bucket)


@pytest.mark.influx2
@pytest.mark.parametrize("question", [
    'SELECT * FROM "stillpoint"."autogen"."probe"', 'SELECT * FROM "stillpoint".."probe"',
    "SHOW SERIES ON stillpoint", "SHOW MEASUREMENTS ON stillpoint",
    "SHOW TAG VALUES ON stillpoint WITH KEY = seat", "SHOW FIELD KEYS ON stillpoint",
])
def test_a_team_cannot_name_the_other_bucket_in_a_question_of_its_own(influx2, folder, question):
    """A viewer may ask what they like, with the token of their Grafana."""
    SetUp(settings(influx2), folder).run()
    write(influx2, token(folder, "hub"), "stillpoint")
    path = "/query?" + urllib.parse.urlencode({"db": "stillpoint-team", "q": question})
    (said,) = call(influx2, token(folder, "grafana-team"), "GET", path)["results"]
    assert "series" not in said
    (told,) = call(influx2, token(folder, "grafana"), "GET", path)["results"]
    assert "series" in told, "to researchers it is"


@pytest.mark.influx2
def test_a_token_whose_file_is_lost_is_made_anew_and_the_old_one_is_taken_back(influx2, folder):
    SetUp(settings(influx2), folder).run()
    old = token(folder, "grafana-team")
    (folder / "grafana-team/influx_token").unlink()
    (done,) = SetUp(settings(influx2), folder).run()
    assert "team" in done and token(folder, "grafana-team") not in ("", old)
    with pytest.raises(InfluxError, match="401"):
        ask(influx2, old, "stillpoint-team")


@pytest.mark.influx2
def test_what_a_person_took_away_is_put_back(influx2, folder):
    SetUp(settings(influx2), folder).run()
    admin = secrets.read(folder, "influxdb/admin_token")
    found = call(influx2, admin, "GET", "/api/v2/buckets?name=stillpoint-team")["buckets"][0]
    call(influx2, admin, "DELETE", f"/api/v2/buckets/{found['id']}")
    done = SetUp(settings(influx2), folder).run()
    assert "bucket stillpoint-team" in done
    write(influx2, token(folder, "hub"), "stillpoint-team")


@pytest.mark.influx2
def test_the_command_says_what_it_did(influx2, tmp_path, monkeypatch, capsys):
    """Another installation's secrets do not open this InfluxDB."""
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx2)
    assert main(["setup", "--secrets", str(tmp_path / "other")]) == 2
    assert "401" in capsys.readouterr().err


@pytest.fixture
def started(monkeypatch):
    """The settings with which a hub would have been started."""
    found = []
    monkeypatch.setattr("hub.service.up.up", lambda settings: found.append(settings) or 0)
    return found


@pytest.mark.influx2
def test_a_hub_that_sets_up_first_can_write_and_a_second_start_changes_nothing(
    influx2, folder, started, monkeypatch, capsys
):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx2)
    for _ in range(2):
        assert main(["up", "--setup", "--data", str(folder.parent)]) == 0
        poster(started[-1])("stillpoint", b"probe,seat=2 v=1 1")
    assert "nothing was changed" in capsys.readouterr().out.splitlines()[-1]
    assert len(started) == 2


def test_a_hub_that_sets_up_first_keeps_its_own_token(started, tmp_path, monkeypatch):
    word = tmp_path / "secrets/hub/broker_password"
    monkeypatch.setenv("STILLPOINT_BROKER_USER", "hub")
    monkeypatch.setenv("STILLPOINT_BROKER_PASSWORD_FILE", str(word))
    assert main(["up", "--setup", "--data", str(tmp_path)]) == 0
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN_FILE", "own")
    assert main(["up", "--setup", "--data", str(tmp_path)]) == 0
    made, own = (settings.influx_token_file for settings in started)
    assert (made, own) == (str(tmp_path / "secrets/hub/influx_token"), "own")
    assert password_of(started[0]) == word.read_text(), "it is made before it is looked for"


def test_without_influxdb_the_secrets_are_made(tmp_path, capsys):
    assert main(["setup", "--data", str(tmp_path)]) == 0
    assert "made: secret hub/broker_password" in capsys.readouterr().out
    assert main(["setup", "--data", str(tmp_path)]) == 0
    assert "nothing was changed" in capsys.readouterr().out


def test_an_influxdb_that_is_not_there_is_an_error_with_the_cure(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", "http://127.0.0.1:9")
    assert main(["setup", "--data", str(tmp_path)]) == 2
    assert "cannot be reached" in capsys.readouterr().err


def test_nothing_to_set_up_is_said(tmp_path):
    with pytest.raises(HubError, match="no influx_url"):
        SetUp(Settings(), tmp_path)


@pytest.mark.influx2
def test_a_seat_is_erased_from_the_real_one(influx2, folder, tmp_path, monkeypatch, capsys):
    SetUp(settings(influx2), folder).run()
    monkeypatch.setenv("STILLPOINT_INFLUX_URL", influx2)
    monkeypatch.setenv("STILLPOINT_INFLUX_TOKEN_FILE", str(folder / "hub/influx_token"))
    journal = Journal(tmp_path / "session.sqlite")
    journal.set_meta(session="s1", tag=99, site="site", room="room", opened_ns=0)
    journal.append(entries(six_people(120)))
    journal.set_meta(closed_ns=OPEN_NS + 10**12, sealed_ns=OPEN_NS + 10**12)
    journal.close()
    assert main(["replay", str(tmp_path), "--influx", "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)["points"]
    assert whole["stillpoint/features"] > 600
    assert main(["erase", str(tmp_path), "--seat", "6", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["points"]["stillpoint/features"] == whole["stillpoint/features"] * 5 / 6
    assert said["ok"] and set(said["left"].values()) == {0}


@pytest.mark.influx2
def test_raw_samples_have_a_bucket_of_their_own_for_a_week(influx2, folder):
    SetUp(settings(influx2), folder).run()
    raw = replace(settings(influx2), influx_raw_bucket="stillpoint-raw")
    assert "bucket stillpoint-raw" in SetUp(raw, folder).run()
    admin = secrets.read(folder, "influxdb/admin_token")
    (found,) = call(influx2, admin, "GET", "/api/v2/buckets?name=stillpoint-raw")["buckets"]
    assert [rule["everySeconds"] for rule in found["retentionRules"]] == [7 * 24 * 3600]
    write(influx2, token(folder, "hub"), "stillpoint-raw")
    assert hidden(influx2, token(folder, "grafana-team"), "stillpoint-raw")
    assert not hidden(influx2, token(folder, "grafana"), "stillpoint-raw")
    assert SetUp(raw, folder).run() == []


@pytest.mark.influx2
@pytest.mark.parametrize(("before_s", "after_s"), [(0, WEEK_S), (30 * DAY_S, WEEK_S),
                                                   (2 * DAY_S, 2 * DAY_S)])
def test_a_raw_bucket_that_was_there_keeps_nothing_for_over_a_week(
    influx2, folder, before_s, after_s
):
    """Made by hand, for good, or for longer; what is shorter is left."""
    SetUp(settings(influx2), folder).run()
    admin, name = secrets.read(folder, "influxdb/admin_token"), f"raw-{before_s}"
    (org,) = call(influx2, admin, "GET", "/api/v2/orgs?org=stillpoint")["orgs"]
    call(influx2, admin, "POST", "/api/v2/buckets", {
        "orgID": org["id"], "name": name,
        "retentionRules": [{"type": "expire", "everySeconds": before_s}]})
    raw = replace(settings(influx2), influx_raw_bucket=name)
    done = SetUp(raw, folder).run()
    assert any("over a week" in one for one in done) == (before_s != after_s)
    (found,) = call(influx2, admin, "GET", f"/api/v2/buckets?name={name}")["buckets"]
    assert [rule["everySeconds"] for rule in found["retentionRules"]] == [after_s]
    assert SetUp(raw, folder).run() == []


@pytest.mark.influx2
def test_what_a_team_was_promised_is_written_over_when_the_session_is_sealed(influx2, folder):
    SetUp(settings(influx2), folder).run()
    key = token(folder, "hub")
    post, room = poster(replace(settings(influx2), influx_token=key)), Lines(late=False).go(1, 200)
    said = []
    for _ in range(2):
        post("stillpoint-team", "\n".join(room.told).encode())
        query = "/query?db=stillpoint-team&q=SELECT%20code%20FROM%20status%20WHERE%20session='one'"
        (series,) = call(influx2, key, "GET", query)["results"][0]["series"]
        said.append({code for _, code in series["values"]})
        room.told = []
        room.finish(199)
    assert said == [{"after"}, {"between", "shown"}]
