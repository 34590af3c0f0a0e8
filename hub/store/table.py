"""The measurements, their tags and fields: one table. Lines, set-up, erasure, dashboards' tests and
docs/influx.md are held against it.

Every point has the tags site, room and session; none names a person, and a seat is a number.
Times are seconds, points of a grid, or the start of a region, so a point written again replaces
itself. A region (a phase, a marker, a role) that was undone or moved has void = 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.results.channels import CHANNELS
from hub.signals.features import FEATURES

# The buckets, by who may read them; RAW only where it is switched on, and kept for a week.
SEATS, TEAM, RAW = "stillpoint", "stillpoint-team", "stillpoint-raw"
COMMON = ("site", "room", "session")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `kind` is float, int or str."""

    name: str
    kind: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one bucket holds under one name. `time`: what its time means; `tags` beside COMMON."""

    name: str
    bucket: str
    time: str
    tags: tuple[str, ...]
    fields: tuple[Field, ...]
    text: str


def _measurement(
    name: str, bucket: str, time: str, tags: tuple[str, ...], text: str,
    *fields: tuple[str, str, str, str],
) -> Measurement:
    return Measurement(name, bucket, time, tags, tuple(Field(*field) for field in fields), text)


VOID = ("void", "int", "", "1: undone or moved, leave it out")
START = ("start_ms", "int", "ms", "its start since 1970: the same as the point's own time")
END = ("end_ms", "int", "ms", "its end since 1970; updated every 5 s while it lasts")
GROUP = (
    ("n", "int", "", "seats that have an index"),
    ("median", "float", "z", "median of the arousal index"),
    ("low", "float", "z", "lower quartile"),
    ("high", "float", "z", "upper quartile"),
    ("sympathetic", "float", "z", "median of the sympathetic part"),
    ("sympathetic_n", "int", "", "seats that have it"),
    ("parasympathetic", "float", "z", "median of the parasympathetic part"),
    ("parasympathetic_n", "int", "", "seats that have it"),
)
ROOM = (
    ("middle", "float", "z", "middle of the arousal index: the mean of the middle half"),
    ("low", "float", "z", "lower edge of the middle half: the mean of three people around the "
                          "quartile; from eight people on"),
    ("high", "float", "z", "upper edge, likewise"),
    ("sympathetic", "float", "z", "middle of the sympathetic part"),
    ("parasympathetic", "float", "z", "middle of the parasympathetic part"),
)  # fmt: skip
_FEATURES = tuple(
    row
    for feature in FEATURES
    for row in (
        (feature.name, "float", feature.unit, feature.label["en"]),
        (f"{feature.name}_q", "float", "", f"quality of {feature.name}, 0 to 1"),
    )
)
_CAUSES = tuple(
    (f"cause_{one.name}", "str", "", f"what was wrong with the {one.signal} in this second, in a "
                                     "word or two; absent if it was good")
    for one in CHANNELS.values()
)  # fmt: skip
_REASON = ("arousal_reason", "str", "", "`no baseline`, `baseline too short`: index measured "
                                        "against the session so far; `non-responder`; or why there "
                                        "is no index; absent if it is measured against the "
                                        "person's own baseline")
_GRIDS = "grid of " + " or ".join(
    f"{one.wave_ns / 1e6:g} ms ({one.name})" for one in CHANNELS.values())
STATS = ("hr", "rmssd", "scl", "scr_rate", "arousal")
_STATS = tuple(
    row
    for f in FEATURES if f.name in STATS
    for row in (
        (f.name, "float", f.unit, f"{f.label['en']}, median of the seats"),
        (f"{f.name}_low", "float", f.unit, "lower quartile"),
        (f"{f.name}_high", "float", f.unit, "upper quartile"),
        (f"{f.name}_n", "int", "", "seats that have it"),
    )
)  # fmt: skip


def _phases(bucket: str) -> Measurement:
    return _measurement(
        "phases", bucket, "start of the phase", ("phase",), "which phase",
        ("label", "str", "", "its name in English"), ("label_hu", "str", "", "in Hungarian"),
        ("label_de", "str", "", "in German"), ("ordinal", "int", "", "1 for the first"), START, END,
        ("source", "str", "", "console, box or script"), VOID,
    )  # fmt: skip


def _basis(bucket: str, text: str) -> Measurement:
    return _measurement(
        "basis", bucket, "opening of the session", (), text,
        ("text", "str", "", "in a sentence"),
        ("start_ms", "int", "ms", "beginning of the last baseline, since 1970"),
        ("end_ms", "int", "ms", "its end"),
        ("corrected_ms", "int", "ms", "when the hub last heard of a corrected baseline; 0: never"),
    )  # fmt: skip


TABLE: tuple[Measurement, ...] = (
    _measurement("features", SEATS, "whole second", ("seat",),
                 "what is computed each second; withheld values are absent", *_FEATURES, *_CAUSES,
                 _REASON),
    _measurement("waves", SEATS, _GRIDS, ("seat",),
                 "the signals themselves; no point where nothing was received",
                 *((one.name, "float", one.unit, one.signal) for one in CHANNELS.values())),
    _measurement("group", SEATS, "whole second", (), "all valid seats together", *GROUP),
    _measurement("room", TEAM, "whole second", (),
                 "the group, only as far as it is safe, in steps of 0.1", *ROOM),
    _measurement("status", TEAM, "whole second, when it changes and every 30 s", (),
                 "why there is a curve, or none",
                 ("code", "str", "", "shown, few, not-now, between, after, taken-back"),
                 ("text", "str", "", "the same in words")),
    _phases(SEATS), _phases(TEAM),
    _measurement("markers", SEATS, "the moment", ("label",), "moments that were marked",
                 ("source", "str", "", "console, box or script"), VOID),
    _measurement("roles", SEATS, "start", ("role", "seat"), "who presents, who speaks",
                 END, VOID),
    _measurement("coverage", SEATS, "whole second", ("seat",), "samples that should be there, and "
                 "those that are",
                 ("expected", "int", "", "samples so far"), ("stored", "int", "", "of these"),
                 ("late", "int", "", "stored more than 5 s after they were taken"),
                 ("lost", "int", "", "gone for good"),
                 ("error_ms", "float", "ms", "error that the clock claims"),
                 ("rate_hz", "float", "Hz", "fitted rate of the pulse sensor"),
                 ("settling", "int", "", "1: the clock is not settled yet"),
                 ("contact", "int", "", "1: a finger is on the sensor")),
    _measurement("kits", SEATS, "whole second, every 5 s", ("seat",), "state of the kits",
                 ("ring_permille", "int", "1/1000", "share of the kit's memory in use"),
                 ("repeats", "int", "", "frames that came again and were dropped"),
                 ("battery_mv", "int", "mV", "battery voltage; no kit measures it yet"),
                 ("rssi_dbm", "int", "dBm", "strength of the access point at the kit")),
    _measurement("coverage_room", TEAM, "end of a stretch of 10 s", (),
                 "all seats together that were there when the stretch began, if five or more; "
                 "shown when, and as late as, the curve is",
                 ("share", "float", "",
                  "share of the samples due in the stretch that came in it, in tenths")),
    _measurement("phase_stats", SEATS, "start of the phase", ("phase", "who"),
                 "after the session, over the seats' means in the phase; who: presenter (one seat, "
                 "of the case, as in a study), members (all others) or group; arousal leaves out "
                 "seats without a long enough baseline",
                 START, END, ("n", "int", "", "seats that have any of these figures"), *_STATS,
                 VOID),
    _measurement("turns", SEATS, "beginning or end of a turn", ("role", "seat"),
                 "after the session; who presented, who spoke, for display",
                 ("on", "int", "", "1: from here on; 0: no longer")),
    _measurement("synchrony", SEATS, "start of the phase", ("phase", "signal"),
                 "after the session; signal: eda or hr", END,
                 ("value", "float", "",
                  "mean correlation minus that by chance; compare only phases of the same length"),
                 ("low", "float", "", "a twentieth of chance values lie below this"),
                 ("high", "float", "", "a twentieth of chance values lie above this"),
                 ("p", "float", "", "for this phase alone"),
                 ("p_corrected", "float", "", "p after Holm's correction over the phases"),
                 ("n", "int", "", "people; absent if the phase is too short to be analysed"),
                 ("reason", "str", "", "why there is no value"),
                 VOID),
    _measurement("synchrony_curve", SEATS, "middle of a window of 30 s", ("signal",),
                 "after the session, for display",
                 ("value", "float", "", "as in synchrony"), ("low", "float", "", "as in synchrony"),
                 ("high", "float", "", "as in synchrony")),
    _basis(SEATS, "after the session; what `features` and `group` are measured against"),
    _basis(TEAM, "after the session; whether the baseline has been corrected since the curve"),
    _measurement("raw", RAW, "the sample's own", ("seat",), "every sample of the pulse sensor",
                 ("ppg", "float", "counts", "as the sensor gave it")),
)  # fmt: skip
