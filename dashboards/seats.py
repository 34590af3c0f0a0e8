"""For researchers, after a session: everything that was measured on each seat."""

from __future__ import annotations

from dashboards import palette
from dashboards.course import LANGUAGE, bands, basis, markers, phases
from dashboards.looks import amounts, colour, lines, said_as, strip, text
from dashboards.model import Dashboard, Panel, Query, Row, Variable
from dashboards.review import HERE, SESSION, SOURCE
from dashboards.sessions import sessions

UID = "stillpoint-seats"
SEAT = Variable("seat", "Seat", "The seats that are shown, a row each",
                'SHOW TAG VALUES FROM "features" WITH KEY = "seat" WHERE '
                '"session" =~ /^${session:regex}$/', several=True)
MINE = f'{HERE} AND "seat" =~ /^${{seat:regex}}$/'

FIGURES = (
    ("arousal", "Arousal", "suffix: z", palette.BLUE, "Exploratory index, against the person's "
     "own quiet rest, or else the session so far: the strip below says which."),
    ("hr", "Heart rate", "suffix: /min", palette.PINK, "From intervals of the pulse, over 10 s."),
    ("rmssd", "RMSSD", "ms", palette.GREEN, "Pulse-rate variability: not the same as that of an "
     "ECG. Withheld where too many beats are missing."),
    ("scl", "Skin level", "suffix: µS", palette.ORANGE, "Level of the skin conductance."),
    ("scr_rate", "Skin responses", "suffix: /min", palette.ORANGE, "Responses of 0.05 µS or more "
     "in the last minute."),
)
WORDS = """\
A seat's figures are for researchers, after the session: a session can be chosen once it is sealed.

To see the pulse and the skin conductance themselves, zoom in to two minutes or less: the waves \
are asked for only over the last two minutes of the time shown. A gap in a curve is a figure that \
was withheld: no contact, too much movement in the pulse, or a window not yet full. A separate \
strip shows what was wrong with a signal. The kits have no motion sensor: motion is inferred \
from the signals themselves.
"""
# What can be wrong with a signal (docs/signals.md), and its colour.
CAUSES = {
    "motion": ("motion", palette.ORANGE), "weak pulse": ("weak pulse", palette.YELLOW),
    "saturated": ("saturated", palette.PINK), "flat": ("flat", palette.SKY),
    "no contact": ("no contact", palette.GREY), "electrode off": ("electrode off", palette.GREY),
    "sensor too slow": ("sensor too slow", palette.PINK),
    "gap": ("nothing received", palette.PALE),
}

# What is said beside arousal, or in place of it (docs/signals.md).
BESIDE = {
    "no baseline": ("no rest is over: against the session so far", palette.SKY),
    "baseline too short": ("no own rest long enough: against the session so far", palette.YELLOW),
    "non-responder": ("own rest; the skin tells little", palette.GREY),
    "too few parts": ("too few parts, none given", palette.PALE),
    "quality too low": ("quality too low, none given", palette.PALE),
}


def _figure(name: str, title: str, unit: str, tint: str, words: str) -> Panel:
    query = Query(f'SELECT mean("{name}") AS "{name}" FROM "features" WHERE {MINE} AND $timeFilter '
                  'GROUP BY time($__interval) fill(null)', (name,), title.lower())
    return lines(title, words, (query,), unit, width=8, height=6, least="2s",
                 overrides={title.lower(): colour(tint)})


def _quality() -> Panel:
    parts = (("quality_ppg", "quality of the pulse"), ("quality_eda", "quality of the skin signal"),
             ("contact_ppg", "finger on the sensor"), ("contact_eda", "electrodes on the skin"))
    select = ", ".join(f'mean("{name}") AS "{words}"' for name, words in parts)
    query = Query(f'SELECT {select} FROM "features" WHERE {MINE} AND $timeFilter GROUP BY '
                  'time($__interval) fill(null)', tuple(words for _, words in parts), "$col")
    return strip("Quality and contact", "From none (pale) to full (dark): figures that are not "
                 "good enough are withheld.", (query,),
                 "percentunit", amounts(0.3, 0.6, 0.9), width=8, height=6, least="2s")


def _causes() -> Panel:
    query = Query('SELECT last("cause_ppg") AS "pulse", last("cause_eda") AS "skin" FROM '
                  f'"features" WHERE {MINE} AND $timeFilter GROUP BY time($__interval) fill(null)',
                  ("pulse", "skin"), "$col")
    return strip("What was wrong with the signals", "Motion, as the signals themselves show it, "
                 "and everything else that makes a second unusable, so that figures are withheld. "
                 "Empty where the signal was good.", (query,), "string", said_as(CAUSES),
                 legend=True, height=5, least="2s")


def _beside() -> Panel:
    query = Query(f'SELECT last("arousal_reason") AS "arousal" FROM "features" WHERE {MINE} AND '
                  '$timeFilter GROUP BY time($__interval) fill(null)', ("arousal",), "$col")
    return strip("What arousal is measured against", "Empty where it is the person's own quiet "
                 "rest. Figures of phases leave out seats without a long enough rest.", (query,),
                 "string", said_as(BESIDE), legend=True, height=4, least="2s")


def _wave(name: str, title: str, unit: str, tint: str) -> Panel:
    query = Query(f'SELECT "{name}" FROM "waves" WHERE {MINE} AND $timeFilter AND '
                  'time >= ${__to}ms - 2m', (name,), title.lower())
    return lines(title, "The signal itself, over the last two minutes of the time shown: zoom in "
                 "to read it. In gaps, nothing was received.", (query,), unit, width=12,
                 height=6, overrides={title.lower(): colour(tint, width=1)})


DASHBOARD = Dashboard(
    UID, "Seats", "researcher", SOURCE,
    "Every seat of a session: figures, quality, and the signals themselves on zoom.",
    (Row("", (sessions(UID, "phase_stats", ("session",), width=12, height=6),
              text("Before you look", WORDS, width=12, height=6), phases(HERE))),
     Row("Seat $seat", (*(_figure(*one) for one in FIGURES), _quality(), _causes(), _beside(),
                        _wave("ppg", "Pulse wave", "suffix: counts", palette.PINK),
                        _wave("eda", "Skin wave", "suffix: µS", palette.ORANGE)), "seat")),
    (SESSION, SEAT, LANGUAGE), (*bands(HERE), markers(HERE), basis(HERE)),
)
