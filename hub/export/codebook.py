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
PHASE = "id in the protocol; it comes again in a second case, and its start tells the two apart"
PHASE_START = "UTC, ns since 1970: when the leader's finger touched the button, after corrections"

COLUMNS: dict[str, dict[str, str]] = {
    "samples": {
        "time_ns": "moment at which the sensor finished the conversion; UTC, ns since 1970; from "
        "the fit over the whole session, whose claimed error is in certificate.json",
        "seat": SEAT,
        "channel": "; ".join(f"{one.name}: {one.source}" for one in CHANNELS.values()),
        "value": "; ".join(f"{one.name}: {one.value}" for one in CHANNELS.values())
        + ". A sample that was not received has no row",
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
        "end_ns": "UTC, ns; empty if the session was not closed",
        "source": SOURCE,
        "event": PRESS,
        "case": "number of the case, 1..n; empty: the phase belongs to no case",
        "part": "what studies use it as: baseline, or a part of a case; empty: neither",
    },
    "turns": {
        "role": "presenter (whose case it is) or speaker; while nobody is named there is no row",
        "seat": SEAT,
        "start_ns": "UTC, ns since 1970: when it began, after corrections",
        "end_ns": "UTC, ns: when another, or nobody, was named, or the session was closed, as "
        "tapped (studies and synchrony assume that nobody speaks on in quiet rest); empty if the "
        "session was not closed",
    },
    "seats": {
        "seat": SEAT,
        "kit": "kit on this seat; another kit may mean another person",
        "start_ns": "UTC, ns since 1970: when this began, after corrections",
        "end_ns": "UTC, ns: when another kit, or none, was on the seat, or the session was closed; "
        "empty if the session was not closed",
    },
    "per_phase": {
        "phase": PHASE,
        "start_ns": PHASE_START,
        "seat": SEAT,
        "feature": "name of the feature; see features and features_after",
        "unit": "unit of the mean",
        "mean": "over the whole seconds whose window lies inside the phase; empty: see reason",
        "seconds": "how many of those seconds have a value",
        "coverage": "the share of those seconds that have a value, 0..1",
        "quality": "mean quality of the seconds with a value, 0..1; empty: none has",
        "reason": "why the figure is withheld; beside a figure, the most frequent reservation, if "
        "it holds in a tenth or more of its seconds: no baseline, non-responder, ...",
    },
    "markers": {
        "at_ns": "UTC, ns since 1970: when the finger touched the button",
        "label": "from the protocol's fixed words",
        "source": SOURCE,
        "event": PRESS,
    },
}


COLUMNS["synchrony"] = {
    "phase": PHASE,
    "start_ns": PHASE_START,
    "end_ns": "UTC, ns",
    "signal": "eda: skin conductance level; hr: heart rate; if turns were recorded, without what "
    "the person's own speaking adds",
    "persons": "how many people counted; empty if the phase is too short to be analysed",
    "value": "mean correlation over pairs, minus that expected by chance (0: as by chance); "
    "comparable only between phases of about the same length: the same coupling gives more in a "
    "longer one",
    "low": "lower limit of chance on the same scale: a twentieth of chance values lie below it",
    "high": "upper limit of chance: a twentieth of chance values lie above it",
    "effect": "value in standard deviations of chance",
    "p": "one-sided, for this phase alone",
    "p_corrected": "p after Holm's correction over the phases of this signal",
    "valid": "valid share of the phase, over the people who counted",
    "reason": "why there is no value",
}
COLUMNS["intervals"] = {
    "end_ns": "time of the beat that ends the interval; UTC, ns since 1970",
    "seat": SEAT,
    "ibi_ms": "length of the interval after correction, ms (Lipponen & Tarvainen 2019); a poor "
    "signal gives none",
    "kind": "normal (as measured), ectopic or long-short (interpolated between its neighbours), "
    "missed (one of two halves), extra (two joined)",
}


FEATURE_KEYS = {
    "unit": "unit of the figure",
    "window_s": "seconds up to time_ns from which it is computed. For arousal and its sides: the "
    "longest window of their parts. For non_responder: all seconds since the session's beginning, "
    "from rates over windows of this length",
    "inputs": "channels of the samples",
    "minimum_coverage": "share of the window with valid input below which the figure is withheld. "
    "For arousal and its sides: share of their parts that have a value, by weight; for the "
    "parasympathetic side, RMSSD's own. In per_phase also the least share of the phase's seconds "
    "that must have a value. Only hr is also given "
    f"below it, with its reason: {KNOWN}; or {OUT_OF_RHYTHM}, where all credible beats count",
    "source": "source of the definition",
    "label": "what the feature is",
    "decimals": "decimals worth showing",
    "every_s": "seconds from one computation to the next; the figure stands until then, so its "
    "window may end up to this time, less 1 s, before time_ns",
}


KEYS = {
    "session": "id of the session",
    "stillpoint": "version of the program that made these files",
    "code": "fingerprint of the program: the first 12 digits of a SHA-256 over its sources; files "
    "with the same code were made by the same program",
    "protocol": "id of the protocol of its phases; null: none",
    "simulated": "true: the people were simulated",
    "sealed": "true: all data of the kits had arrived; false: the session was open, or a kit still "
    "held data, and these files lack what was still to come",
    "time": "clock and unit of all times",
    "kits": "how each kit that was on a seat described itself: kit, seats (all that it was on), "
    "at_ns (UTC, ns since 1970: valid from then on), about (firmware, board; ppg: its light; eda: "
    "constants that convert codes of the skin sensor to uS). Erased seats are left out",
    "columns": "columns of each table",
    "feature_keys": "what the keys of features mean",
    "features": "unit, window and source of each feature",
}


def _three_columns(features: Sequence[Feature]) -> dict[str, str]:
    """The three columns of each feature."""
    told: dict[str, str] = {}
    for one in features:
        told[one.name] = f"{one.label['en']}; empty: withheld" + (f"; {one.unit}" * bool(one.unit))
        told[f"{one.name}_quality"] = f"quality of {one.name}, 0..1"
        told[f"{one.name}_reason"] = f"why {one.name} is withheld, or qualified"
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
