"""Colours that colour-blind readers can tell apart (Okabe and Ito 2008), without its red."""

from __future__ import annotations

ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, PINK, GREY, PALE, DARK = "#0072B2", "#CC79A7", "#8C8C8C", "#BBBBBB", "#003F5C"
OLIVE = "#7A7A00"  # in lines, where yellow cannot be seen on white
SERIES = (BLUE, ORANGE, GREEN, SKY, PINK, OLIVE, GREY)
STONE, BROWN, INDIGO = "#666666", "#8A5A2B", "#332288"  # further kinds of phase
SILENT = "#E8E8E8"  # hardly there; not transparent, which Grafana draws black

# From least to most, in one hue: how much of something is there.
LITTLE, PART, MOST, ALL = PALE, "#A6CEE8", "#4B9CD3", BLUE

# The phases of a case, and those around it; what is not here (a break, the outer circle's round)
# has the last colour. All differ, also for readers who lack one kind of cone: more would not.
PHASES: dict[str, str] = {
    "baseline": STONE,
    "building-trust": YELLOW,
    "case-call": SKY,
    "presentation": ORANGE,
    "questions": GREEN,
    "discussion": BLUE,
    "integration": PINK,
    "closing": BROWN,
    "recovery": INDIGO,
}
OTHER = PALE
