"""The codebook: what every column of an export means."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from hub.analysis.session import Analysis
from hub.signals.features import FEATURES

COLUMNS: dict[str, dict[str, str]] = {
    "samples": {
        "time_ns": "moment at which the sensor finished the conversion; UTC, ns since 1970; by the "
        "fit over the whole session, its claimed error is in certificate.json",
        "seat": "seat in the circle, 1..n; who sat there is not in these files",
        "channel": "ppg: infra-red light at the finger; eda: skin conductance",
        "value": "ppg: raw counts of the converter (18 bit), falling with the pulse; eda: uS",
        "unit": "counts or uS",
        "late": "true where the sample was stored more than 5 s after it was taken",
    },
    "phases": {
        "phase": "id in the protocol",
        "label": "its English name",
        "start_ns": "UTC, ns: when the leader's finger touched, after corrections",
        "end_ns": "UTC, ns; empty where the session was not closed",
        "source": "console, box or script",
        "event": "id of the press in the journal",
    },
    "per_phase": {
        "mean": "over the whole seconds whose window lies inside the phase; empty: see reason",
        "coverage": "share of those seconds that have a value",
        "reason": "why the figure is withheld",
    },
    "markers": {"at_ns": "UTC, ns", "label": "from the protocol's fixed words"},
}


def codebook(analysis: Analysis) -> dict[str, Any]:
    """JSON-able description of the whole export."""
    return {
        "session": analysis.meta.get("session"),
        "stillpoint": version("stillpoint"),
        "time": "UTC nanoseconds on the hub's clock",
        "columns": COLUMNS,
        "features": {
            feature.name: {k: v for k, v in asdict(feature).items() if k != "name"}
            for feature in FEATURES
        },
        "feature_columns": "each feature has a column of its name, NAME_quality (0..1) and "
        "NAME_reason (why it is withheld); time_ns is the end of its window",
    }
