"""The one route from the journal to results: pure, and the same live, in replay and after.

    rows -> course (who, when, which phase) -> frames in order -> clock -> samples -> signals

No clock, file or thread in here: time comes in with the rows. The same rows in the same order
give the same results, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from firmware import wire
from hub.about import FRONT_END, front_end
from hub.about import read as read_about
from hub.arrays import Floats, Ints
from hub.course.log import CourseLog
from hub.course.phases import Course
from hub.decode import Decoded, decode
from hub.records import NS, Gap, Group, Ledger, Problem, Received, Second, Wave
from hub.results.channels import CHANNELS, PPG
from hub.results.enrolments import Enrolments
from hub.results.group import GroupCurve
from hub.results.ledger import EARLY_NS, Account
from hub.results.stays import Stay, Stays
from hub.results.stream import BootStream, Clocks, LiveClocks, Samples
from hub.results.waves import WaveGrid
from hub.signals.column import Column
from hub.signals.seat import advance, work

LIVE_TICKS = 3  # seconds at once: a fifth cheaper than two, which are a quarter cheaper than one
# Where only the end is wanted, the signals wait so many times longer. The samples are placed as
# often as ever: they are placed by pieces, and by others each would lie a part of a us elsewhere.
SELDOM = 5


@dataclass(frozen=True, slots=True)
class CourseChanged:
    """The session's course has a new word in it."""

    course: Course


