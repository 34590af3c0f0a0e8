"""Why an event has no effect, or another than it says: in English, by a code for the pages."""

from __future__ import annotations

REASONS = {
    "running": "this phase was already running",
    "unchanged": "nothing changed: this was so already",
    "same-moment": "another press took effect at the same moment",
    "twice": "pressed twice at once: it counts as one press",
    "moved": "moved in time by a later event",
    "to-opening": "moved to the opening of the session: nothing was recorded before it",
    "overtaken": "another re-time came after it",
    "undone": "undone by a later event",
    "deleted": "deleted by a later event",
    "no-time": "it does not say to when: to_ns is a whole number of nanoseconds, UTC",
    "to-future": "it would move the press into the future",
    "behind-end": "it would move the press behind the end of the session",
    "none-left": "there was nothing left to undo",
    "undone-before": "what it names was undone before",
    "deleted-before": "what it names was deleted before",
    "itself": "it names itself",
    "no-effect": "what it names had no effect",
    "unknown": "nothing is known by the name it gives, or it cannot be corrected",
    "other-kind": "this cannot be said of a correction",
    "before-opening": "it is dated before the session was opened",
    "after-close": "it is dated after the session was closed",
    "future": "it is dated in the future: check that time, or the clock of what sent it",
    "no-phase": "the session's protocol has no such phase",
    "no-marker": "the session's protocol has no such marker",
    "no-seat": "the session has no such seat",
    "seat": "a seat is a number from 1 to 99",
    "kit": "a kit's name is 1-24 of a-z 0-9 -",
    "not-open": "the session was not opened",
}
CODES = {text: code for code, text in REASONS.items()}
