"""For researchers, after a session: its phases, the presenter against the group, synchrony."""

from __future__ import annotations

from collections.abc import Iterable

from dashboards import palette
from dashboards.course import LANGUAGE, RECENT, bands, basis, markers, phases
from dashboards.looks import amounts, band, bars, colour, lines, one, said_as, strip, table, text
from dashboards.model import Dashboard, Json, Panel, Query, Row, Variable
from dashboards.sessions import sessions
from dashboards.spread import EVERY, spread

UID, SOURCE = "stillpoint-review", "stillpoint"
HERE = '"session" =~ /^${session:regex}$/'
STEADY = 'time($__interval) fill(null)'
# Only a sealed session has these: what bodies did is shown to nobody while they sit there.
SESSION = Variable("session", "Session", "The session that is shown, once it is sealed",
                   'SHOW TAG VALUES FROM "phase_stats" WITH KEY = "session"', newest_first=True)
PRESENTER = Variable(
    "presenter", "Presenter's seat", "The seats that were marked as presenting in this session",
    'SHOW TAG VALUES FROM "roles" WITH KEY = "seat" WHERE "session" =~ /^${session:regex}$/ AND '
    "\"role\" = 'presenter'", several=True)

QUARTILES = ("lower quartile", "median", "upper quartile")
FIGURES = (
    ("arousal", "Arousal", "suffix: z"),
    ("hr", "Heart rate", "suffix: /min"),
    ("rmssd", "RMSSD", "ms"),
    ("scr_rate", "Skin responses", "suffix: /min"),
)
CALLED = {"arousal": "arousal", "hr": "heart rate", "rmssd": "RMSSD", "scl": "skin level",
          "scr_rate": "responses"}  # in tables
WORDS = """\
A single session describes; only studies test. The order of phases is fixed, so a phase is \
confounded with time, and who presents also speaks: speech moves heart, skin and breath. Compare \
silent stretches (early against late discussion) first. A session can be chosen \
once it is sealed. A missing figure was withheld: too little of the phase was measured \
or, for arousal, the seat had no quiet rest long enough.
"""


def counted(figures: Iterable[str]) -> tuple[str, ...]:
    """The columns of a table of figures: each, and how many seats are behind it."""
    return tuple(column for name in figures for column in (name, f"{name}_n"))


def called(figures: Iterable[str]) -> dict[str, str]:
    """What a table calls these columns."""
    return {column: said for name in figures
            for column, said in ((name, CALLED[name]), (f"{name}_n", f"seats: {CALLED[name]}"))}


def _arousal() -> Panel:
    group = Query(
        'SELECT mean("median") AS "group, median", mean("low") AS "lower quartile", mean("high") '
        f'AS "upper quartile" FROM "group" WHERE {HERE} AND $timeFilter GROUP BY {STEADY}',
        ("group, median", "lower quartile", "upper quartile"), "$col")
    presenter = Query(
        f'SELECT mean("arousal") AS "arousal" FROM "features" WHERE {HERE} AND '
        f'"seat" =~ /^${{presenter:regex}}$/ AND $timeFilter GROUP BY time($__interval), "seat" '
        "fill(null)", ("arousal",), "presenter, seat $tag_seat")
    overrides = band("lower quartile", "upper quartile", palette.BLUE) | {
        "group, median": colour(palette.BLUE),
        "/^presenter/": colour(palette.ORANGE, dash=True)}
    return lines(
        "Presenter and group", "Arousal index of the seats marked as presenting, with the median "
        "and middle half of all valid seats (including the presenter). Each seat is measured "
        "against its own quiet rest; until that is over, or if it was too short, against the "
        "session so far. One unit is a usual deviation in the rest.", (group, presenter),
        "suffix: z",
        overrides=overrides, height=10, least="2s")


def _basis() -> Panel:
    query = Query(f'SELECT last("text") AS "text" FROM "basis" WHERE {HERE} AND '
                  'time >= ${__from}ms - 4h AND time <= ${__to}ms', ("text",), table=True)
    return one(
        "Arousal is measured against", "The baseline as now corrected, in hours, minutes and "
        "seconds after the opening, and when the last correction was heard. All curves and figures "
        "here use it, as does an export.", query, "string", "/^text$/",
        "It is being worked out.", size=16, height=3)


def _parts() -> Panel:
    names = ("sympathetic", "parasympathetic")
    query = Query(
        'SELECT mean("sympathetic") AS "sympathetic", mean("parasympathetic") AS '
        f'"parasympathetic" FROM "group" WHERE {HERE} AND $timeFilter GROUP BY {STEADY}', names,
        "$col")
    return lines(
        "Sympathetic and parasympathetic part of the group", "Medians over all valid seats: skin "
        "conductance and heart rate, and pulse-rate variability, against the same baseline as the "
        "curve above.", (query,),
        "suffix: z", least="2s", height=7,
        overrides={names[0]: colour(palette.ORANGE), names[1]: colour(palette.GREEN, dash=True)})


def _distribution() -> Panel:
    query = Query(f'SELECT mean("arousal") AS "arousal" FROM "features" WHERE {HERE} AND '
                  f'$timeFilter GROUP BY time({EVERY}), "seat" fill(none)', ("arousal",),
                  "seat $tag_seat")
    return spread(
        "Spread over all seats", "How many seats had which arousal, in steps of half a unit and "
        "30 s, each seat once with its mean: wide where members differ, narrow where they are "
        "alike. The bands above it show the phase. Seats are counted, not named, and all are "
        "included, whatever they are measured against.", query, "suffix: z")


