"""`python -m tests.dashboards.draw`: pictures of the dashboards for docs/dashboards/.

The same queries as in the panels, asked of a real InfluxDB that holds simulated sessions, drawn by
us in a headless browser. No Grafana is involved, and every picture says so.
"""

from __future__ import annotations

import html
import io
import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from dashboards.__main__ import ALL
from dashboards.model import Dashboard, Panel, Row
from tests.dashboards import pictures
from tests.dashboards.conftest import write
from tests.dashboards.macros import Window, choose
from tests.dashboards.pictures import MARK, Frame
from tests.recorded import PRESENTER, Act, Recording, journal, lines
from tests.rows import NS, OPEN_NS
from tests.system.influx import running_influx
from tests.web.browser import CHROMIUM

OUT = Path(__file__).parents[2] / "docs" / "dashboards"
WIDTH, PHONE, LINE = 1320, 400, 34
STACKED = 769  # px: below it Grafana puts panels one under the other, each as wide as the page
LEGENDS, LEGEND = {"timeseries": 58, "barchart": 76}, 72  # px of title and legend
PHASES = (("baseline", 5), ("building-trust", 185), ("case-call", 275), ("presentation", 390),
          ("questions", 700), ("discussion", 920), ("integration", 1500), ("closing", 1690),
          ("recovery", 1790))
END_S = 1900
TURNS = ((150, None), (390, PRESENTER), (700, 4), (730, PRESENTER), (790, 6), (820, PRESENTER),
         (920, 1), (1010, 5), (1100, 3), (1190, 7), (1300, 1), (1410, 6), (1500, PRESENTER),
         (1690, 4), (1790, None))
CSS = """
body{margin:0;font:12px sans-serif;background:#f4f5f5;color:#24292e}
h1{font-size:18px;margin:8px 10px 0}p.mark{margin:2px 10px 6px;color:#555;font-style:italic}
.row{font-size:14px;margin:6px 10px 2px;font-weight:600}
.page{position:relative}.panel{position:absolute;box-sizing:border-box;padding:3px}
.in{background:#fff;border:1px solid #ddd;height:100%;box-sizing:border-box;padding:4px 6px}
.in{overflow:hidden}
.in h2{font-size:12px;margin:0 0 2px}.in h2 small{font-weight:400;color:#666}
svg text{font:10px sans-serif;fill:#444}
svg text.band{font-size:9px;fill:#333;paint-order:stroke;stroke:#fff;stroke-width:2.5px}
svg text.state,svg text.row{font-size:11px;fill:#111}svg text.dark{fill:#fff}.grid{stroke:#e8e8e8}
.legend span{margin-right:14px;display:inline-block;white-space:nowrap}
.legend i{display:inline-block;width:16px;margin-right:4px}
i.line{border-top:3px solid var(--c)}i.dash{border-top:3px dashed var(--c)}
i.fill{height:9px;background:var(--c);opacity:.6}
table{border-collapse:collapse;width:100%;font-size:11px}
th,td{text-align:left;padding:1px 6px;border-bottom:1px solid #eee}
.empty{color:#777;text-align:center;margin-top:24px}.big{margin:10px 2px;text-align:center}
"""


