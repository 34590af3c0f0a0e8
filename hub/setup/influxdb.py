"""What InfluxDB 2 must have: an organisation, two buckets, InfluxQL names for them, and a token for
each reader and the writer that can do that and nothing else. Said twice, it is done once."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.errors import HubError
from hub.settings import Settings
from hub.setup.secrets import keep, read
from hub.store.api import InfluxError, call
from hub.store.post import buckets_of
from hub.store.table import RAW, SEATS, TEAM

ADMIN = "stillpoint-admin"
DAY_S = 24 * 3600
WEEK_S = 7 * DAY_S
READ, WRITE = "read", "write"
UNAUTHORIZED, NOT_FOUND = 401, 404


@dataclass(frozen=True, slots=True)
class Token:
    """A token: what it may do to which buckets, and the file it is kept in."""

    name: str
    rights: tuple[tuple[str, str], ...]  # action, bucket
    file: str


class SetUp:
    """One InfluxDB, and the folder of the secrets. `done` says, in words, what was made."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings, self._folder = settings, folder
        self._names = buckets_of(settings)
        self._admin = read(folder, "influxdb/admin_token")
        self.done: list[str] = []
        if not settings.influx_url or not self._admin:
            raise HubError("There is nothing to set up: no influx_url, or no secrets.",
                           "Nothing was changed.", "Set influx_url (docs/deploy.md).")

    def run(self) -> list[str]:
        """Do what is missing; InfluxError where InfluxDB will not. Half done is no harm: run it
        again."""
        self._begin()
        org = self._organisation()
        buckets = {name: self._bucket(org, name) for name in self._names.values() if name}
        for name, bucket in buckets.items():
            self._influxql(org, name, bucket)
        for token in self._tokens():
            self._authorize(org, buckets, token)
        return self.done

    def _tokens(self) -> list[Token]:
        """The hub also reads: it proves by asking that an erased seat is gone."""
        seats, team, raw = (self._names[bucket] for bucket in (SEATS, TEAM, RAW))
        every = tuple((right, name) for name in (seats, team, raw) if name
                      for right in (READ, WRITE))
        researchers = tuple((READ, name) for name in (seats, raw) if name)
        tokens = [Token("stillpoint hub", every, "hub/influx_token"),
                  Token("stillpoint researchers", researchers, "grafana/influx_token")]
        if team:
            tokens.append(Token("stillpoint team", ((READ, team),), "grafana-team/influx_token"))
        return tokens

    def _begin(self) -> None:
        """A new InfluxDB has no organisation and no user at all."""
        if not self._call("GET", "/api/v2/setup")["allowed"]:
            return
        self._call("POST", "/api/v2/setup", {
            "username": ADMIN, "password": read(self._folder, "influxdb/admin_password"),
            "org": self._settings.influx_org, "bucket": self._settings.influx_bucket,
            "token": self._admin,
        })
        self.done.append("InfluxDB's first user and organisation")

    def _organisation(self) -> str:
        name = self._settings.influx_org
        found = self._found("orgs", org=name)
        if found:
            return found[0]["id"]
        self.done.append(f"organisation {name}")
        return self._call("POST", "/api/v2/orgs", {"name": name})["id"]

    def _bucket(self, org: str, name: str) -> str:
        kept_s = WEEK_S if name == self._names[RAW] else 0  # 0: for good
        found = self._found("buckets", orgID=org, name=name)
        if found:
            return self._checked(found[0], kept_s)
        self.done.append(f"bucket {name}")
        asked = {"orgID": org, "name": name, "retentionRules": _rules(kept_s)}
        return self._call("POST", "/api/v2/buckets", asked)["id"]

    def _checked(self, bucket: dict[str, Any], most_s: int) -> str:
        """One that was there keeps nothing for longer than it may; shorter is its owner's wish."""
        kept_s = next((rule["everySeconds"] for rule in bucket["retentionRules"]), 0)
        if most_s and not 0 < kept_s <= most_s:
            self._call("PATCH", f"/api/v2/buckets/{bucket['id']}",
                       {"retentionRules": _rules(most_s)})
            self.done.append(f"bucket {bucket['name']}, which keeps nothing for over a week now")
        return bucket["id"]

    def _found(self, what: str, **asked: str) -> list[dict[str, Any]]:
        """What goes by this name; InfluxDB calls none of it an error."""
        try:
            return self._call("GET", f"/api/v2/{what}?{_query(**asked)}")[what]
        except InfluxError as error:
            if error.status != NOT_FOUND:
                raise
            return []

    def _influxql(self, org: str, name: str, bucket: str) -> None:
        """The bucket as a database of the same name. 2.x has virtual ones; ours is certain."""
        asked = _query(orgID=org, db=name)
        found = self._call("GET", f"/api/v2/dbrps?{asked}")["content"]
        if any(not one.get("virtual") for one in found):
            return
        self._call("POST", "/api/v2/dbrps", {
            "orgID": org, "bucketID": bucket, "database": name, "retention_policy": "autogen",
            "default": True,
        })
        self.done.append(f"database name {name}")

    def _authorize(self, org: str, buckets: dict[str, str], token: Token) -> None:
        """InfluxDB does not tell a token twice: one whose file is lost is taken back and made
        anew, as is one whose rights are others."""
        wanted = [{"action": action, "resource": {"type": "buckets", "id": buckets[name],
                                                  "orgID": org}} for action, name in token.rights]
        path = f"/api/v2/authorizations?{_query(orgID=org)}"
        ours = [one for one in self._call("GET", path)["authorizations"]
                if one["description"] == token.name]
        if len(ours) == 1 and self._works(token) and _rights(ours[0]) == _rights(
            {"permissions": wanted}
        ):
            return
        made = self._call("POST", "/api/v2/authorizations", {
            "orgID": org, "description": token.name, "permissions": wanted,
        })
        keep(self._folder, token.file, made["token"])
        for old in ours:
            self._call("DELETE", f"/api/v2/authorizations/{old['id']}")
        self.done.append(f"token of the {token.name}, in {token.file}")

    def _works(self, token: Token) -> bool:
        kept = read(self._folder, token.file)
        if not kept:
            return False
        try:
            call(self._settings.influx_url, kept, "GET", "/api/v2/buckets?limit=1")
        except InfluxError as error:
            return error.status not in (UNAUTHORIZED, 0)
        return True

    def _call(self, method: str, path: str, body: object = None) -> Any:
        return call(self._settings.influx_url, self._admin, method, path, body)


def _rules(kept_s: int) -> list[dict[str, Any]]:
    """By the day, since InfluxDB drops whole shards: else a week would be two."""
    by_day = {"shardGroupDurationSeconds": DAY_S} if kept_s else {}
    return [{"type": "expire", "everySeconds": kept_s} | by_day]


def _rights(authorization: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["action"], one["resource"]["id"]) for one in authorization["permissions"]}


def _query(**asked: str) -> str:
    return urllib.parse.urlencode(asked)