def _per_phase() -> Panel:
    columns = ("phase", "who", *counted(CALLED), "end_ms")
    select = ", ".join(f'"{name}"' for name in columns)
    query = Query(f'SELECT {select} FROM "phase_stats" WHERE {HERE} AND "n" > 0 AND {RECENT}',
                  columns, table=True)
    units: dict[str, Json] = {
        "arousal": {"unit": "suffix: z", "decimals": 2},
        "heart rate": {"unit": "suffix: /min", "decimals": 1},
        "RMSSD": {"unit": "ms", "decimals": 1},
        "skin level": {"unit": "suffix: µS", "decimals": 2},
        "responses": {"unit": "suffix: /min", "decimals": 1}}
    return table(
        "Each phase in figures", "Medians over the seats' means in the phase, for the presenter, "
        "the other members, and all. Windows never reach into the phase before. Left out are "
        "figures with too little coverage, and arousal of seats without a long enough quiet rest. "
        "Each figure is followed by its number of seats.", (query,), hidden=("end_ms",),
        names={"Time": "began", **called(CALLED)}, overrides=units, height=12)


def _by_phase(name: str, title: str, unit: str) -> Panel:
    """A group of bars each phase, in order of time, also where one comes in two cases: the
    quartiles of all seats, and the presenter."""
    columns = (f"{name}_low", name, f"{name}_high")
    select = ", ".join(f'"{column}" AS "{said}"'
                       for column, said in zip(columns, QUARTILES, strict=True))
    where = f'{HERE} AND "n" > 0 AND {RECENT}'
    group = Query(f'SELECT "phase", {select} FROM "phase_stats" WHERE {where} AND '
                  "\"who\" = 'group'", ("phase", *QUARTILES), table=True)
    presenter = Query(f'SELECT "{name}" AS "presenter" FROM "phase_stats" WHERE {where} '
                      "AND \"who\" = 'presenter'", ("presenter",), table=True)
    tints = (palette.PART, palette.BLUE, palette.PART, palette.ORANGE)
    return bars(
        f"{title}, phase by phase", "Lower quartile, median and upper quartile of the means of all "
        "seats in the phase (including the presenter's), with the presenter beside them. Figures "
        "with too little coverage are left out.", (group, presenter), unit, "phase",
        dict(zip((*QUARTILES, "presenter"), tints, strict=True)), joined="Time", width=12, height=7)


def _spoke() -> Panel:
    query = Query(f'SELECT "on" FROM "turns" WHERE {HERE} AND time >= ${{__from}}ms - 4h AND '
                  'time <= ${__to}ms GROUP BY "role", "seat"', ("on",), "$tag_role, seat $tag_seat")
    return strip(
        "Who presented, who spoke", "As tapped, one row for each seat that did; what was said is "
        "not recorded.", (query,), "string",
        said_as({"1": ("yes", palette.PINK), "0": ("", palette.SILENT)}), height=8)


def _together(signal: str, name: str) -> Panel:
    query = Query(
        'SELECT mean("value") AS "synchrony", mean("low") AS "chance, low", mean("high") AS '
        f'"chance, high" FROM "synchrony_curve" WHERE {HERE} AND "signal" = \'{signal}\' AND '
        f'$timeFilter GROUP BY {STEADY}', ("synchrony", "chance, low", "chance, high"), "$col")
    return lines(
        f"Synchrony: {name}", "Mean correlation between seats in windows of 30 s, minus that by "
        "chance. Inside the band it cannot be told from chance. For display only: the table tests "
        "whole phases.", (query,), "suffix: r", width=12, height=7,
        least="5s", overrides=band("chance, low", "chance, high", palette.GREY)
        | {"synchrony": colour(palette.GREEN)})


def _tested() -> Panel:
    columns = ("phase", "signal", "value", "low", "high", "p", "p_corrected", "n", "reason")
    select = ", ".join(f'"{name}"' for name in columns)
    query = Query(f'SELECT {select} FROM "synchrony" WHERE {HERE} AND {RECENT}', columns,
                  table=True)
    return table(
        "Synchrony of each phase", "Against chance (circular shifts: a twentieth lies above the "
        "band, a twentieth below); p uncorrected, and corrected over the phases. Compare only "
        "phases of about the same length. Skin and heart are never pooled. If there is no value, "
        "the reason is given.", (query,), hidden=("Time",),
        names={"n": "seats", "p_corrected": "p, corrected", "low": "chance, low",
               "high": "chance, high"}, height=9,
        overrides={"/value|chance|^p/": {"decimals": 3}})


def coverage(where: str) -> Panel:
    """What came, of what should have, in each stretch of time and for each seat."""
    query = Query(
        'SELECT non_negative_difference(last("stored")) / non_negative_difference('
        f'last("expected")) AS "received" FROM "coverage" WHERE {where} AND $timeFilter GROUP BY '
        'time($__interval), "seat" fill(none)', ("received",), "seat $tag_seat")
    return strip(
        "Samples received, seat by seat", "The share of the expected samples that came in each "
        "stretch of time: pale below half, dark from 98 %. Late samples count when they come.",
        (query,), "percentunit", amounts(0.5, 0.9, 0.98), height=7, least="10s")


DASHBOARD = Dashboard(
    UID, "Session review", "researcher", SOURCE,
    "One session: phases, presenter against group, who spoke, figures of each phase, synchrony.",
    (Row("", (sessions(UID, "phase_stats", ("session",), width=12, height=6),
              text("How to read this", WORDS, width=12, height=6),
              phases(HERE), _basis(), _arousal(), _spoke(), _parts(), _distribution())),
     Row("Each phase", (*(_by_phase(*one) for one in FIGURES), _per_phase())),
     Row("Together", (_together("eda", "skin conductance"), _together("hr", "heart rate"),
                      _tested())),
     Row("What was measured", (coverage(HERE),))),
    (SESSION, PRESENTER, LANGUAGE), (*bands(HERE), markers(HERE), basis(HERE)),
)
