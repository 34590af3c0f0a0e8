"""For researchers: many sessions side by side."""

from __future__ import annotations

from dataclasses import replace

from dashboards import palette
from dashboards.kind import KIND, OF_THE_KIND
from dashboards.looks import bars, colour, lines, table, text
from dashboards.model import Dashboard, Panel, Query, Row, Variable
from dashboards.names import english
from dashboards.review import FIGURES, SOURCE, called, counted
from dashboards.review import UID as REVIEW
from dashboards.sessions import UNSEEN

HERE = (f'{OF_THE_KIND} AND "site" =~ /^${{site:regex}}$/ AND "room" =~ /^${{room:regex}}$/ AND '
        '"void" = 0 AND "n" > 0 AND $timeFilter')
SITE = Variable("site", "Site", "The sites to include",
                f'SHOW TAG VALUES FROM "phase_stats" WITH KEY = "site" WHERE {OF_THE_KIND}',
                several=True)
ROOM = Variable("room", "Room", "The rooms to include",
                'SHOW TAG VALUES FROM "phase_stats" WITH KEY = "room" WHERE '
                '"site" =~ /^${site:regex}$/', several=True)
PHASE = Variable("phase", "Phase of the trends", "The phase that trends and table show, by its id",
                 'SHOW TAG VALUES FROM "phase_stats" WITH KEY = "phase" WHERE '
                 '"site" =~ /^${site:regex}$/ AND "room" =~ /^${room:regex}$/',
                 first="presentation")
WHO = ("presenter", "members")
WORDS = """\
Means over sessions, to look at; no test is made here. The order of phases is fixed and presenting \
is confounded with speaking, so a difference between phases, or between presenter and members, is \
not by itself an effect of the group's work. `docs/studies.md` says which contrasts hold, and how \
many sessions they need. Arousal is measured against each seat's own quiet rest or, during and \
before it, against the session so far; seats without a long enough rest are left out. Nobody is \
followed over sessions: a seat is a place, not a person.
"""


def _profile(name: str, title: str, unit: str) -> Panel:
    """A group of bars each for presenter and members: the phases in their order."""
    queries = tuple(_mean(name, phase) for phase in palette.PHASES)
    return bars(
        f"{title}, phase by phase", "Means over the sessions of the time shown (two cases of one "
        "session count by their mean, as in a study), phases in their order: the presenter's "
        "course beside the members'. There is no bar for a phase in which nobody was measured long "
        "enough, nor for a break, the outer circle's round, the last word or a phase of your own: "
        "choose those above, for trends and table.", queries, unit, "who",
        {english(phase): tint for phase, tint in palette.PHASES.items()}, "no sealed session",
        width=12, height=9)


def _mean(name: str, phase: str) -> Query:
    """Over sessions, of each one's mean over its cases: a session of two is one session."""
    each = (f'SELECT mean("{name}") AS "one" FROM "phase_stats" WHERE {HERE} AND "phase" = '
            f"'{phase}' AND \"who\" =~ /^(presenter|members)$/ GROUP BY \"session\", \"who\"")
    return Query(f'SELECT mean("one") AS "{english(phase)}" FROM ({each}) GROUP BY "who"',
                 ("who", english(phase)), table=True)


def _trend(name: str, title: str, unit: str) -> Panel:
    queries = tuple(
        Query(f'SELECT "{name}" AS "{who}" FROM "phase_stats" WHERE {HERE} AND "phase" = '
              f"'${{phase:raw}}' AND \"who\" = '{who}'", (who,), "$col") for who in WHO)
    panel = lines(f"{title} over the months", "One point for each session, or each case of it, in "
                  "the phase chosen above: the presenter, and the median of the members. Lines "
                  "only join neighbours.",
                  queries, unit, width=12, height=7,
                  overrides={"presenter": colour(palette.ORANGE, dash=True, width=1),
                             "members": colour(palette.BLUE, width=1)})
    custom = panel.defaults["custom"] | {"showPoints": "always", "pointSize": 7}
    return replace(panel, defaults=panel.defaults | {"custom": custom})


def _sessions() -> Panel:
    figures = tuple(name for name, _, _ in FIGURES)
    columns = ("session", "who", *counted(figures), "end_ms")
    select = ", ".join(f'"{name}"' for name in columns)
    select += ', "end_ms" - 7200000 AS "from_ms", "end_ms" + 3600000 AS "to_ms"'
    query = Query(f'SELECT {select} FROM "phase_stats" WHERE {HERE} AND "phase" = '
                  "'${phase:raw}' AND \"who\" =~ /^(presenter|members)$/",
                  (*columns, "from_ms", "to_ms"), table=True)
    link = {"title": "Look at the three hours around this phase", "targetBlank": False,
            "url": f"/d/{REVIEW}?var-session=${{__data.fields.session}}"
                   "&from=${__data.fields.from_ms}&to=${__data.fields.to_ms}"}
    return table(
        "Sessions side by side", "The phase chosen above, in every session, by time. A session's "
        "name leads to its review. Each figure is followed by its number of seats. Sorted by time "
        "only.", (query,),
        names={"Time": "began", **called(figures), "end_ms": "ended"},
        overrides={"session": {"links": [link]}, "from_ms": UNSEEN, "to_ms": UNSEEN,
                   "ended": {"unit": "dateTimeAsLocal"},
                   "arousal": {"unit": "suffix: z", "decimals": 2},
                   "heart rate": {"unit": "suffix: /min", "decimals": 1},
                   "RMSSD": {"unit": "ms", "decimals": 1},
                   "responses": {"unit": "suffix: /min", "decimals": 1}}, height=10)


DASHBOARD = Dashboard(
    "stillpoint-study", "Study", "researcher", SOURCE,
    "Sessions side by side: phases by presenter and members, and trends over months.",
    (Row("Phases, presenter beside members", tuple(_profile(*one) for one in FIGURES)),
     Row("Over the months: ${phase:text}", tuple(_trend(*one) for one in FIGURES)),
     Row("Sessions", (_sessions(), text("How to read this", WORDS, height=3)))),
    (KIND, SITE, ROOM, PHASE), since="now-6M",
)