@dataclass(frozen=True, slots=True)
class Placed:
    """Samples of a seat, placed in time (for the export; a live view needs only the waves).
    `stay`: of which of the seat's kits, one after the other, as `hub.results.stays` counts them."""

    seat: int
    samples: Samples
    values: Floats  # in the unit of its channel
    stay: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Successive seconds of a seat with a kit in place of a `Second` for each: `time_ns`, and every
    feature at them."""

    seat: int
    kit: str
    time_ns: Ints
    features: dict[str, Column]


@dataclass(frozen=True, slots=True)
class Ledgers:
    """Every account as it stands at `now_ns`."""

    now_ns: int
    rows: tuple[Ledger, ...]


Result = CourseChanged | Placed | Second | Stretch | Group | Wave | Ledgers | Gap | Problem


class Seat:
    """What the pipeline keeps for one seat: its kits in turn, with their signals, and its waves."""

    def __init__(self, number: int) -> None:
        self.number, self.stays = number, Stays()
        self.waves = {channel: WaveGrid(number, row) for channel, row in CHANNELS.items()}
        self.baselines: list[tuple[int, int]] = []
        self.contact: bool | None = None


class Pipeline:
    """Feed it a session's rows in order; it gives back what they lead to.

    `every`: after how many ticks (seconds) the signals are worked on: what comes out is the same,
    later and cheaper. `waves`: whether they are wanted. `without`: seats that were erased.
    `decode`: who else decodes the same rows may give what it has. `by_second`: False for who wants
    only what there is in the end: seats' seconds come as `Stretch`es, more seldom, the accounts
    once, and the group, which follows from the seats, not at all. `final`: the course as it was in
    the end, for who knows it: its seats and baselines count from the first second, whenever they
    were said.
    `sealed_ns`: the session was over then, and its last seconds may have been shown: what is said
    of a baseline later changes none of them.
    """

    def __init__(
        self, clocks: Clocks | None = None, *, every: int = LIVE_TICKS, waves: bool = True,
        without: frozenset[int] = frozenset(), decode: Callable[[Received], Decoded] = decode,
        by_second: bool = True, final: Course | None = None, sealed_ns: int | None = None,
    ) -> None:
        self.course, self._final, self._sealed_ns = CourseLog(), final, sealed_ns
        self._clocks = clocks or LiveClocks()
        self._every, self._waves, self._ticks = every, waves, 0
        self._work_every = every if by_second else every * SELDOM
        self._without, self._decode, self._by_second = without, decode, by_second
        self._streams: dict[tuple[str, int], BootStream] = {}
        self._newest: dict[str, BootStream] = {}
        self._told: set[BootStream] = set()  # what is impossible in these
        self._seats: dict[int, Seat] = {}
        self._enrolments = Enrolments(without, 0 if final else EARLY_NS)
        self._front_end: dict[str, dict[str, float]] = {}  # by kit
        self._repeats: dict[str, int] = {}
        self._group = GroupCurve()
        self._epoch_s: int | None = None
        self._rows: dict[str, Callable[[Received], list[Result]]] = {
            "data": self._data, "stamp": self._stamp, "about": self._describe, "hub": self._hub,
        }  # an event has been heard by the course

    def feed(self, row: Received) -> list[Result]:
        """What this row leads to, in order."""
        if self._epoch_s is None:
            self._epoch_s = row.at_ns // NS
            if self._final:
                self._take_seats(self._final, row.at_ns)
        changed = self.course.feed(row)
        results = self._course_changed(row.at_ns) if changed else []
        handle = self._rows.get(row.topic.partition("/")[0])
        return results + handle(row) if handle else results

    def finish(self, end_ns: int) -> list[Result]:
        """No more rows will come: what still waits is given, what is missing is lost."""
        closed = self.course.state.closed_ns
        end_ns = end_ns if closed is None else min(end_ns, closed)
        seconds = self._seconds(end_ns, final=True)
        gaps = [gap for account in self._enrolments if (gap := account.finish(end_ns))]
        return [*gaps, *seconds, *self._group.settled(end_ns + 60 * NS), self._ledgers(end_ns)]

    # -- the course ---------------------------------------------------------------------------

    def _course_changed(self, now_ns: int) -> list[Result]:
        course = self.course.state
        known = self._seconds(now_ns)  # by the course as it was
        if not self._final:
            self._take_seats(course, now_ns)
        if course.closed_ns is not None:
            self._enrolments.close(course.closed_ns)
        return [*known, CourseChanged(course)]

    def _take_seats(self, course: Course, now_ns: int) -> None:
        """The seats and their kits are these, whatever was said before."""
        self._enrolments.take(course.seats, course.closed_ns, now_ns)
        for number, spans in course.seats.items():
            if number in self._without:
                continue
            seat = self._seats.setdefault(number, Seat(number))
            if self._sealed_ns is None or now_ns <= self._sealed_ns:
                self._tell_baselines(seat, course)
            for span in spans if self._final else spans[-1:]:
                seat.stays.sits(str(span.value), self._second(span.start_ns))

    def _tell_baselines(self, seat: Seat, course: Course) -> None:
        ended = course.baselines
        if ended != seat.baselines:
            seat.baselines = ended
            seat.stays.baselines([(self._session_s(a), self._session_s(b)) for a, b in ended])

    def _second(self, ns: int) -> int:
        """The first whole second of the session that is not before."""
        return -(-ns // NS) - (self._epoch_s or 0)

    def _session_s(self, ns: int) -> float:
        return (ns - (self._epoch_s or 0) * NS) * 1e-9

    # -- rows ---------------------------------------------------------------------------------

    def _describe(self, row: Received) -> list[Result]:
        try:
            about = read_about(row.payload)
            self._front_end[row.topic.partition("/")[2]] = front_end(about)
        except wire.WireError:
            pass  # what was known before stays
        return []

    def _stamp(self, row: Received) -> list[Result]:
        if row.kit is None or row.boot is None:
            return []
        try:
            stamp = wire.decode_stamp(row.payload)
        except wire.WireError:
            return []
        if row.seq is not None:
            self._repeats[row.kit] = self._repeats.get(row.kit, 0) + 1
        stream = self._stream(row.kit, row.boot)
        return self._of(stream, stream.feed(row.at_ns, stamp, None), row.at_ns)

    def _data(self, row: Received) -> list[Result]:
        kit = row.topic.partition("/")[2]
        try:
            stamp, frame = self._decode(row)
        except wire.WireError as error:
            return [_damaged(row, kit, error)]
        stream = self._stream(kit, frame.boot)
        self._newest[kit] = stream
        return self._of(stream, stream.feed(row.at_ns, stamp, frame), row.at_ns)

    def _hub(self, row: Received) -> list[Result]:
        if row.topic != "hub/tick":
            return []
        now_ns = row.at_ns
        self._ticks += 1
        seconds: list[Result] = []
        if self._ticks % self._work_every == 0:
            seconds = self._seconds(now_ns)
        elif self._ticks % self._every == 0:
            seconds = self._waited(now_ns)
        if not self._by_second:
            return seconds
        return [*seconds, *self._group.settled(now_ns), self._ledgers(now_ns)]

    def _stream(self, kit: str, boot: int) -> BootStream:
        key = (kit, boot)
        if key not in self._streams:
            self._streams[key] = BootStream(kit, boot, self._clocks)
        return self._streams[key]

    # -- samples ------------------------------------------------------------------------------

    def _of(self, stream: BootStream, batches: list[Samples], now_ns: int) -> list[Result]:
        """What these samples of a stream lead to, and once what is wrong with it."""
        results = [result for samples in batches for result in self._place(samples)]
        if stream.impossible is not None and stream not in self._told:
            self._told.add(stream)
            results.insert(0, _impossible(stream, now_ns))
        return results

    def _place(self, samples: Samples) -> list[Result]:
        """Who took them: the kit may have changed seats in between."""
        results: list[Result] = []
        for part in samples.cut(self._cuts(samples)):
            account = self._enrolments.at(part.kit, int(part.times_ns[0]))
            if account is not None:
                results += self._credit(account, part)
        return results

    def _credit(self, account: Account, samples: Samples) -> list[Result]:
        channel, seat = CHANNELS[samples.channel], self._seats[account.seat]
        gap = account.add(samples) if channel is PPG else None
        values = channel.to_value(samples.values, self._front_end.get(samples.kit, FRONT_END))
        start_s = self._session_s(int(samples.times_ns[0]))
        stay = seat.stays.at(samples.kit, start_s)
        if stay is not None:
            channel.push(stay.signals, *_with_gap(values, start_s, samples))
        grid = seat.waves[samples.channel]
        wave = grid.push(samples.times_ns, values) if self._waves else None
        placed = Placed(account.seat, samples, values, stay.number if stay else 0)
        return [result for result in (gap, placed, wave) if result is not None]

    def _cuts(self, samples: Samples) -> list[int]:
        """Where among these an enrolment of their kit begins or is over."""
        first, last = int(samples.times_ns[0]), int(samples.times_ns[-1])
        edges = self._enrolments.edges(samples.kit)
        return sorted({edge for edge in edges if first < edge <= last})

    def _waited(self, now_ns: int) -> list[Result]:
        """What those samples lead to that waited to be placed."""
        return [
            result for stream in self._streams.values()
            for result in self._of(stream, stream.place(), now_ns)
        ]  # fmt: skip

    # -- once a second ------------------------------------------------------------------------

    def _seconds(self, now_ns: int, final: bool = False) -> list[Result]:
        out = self._waited(now_ns)
        stays = [(seat, stay) for seat in self._seats.values() for stay in seat.stays]
        signals = [stay.signals for _, stay in stays]
        until_s = self._session_s(now_ns)
        if not self._by_second:
            return [*out, *self._stretches(stays, *work(signals, until_s, final))]
        for (seat, _), rows in zip(stays, advance(signals, until_s, final), strict=True):
            for second, values in rows:
                row = Second(seat.number, ((self._epoch_s or 0) + second) * NS, values)
                contact = values["contact_ppg"].value
                seat.contact = None if contact is None else contact > 0.5
                self._group.add(row)
                out.append(row)
        return out

    def _stretches(
        self, stays: list[tuple[Seat, Stay]], spans: list[range], found: dict[str, Column]
    ) -> Iterator[Stretch]:
        begin = 0
        for (seat, stay), span in zip(stays, spans, strict=True):
            if not span:
                continue
            end = begin + len(span)
            columns = {name: column.part(begin, end) for name, column in found.items()}
            contact = float(columns["contact_ppg"].value[-1])
            seat.contact = None if np.isnan(contact) else contact > 0.5
            times_ns = (np.array(span) + (self._epoch_s or 0)) * NS
            yield Stretch(seat.number, stay.kit, times_ns, columns)
            begin = end

    def _ledgers(self, now_ns: int) -> Ledgers:
        rows: list[Ledger] = []
        for account in self._enrolments:
            account.contact = self._seats[account.seat].contact
            stream = self._newest.get(account.kit)
            rows.append(account.row(now_ns, stream, self._repeats.get(account.kit, 0)))
        return Ledgers(now_ns, tuple(rows))


BRIDGED_S = 60.0


def _with_gap(
    values: Floats, start_s: float, samples: Samples
) -> tuple[Floats, float, float]:
    """The values with NaN for what is missing before them; a long gap is left as a jump in time."""
    if not 0 < samples.lost * samples.period_s <= BRIDGED_S or samples.begins:
        return values, start_s, samples.period_s
    missing = np.full(samples.lost, np.nan)
    return (
        np.concatenate((missing, values)), start_s - samples.lost * samples.period_s,
        samples.period_s,
    )


def _damaged(row: Received, kit: str, error: wire.WireError) -> Problem:
    return Problem(
        row.at_ns, "damaged row", f"row {row.row} of {kit} cannot be read: {error}",
        "the row as it came", "run `stillpoint verify` on the session",
    )


def _impossible(stream: BootStream, now_ns: int) -> Problem:
    return Problem(
        now_ns, "impossible samples",
        f"frame {stream.impossible} of {stream.kit} has samples dated later than their arrival",
        "the frame as it came; such samples are left out of the results",
        "look for a second device with this name; a pulse sensor much faster than 100 samples a "
        "second does this too in its first seconds: `stillpoint verify` names it afterwards",
    )
