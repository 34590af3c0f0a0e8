"""How panels look: calm lines, bands between quartiles, strips of states, plain tables."""

from __future__ import annotations

from typing import Any

from dashboards import palette
from dashboards.model import Json, Panel, Query

NOTHING = "nothing measured"
GREY_ONLY: Json = {"mode": "absolute", "steps": [{"color": palette.GREY, "value": None}]}


def lines(title: str, description: str, queries: tuple[Query, ...], unit: str,
          **more: Any) -> Panel:
    """Curves over time. A gap in the data is a gap in the curve."""
    custom: Json = {
        "drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 2, "fillOpacity": 0,
        "showPoints": "never", "pointSize": 5, "spanNulls": False, "axisPlacement": "auto",
        "thresholdsStyle": {"mode": "off"},
    }
    defaults: Json = {"custom": custom, "noValue": NOTHING, "thresholds": GREY_ONLY,
                      "color": {"mode": "fixed", "fixedColor": palette.BLUE}}
    options: Json = {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True,
                                "calcs": []},
                     "tooltip": {"mode": "multi", "sort": "none"}}
    return Panel(title, "timeseries", description, queries, unit, defaults=defaults,
                 options=options, **more)


def colour(name: str, dash: bool = False, width: int = 2) -> Json:
    """An override: a curve of this colour; dashed, so that it differs without colour too."""
    said: Json = {"color": {"mode": "fixed", "fixedColor": name}, "custom.lineWidth": width}
    return said | ({"custom.lineStyle": {"fill": "dash", "dash": [8, 6]}} if dash else {})


def band(low: str, high: str, name: str) -> dict[str, Json]:
    """Overrides that fill what lies between two curves."""
    edge = colour(name, width=0)
    return {low: edge, high: edge | {"custom.fillBelowTo": low, "custom.fillOpacity": 20}}


def strip(title: str, description: str, queries: tuple[Query, ...], unit: str,
          defaults: Json | None = None, legend: bool = False, **more: Any) -> Panel:
    """States over time, one row a series. `legend`: the states under it, for those that are too
    short for their name."""
    custom: Json = {"lineWidth": 0, "fillOpacity": 80, "spanNulls": False}
    said: Json = {"custom": custom, "noValue": NOTHING, "thresholds": GREY_ONLY,
                  "color": {"mode": "thresholds"}} | (defaults or {})
    options: Json = {"mergeValues": True, "showValue": "auto", "alignValue": "left",
                     "rowHeight": 0.85, "tooltip": {"mode": "single", "sort": "none"},
                     "legend": {"displayMode": "list", "placement": "bottom", "showLegend": legend}}
    return Panel(title, "state-timeline", description, queries, unit, defaults=said,
                 options=options, **more)


def bars(title: str, description: str, queries: tuple[Query, ...], unit: str, along: str,
         tints: dict[str, str], empty: str = NOTHING, joined: str | None = None,
         **more: Any) -> Panel:
    """A group of bars for each value of `along`, a colour a series; queries are joined by it, or
    by `joined`, where one value of `along` may come more than once."""
    times: Json = dict.fromkeys(["Time", *(f"Time {k}" for k in range(1, len(queries) + 1))], True)
    said: Json = {"orientation": "vertical", "xField": along, "showValue": "never",
                  "stacking": "none", "groupWidth": 0.9, "barWidth": 0.95, "barRadius": 0,
                  "fullHighlight": False, "xTickLabelRotation": 0, "xTickLabelSpacing": 0,
                  "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True,
                             "calcs": []},
                  "tooltip": {"mode": "multi", "sort": "none"}}
    defaults: Json = {"custom": {"lineWidth": 0, "fillOpacity": 85, "axisPlacement": "auto"},
                      "noValue": empty, "decimals": 1,
                      "color": {"mode": "fixed", "fixedColor": palette.OTHER}}
    join: Json = {"byField": joined or along, "mode": "outer"}
    organise: Json = {"excludeByName": times, "indexByName": {}, "renameByName": {}}
    return Panel(
        title, "barchart", description, queries, unit, defaults=defaults, options=said,
        overrides={name: {"color": {"mode": "fixed", "fixedColor": tint}}
                   for name, tint in tints.items()},
        transformations=({"id": "joinByField", "options": join},
                         {"id": "organize", "options": organise}), **more)


def amounts(part: float, most: float, everything: float) -> Json:
    """Defaults that show how much of a whole is there, in one hue from pale to dark."""
    steps = ((None, palette.LITTLE), (part, palette.PART), (most, palette.MOST),
             (everything, palette.ALL))
    return {"min": 0, "max": 1, "thresholds": {
        "mode": "absolute", "steps": [{"color": name, "value": value} for value, name in steps]}}


def said_as(words: dict[str, tuple[str, str]]) -> Json:
    """Defaults that show each value as a text in a colour, and what is not named in grey."""
    options = {value: {"text": text, "color": name, "index": k}
               for k, (value, (text, name)) in enumerate(words.items())}
    return {"color": {"mode": "fixed", "fixedColor": palette.OTHER},
            "mappings": [{"type": "value", "options": options}]}


def one(title: str, description: str, query: Query, unit: str, fields: str,
        empty: str = NOTHING, size: int = 24, **more: Any) -> Panel:
    """One figure or word, large. `fields`: a pattern of the column that is shown."""
    options: Json = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": fields, "values": False},
        "textMode": "value", "colorMode": "none", "graphMode": "none", "justifyMode": "auto",
        "orientation": "auto", "text": {"valueSize": size},
    }
    defaults: Json = {"noValue": empty, "thresholds": GREY_ONLY,
                      "color": {"mode": "fixed", "fixedColor": palette.GREY}}
    return Panel(title, "stat", description, (query,), unit, defaults=defaults, options=options,
                 **more)


def table(title: str, description: str, queries: tuple[Query, ...], unit: str = "none",
          hidden: tuple[str, ...] = (), names: dict[str, str] | None = None, newest: str = "",
          **more: Any) -> Panel:
    """Rows and columns; `hidden` columns are left out, the others can have other `names`.
    `newest`: the column of a time, of which the newest comes first."""
    organise: Json = {"id": "organize", "options": {
        "excludeByName": dict.fromkeys(hidden, True), "indexByName": {},
        "renameByName": names or {}}}
    before: tuple[Json, ...] = more.pop("transformations", ())
    custom: Json = {"align": "auto", "filterable": False, "inspect": False}
    defaults: Json = {"custom": custom, "noValue": "-", "thresholds": GREY_ONLY,
                      "color": {"mode": "fixed", "fixedColor": palette.GREY}}
    options: Json = {"showHeader": True, "cellHeight": "sm",
                     "footer": {"show": False, "reducer": ["sum"], "fields": ""}}
    if newest:
        options["sortBy"] = [{"displayName": newest, "desc": True}]
    return Panel(title, "table", description, queries, unit, defaults=defaults, options=options,
                 transformations=(*before, organise), **more)


def text(title: str, content: str, **more: Any) -> Panel:
    """Words."""
    first = content.partition("\n")[0]
    return Panel(title, "text", first, options={"mode": "markdown", "content": content}, **more)

