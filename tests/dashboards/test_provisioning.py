"""The files by which Grafana finds data and pages: each audience has its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from dashboards.__main__ import ALL
from hub.store.table import SEATS, TEAM

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "dashboards" / "provisioning"
AUDIENCES = {"team": ("grafana-team", TEAM), "researcher": ("grafana", SEATS)}
each = pytest.mark.parametrize("audience", AUDIENCES)


def read(audience, kind):
    return YAML(typ="safe", pure=True).load(FOLDER / audience / kind / "stillpoint.yaml")


def source_of(audience):
    said = read(audience, "datasources")
    (source,) = said["datasources"]
    assert set(said) == {"apiVersion", "datasources"} and said["apiVersion"] == 1
    return source


@each
def test_the_data_source_is_the_audiences_bucket(audience):
    source, (_, bucket) = source_of(audience), AUDIENCES[audience]
    assert (source["type"], source["access"], source["editable"]) == ("influxdb", "proxy", False)
    assert (source["isDefault"], source["orgId"]) == (True, 1) and "database" not in source
    said = source["jsonData"]
    assert (said["version"], said["dbName"], said["httpMode"]) == ("InfluxQL", bucket, "POST")
    assert {one.source for one in ALL if one.audience == audience} == {source["uid"]}


@each
def test_the_token_comes_from_a_file_of_its_own_and_is_in_no_page(audience):
    source, (service, _) = source_of(audience), AUDIENCES[audience]
    assert source["jsonData"]["httpHeaderName1"] == "Authorization"
    expected = f"Token $__file{{/run/stillpoint/{service}/influx_token}}"
    assert source["secureJsonData"] == {"httpHeaderValue1": expected}


def provider_of(audience):
    (provider,) = read(audience, "dashboards")["providers"]
    return provider


@each
def test_pages_cannot_be_saved_over_or_deleted(audience):
    provider = provider_of(audience)
    assert (provider["type"], provider["orgId"]) == ("file", 1)
    assert (provider["allowUiUpdates"], provider["disableDeletion"]) == (False, True)


@pytest.fixture(scope="module")
def services():
    command = [Path(sys.executable).parent / "docker-compose", "config", "--format", "json"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, timeout=180)
    return json.loads(said.stdout)["services"]


@each
def test_the_compose_file_puts_it_where_it_is_looked_for(services, audience):
    service = services[AUDIENCES[audience][0]]
    mounts = {one["source"].removeprefix(f"{ROOT}/"): one["target"]
              for one in service["volumes"] if one.get("read_only")}
    assert mounts == {
        f"dashboards/provisioning/{audience}": "/etc/grafana/provisioning",
        f"dashboards/json/{audience}": provider_of(audience)["options"]["path"],
        "secrets": "/run/stillpoint"}
    assert source_of(audience)["url"] == "$INFLUX_URL"
    assert service["environment"]["INFLUX_URL"] == "http://influxdb:8086"


def strings(said):
    if isinstance(said, dict):
        return [text for value in said.values() for text in strings(value)]
    return [text for value in said for text in strings(value)] if isinstance(said, list) else [said]


def test_no_file_of_the_team_speaks_of_seats():
    for kind in ("datasources", "dashboards"):
        for said in map(str, strings(read("team", kind))):
            assert said != SEATS and "researcher" not in said and "/grafana/" not in said
