"""The codebook: what every column of an export means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hub.analysis.kits import said_by_kits
from hub.analysis.session import Analysis
from hub.disk.erased import erased_seats
from hub.provenance import made_by
from hub.results.channels import CHANNELS
from hub.signals.after import AFTER
from hub.signals.features import FEATURES, Feature
from hub.signals.hr import KNOWN
from hub.signals.rhythm import OUT_OF_RHYTHM

SEAT = "seat in the circle, 1..n; who sat there is not in these files"
SOURCE = "console, box or script"
PRESS = "id of the press in the journal"
PHASE = "id in the protocol; in a second case it comes again, and when it began tells them apart"
PHASE_START = "UTC, ns since 1970: when the leader's finger touched, after corrections"

COLUMNS: dict[str, dict[str, str]] = {
    "samples": {
        "time_ns": "moment at which the sensor finished the conversion; UTC, ns since 1970; by the "
        "fit over the whole session, its claimed error is in certificate.json",
        "seat": SEAT,
        "channel": "; ".join(f"{one.name}: {one.source}" for one in CHANNELS.values()),
        "value": "; ".join(f"{one.name}: {one.value}" for one in CHANNELS.values())
        + ". What was not received has no row",
        "unit": " or ".join(one.unit for one in CHANNELS.values()),
        "late": "true (in CSV TRUE) where the sample was stored more than 5 s after it was taken",
    },
    "features": {
        "time_ns": "whole second at which the feature's window ends; UTC, ns since 1970",
        "seat": SEAT,
    },
    "phases": {
        "phase": PHASE,
        "label": "its English name",
        "start_ns": PHASE_START,
        "end_ns": "UTC, ns; empty where the session was not closed",
        "source": SOURCE,
        "event": PRESS,
        "case": "number of the case, 1..n; empty: the phase is part of none",
        "part": "what studies take it for: baseline, or the part of a case; empty: neither",
    },
    "turns": {
        "role": "presenter (whose case it is) or speaker; where nobody is named there is no row",
        "seat": SEAT,
        "start_ns": "UTC, ns since 1970: from when on it was so, after corrections",
        "end_ns": "UTC, ns: until another, or nobody, was named, or the close, as it was tapped "
        "(studies and synchrony take nobody to speak on in quiet rest); empty where the session "
        "was not closed",
    },
    "seats": {
        "seat": SEAT,
        "kit": "that was on it; with another kit it may be another person",
        "start_ns": "UTC, ns since 1970: from when on it was so, after corrections",
        "end_ns": "UTC, ns: until another, or none, was on it, or the close; empty where the "
        "session was not closed",
    },
    "per_phase": {
        "phase": PHASE,
        "start_ns": PHASE_START,
        "seat": SEAT,
        "feature": "its name; see features and features_after",
        "unit": "of the mean",
        "mean": "over the whole seconds whose window lies inside the phase; empty: see reason",
        "seconds": "how many of those seconds have a value",
        "coverage": "their share, 0..1",
        "quality": "mean quality of the seconds with a value, 0..1; empty: none has",
        "reason": "why the figure is withheld; beside a figure, what most often qualifies its "
        "seconds, where a tenth or more say so: no baseline, non-responder, ...",
    },
    "markers": {
        "at_ns": "UTC, ns since 1970: when the finger touched",
        "label": "from the protocol's fixed words",
        "source": SOURCE,
        "event": PRESS,
    },
}


COLUMNS["synchrony"] = {
    "phase": PHASE,
    "start_ns": PHASE_START,
    "end_ns": "UTC, ns",
    "signal": "eda: skin conductance level; hr: heart rate; where turns were recorded, less what "
    "the person's own speaking adds",
    "persons": "how many counted; empty in a phase that is too short to be looked at",
    "value": "mean correlation over pairs, less that of chance (0: as chance); comparable between "
    "phases of about the same length only: the same coupling gives more in a longer one",
    "low": "a twentieth of chance lies below this, on the same scale,",
    "high": "and a twentieth above this",
    "effect": "value in standard deviations of chance",
    "p": "one-sided, of this phase alone",
    "p_corrected": "after Holm, over the phases of this signal",
    "valid": "valid share of the phase, of those who counted",
    "reason": "why there is no value",
}
COLUMNS["intervals"] = {
    "end_ns": "the beat that ends it; UTC, ns since 1970",
    "seat": SEAT,
    "ibi_ms": "its length, ms, once set right (Lipponen & Tarvainen 2019); of a poor signal none",
    "kind": "normal (as measured), ectopic or long-short (drawn between its neighbours), missed "
    "(one of two halves), extra (two put together)",
}


FEATURE_KEYS = {
    "unit": "of the figure",
    "window_s": "seconds up to time_ns that it is worked out from. Of arousal and its sides: the "
    "longest of their parts'. "
    "non_responder: all since the session's beginning, of rates over so long",
    "inputs": "channels of the samples",
    "minimum_coverage": "share of the window with valid input below which it is withheld. Of "
    "arousal and its sides: share of their parts that are there, by weight; of the parasympathetic "
    "one, RMSSD's own. In per_phase also the least share of the phase's "
    "seconds that have a value. hr alone is also given "
    f"below it, with its reason: {KNOWN}; or {OUT_OF_RHYTHM}, where all beats that can be believed "
    "count",
    "source": "of the definition",
    "label": "what it is",
    "decimals": "that are worth showing",
    "every_s": "it is worked out so often, and stands until then: its window may end so much, less "
    "1 s, before time_ns",
}


KEYS = {
    "session": "its id",
    "stillpoint": "version of the program that made these files",
    "code": "the program itself: the first 12 digits of a SHA-256 over its sources; two files with "
    "the same were made by the same",
    "protocol": "id of the protocol of its phases; null: none",
    "simulated": "true: nobody was there",
    "sealed": "true: all that the kits held had come; false: the session was open, or a kit still "
    "held some of it, and these files are without that",
    "time": "what every time stands against",
    "kits": "what each kit that was on a seat said of itself: kit, seats (all that it was on), "
    "at_ns (UTC, ns since 1970: from when on), about (firmware, board; ppg: its light; eda: what "
    "turns codes of the skin sensor into uS). An erased seat is not in it",
    "columns": "of each table",
    "feature_keys": "what the keys of features mean",
    "features": "unit, window, source of each",
}


def _three_columns(features: Sequence[Feature]) -> dict[str, str]:
    """The three columns of each feature."""
    told: dict[str, str] = {}
    for one in features:
        told[one.name] = f"{one.label['en']}; empty: withheld" + (f"; {one.unit}" * bool(one.unit))
        told[f"{one.name}_quality"] = f"quality of {one.name}, 0..1"
        told[f"{one.name}_reason"] = f"why {one.name} is withheld, or low"
    return told


def codebook(analysis: Analysis) -> dict[str, Any]:
    """JSON-able description of the whole export."""
    protocol = analysis.course.protocol
    return {
        "keys": KEYS,
        "session": analysis.meta.get("session"),
        **made_by(),
        "protocol": protocol.id if protocol else None,
        "simulated": analysis.meta.get("simulated") == "1",
        "sealed": "sealed_ns" in analysis.meta,
        "time": "UTC nanoseconds on the hub's clock",
        "kits": [asdict(one) for one in said_by_kits(
            analysis.course, analysis.descriptions, erased_seats(analysis.folder))],
        "columns": {
            **COLUMNS,
            "features": COLUMNS["features"] | _three_columns(FEATURES),
            "features_after": COLUMNS["features"] | _three_columns(AFTER),
        },
        "feature_keys": FEATURE_KEYS,
        "features": {
            feature.name: {k: v for k, v in asdict(feature).items() if k != "name"}
            for feature in (*FEATURES, *AFTER)
        },
    }
