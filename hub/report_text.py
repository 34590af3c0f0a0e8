"""What the commands say to a person, from the same dicts that --json prints. Times are UTC."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

Row = dict[str, Any]

WIDTH = 98  # columns that a line may have
ANOTHER = "software that was not written down"
SHOWN_MAX = 20  # gaps, and problems; --json has them all
NOTHING = "-"
CORRECTED = ("Kits were changed, or seats corrected after somebody was erased. Exports, studies "
             "and this command use the seats as they stood before that correction.")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Column(NamedTuple):
    """Its head, what it shows of a row, and whether that is text, which begins at the left."""

    head: str
    cell: Callable[[Row], str]
    left: bool = False


def table(rows: Sequence[Row], columns: Sequence[Column]) -> str:
    """Aligned columns under their heads."""
    cells = [[column.head for column in columns]]
    cells += [[column.cell(row) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(line, widths, columns) for line in cells)


def _line(texts: list[str], widths: list[int], columns: Sequence[Column]) -> str:
    padded = [
        text.ljust(width) if column.left else text.rjust(width)
        for text, width, column in zip(texts, widths, columns, strict=True)
    ]
    return ("  " + "  ".join(padded)).rstrip()


def utc(ns: int | None, places: int = 0) -> str:
    """A moment in ns since 1970 as ISO 8601, cut to whole seconds or to `places` decimals."""
    if ns is None:
        return NOTHING
    moment = EPOCH + timedelta(microseconds=ns // 1000)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[: 20 + places].rstrip(".") + "Z"


def lasting(ns: int) -> str:
    """A duration as a person says it."""
    seconds = ns / 1e9
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60:.0f} s" if minutes else f"{seconds:.2f} s"


def _text(name: str) -> Callable[[Row], str]:
    return lambda row: NOTHING if row.get(name) is None else str(row[name])


def _count(name: str) -> Callable[[Row], str]:
    return lambda row: NOTHING if row.get(name) is None else f"{row[name]:,}"


def _figure(name: str, decimals: int) -> Callable[[Row], str]:
    return lambda row: NOTHING if row.get(name) is None else f"{row[name]:.{decimals}f}"


def _time(name: str, places: int = 0) -> Callable[[Row], str]:
    return lambda row: utc(row.get(name), places)


def _gap_lasts(row: Row) -> str:
    return lasting(row["end_ns"] - row["start_ns"])


def _lasted(row: Row) -> str:
    return lasting(row["closed_ns"] - row["opened_ns"]) if row["closed_ns"] else NOTHING


SEAT, KIT = Column("seat", _text("seat")), Column("kit", _text("kit"), True)
BOOT = Column("boot", _text("boot"), True)
LEDGER = (
    SEAT, KIT, Column("expected", _count("expected")), Column("stored", _count("stored")),
    Column("late", _count("late")), Column("lost", _count("lost")),
    Column("repeats", _count("repeats")), Column("rate Hz", _figure("rate_hz", 3)),
    Column("claimed ms", _figure("clock_error_ms", 2)),
)
GAPS = (
    Column("from", _time("start_ns", 2), True),
    Column("lasting", _gap_lasts),
    SEAT, KIT, Column("samples", _count("samples")), Column("cause", _text("cause"), True),
)
CLOCKS = (
    KIT, BOOT, Column("exchanges", _count("exchanges")),
    Column("drift ppm", _figure("drift_ppm", 2)),
    Column("trip ms", _figure("round_trip_ms", 2)),
    Column("delay ms", _figure("residual_ms_p50", 2)),
    Column("p99", _figure("residual_ms_p99", 2)),
    Column("claimed ms", _figure("claimed_error_ms", 2)),
)
RARE = (Column("steps", _count("steps")), Column("refused", _count("refused")))  # if not 0
SENSORS = (
    KIT, BOOT, Column("settled at", _time("settled_at"), True),
    Column("rate Hz", _figure("rate_hz", 4)),
    Column("claimed ms", _figure("phase_error_ms", 2)),
    Column("breaks", _count("index_breaks")),
)
SESSIONS = (
    Column("opened", _time("opened_ns"), True), Column("room", _text("room"), True),
    Column("state", _text("state"), True), Column("lasted", _lasted),
    Column("session", _text("id"), True),
)


def sessions_text(rows: list[Row], unreadable: list[str], folder: str) -> str:
    """The sessions of a data folder, and what looks like one and is none."""
    if not rows and not unreadable:
        return (
            f"No session in {folder} yet. `stillpoint demo` makes one; `stillpoint up` waits for "
            "real kits."
        )
    parts = [table(rows, SESSIONS), f"They are in {folder}/sessions."] if rows else []
    owed = [(row["id"], seat) for row in rows for seat in row["influx_still_has"]]
    parts += [f"InfluxDB STILL HAS SEAT {seat} OF {session}, which was erased:\n"
              f"  stillpoint erase {session} --seat {seat}" for session, seat in owed]
    return "\n\n".join([*parts, *(f"Not readable: {why}" for why in unreadable)])


def verify_text(said: Row) -> str:
    """The certificate and the ledger as a page of text."""
    clocks = [_named(name, clock) for name, clock in sorted(said["certificate"].items())]
    rare = [column for column in RARE if any(row[column.head] for row in clocks)]
    sensors = [row for row in clocks if row["rate_hz"] is not None]
    parts = [
        _head(said),
        _part("Samples of the pulse sensors", said["ledger"], LEDGER, "No kit was on a seat."),
        _part("Gaps", said["gaps"], GAPS, "None."),
        _part("Clocks, one for each start of a kit", clocks, (*CLOCKS, *rare), "None."),
        _part("Pulse sensors, timed by those clocks", sensors, SENSORS, "None."),
        *_problems(said["problems"]),
        _verdict(said),
    ]
    return "\n\n".join(parts)


def _head(said: Row) -> str:
    state = "sealed" if said["sealed"] else "closed" if said["closed"] else "open"
    return (
        f"Session {said['session']} ({state})\n"
        f"  room {said['room'] or NOTHING} at {said['site'] or NOTHING}, "
        f"opened {utc(said['opened_ns'])}, closed {utc(said['closed_ns'])}"
    )


def _named(name: str, clock: Row) -> Row:
    kit, _, boot = name.rpartition(":")
    return {"kit": kit, "boot": boot, **clock}


def _part(title: str, rows: list[Row], columns: Sequence[Column], empty: str) -> str:
    """A headed table of the first rows."""
    body = table(rows[:SHOWN_MAX], columns) if rows else f"  {empty}"
    return f"{title}\n{body}{_left_out(rows)}"


def _left_out(rows: list[Row]) -> str:
    more = len(rows) - SHOWN_MAX
    return f"\n  … and {more} more: see --json" if more > 0 else ""


def _problems(rows: list[Row]) -> list[str]:
    """What the hub said while it ran, and rows that cannot be read."""
    if not rows:
        return []
    lines = [
        textwrap.fill(f"{utc(row['at_ns'])}  {row['what']}", WIDTH, initial_indent="  ",
                      subsequent_indent=" " * 24)
        for row in rows[:SHOWN_MAX]
    ]
    return ["\n".join(["Problems", *lines]) + _left_out(rows)]


def _verdict(said: Row) -> str:
    lines = list(said["findings"] or [_in_order(said)])
    if not said["sealed"]:
        lines.append(
            "The session is not sealed yet: samples that kits still hold count as lost until they "
            "arrive."
        )
    return "\n".join(textwrap.fill(line, WIDTH) for line in lines)


def _in_order(said: Row) -> str:
    if not said["ledger"]:
        return "Nothing was expected, and nothing is lost."
    return "Nothing is lost, and every clock has settled."


def counted(number: int, noun: str) -> str:
    """1 row, 2 rows."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def replay_text(said: Row) -> str:
    """The outcome of a replay in a sentence or two."""
    digest = f"Digest {said['sha256']}"
    if said["same"] is None:
        return (
            "There is nothing to compare with: digest.jsonl got no line while the session ran\n"
            "(the first is written after a minute, the last at sealing).\n" + digest
        )
    if said["same"]:
        minutes = counted(said["compared"], "minute")
        later = f"\n{counted(said['later'], 'row')} came after it was sealed." * bool(said["later"])
        return f"Identical to the last bit: {minutes} compared.{later}{_corrected(said)}\n{digest}"
    return _difference(said)


