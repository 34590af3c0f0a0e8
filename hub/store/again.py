"""A session's results made again from its journal, for InfluxDB."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from hub.records import Group, Ledger, Received, Second
from hub.results.pipeline import LIVE_TICKS, Ledgers, Pipeline, Result

LAZY_TICKS = 30  # half a minute's seconds at once cost less than two by two; a minute's no less
SURE_TICKS = 10  # a second is worked out some 4 s after it was, where its kit is not away
Given = tuple[int, list[Result]]  # the row that led to it


class Again:
    """Feed it the rows of a session in order; it gives all that a live pipeline gave.

    `lazily`: cheaper and later, each ledger with the contact of its own second. Seconds and the
    group's figures come first, everything else as much later. Only for a session that is whole:
    the end of one that goes on would be missing. `sealed_ns`: when the session was over, if it was.
    `through`: the row up to which all was given.
    """

    def __init__(
        self, lazily: bool, waves: bool, without: frozenset[int], sealed_ns: int | None = None
    ) -> None:
        every = LAZY_TICKS if lazily else LIVE_TICKS
        self._pipeline = Pipeline(every=every, waves=waves, without=without, sealed_ns=sealed_ns)
        self._later = LAZY_TICKS + SURE_TICKS if lazily else 0
        self._ticks = 0
        self._waiting: deque[tuple[int, Given]] = deque()  # since which tick
        self._contacts: dict[int, deque[tuple[int, bool | None]]] = {}  # by seat: when, what
        self._contact: dict[int, bool | None] = {}
        self.through = 0

    def feed(self, row: Received) -> Iterator[Given]:
        """What there is to give after this row."""
        self._ticks += row.topic == "hub/tick"
        early, late = self._parted(self._pipeline.feed(row))
        self._waiting.append((self._ticks, (row.row, late)))
        if early:
            yield row.row, early
        yield from self._ripe(self._ticks - self._later)

    def finish(self, end_ns: int) -> list[Result]:
        """The session is over: all the rest, in order."""
        early, late = self._parted(self._pipeline.finish(end_ns))
        waited = [result for _, given in self._ripe(self._ticks) for result in given]
        return [*early, *waited, *self._with_contact(late)]

    def _parted(self, results: list[Result]) -> tuple[list[Result], list[Result]]:
        """What is given at once, and what waits until all seconds of its time are known."""
        early: list[Result] = []
        late: list[Result] = []
        for result in results:
            (early if isinstance(result, Second | Group) else late).append(result)
            if isinstance(result, Second):
                self._know(result)
        return early, late

    def _know(self, second: Second) -> None:
        touched = second.values["contact_ppg"].value
        known = None if touched is None else touched > 0.5
        self._contacts.setdefault(second.seat, deque()).append((second.time_ns, known))

    def _ripe(self, until_tick: int) -> Iterator[Given]:
        while self._waiting and self._waiting[0][0] <= until_tick:
            _, (self.through, late) = self._waiting.popleft()
            if late:
                yield self.through, self._with_contact(late)

    def _with_contact(self, results: list[Result]) -> list[Result]:
        return [self._touched(one) if isinstance(one, Ledgers) else one for one in results]

    def _touched(self, ledgers: Ledgers) -> Ledgers:
        rows = (self._of_its_second(row, ledgers.now_ns) for row in ledgers.rows)
        return replace(ledgers, rows=tuple(rows))

    def _of_its_second(self, row: Ledger, now_ns: int) -> Ledger:
        """With the newest contact that was known of this time; of a kit that is away, the last."""
        known = self._contacts.get(row.seat, deque())
        while known and known[0][0] <= now_ns:
            self._contact[row.seat] = known.popleft()[1]
        return replace(row, contact=self._contact.get(row.seat))