def recordings() -> list[Recording]:
    """Six sessions, a month apart, as simulated people would have had them."""
    acts = [Act(at, "phase", name) for name, at in PHASES]
    acts += [Act(300, "presenter", PRESENTER), Act(1200, "marker", "intervention")]
    acts += [Act(at + 1, "speaker", seat) for at, seat in TURNS]
    out = []
    for k in range(6):
        opened = OPEN_NS - (5 - k) * 30 * 86_400 * NS
        out.append(Recording(
            time.strftime("s-%Y-%m-%d", time.gmtime(opened // NS)), opened, 8 - k % 2, END_S,
            tuple(sorted(acts, key=lambda act: act.at_s)), seed=k + 1,
            lost=((5, 1100, 1160), (7, 600, 630))))
    return out


class Painter:
    """Asks what a panel asks, and draws it."""

    def __init__(self, influx, dashboard: Dashboard, window: Window, wide: int = WIDTH,
                 **pick: str) -> None:
        self.ask = lambda text: influx.query(text, db=dashboard.source)
        self.page, self.window, self.column = dashboard, window, wide / 24
        self.stacked = wide < STACKED
        given = {one.name: pick[one.name] for one in dashboard.variables if one.name in pick}
        self.chosen = choose(dashboard, self.ask, window, **given)

    def rows(self, text: str, least: str = "") -> list[dict[str, Any]]:
        window = replace(self.window, interval=max(self.window.interval, least, key=_seconds))
        found = self.ask(window.fill(text, self.chosen))
        return [{**row, "time": row["time"] / 1e6} for row in found]

    def columns(self, panel: Panel) -> int:
        return 24 if self.stacked else panel.width

    def panel(self, panel: Panel) -> str:
        wide = int(self.columns(panel) * self.column) - 22
        named = panel.options.get("legend", {}).get("showLegend")
        tall = int(panel.height * LINE) - (LEGENDS.get(panel.kind, LEGEND) if named else 34)
        frame = Frame(wide, tall, self.window.from_ms, self.window.to_ms)
        return getattr(self, "_" + panel.kind.replace("-", "_"))(panel, frame)

    def _series(self, panel: Panel) -> dict[str, list]:
        out: dict[str, list] = {}
        for query in panel.queries:
            for row in self.rows(query.text, panel.least):
                for column in query.gives:
                    name = query.alias.replace("$col", column)
                    name = re.sub(r"\$tag_(\w+)", lambda tag, row=row: row[tag[1]], name)
                    out.setdefault(name, []).append((row["time"], row[column]))
        return out

    def _timeseries(self, panel: Panel, frame: Frame) -> str:
        bands, marks = [], []
        for layer in self.page.layers:
            for row in self.rows(layer.query):
                if layer.end:
                    bands.append((row["time"], row[layer.end], layer.colour, row[layer.text]))
                else:
                    marks.append((row["time"], layer.colour, row[layer.text]))
        return pictures.curves(panel, frame, self._series(panel), bands, marks)

    def _state_timeline(self, panel: Panel, frame: Frame) -> str:
        return pictures.states(panel, frame, self._series(panel))

    def _heatmap(self, panel: Panel, frame: Frame) -> str:
        return pictures.heat(panel, frame, self._series(panel))

    def _barchart(self, panel: Panel, frame: Frame) -> str:
        joined, said = panel.transformations[0]["options"]["byField"], panel.options["xField"]
        groups: dict[str, dict[str, float]] = {}
        names: dict[str, str] = {}
        for query in panel.queries:
            for row in self.rows(query.text):
                key = row["time" if joined == "Time" else joined]
                names |= {key: row[said]} if said in query.gives else {}
                groups.setdefault(key, {}).update(
                    {name: row[name] for name in query.gives
                     if name != said and row[name] is not None})
        return pictures.bars(panel, frame, [(names[key], one) for key, one in groups.items()])

    def _table(self, panel: Panel, frame: Frame) -> str:
        options = panel.transformations[-1]["options"]
        unseen = {*options["excludeByName"], *(name for name, one in panel.overrides.items()
                                               if one.get("custom.hidden"))}
        rows = [{options["renameByName"].get(name, name): value
                 for name, value in {"Time": row["time"], **row}.items()
                 if name != "time" and name not in unseen}
                for query in panel.queries for row in self.rows(query.text)]
        for by in panel.options.get("sortBy", ()):
            rows.sort(key=lambda row, by=by: row[by["displayName"]], reverse=by["desc"])
        return pictures.grid(panel, rows, (frame.height - 20) // 17)

    def _stat(self, panel: Panel, frame: Frame) -> str:
        (query,) = panel.queries
        rows = self.rows(query.text)
        field = panel.options["reduceOptions"]["fields"].strip("/^$")
        if not rows:
            return pictures.empty(panel)
        value = rows[-1][field]
        if panel.unit == "dthms":
            value = time.strftime("%H:%M:%S", time.gmtime(value))
        size = panel.options["text"]["valueSize"]
        return f'<p class="big" style="font-size:{size}px">{html.escape(str(value))}</p>'

    def _text(self, panel: Panel, frame: Frame) -> str:
        words = html.escape(panel.options["content"])
        return re.sub(r"^- ", "<br>&bull; ", words, flags=re.M).replace("\n\n", "<br>")

    def document(self, rows: list[tuple[str, Row, Painter]], title: str) -> str:
        body, y = [], 0.0
        for name, row, painter in rows:
            if name:
                body.append(f'<div class="panel row" style="top:{y}px">{html.escape(name)}</div>')
                y += 26
            x = tallest = 0
            for panel in row.panels:
                wide = self.columns(panel)
                if x + wide > 24:
                    x, y, tallest = 0, y + tallest * LINE, 0
                body.append(
                    f'<div class="panel" style="left:{x * self.column}px;top:{y}px;width:'
                    f'{wide * self.column}px;height:{panel.height * LINE}px"><div class="in">'
                    f"<h2>{html.escape(panel.title)} <small>{_unit(panel)}</small></h2>"
                    f"{painter.panel(panel)}</div></div>")
                x, tallest = x + wide, max(tallest, panel.height)
            y += tallest * LINE
        return (f"<meta charset=utf-8><style>{CSS}</style><h1>{html.escape(title)}</h1>"
                f'<p class=mark>{MARK}</p><div class="page" style="height:{y + 6}px">'
                f'{"".join(body)}</div>')


def _seconds(interval: str) -> int:
    return int(interval[:-1] or 0) * {"": 0, "s": 1, "m": 60, "h": 3600}[interval[-1:]]


def _unit(panel: Panel) -> str:
    said = panel.unit.replace("suffix:", "").replace("percentunit", "share").strip()
    return "" if said in ("", "string", "none", "short", "dthms") else f"({said})"


def drawn(painter: Painter) -> str:
    """A page as a document; a repeated row once for each value."""
    rows = []
    for row in painter.page.rows:
        values = painter.chosen.get(row.repeat, ("",)) if row.repeat else ("",)
        for value in values:
            one = Painter.__new__(Painter)
            one.__dict__ = dict(painter.__dict__)
            one.chosen = painter.chosen | ({row.repeat: (value,)} if row.repeat else {})
            name = row.title.replace(f"${row.repeat}", value) if row.repeat else row.title
            rows.append((name.replace("${phase:text}", "Presentation"), row, one))
    return painter.document(rows, painter.page.title)


def main() -> None:
    """Record, fill the database, draw, save."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        (folder / "influx").mkdir()
        with running_influx(folder / "influx") as influx:
            made = recordings()
            for what in made:
                write(influx, lines(journal(folder / what.session, what), waves=what is made[-1]))
                print("recorded", what.session, flush=True)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            for file, document, wide in pages(influx, made):
                view = browser.new_page(viewport={"width": wide, "height": 600})
                view.set_content(document)
                save(view.screenshot(full_page=True), OUT / f"{file}.png")
                print(file, (OUT / f"{file}.png").stat().st_size // 1000, "kB")
            browser.close()


def save(picture: bytes, path: Path) -> None:
    """With 200 colours, which is less than half of the size."""
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(200).save(path, optimize=True)


def pages(influx, made: list[Recording]):
    """Each picture's name, document and width."""
    last = made[-1]
    begin, day = last.open_ns // 1_000_000, 86_400_000
    whole, minute = (begin, begin + END_S * 1000), (begin + 600_000, begin + 660_000)
    study = (made[0].open_ns // 1_000_000 - 10 * day, begin + 10 * day)
    by_uid = {one.uid: one for one in ALL}
    views = (
        ("room", "stillpoint-room", Window(begin, begin + 1_600_000), {}),
        ("room-phone", "stillpoint-room", Window(begin, begin + 1_600_000), {"wide": PHONE}),
        ("review", "stillpoint-review", Window(*whole), {}),
        ("seats", "stillpoint-seats", Window(*whole), {"seat": "2"}),
        ("seats-zoomed", "stillpoint-seats", Window(*minute, interval="1s"), {"seat": "2"}),
        ("kits", "stillpoint-kits", Window(*whole, interval="10s"), {}),
        ("study", "stillpoint-study", Window(*study, interval="1h"), {}),
    )
    for file, uid, window, pick in views:
        painter = Painter(influx, by_uid[uid], window, session=last.session, room=last.room, **pick)
        yield file, drawn(painter), pick.get("wide", WIDTH)


if __name__ == "__main__":
    main()