def _corrected(said: Row) -> str:
    if said["corrected_ns"] is None:
        return ""
    return "\n" + textwrap.fill(
        f"A baseline was corrected at {utc(said['corrected_ns'])}: arousal shown live before that "
        "is measured against the old baseline. Exports and InfluxDB use the corrected one.",
        WIDTH,
    )


def _difference(said: Row) -> str:
    where = (
        "a minute that the journal no longer yields" if said["first_difference"] is None
        else f"minute {said['first_difference']}"
    )
    now, then = said["software"], said["live_software"] or ANOTHER
    if now == then:
        return textwrap.fill(
            f"It differs, first in {where}, although the software is the same ({now}): the journal "
            "or the digest has changed since. Nothing was changed now. If the files came from a "
            "copy, compare them with the original; otherwise please report this.", WIDTH,
        )
    return textwrap.fill(
        f"It differs, first in {where}, as it may after an upgrade: the live results were made by "
        f"{then}, and this is {now}. Nothing was changed. An export holds what this software makes "
        "of the journal. To prove what was seen live, replay with the earlier software; "
        "`stillpoint verify` says whether a row is missing.", WIDTH,
    )


def export_text(paths: list[str]) -> str:
    """What was written."""
    return "\n".join([*paths, "", "codebook.json explains every column."])


