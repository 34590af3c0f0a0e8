"""The few shapes a dashboard is made of, and their classic JSON (Grafana 9.4 to 13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
SCHEMA = 38  # what 9.4 writes; later ones migrate it when they load it
INFLUX = "influxdb"
TAGS = "tags"  # a column that no layer has: some versions take every column where none is named


@dataclass(frozen=True, slots=True)
class Query:
    """One InfluxQL query. `gives`: the columns beside time that its answer must have."""

    text: str
    gives: tuple[str, ...]
    alias: str = ""
    table: bool = False

    def json(self, source: str, ref: str) -> Json:
        return {
            "refId": ref, "datasource": {"type": INFLUX, "uid": source}, "query": self.text,
            "rawQuery": True, "resultFormat": "table" if self.table else "time_series",
            **({"alias": self.alias} if self.alias else {}),
        }


@dataclass(frozen=True, slots=True)
class Panel:
    """`width` of 24 columns, `height` in rows of 30 px. `defaults`: fieldConfig.defaults.
    `overrides`: properties by series name. `least`: the shortest interval asked for."""

    title: str
    kind: str
    description: str
    queries: tuple[Query, ...] = ()
    unit: str = ""
    width: int = 24
    height: int = 8
    defaults: Json = field(default_factory=dict[str, Any])
    options: Json = field(default_factory=dict[str, Any])
    overrides: Mapping[str, Json] = field(default_factory=dict[str, Json])
    transformations: tuple[Json, ...] = ()
    least: str = ""

    def json(self, source: str, number: int, x: int, y: int) -> Json:
        grid = {"x": x, "y": y, "w": self.width, "h": self.height}
        said: Json = {"id": number, "type": self.kind, "title": self.title,
                      "description": self.description, "gridPos": grid, "options": self.options}
        if not self.queries:
            return said
        return said | {
            "datasource": {"type": INFLUX, "uid": source},
            "fieldConfig": {"defaults": {"unit": self.unit} | self.defaults,
                            "overrides": [_override(*one) for one in self.overrides.items()]},
            "targets": [query.json(source, chr(ord("A") + k))
                        for k, query in enumerate(self.queries)],
            **({"transformations": list(self.transformations)} if self.transformations else {}),
            **({"interval": self.least} if self.least else {}),
        }


def _override(name: str, properties: Json) -> Json:
    """For one series by its name, or (with slashes) for all whose name matches."""
    by = "byRegexp" if name.startswith("/") else "byName"
    return {"matcher": {"id": by, "options": name},
            "properties": [{"id": key, "value": value} for key, value in properties.items()]}


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under a title, from left to right; the whole row once for each value of `repeat`."""

    title: str
    panels: tuple[Panel, ...]
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Variable:
    """Something to choose at the top: by `query` (`first`: what is chosen at first), or one of
    `choices` (text -> value)."""

    name: str
    label: str
    description: str
    query: str = ""
    choices: Mapping[str, str] = field(default_factory=dict[str, str])
    several: bool = False
    newest_first: bool = False
    first: str = ""

    def json(self, source: str) -> Json:
        said: Json = {"name": self.name, "label": self.label, "description": self.description,
                      "hide": 0, "skipUrlSync": False, "multi": self.several,
                      "includeAll": self.several}
        if self.choices:
            return said | self._custom()
        everything = {"text": ["All"], "value": ["$__all"]}
        first = {"text": self.first, "value": self.first} if self.first else {}
        return said | {
            "type": "query", "datasource": {"type": INFLUX, "uid": source}, "query": self.query,
            "definition": self.query, "refresh": 2, "regex": "",
            "sort": 2 if self.newest_first else 3,
            "current": everything if self.several else first, "options": [],
        }

    def _custom(self) -> Json:
        options = [{"text": text, "value": value, "selected": k == 0}
                   for k, (text, value) in enumerate(self.choices.items())]
        text, value = next(iter(self.choices.items()))
        return {"type": "custom", "options": options,
                "query": ", ".join(f"{_plain(text)} : {_plain(value)}"
                                   for text, value in self.choices.items()),
                "current": {"text": text, "value": value, "selected": True}}


def _plain(text: str) -> str:
    """With the commas that do not end a choice marked, as Grafana wants it."""
    return text.replace(",", "\\,")


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of annotations: points, or regions where `end` is the column of their end. Always
    there; with a switch above the page only where `switch` says so."""

    name: str
    colour: str
    query: str
    text: str
    end: str = ""
    switch: bool = False

    def json(self, source: str) -> Json:
        target: Json = {"refId": "Anno", "query": self.query, "queryType": "tags",
                        "rawQuery": True, "fromAnnotations": True, "textColumn": self.text,
                        "tagsColumn": TAGS}
        return {
            "name": self.name, "datasource": {"type": INFLUX, "uid": source}, "enable": True,
            "hide": not self.switch, "iconColor": self.colour,
            "target": target | ({"timeEndColumn": self.end} if self.end else {}),
        }


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One page. `audience`: the folder and the organisation it belongs to; `source`: the uid of
    the only data source that it asks."""

    uid: str
    title: str
    audience: str
    source: str
    description: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()
    layers: tuple[Layer, ...] = ()
    since: str = "now-2h"
    refresh: str = ""

    @property
    def panels(self) -> tuple[Panel, ...]:
        return tuple(panel for row in self.rows for panel in row.panels)

    def json(self) -> Json:
        return {
            "uid": self.uid, "title": self.title, "description": self.description,
            "tags": ["stillpoint", self.audience], "editable": False, "graphTooltip": 1,
            "schemaVersion": SCHEMA, "version": 1, "timezone": "browser", "weekStart": "",
            "style": "light", "fiscalYearStartMonth": 0, "liveNow": False, "refresh": self.refresh,
            "time": {"from": self.since, "to": "now"},
            "timepicker": {"refresh_intervals": ["5s", "10s", "30s", "1m", "5m"]},
            "templating": {"list": [one.json(self.source) for one in self.variables]},
            "annotations": {"list": [layer.json(self.source) for layer in self.layers]},
            "links": [_LINKS | {"tags": ["stillpoint", self.audience]}],
            "panels": _placed(self),
        }


_LINKS: Json = {
    "title": "Stillpoint", "type": "dashboards", "icon": "external link", "tooltip": "", "url": "",
    "asDropdown": False, "targetBlank": False, "includeVars": True, "keepTime": True,
}


def _placed(dashboard: Dashboard) -> list[Json]:
    """All panels on the grid, rows one under the other, each filled from the left."""
    out: list[Json] = []
    y = 0
    for row in dashboard.rows:
        if row.title:
            out.append(_row(row, len(out) + 1, y))
            y += 1
        x = height = 0
        for panel in row.panels:
            if x + panel.width > 24:
                x, y, height = 0, y + height, 0
            out.append(panel.json(dashboard.source, len(out) + 1, x, y))
            x, height = x + panel.width, max(height, panel.height)
        y += height
    return out


def _row(row: Row, number: int, y: int) -> Json:
    return {"id": number, "type": "row", "title": row.title, "collapsed": False, "panels": [],
            "gridPos": {"x": 0, "y": y, "w": 24, "h": 1},
            **({"repeat": row.repeat, "repeatDirection": "h"} if row.repeat else {})}
