"""The files by which Grafana finds data and pages: each audience has its own."""

import re
from pathlib import Path

import pytest

from dashboards.__main__ import ALL
from hub.store.table import SEATS, TEAM

FOLDER = Path(__file__).parents[2] / "dashboards" / "provisioning"
AUDIENCES = {"team": ("grafana-team", TEAM), "researcher": ("grafana", SEATS)}
each = pytest.mark.parametrize("audience", AUDIENCES)


def value(text, key):
    """The one value of a key, whatever the depth."""
    (found,) = re.findall(rf"^[ -]*{key}: (.+)$", text, re.M)
    return found


@each
def test_the_data_source_is_the_audiences_bucket(audience):
    text = (FOLDER / audience / "datasources/stillpoint.yaml").read_text()
    _, bucket = AUDIENCES[audience]
    assert (value(text, "type"), value(text, "version")) == ("influxdb", "InfluxQL")
    assert value(text, "dbName") == bucket and len(re.findall("- name:", text)) == 1
    assert value(text, "access") == "proxy" and value(text, "editable") == "false"
    assert {one.source for one in ALL if one.audience == audience} == {value(text, "uid")}


@each
def test_the_token_comes_from_a_file_of_its_own_and_is_in_no_page(audience):
    text = (FOLDER / audience / "datasources/stillpoint.yaml").read_text()
    service, _ = AUDIENCES[audience]
    assert value(text, "httpHeaderName1") == "Authorization"
    expected = f"Token $__file{{/run/stillpoint/{service}/influx_token}}"
    assert value(text, "httpHeaderValue1") == expected


@each
def test_pages_cannot_be_saved_over_or_deleted(audience):
    text = (FOLDER / audience / "dashboards/stillpoint.yaml").read_text()
    assert value(text, "allowUiUpdates") == "false" and value(text, "disableDeletion") == "true"


@each
def test_the_compose_file_puts_it_where_it_is_looked_for(audience):
    service, _ = AUDIENCES[audience]
    compose = (FOLDER.parents[1] / "docker-compose.yml").read_text()
    mine = re.search(rf"^  {service}:\n(.+?)\n\n", compose, re.M | re.S)[1]
    pages = value((FOLDER / audience / "dashboards/stillpoint.yaml").read_text(), "path")
    assert f"./dashboards/provisioning/{audience}:/etc/grafana/provisioning:ro" in mine
    assert f"./dashboards/json/{audience}:{pages}:ro" in mine
    assert "INFLUX_URL:" in compose and ":/run/stillpoint:ro" in mine


def test_no_file_of_the_team_speaks_of_seats():
    for file in (FOLDER / "team").rglob("*.yaml"):
        said = file.read_text()
        assert "researcher" not in said and "/grafana/" not in said
        assert not re.search(r"\bstillpoint$", said, re.M), "the bucket with seats"
