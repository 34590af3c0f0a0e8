"""Pictures of panels: what Grafana would be told, drawn plainly by us as HTML and SVG."""

from __future__ import annotations

import html
import math
import re
import time
from dataclasses import dataclass
from typing import Any

from dashboards.model import Panel
from dashboards.palette import SERIES

MARK = ("Drawn by Stillpoint from the same queries, with simulated sessions; "
        "not a Grafana screenshot.")
LEFT, BOTTOM, TOP = 46, 20, 6
Points = list[tuple[float, Any]]


@dataclass(frozen=True)
class Frame:
    """Where a chart is drawn, in px, and the time it spans, in ms."""

    width: int
    height: int
    from_ms: int
    to_ms: int

    def x(self, ms: float) -> float:
        share = (ms - self.from_ms) / (self.to_ms - self.from_ms)
        return LEFT + min(1.0, max(0.0, share)) * (self.width - LEFT - 8)

    def y(self, value: float, low: float, high: float) -> float:
        return TOP + (high - value) / (high - low) * (self.height - TOP - BOTTOM)

    def svg(self, inside: list[str]) -> str:
        return f'<svg width="{self.width}" height="{self.height}">{"".join(inside)}</svg>'

    def times(self) -> list[str]:
        form = "%H:%M" if self.to_ms - self.from_ms < 2 * 86_400_000 else "%d %b"
        form = "%H:%M:%S" if self.to_ms - self.from_ms < 300_000 else form
        out = []
        last = 6 if self.width > 420 else 3
        for k in range(last + 1):
            ms = self.from_ms + k * (self.to_ms - self.from_ms) / last
            said = time.strftime(form, time.gmtime(ms / 1000))
            anchor = "start" if k == 0 else "end" if k == last else "middle"
            out.append(f'<text x="{self.x(ms):.0f}" y="{self.height - 5}" text-anchor="{anchor}">'
                       f"{said}</text>")
        return out


def style(panel: Panel, name: str, k: int) -> dict[str, Any]:
    """The overrides that hold for a series."""
    said: dict[str, Any] = {}
    for key, one in panel.overrides.items():
        if key == name or (key.startswith("/") and re.search(key[1:-1], name)):
            said |= one
    return {"color": {"fixedColor": SERIES[k % len(SERIES)]}} | said


def curves(panel: Panel, frame: Frame, series: dict[str, Points], bands: list, marks: list) -> str:
    """Lines with gaps, quartile bands, phase bands behind them."""
    values = [v for points in series.values() for _, v in points if v is not None]
    if not values:
        return empty(panel)
    low, high = min(values), max(values)
    margin = (high - low) * 0.06 or 1.0
    low, high = low - margin if low else 0.0, high + margin  # counts begin at none
    out = [_region(frame, *band[:3]) for band in bands]
    out += [_mark(frame, *mark[:2]) for mark in marks]
    out += _grid(frame, low, high) + frame.times()
    for name, points in series.items():
        below = style(panel, name, 0).get("custom.fillBelowTo")
        if below in series:
            out.append(_between(frame, points, series[below], low, high,
                                style(panel, name, 0)["color"]["fixedColor"]))
    for k, (name, points) in enumerate(series.items()):
        out.append(_line(frame, points, low, high, style(panel, name, k),
                         panel.defaults["custom"].get("showPoints") == "always"))
    out += [_name(frame.x(at), frame.x(end), 11, label) for at, end, _, label in bands]
    out += [_name(frame.x(at), frame.width, 24, label) for at, _, label in marks]
    return frame.svg(out) + _legend(panel, list(series))


def _region(frame: Frame, start: float, end: float, colour: str) -> str:
    x, to = frame.x(start), frame.x(end)
    return (f'<rect x="{x:.1f}" y="{TOP}" width="{max(0, to - x):.1f}" '
            f'height="{frame.height - BOTTOM - TOP}" fill="{colour}" opacity="0.16"/>')


def _mark(frame: Frame, at: float, colour: str) -> str:
    x = frame.x(at)
    return (f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{frame.height - BOTTOM}" '
            f'stroke="{colour}" stroke-dasharray="3 3"/>')


def _name(x: float, to: float, below: float, label: str) -> str:
    """On top of the lines, with a pale edge."""
    return f'<text x="{x + 3:.1f}" y="{TOP + below}" class="band">{fit(label, to - x, 5.0)}</text>'


def fit(text: str, wide: float, each: float) -> str:
    """As much of it as there is room for, at `each` px a letter: never over its edge."""
    most = int((wide - 6) / each)
    cut = text if len(text) <= most else f"{text[: most - 1].rstrip()}…" if most >= 6 else ""
    return html.escape(cut)


