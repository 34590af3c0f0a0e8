"""For researchers: whether the kits work, and how well their clocks are known."""

from __future__ import annotations

from dashboards.course import LANGUAGE, bands, phases
from dashboards.looks import colour, lines, table, text
from dashboards.model import Dashboard, Json, Panel, Query, Row, Variable
from dashboards.palette import SERIES
from dashboards.review import HERE, SOURCE, coverage
from dashboards.sessions import sessions

UID = "stillpoint-kits"
SESSION = Variable("session", "Session", "The session that is shown, also while it runs",
                   'SHOW TAG VALUES FROM "coverage" WITH KEY = "session"', newest_first=True)
SEAT = Variable("seat", "Seat", "The seats that are shown",
                'SHOW TAG VALUES FROM "coverage" WITH KEY = "seat" WHERE '
                '"session" =~ /^${session:regex}$/', several=True)
MINE = f'{HERE} AND "seat" =~ /^${{seat:regex}}$/'
WORDS = """\
A seat is named by its number, never by who sits there. Expected samples are those that the sensor \
should have given while its kit was enrolled; stored ones are in the journal; late ones came more \
than 5 s after they were taken; lost ones are gone for good, and counted. The clock error is what \
the clock claims of itself.
"""
CURVES = (
    ("kits", "ring_permille", "Memory of the kit in use", "suffix: ‰", "Data that a kit holds "
     "because the hub has not confirmed them yet: it rises while the network is down."),
    ("coverage", "error_ms", "Claimed error of the clock", "ms", "How far a sample may be from "
     "its given time. High while a clock settles, in the first minute."),
    ("coverage", "rate_hz", "Rate of the pulse sensor", "suffix: Hz", "As fitted; nominally 100. "
     "Each sensor keeps its own, and it should hardly move."),
    ("coverage", "late", "Samples that came late", "short", "More than 5 s after they were taken, "
     "since the session began."),
    ("coverage", "lost", "Samples that are lost", "short", "Gone for good, since the session "
     "began."),
    ("kits", "repeats", "Frames that came again", "short", "A kit resends frames that were not "
     "confirmed; the hub drops those it already has."),
    ("kits", "rssi_dbm", "Radio", "dBm", "Strength of the access point, as the kit hears it."),
)


def _curve(source: str, name: str, title: str, unit: str, words: str) -> Panel:
    query = Query(f'SELECT last("{name}") AS "{name}" FROM "{source}" WHERE {MINE} AND $timeFilter '
                  'GROUP BY time($__interval), "seat" fill(none)', (name,), "seat $tag_seat")
    return lines(title, words, (query,), unit, width=8, height=7, least="5s", overrides=_seats())


def _seats() -> dict[str, Json]:
    """A colour a seat; from the eighth on they come again, dashed."""
    many = len(SERIES)
    return {f"seat {seat}": colour(SERIES[(seat - 1) % many], dash=seat > many)
            for seat in range(1, 2 * many + 1)}


def _ledger() -> Panel:
    columns = ("expected", "stored", "late", "lost", "error_ms", "rate_hz", "settling", "contact")
    select = ", ".join(f'last("{name}") AS "{name}"' for name in columns)
    query = Query(f'SELECT {select} FROM "coverage" WHERE {MINE} AND $timeFilter GROUP BY "seat"',
                  ("seat", *columns), table=True)
    yes: Json = {"mappings": [{"type": "value", "options": {
        "0": {"text": "no", "index": 0}, "1": {"text": "yes", "index": 1}}}]}
    return table(
        "The newest of each seat", "Samples of the pulse sensor, and its clock, at the end of the "
        "time shown.", (query,), hidden=("Time",), height=9,
        names={"error_ms": "clock error", "rate_hz": "rate", "settling": "clock settles"},
        overrides={"clock error": {"unit": "ms", "decimals": 2},
                   "rate": {"unit": "suffix: Hz", "decimals": 3}, "clock settles": yes,
                   "contact": yes})


DASHBOARD = Dashboard(
    UID, "Kits and clocks", "researcher", SOURCE,
    "What each kit sent, what came late or was lost, and how well its clock is known.",
    (Row("", (_ledger(), phases(HERE), coverage(MINE))),
     Row("Over time", tuple(_curve(*row) for row in CURVES)),
     Row("", (sessions(UID, "phases", ("session",), width=12, height=6),
              text("What the words mean", WORDS, width=12, height=6)))),
    (SESSION, SEAT, LANGUAGE), bands(HERE), refresh="10s",
)
