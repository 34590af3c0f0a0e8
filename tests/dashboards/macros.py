"""What Grafana puts into a query before it sends it, as far as these dashboards use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.model import Dashboard

USED = re.compile(r"\$\{(\w+)(?::(\w+))?\}")
SPECIAL = re.compile(r"([\\^$*+?.()|\[\]{}/])")


@dataclass(frozen=True)
class Window:
    """What is shown: epoch ms, and the interval that the panel's width leads to."""

    from_ms: int
    to_ms: int
    interval: str = "5s"

    def fill(self, text: str, chosen: Mapping[str, tuple[str, ...]]) -> str:
        """The query as InfluxDB gets it."""
        fixed = {"__from": str(self.from_ms), "__to": str(self.to_ms)}

        def put(found: re.Match[str]) -> str:
            name, form = found[1], found[2]
            return fixed[name] if name in fixed else _formed(chosen[name], form)

        said = USED.sub(put, text)
        said = said.replace("$timeFilter", f"time >= {self.from_ms}ms and time <= {self.to_ms}ms")
        return said.replace("$__interval", self.interval)


def _formed(values: tuple[str, ...], form: str | None) -> str:
    if form == "regex":
        escaped = [SPECIAL.sub(r"\\\1", value) for value in values]
        return f"({'|'.join(escaped)})" if len(escaped) > 1 else "".join(escaped)
    assert form == "raw" and len(values) == 1, f"{form} of {values}"
    return values[0]


def choose(dashboard: Dashboard, ask, window: Window, **given: str) -> dict[str, tuple[str, ...]]:
    """The value of every variable, as a reader finds it: all of a list, or its newest."""
    chosen: dict[str, tuple[str, ...]] = {}
    for variable in dashboard.variables:
        if variable.name in given:
            chosen[variable.name] = (given[variable.name],)
        elif variable.first:
            chosen[variable.name] = (variable.first,)
        elif variable.choices:
            chosen[variable.name] = (next(iter(variable.choices.values())),)
        else:
            found = sorted({row["value"] for row in ask(window.fill(variable.query, chosen))})
            chosen[variable.name] = tuple(found if variable.several else found[-1:])
    return chosen