def unsealed_text(closed: bool) -> str:
    """What an export is without, of a session that is not sealed."""
    why = "a kit may still hold some data" if closed else "the session is still open"
    return textwrap.fill(
        f"Not sealed: {why}. Data that arrive later are not in these files, and `sealed` in "
        "codebook.json is false. When `stillpoint sessions` shows the session as sealed, export "
        "again to another folder.", WIDTH)


def rebuilt_text(said: Row) -> str:
    """What `replay --influx` says."""
    return "\n".join([
        f"{said['session']}: {said['rows']} rows of the journal are in InfluxDB as points:",
        *(f"  {name:<32} {count:>9}" for name, count in said["points"].items() if count),
    ])


def erased_text(said: Row) -> str:
    """What `erase` did, what is left and where, and what can be done about that."""
    parts = [
        f"Seat {said['seat']} of {said['session']} is erased for good: erased.json in its folder "
        "says so. Exports, studies and pages opened from now on leave it out. The session's team "
        "curve is taken back.",
        *_shared(said), *_in_influx(said), *_earlier(said["exports"]), _in_the_journal(said),
    ]
    return "\n\n".join(part if "\n" in part else textwrap.fill(part, WIDTH, break_on_hyphens=False)
                       for part in parts)


def _shared(said: Row) -> list[str]:
    """Where a kit was on several seats, or the seat had several: nobody can tell who wore which."""
    if not said["shared"]:
        return []
    lines = [f"  seat {one['seat']} had {one['kit']} from {utc(one['start_ns'])} to "
             f"{utc(one['end_ns'])}" for one in said["shared"]]
    others = sorted({one["seat"] for one in said["shared"]}.difference(said["erased"]))
    why = CORRECTED if said["corrected"] else "Kits were changed."
    head = (f"{why} All of seat {said['seat']} is erased, whoever wore its kits, and nothing of "
            "any other seat:")
    return ["\n".join([*textwrap.wrap(head, WIDTH), *lines, *_also(said["session"], others)])]


def _also(session: str, seats: list[int]) -> list[str]:
    if not seats:
        return []
    return ["If the person who withdrew sat there at times, erase that seat too:",
            *(f"  stillpoint erase {session} --seat {seat}" for seat in seats)]


def _in_influx(said: Row) -> list[str]:
    if said["owed"]:
        return ["This session was written to InfluxDB (influx.json in its folder), which is not "
                "configured now: THE SEAT IS STILL THERE. Set influx_url (docs/influx.md) and run "
                "the command again."]
    if said["left"] is None:
        return []
    left = [f"  {name:<32} {'not asked' if count is None else count:>9}"
            for name, count in said["left"].items()]
    return ["\n".join([f"InfluxDB has, of seat {said['seat']}:", *left, _left_there(said)])]


def _earlier(exports: list[str]) -> list[str]:
    if not exports:
        return []
    return [f"These earlier exports still contain the seat: {', '.join(exports)}. Delete them and "
            "all copies that were handed on, then export again."]


def _in_the_journal(said: Row) -> str:
    held = ", ".join(f"{rows} rows of {kit}" for kit, rows in said["held"].items() if rows)
    return ("The journal (session.sqlite) still holds what came from the seat: "
            f"{held or 'no row of a kit'}, and the presses that name it. To destroy this too, "
            "export the session now (with --out, to another folder), keep that export, and delete "
            "the session's folder and its back-ups. The results of the others can then no longer "
            "be recomputed.")


def _left_there(said: dict[str, Any]) -> str:
    if said["ok"]:
        return "Nothing of it is left there."
    if any(said["left"].values()):
        return "Something is left. Run the command again; if this persists, check InfluxDB."
    return ("'not asked' was once written to a bucket that the settings no longer name. Name that "
            "bucket again, as in influx.json in the session's folder, and run the command again.")
