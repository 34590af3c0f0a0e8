"""How much came of what should have, of all seats together, stretch by stretch."""

from __future__ import annotations

from collections.abc import Iterable

from hub.policy import GROUP_MIN
from hub.records import NS, Ledger

EVERY_NS = 10 * NS
DECIMALS = 1
Account = tuple[int, int]  # expected, stored


class Intake:
    """Takes the accounts as they stand; gives shares in tenths, none of fewer than GROUP_MIN
    seats. A seat counts from its first whole stretch on: what it sends at first is on its way. One
    whose kit was swapped is one seat; one that sends what it held back makes up for no other."""

    def __init__(self) -> None:
        self._before: dict[int, Account] = {}
        self._until_ns = 0
        self._shares: dict[int, float] = {}  # by the end of the stretch

    def take(self, rows: Iterable[Ledger], now_ns: int) -> None:
        """The accounts of this second; one a stretch is enough."""
        until_ns = now_ns // EVERY_NS * EVERY_NS
        if until_ns == self._until_ns:
            return
        self._until_ns = until_ns
        now = _by_seat(rows)
        grown = [_less(now[seat], account) for seat, account in self._before.items() if seat in now]
        due = [(expected, came) for expected, came in grown if expected > 0]
        if len(due) >= GROUP_MIN:
            came = sum(min(max(came, 0), expected) for expected, came in due)
            self._shares[until_ns] = round(came / sum(expected for expected, _ in due), DECIMALS)
        self._before = now

    def pop(self, time_ns: int) -> float | None:
        """The share of the stretch that ended then, once."""
        return self._shares.pop(time_ns, None)


def _by_seat(rows: Iterable[Ledger]) -> dict[int, Account]:
    accounts: dict[int, Account] = {}
    for row in rows:
        expected, stored = accounts.get(row.seat, (0, 0))
        accounts[row.seat] = (expected + row.expected, stored + row.stored)
    return accounts


def _less(now: Account, before: Account) -> Account:
    return now[0] - before[0], now[1] - before[1]