def _ticks(low: float, high: float) -> list[float]:
    """Round figures, three to seven."""
    rough = (high - low) / 6
    power = 10 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough)
    first = math.ceil(low / step)
    return [k * step for k in range(first, math.floor(high / step) + 1)]


def _grid(frame: Frame, low: float, high: float) -> list[str]:
    out = []
    for value in _ticks(low, high):
        y = frame.y(value, low, high)
        said = f"{value:.10g}"
        out.append(f'<line x1="{LEFT}" x2="{frame.width - 8}" y1="{y:.1f}" y2="{y:.1f}" '
                   f'class="grid"/><text x="{LEFT - 4}" y="{y + 4:.1f}" text-anchor="end">{said}'
                   "</text>")
    return out


def _pieces(points: Points) -> list[Points]:
    pieces: list[Points] = [[]]
    for ms, value in points:
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((ms, value))
    return [piece for piece in pieces if piece]


def _line(frame: Frame, points: Points, low: float, high: float, said: dict[str, Any],
          dots: bool) -> str:
    colour, wide = said["color"]["fixedColor"], said.get("custom.lineWidth", 2)
    dash = ' stroke-dasharray="8 6"' if "custom.lineStyle" in said else ""
    out = []
    for piece in _pieces(points):
        at = [(frame.x(ms), frame.y(value, low, high)) for ms, value in piece]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" '
                   f'stroke-width="{wide * 0.8}"{dash}/>')
        if dots:
            out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>' for x, y in at]
    return "".join(out)


def _between(frame: Frame, upper: Points, lower: Points, low: float, high: float,
             colour: str) -> str:
    bottom = dict(lower)
    out = []
    for piece in _pieces([(ms, v if bottom.get(ms) is not None else None) for ms, v in upper]):
        edge = [(frame.x(ms), frame.y(v, low, high)) for ms, v in piece]
        edge += [(frame.x(ms), frame.y(bottom[ms], low, high)) for ms, _ in reversed(piece)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in edge)
        out.append(f'<polygon points="{path}" fill="{colour}" opacity="0.22"/>')
    return "".join(out)


def _legend(panel: Panel, names: list[str]) -> str:
    keys = []
    for k, name in enumerate(names):
        said = style(panel, name, k)
        wide, dash = said.get("custom.lineWidth", 2), "custom.lineStyle" in said
        kind = "fill" if wide == 0 else "dash" if dash else "line"
        keys.append(f'<span><i class="{kind}" style="--c:{said["color"]["fixedColor"]}"></i>'
                    f"{html.escape(name)}</span>")
    return f'<div class="legend">{"".join(keys)}</div>'


def states(panel: Panel, frame: Frame, series: dict[str, Points]) -> str:
    """Rows of states; numbers by threshold, texts by name."""
    if not any(v is not None for points in series.values() for _, v in points):
        return empty(panel)
    tall = (frame.height - TOP - BOTTOM) / len(series)
    out, looks = frame.times(), dict[str, str]()
    for row, (name, points) in enumerate(series.items()):
        y = TOP + row * tall
        for ms, end, value in _merged(panel, points, frame.to_ms):
            looks |= [_look(panel, value)]
            out.append(_state(panel, frame, ms, end, y, tall * 0.85, value))
        if len(series) > 1:
            out.append(f'<text x="{LEFT + 4}" y="{y + tall / 2 + 4:.0f}" class="row">'
                       f"{html.escape(name)}</text>")
    named = panel.options["legend"]["showLegend"]
    return frame.svg(out) + (_keys(looks) if named else "")


def _keys(colours: dict[str, str]) -> str:
    """What filled areas mean."""
    keys = "".join(f'<span><i class="fill" style="--c:{colour}"></i>{html.escape(name)}</span>'
                   for name, colour in colours.items())
    return f'<div class="legend">{keys}</div>'


def _merged(panel: Panel, points: Points, to_ms: float) -> list[tuple[float, float, Any]]:
    """Neighbours that look alike as one, as Grafana's mergeValues has it."""
    out: list[tuple[float, float, Any]] = []
    for k, (ms, value) in enumerate(points):
        end = points[k + 1][0] if k + 1 < len(points) else to_ms
        if value is None:
            continue
        like = out and out[-1][1] == ms and _look(panel, out[-1][2]) == _look(panel, value)
        out.append((out.pop()[0], end, value) if like else (ms, end, value))
    return out


