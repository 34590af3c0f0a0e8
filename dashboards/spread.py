"""A distribution over time: the core heatmap, in shades of blue."""

from __future__ import annotations

from dashboards import palette
from dashboards.looks import NOTHING
from dashboards.model import Json, Panel, Query

EVERY = "30s"  # Grafana counts points: one a series in each step of time, whatever is shown


def spread(title: str, description: str, query: Query, unit: str, step: float = 0.5) -> Panel:
    """How many series lie in each step of value and time. The query is grouped by EVERY."""
    options: Json = {
        "calculate": True,
        "calculation": {"xBuckets": {"mode": "size", "value": EVERY},
                        "yBuckets": {"mode": "size", "value": str(step)}},
        "color": {"mode": "scheme", "scheme": "Blues", "steps": 8, "exponent": 0.5,
                  "scale": "exponential", "fill": palette.BLUE, "reverse": False},
        "cellGap": 0, "showValue": "never", "filterValues": {"le": 1e-9},
        "rowsFrame": {"layout": "auto"}, "exemplars": {"color": palette.GREY},
        "yAxis": {"axisPlacement": "left", "reverse": False, "unit": unit},
        "legend": {"show": False}, "tooltip": {"show": True, "yHistogram": False},
    }
    defaults: Json = {"custom": {"scaleDistribution": {"type": "linear"}}, "noValue": NOTHING}
    return Panel(title, "heatmap", description, (query,), unit, height=8, defaults=defaults,
                 options=options)
