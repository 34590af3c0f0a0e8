"""What every dashboard shows of a session's course: bands, markers, the strip of phases."""

from __future__ import annotations

from dashboards import palette
from dashboards.looks import said_as, strip
from dashboards.model import Layer, Panel, Query, Variable
from dashboards.names import NAMES

# What may matter now: it began at most four hours before the window, and is not undone.
RECENT = '"void" = 0 AND time >= ${__from}ms - 4h AND time <= ${__to}ms'
LANGUAGE = Variable(
    "language", "Language", "The language in which the phases are named",
    choices={"English": "label", "magyar": "label_hu", "Deutsch": "label_de"},
)
# Grafana calls a column of an annotation by its name, or, where it asks through its backend, by
# measurement and name, and compares the end's name to the letter. So the end comes twice: either
# way one of the two is END. The first column that nothing claims becomes the title.
END = "phases.end_ms"
REGION = '"ordinal", "${language:raw}" AS "label", "end_ms", "end_ms" AS "phases.end_ms"'


def bands(where: str) -> tuple[Layer, ...]:
    """One layer a kind of phase, so that each has its colour; one for all kinds without one.
    `where` says whose."""
    select = f'SELECT {REGION} FROM "phases" WHERE {where} AND {RECENT}'
    kinds = [(phase, name, f"\"phase\" = '{phase}'") for phase, name in palette.PHASES.items()]
    kinds.append(("other phases", palette.OTHER, f'"phase" !~ /^({"|".join(palette.PHASES)})$/'))
    return tuple(Layer(phase, name, f"{select} AND {which}", "label", END)
                 for phase, name, which in kinds)


def markers(where: str) -> Layer:
    """Moments that were marked."""
    query = f'SELECT "source", "label" FROM "markers" WHERE {where} AND {RECENT}'
    return Layer("markers", palette.DARK, query, "label", switch=True)


def basis(where: str) -> Layer:
    """What the curve stands against, at the opening: by it one sees that a baseline was
    corrected."""
    query = f'SELECT "text" FROM "basis" WHERE {where} AND $timeFilter'
    return Layer("baseline of the curve", palette.DARK, query, "text")


def phases(where: str) -> Panel:
    """The strip of phases, readable without colour."""
    query = (f'SELECT "${{language:raw}}" AS "phase" FROM "phases" WHERE {where} AND {RECENT} '
             'AND "end_ms" >= ${__from}')
    colours = {name: (name, palette.PHASES.get(phase, palette.OTHER))
               for phase, names in NAMES.items() for name in names}
    return strip(
        "Phase", "Which phase ran when, by name. Each lasts until the next begins; the last one "
        "runs on to the edge of the panel, while its band in the curves ends where it ended.",
        (Query(query, ("phase",), "$col"),), "string",
        said_as(colours), legend=True, height=5,
    )