def _look(panel: Panel, value: Any) -> tuple[str, str]:
    """Text and colour of a state."""
    colour = panel.defaults["color"].get("fixedColor", "#ccc")
    if "mappings" in panel.defaults:
        mapped = panel.defaults["mappings"][0]["options"].get(str(value), {})
        return mapped.get("text", str(value)), mapped.get("color", colour)
    for step in panel.defaults["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            colour = step["color"]
    return "", colour


def _state(panel: Panel, frame: Frame, ms: float, end: float, y: float, tall: float,
           value: Any) -> str:
    x, to = frame.x(ms), frame.x(end)
    text, colour = _look(panel, value)
    said = ""
    if text:
        on = " dark" if _is_dark(colour) else ""
        said = (f'<text x="{x + 4:.1f}" y="{y + tall / 2 + 4:.0f}" class="state{on}">'
                f"{fit(text, to - x, 6.3)}</text>")
    return (f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.5, to - x):.1f}" height="{tall:.1f}" '
            f'fill="{colour}" opacity="0.75"/>{said}')


def _is_dark(colour: str) -> bool:
    """True where white can be read better on it than black, as Grafana chooses by itself."""
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return 0.3 * red + 0.6 * green + 0.1 * blue < 105


def heat(panel: Panel, frame: Frame, series: dict[str, Points]) -> str:
    """How many series lie in each cell."""
    size = {key: float(re.sub("[a-z]", "", panel.options["calculation"][key]["value"]))
            for key in ("xBuckets", "yBuckets")}
    counts: dict[tuple[int, int], set[str]] = {}
    for name, points in series.items():
        for ms, value in points:
            if value is not None:
                cell = int(ms // (size["xBuckets"] * 1000)), int(value // size["yBuckets"])
                counts.setdefault(cell, set()).add(name)
    if not counts:
        return empty(panel)
    low = min(v for _, v in counts) * size["yBuckets"]
    high = (max(v for _, v in counts) + 1) * size["yBuckets"]
    most = max(map(len, counts.values()))
    out = _grid(frame, low, high) + frame.times()
    for (t, v), names in sorted(counts.items()):
        x, to = (frame.x((t + k) * size["xBuckets"] * 1000) for k in (0, 1))
        y, bottom = (frame.y((v + k) * size["yBuckets"], low, high) for k in (1, 0))
        out.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{to - x + 0.3:.1f}" '
                   f'height="{bottom - y:.1f}" fill="#0072B2" '
                   f'opacity="{0.12 + 0.88 * len(names) / most:.2f}"/>')
    return frame.svg(out)


def bars(panel: Panel, frame: Frame, groups: list[tuple[str, dict[str, float]]]) -> str:
    """A cluster of bars a group."""
    names = list(dict.fromkeys(name for _, one in groups for name in one))
    values = [v for _, one in groups for v in one.values()]
    if not values:
        return empty(panel)
    low, high = min(0.0, *values), max(0.0, *values) * 1.05 or 1.0
    out = _grid(frame, low, high)
    wide = (frame.width - LEFT - 8) / len(groups)
    for g, (group, one) in enumerate(groups):
        bar = wide * 0.9 / len(names)
        for k, name in enumerate(names):
            if name in one:
                x = LEFT + g * wide + wide * 0.05 + k * bar
                ends = sorted((frame.y(one[name], low, high), frame.y(0, low, high)))
                fill = style(panel, name, k)["color"]["fixedColor"]
                out.append(f'<rect x="{x:.1f}" y="{ends[0]:.1f}" width="{bar * 0.95:.1f}" '
                           f'height="{ends[1] - ends[0]:.1f}" fill="{fill}"/>')
        out.append(f'<text x="{LEFT + (g + 0.5) * wide:.0f}" y="{frame.height - 5}" '
                   f'text-anchor="middle">{group}</text>')
    return frame.svg(out) + _keys({name: style(panel, name, k)["color"]["fixedColor"]
                                   for k, name in enumerate(names)})


def grid(panel: Panel, rows: list[dict[str, Any]], most: int) -> str:
    """A table."""
    if not rows:
        return empty(panel)
    head = "".join(f"<th>{html.escape(name)}</th>" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_cell(panel, *one)}</td>" for one in row.items())
                   + "</tr>" for row in rows[:most])
    left = len(rows) - most
    more = f"<p>... and {left} more, by scrolling</p>" if left > 0 else ""
    return f"<table><tr>{head}</tr>{body}</table>{more}"


def _cell(panel: Panel, name: str, value: Any) -> str:
    said = style(panel, name, 0)
    for one in said.get("mappings", []):
        value = one["options"].get(str(value), {}).get("text", value)
    if value is None:
        return "-"
    if said.get("unit", "").startswith("dateTime") or name in ("began", "from"):
        return time.strftime("%d %b %H:%M:%S", time.gmtime(float(value) / 1000))
    if isinstance(value, float):
        unit = said.get("unit", "").replace("suffix:", "")
        return f"{value:.{said.get('decimals', 2)}f} {unit}"
    return html.escape(str(value))


def empty(panel: Panel) -> str:
    """What stands where nothing is."""
    return f'<p class="empty">{html.escape(str(panel.defaults.get("noValue", "-")))}</p>'
