"""Lines to InfluxDB until they are in, whatever it says meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from hub.store.post import Away, NotTaken, Post, Wipe, keeps_all
from hub.store.trouble import Trouble, left_out, undeleted

RETRY_S = (1, 2, 5, 10, 30)
RETRY_MAX_S = 300.0  # however long InfluxDB says
DROPPED = re.compile(r"dropped=(\d+)")  # InfluxDB: how many points of a partial write


class Sender:
    """`trouble`: why lines do not get there now, or else what was refused for good. `settled`: how
    many posts and deletions InfluxDB has taken, or refused for good. `refused`: lines that it would
    not take."""

    def __init__(self, post: Post, wipe: Wipe = keeps_all) -> None:
        self._post, self._wipe = post, wipe
        self.refused = 0
        self.settled = 0
        self._away: Trouble | None = None
        self._left_out: Trouble | None = None

    @property
    def trouble(self) -> Trouble | None:
        return self._away or self._left_out

    def send(self, bucket: str, lines: list[str]) -> None:
        """Until they are in; of lines that will never be taken, all others are."""
        try:
            self._until_done(lambda: self._post(bucket, "\n".join(lines).encode()))
        except NotTaken as error:
            self._without_the_bad(bucket, lines, error)

    def wipe(self, bucket: str, name: str, session: str) -> None:
        """Until a session's points of this measurement are gone. An InfluxDB that cannot delete
        keeps what is not overwritten: that is said."""
        try:
            self.delete(bucket, name, session)
        except NotTaken as error:
            self._left_out = undeleted(name, str(error))

    def delete(self, bucket: str, name: str, session: str) -> None:
        """As `wipe`; NotTaken by an InfluxDB that cannot delete."""
        self._until_done(lambda: self._wipe(bucket, name, session))

    def _until_done(self, do: Callable[[], object]) -> None:
        """Again and again while it is away. NotTaken where that is its last word."""
        tries = 0
        while True:
            try:
                do()
            except NotTaken:
                self._settle()
                raise
            except Away as error:
                self._away = error.trouble
                pause = error.after_s or RETRY_S[min(tries, len(RETRY_S) - 1)]
                time.sleep(min(pause, RETRY_MAX_S))
                tries += 1
            else:
                return self._settle()

    def _settle(self) -> None:
        self._away = None
        self.settled += 1

    def _without_the_bad(self, bucket: str, lines: list[str], error: NotTaken) -> None:
        if error.partly or len(lines) == 1:
            return self._count_refused(str(error), lines if len(lines) == 1 else [])
        half = len(lines) // 2
        self.send(bucket, lines[:half])
        self.send(bucket, lines[half:])

    def _count_refused(self, why: str, known: list[str]) -> None:
        """Said anew whenever there are twice as many: not with every line."""
        before, found = self.refused, DROPPED.search(why)
        self.refused += max(1, int(found[1]) if found else 1)
        if self.refused.bit_length() != before.bit_length():
            heads = "".join(f"; left out: {line.partition(' ')[0][:120]}" for line in known)
            self._left_out = left_out(self.refused, why + heads)  # no figure of anybody's
