"""Who took a sample: which seat each kit is on, from when to when, an account for each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hub.records import Span
from hub.results.ledger import EARLY_NS, Account


class Enrolments:
    """`without`: seats that were erased: what was taken there is nobody's. `early_ns`: so much may
    the first sample lie before the seat was given, where the kit's clock is hardly known yet."""

    def __init__(self, without: frozenset[int], early_ns: int = EARLY_NS) -> None:
        self._without, self._early_ns = without, early_ns
        self._accounts: dict[tuple[int, str, int], Account] = {}
        self._worn: dict[str, list[Account]] = {}  # by kit, the earliest first

    def __iter__(self) -> Iterator[Account]:
        """Every account that counts, in the order in which they were opened."""
        return (one for one in self._accounts.values() if one.seat not in self._without)

    def take(
        self, seats: Mapping[int, Sequence[Span]], closed_ns: int | None, now_ns: int
    ) -> None:
        """These kits are on the seats, whatever was said of them before."""
        for seat, spans in seats.items():
            self._take(seat, spans, closed_ns, now_ns)
        ends = {(one.kit, one.end_ns): one for one in self._accounts.values()}
        for account in self._accounts.values():
            account.before = ends.get((account.kit, account.since_ns))

    def _take(self, seat: int, spans: Sequence[Span], closed_ns: int | None, now_ns: int) -> None:
        """A kit that never was on the seat after all is expected there no longer; who stays to the
        close has no end until it comes."""
        given = {(seat, str(span.value), span.start_ns): span.end_ns for span in spans}
        for key, end_ns in given.items():
            if key not in self._accounts:
                self._open(key)
            self._accounts[key].end_ns = None if end_ns == closed_ns else end_ns
        for key, account in self._accounts.items():
            if account.seat == seat and key not in given:
                account.end_ns = min(account.end_ns or now_ns, now_ns)

    def _open(self, key: tuple[int, str, int]) -> None:
        self._accounts[key] = Account(*key)
        worn = self._worn.setdefault(key[1], [])
        worn.append(self._accounts[key])
        worn.sort(key=lambda one: one.since_ns)

    def close(self, closed_ns: int) -> None:
        """The session is over for who is still there."""
        for account in self._accounts.values():
            account.end_ns = account.end_ns or closed_ns

    def at(self, kit: str, ns: int) -> Account | None:
        """The account of a sample that this kit took then."""
        found = next((one for one in self._worn.get(kit, ()) if self._holds(one, ns)), None)
        return None if found is None or found.seat in self._without else found

    def edges(self, kit: str) -> Iterator[int]:
        """Where another seat, or none, may begin for the samples of a kit."""
        for account in self._worn.get(kit, ()):
            yield account.since_ns - self._early_ns
            if account.end_ns is not None:
                yield account.end_ns + 1

    def _holds(self, account: Account, ns: int) -> bool:
        return account.since_ns - self._early_ns <= ns <= (account.end_ns or ns)
