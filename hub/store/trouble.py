"""What is wrong with InfluxDB, in plain words."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from hub.errors import SettingsError

KEPT = "everything: the journal goes on, and InfluxDB is filled from it later"
AGAIN = "the hub tries again by itself"
TOKEN = ("give the hub a token that may write: in influx_token_file it is read at the next try, in "
         "STILLPOINT_INFLUX_TOKEN at the hub's next start")
NOT_FOUND = 404
ANSWERS = {
    401: ("InfluxDB does not accept the hub's token", TOKEN),
    403: ("InfluxDB does not let the hub's token write there", TOKEN),
    NOT_FOUND: ("InfluxDB does not know the bucket or the organisation",
                f"create them, or correct influx_bucket and influx_org; {AGAIN}"),
}  # fmt: skip
OTHERWISE = ("InfluxDB does not take the results",
             f"check InfluxDB: is its disk full? {AGAIN}")  # fmt: skip

UNPARSED = "unable to parse '"
QUOTED = re.compile(UNPARSED + r"((?:\\.|[^\s\\])*)(?:.*'(: .*)|.*)")  # head; what is wrong with it


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happened, what is kept, what to do next; `form`: for pages with words of their own."""

    what: str
    kept: str
    do: str
    form: str = ""


INFLUX = "influxdb"  # the code of all of these: each takes the place of the one before
BACK = Trouble("InfluxDB takes the results again", "all of them",
               "nothing: what it missed is being written", "influxdb-back")

OCCUPIED = Trouble(
    "A command has been writing this session to InfluxDB, or erasing a seat, for half a minute",
    KEPT,
    f"let it finish; if it was stopped (Ctrl-Z), `fg` in its terminal resumes it; {AGAIN}",
    "influxdb-occupied",
)
SOMETHING_ELSE = Trouble(
    "What answers at influx_url is not InfluxDB 2", KEPT,
    f"start InfluxDB 2 there (version 1 will not do), or correct influx_url; {AGAIN}",
)
UNERASED = Trouble(
    "InfluxDB does not delete a session from which a seat was erased: it still has the seat",
    "the erasure: exports, studies and pages leave the seat out",
    f"give the hub's token the right to delete, or use an InfluxDB that can; {AGAIN}",
)
UNSUMMED = Trouble(
    "The results that need the whole session could not be worked out: InfluxDB has none, or those "
    "from before the last correction",
    "the journal, and all else that InfluxDB has of the session",
    "look for the reason in the hub's log (docs/deploy.md says how much memory this takes); the "
    "hub tries again at its next start, `stillpoint replay SESSION --influx` at once",
    "influxdb-unsummed",
)
NOT_YET = Trouble(
    "The corrections of this session are not in InfluxDB yet: its curves are the old ones",
    "all corrections; exports use them at once",
    "nothing: the hub writes them there a minute after the last correction, once no session runs",
)
TAKEN_IN = Trouble("InfluxDB now has the whole session", "all of it",
                   "nothing, except reload the pages that show it")


def unreachable(url: str, error: Exception) -> Trouble:
    """No answer at all."""
    while isinstance(cause := getattr(error, "reason", None), Exception):
        error = cause
    why = str(error).rpartition(": ")[2]  # before that is which connection: another at every try
    return Trouble(f"InfluxDB cannot be reached at {url}: {why}", KEPT,
                   f"start it, or correct influx_url; {AGAIN}", "influxdb-away")


def no_token(error: SettingsError) -> Trouble:
    """Its file holds something else."""
    return Trouble(error.what.rstrip("."), KEPT, f"{error.do.rstrip('.')}; {AGAIN}")


def is_no_influxdb2(status: int, said: str) -> bool:
    """By what is not found: InfluxDB 2 says in JSON, with a code, what it has none of."""
    try:
        return status == NOT_FOUND and "code" not in json.loads(said)
    except (ValueError, TypeError):
        return True


def answered(status: int, said: str) -> Trouble:
    """An answer that is not about these lines."""
    what, do = ANSWERS.get(status, OTHERWISE)
    return Trouble(f"{what}: it answers {status}, {said}", KEPT, do)


def stumbled(error: Exception) -> Trouble:
    """A mistake of the hub's own, or a file that it cannot read. Its text may hold anything of a
    session: that is for the log."""
    return Trouble(
        f"The hub failed in writing to InfluxDB ({type(error).__name__})",
        "everything: the journal goes on, and what was written stays",
        f"tell the makers, with the hub's log; {AGAIN}, from where it was",
    )


def without_figures(said: str) -> str:
    """An answer without the figures of the lines that it quotes: measurement and tags are left."""
    before, quotes, _ = said.partition(UNPARSED)
    if not quotes:
        return said
    entries = (QUOTED.search(row) for row in said[len(before):].splitlines())
    return before + "; ".join(f"{UNPARSED}{e[1]} ...'{e[2] or ''}" for e in entries if e)


def left_out(count: int, why: str) -> Trouble:
    """Lines that it will never take: so many so far, and why the last of them."""
    many = "1 line" if count == 1 else f"{count} lines"
    return Trouble(
        f"InfluxDB has refused {many} of this session so far: {why}",
        "all other lines, and the journal, which has everything",
        "find out what else writes to its bucket, or use another bucket; then rewrite the session "
        "with `stillpoint replay SESSION --influx`",
    )


def undeleted(name: str, why: str) -> Trouble:
    """What was to be written anew could only be written over."""
    return Trouble(
        f"InfluxDB does not delete the {name} of a session before they are rewritten: {why}",
        "all that is written now; outdated points may remain beside it",
        "give the hub's token the right to delete, or use an InfluxDB that can; then rewrite the "
        "session with `stillpoint replay SESSION --influx`",
    )
