"""For the team, in the room or after it: the group as a whole, and nobody in it."""

from __future__ import annotations

from dashboards import palette
from dashboards.course import LANGUAGE, RECENT, bands, basis, phases
from dashboards.kind import KIND, OF_THE_KIND
from dashboards.looks import amounts, band, colour, lines, one, said_as, strip, text
from dashboards.model import Dashboard, Panel, Query, Row, Variable
from dashboards.sessions import sessions

SOURCE = "stillpoint-team"
HERE = '"site" =~ /^${site:regex}$/ AND "room" =~ /^${room:regex}$/'
UID = "stillpoint-room"
NOW = ('SELECT "${language:raw}" AS "phase", ("end_ms" - "start_ms") / 1000 AS "elapsed" FROM '
       f'"phases" WHERE {HERE} AND {RECENT} '
       'AND "end_ms" >= ${__to} - 20000 ORDER BY time DESC LIMIT 1')
STEADY = 'time($__interval) fill(null)'
SITE = Variable("site", "Site", "The site of the room",
                f'SHOW TAG VALUES FROM "phases" WITH KEY = "site" WHERE {OF_THE_KIND}')
ROOM = Variable("room", "Room", "The room whose group is shown",
                'SHOW TAG VALUES FROM "phases" WITH KEY = "room" WHERE '
                '"site" =~ /^${site:regex}$/')

# What the hub says of the curve, in short, and its colour.
STATUS = {
    "shown": ("shown", palette.BLUE),
    "after": ("shown after the session", palette.SKY),
    "not-now": ("not shown just now", palette.YELLOW),
    "few": ("fewer than five seats have a kit", palette.GREY),
    "between": ("no phase", palette.PALE),
    "taken-back": ("taken back", palette.GREY),
}

WORDS = """\
What this shows: the middle of the group, not anybody in it.

- The line is the mean of the middle half of the members' arousal index; from eight people on, a
  band shows how far that half reaches. Every figure is the mean of at least three people, in steps
  of 0.1. Zero is each person's quiet rest at the beginning, and one unit is a usual deviation from
  it. Until that rest is over, and for anyone whose rest was too short, zero is their session so
  far. If the rest was corrected afterwards, the curve stays as it was shown; a mark at the opening
  says so.
- There is a curve only with at least five members, after the session (or at least a minute late,
  if the room has agreed to that), and only while it can be shown for all members of the phase, so
  that nobody can be seen to join or pause. Why it is not shown just now is left unsaid on purpose.
- A calm group is not a better group, and an aroused one is not worse. Low arousal is not an aim.
- It says nothing about what anybody thinks or feels. The index is exploratory.
"""


def _now() -> tuple[Panel, ...]:
    phase = Query(NOW, ("phase", "elapsed"), table=True)
    said = Query(f'SELECT last("text") AS "text" FROM "status" WHERE {HERE} AND $timeFilter',
                 ("text",), table=True)
    return (
        one("Phase now", "The phase running at the end of the time shown.", phase, "string",
            "/^phase$/", "No phase is running.", width=9, height=4),
        one("It has lasted", "Hours, minutes and seconds from the beginning of this phase. The hub "
            "updates it every five seconds.", phase, "dthms", "/^elapsed$/", "-", width=5,
            height=4),
        one("Why there is a curve, or none", "What the hub last said about the curve: shown, too "
            "few kits, not shown just now, between phases, only after the session, or taken back.",
            said, "string", "/^text$/", "No session was recorded here in the time shown; earlier "
            "sessions are at the end of this page.", size=16, width=10, height=4),
    )


def _arousal() -> Panel:
    select = ('SELECT mean("middle") AS "middle", mean("low") AS "lower edge", '
              'mean("high") AS "upper edge"')
    query = Query(f'{select} FROM "room" WHERE {HERE} AND $timeFilter GROUP BY {STEADY}',
                  ("middle", "lower edge", "upper edge"), "$col")
    return lines(
        "Arousal of the group", "The mean of the middle half of the arousal index over the members "
        "of the phase, each against their own quiet rest or, if there is none yet or it was too "
        "short, the session so far. From eight people on, a band shows how far that half reaches. "
        "No figure is one person's. Shown after the session, or at least a minute late. Empty "
        "where it would not be safe.", (query,), "suffix: z",
        overrides=band("lower edge", "upper edge", palette.BLUE)
        | {"middle": colour(palette.BLUE, width=3)}, height=10, least="2s",
    )


def _status() -> Panel:
    query = Query(f'SELECT "code" AS "curve" FROM "status" WHERE {HERE} AND $timeFilter',
                  ("curve",), "$col")
    return strip(
        "The curve is", "Whether there is a curve at each time, and if not, why, as far as the "
        "whole room knows. Nobody is left out for a moment: the step in the curve would give them "
        "away.",
        (query,), "string", said_as(STATUS), legend=True, height=4)


def _parts() -> Panel:
    select = ('SELECT mean("sympathetic") AS "sympathetic (skin, heart rate)", '
              'mean("parasympathetic") AS "parasympathetic (pulse-rate variability)"')
    names = ("sympathetic (skin, heart rate)", "parasympathetic (pulse-rate variability)")
    query = Query(f'{select} FROM "room" WHERE {HERE} AND $timeFilter GROUP BY {STEADY}', names,
                  "$col")
    return lines(
        "Sympathetic and parasympathetic part", "The middle of the members: activation, from skin "
        "conductance and heart rate, and regulation, from the variability of the pulse. Both use "
        "the same baseline as the curve above; they are estimates from the fingers, not measures "
        "of nerves.",
        (query,), "suffix: z", least="2s",
        overrides={names[0]: colour(palette.ORANGE), names[1]: colour(palette.GREEN, dash=True)},
    )


def _coverage() -> Panel:
    query = Query(f'SELECT mean("share") AS "received" FROM "coverage_room" WHERE {HERE} AND '
                  f'$timeFilter GROUP BY {STEADY}', ("received",), "$col")
    return strip(
        "Samples received", "The share of the samples due from all seats in each ten seconds that "
        "came in them, in steps of 10 %: pale below half, dark if all came. As late as the "
        "curve, and only for five seats or more.", (query,),
        "percentunit", amounts(0.5, 0.9, 0.98), height=3, least="10s",
    )


DASHBOARD = Dashboard(
    UID, "Room", "team", SOURCE,
    "The group's arousal through its phases, safe for the group: no seat, no presenter.",
    (Row("", _now()), Row("", (_arousal(), _status(), phases(HERE), _parts(), _coverage(),
                               text("What this shows, and what not", WORDS, width=13, height=9),
                               sessions(UID, "phases", ("site", "room"),
                                        f'"void" = 0 AND {OF_THE_KIND}', ("language", "kind"),
                                        width=11, height=9)))),
    (KIND, SITE, ROOM, LANGUAGE), (*bands(HERE), basis(HERE)), refresh="10s",
)
