"""For the team, in the room or after it: the group as a whole, and nobody in it."""

from __future__ import annotations

from dashboards import palette
from dashboards.course import LANGUAGE, RECENT, bands, phases
from dashboards.kind import KIND, OF_THE_KIND
from dashboards.looks import amounts, band, colour, lines, one, said_as, strip, text
from dashboards.model import Dashboard, Panel, Query, Row, Variable
from dashboards.sessions import sessions

SOURCE = "stillpoint-team"
HERE = f'"room" =~ /^${{room:regex}}$/ AND {OF_THE_KIND}'
UID = "stillpoint-room"
NOW = ('SELECT "${language:raw}" AS "phase", ("end_ms" - "start_ms") / 1000 AS "elapsed" FROM '
       f'"phases" WHERE {HERE} AND {RECENT} '
       'AND "end_ms" >= ${__to} - 20000 ORDER BY time DESC LIMIT 1')
STEADY = 'time($__interval) fill(null)'
ROOM = Variable("room", "Room", "The room whose group is shown",
                f'SHOW TAG VALUES FROM "phases" WITH KEY = "room" WHERE {OF_THE_KIND}')

# What the hub says of the curve, in short, and its colour.
STATUS = {
    "shown": ("shown", palette.BLUE),
    "after": ("shown after the session", palette.SKY),
    "membership": ("somebody cannot be measured", palette.YELLOW),
    "few": ("too few to be measured", palette.GREY),
    "between": ("no phase", palette.PALE),
}

WORDS = """\
What this shows: the middle of the group, not anybody in it.

- The line is the median of the arousal index over the members of the phase, the band holds the
  middle half of them. Zero is the quiet rest at the beginning, one unit a usual deviation from it.
- There is a curve only with at least five members, at least a minute late (or after the session,
  as the room has agreed), and only while all members of the phase can be measured: who joins or
  pauses does not show.
- A calm group is not a better group, and a stirred-up one not a worse. Low arousal is no aim.
- It says nothing about what anybody thinks or feels. The index is exploratory.
"""


def _now() -> tuple[Panel, ...]:
    phase = Query(NOW, ("phase", "elapsed"), table=True)
    said = Query(f'SELECT last("text") AS "text" FROM "status" WHERE {HERE} AND $timeFilter',
                 ("text",), table=True)
    many = Query(f'SELECT last("n") AS "n" FROM "room" WHERE {HERE} AND $timeFilter', ("n",),
                 table=True)
    return (
        one("Phase now", "The phase that runs at the end of the time shown.", phase, "string",
            "/^phase$/", "No phase is running.", width=7, height=4),
        one("It has lasted", "Hours, minutes and seconds from the beginning of this phase. The hub "
            "moves it on every five seconds.", phase, "dthms", "/^elapsed$/", "-", width=4,
            height=4),
        one("Members in the curve", "How many the newest point of the curve stands for. It can "
            "change only from phase to phase.", many, "none", "/^n$/", "-", width=4, height=4),
        one("Why there is a curve, or none", "What the hub last said about the curve: shown, too "
            "few, somebody cannot be measured, between phases, or only after the session.", said,
            "string", "/^text$/", "No session was recorded here in the time shown; the sessions of "
            "before are at the end of this page.", size=16,
            width=9, height=4),
    )


def _arousal() -> Panel:
    select = ('SELECT mean("median") AS "median", mean("low") AS "lower quartile", '
              'mean("high") AS "upper quartile"')
    query = Query(f'{select} FROM "room" WHERE {HERE} AND $timeFilter GROUP BY {STEADY}',
                  ("median", "lower quartile", "upper quartile"), "$col")
    return lines(
        "Arousal of the group", "Median and middle half of the arousal index over the members of "
        "the phase, against each one's own quiet rest. Late by a minute or more, or shown after "
        "the session. Empty where it would not be safe: see above why.", (query,), "suffix: z",
        overrides=band("lower quartile", "upper quartile", palette.BLUE)
        | {"median": colour(palette.BLUE, width=3)}, height=10, least="2s",
    )


def _status() -> Panel:
    query = Query(f'SELECT "code" AS "curve" FROM "status" WHERE {HERE} AND $timeFilter',
                  ("curve",), "$col")
    return strip(
        "The curve is", "Why there is a curve at each time, or none: so that a gap explains "
        "itself. Nobody is left out of the group for a moment, since the step would be theirs.",
        (query,), "string", said_as(STATUS), height=3)


def _parts() -> Panel:
    select = ('SELECT mean("sympathetic") AS "sympathetic (skin, heart rate)", '
              'mean("parasympathetic") AS "parasympathetic (pulse-rate variability)"')
    names = ("sympathetic (skin, heart rate)", "parasympathetic (pulse-rate variability)")
    query = Query(f'{select} FROM "room" WHERE {HERE} AND $timeFilter GROUP BY {STEADY}', names,
                  "$col")
    return lines(
        "Sympathetic and parasympathetic part", "Medians over the members: activation, from skin "
        "conductance and heart rate, and regulation, from the variability of the pulse. Both "
        "against quiet rest; they are estimates from the fingers, not measures of nerves.",
        (query,), "suffix: z", least="2s",
        overrides={names[0]: colour(palette.ORANGE), names[1]: colour(palette.GREEN, dash=True)},
    )


def _coverage() -> Panel:
    query = Query(f'SELECT mean("share") AS "received" FROM "coverage_room" WHERE {HERE} AND '
                  f'$timeFilter GROUP BY {STEADY}', ("received",), "$col")
    return strip(
        "Samples received", "The share of all samples since the session began that has arrived, "
        "over all seats: pale below half, dark from 98 %. It ends with the session.", (query,),
        "percentunit", amounts(0.5, 0.9, 0.98), height=3, least="10s",
    )


DASHBOARD = Dashboard(
    UID, "Room", "team", SOURCE,
    "The group's arousal through its phases, safe for the group: no seat, no presenter.",
    (Row("", _now()), Row("", (_arousal(), _status(), phases(HERE), _parts(), _coverage(),
                               text("What this shows, and what not", WORDS, width=13, height=7),
                               sessions(UID, "phases", "room", f'"void" = 0 AND {OF_THE_KIND}',
                                        ("language", "kind"), width=11, height=7)))),
    (KIND, ROOM, LANGUAGE), bands(HERE), refresh="10s",
)
