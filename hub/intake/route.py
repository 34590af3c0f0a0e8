"""Where a message goes: which session's journal, and what its kit is told. Writer's thread only.

What is not kept, and why
  a damaged or foreign message   nothing of it can be believed; it is counted by cause
  a frame for the fit check      only its stamp, and only in a session that the kit is part of
  a frame of a session nobody    there is no place for it; it is counted and acknowledged, so that
  knows                          it does not stop the frames behind it
  a frame that was made while    recorded without consent: the kit had not yet heard that its seat
  its kit was on no seat         was given up (SLACK_NS covers the frame under way). What it made
                                 while it was on the seat is kept, however late it comes
  a body's frame by a box's name it sits on no seat: of a box only its presses are kept
"""

from __future__ import annotations

import json

from firmware import wire
from hub.about import is_coarse, read
from hub.decode import values_of
from hub.disk.journal import Entry
from hub.errors import JournalError
from hub.intake.batch import Batch, Came
from hub.intake.inbox import Arrived
from hub.intake.kits import Kit, KitBook, Progress, fit_check
from hub.intake.lasting import Lasting, Over, Report
from hub.intake.shelf import Shelf, Shelved

SLACK_NS = 2_000_000_000
SEQ_MAX = (1 << 32) - 1  # an acknowledgement of it could not name the next
TOPICS_MAX = 50_000  # remembered, so that a name is checked once

COARSE, NO_BOX, NO_ROLE, TWIN, NAMESAKE = "converter", "no box", "no role", "twin", "namesake"
WHAT = {
    NO_BOX: "{} behaves as a button box but has the name of a kit.",
    NO_ROLE: "{} has the name of a button box but behaves as a kit.",
    TWIN: "Two devices are called {}: both send, in turn.",
    NAMESAKE: "A device in room {1} is also called {0}: both send, in turn.",
}
OF_A_BOX = (wire.EVENT, wire.HEALTH)  # channels

FIRST_CHANNEL = wire.STAMP_SIZE + wire.HEADER_SIZE  # where the first block's lies


class Router:
    """`route(message, batch)` adds to the batch what the message leads to; it never raises for
    what a peer sent. `over(code, subject, room)`: what was reported is no more."""

    def __init__(self, shelf: Shelf, kits: KitBook, report: Report, over: Over) -> None:
        self._shelf, self._kits, self._report, self._over = shelf, kits, report, over
        self._lasting = Lasting(report, over)
        self.look = self._lasting.look  # once a second
        self._topics: dict[str, wire.Topic] = {}

    def route(self, message: Arrived, batch: Batch) -> None:
        try:
            topic = self._parse(message.topic)
            (self._frame if topic.stream == "data" else self._about)(topic, message, batch)
        except wire.WireError as error:
            cause = str(error).split(" ")[0]
            what = f"A message cannot be read ({error}); its topic is {message.topic[:60]!r}."
            self._report("bad message", what, cause, self._room_of(message.topic))

    def _room_of(self, topic: str) -> str:
        """Whom a bad message concerns: the room that its topic names; everybody where there is none
        of that name."""
        known = self._topics.get(topic)
        return known.room if known and known.room in self._kits.rooms() else ""

    def _parse(self, text: str) -> wire.Topic:
        known = self._topics.get(text)
        if known is None:
            known = wire.parse_topic(text)
            if known.stream == "ack":
                raise wire.WireError("topic of no use")
            if len(self._topics) >= TOPICS_MAX:
                self._topics.clear()
            self._topics[text] = known
        return known

    # -- about ------------------------------------------------------------------------------------

    def _about(self, topic: wire.Topic, message: Arrived, batch: Batch) -> None:
        about = read(message.payload)
        kit = self._kits.get(topic.room, topic.kit)
        self._kits.describe(kit, about)
        self._judge(kit)
        session = self.part_of(kit)
        if session is not None:
            batch.entries[session].append(about_entry(kit, message.at_ns))

    def _judge(self, kit: Kit) -> None:
        if is_coarse(kit.about):
            what = f"{kit.name} has a converter of 12 bits: an ADS1015 sold as an ADS1115."
            self._report(COARSE, what, kit.name, kit.room)
        else:
            self._over(COARSE, kit.name, kit.room)
        if kit.says == kit.role:
            self._lasting.gone(NO_BOX, kit.name, kit.room)
            self._lasting.gone(NO_ROLE, kit.name, kit.room)

    def _is_wrong(self, code: str, kit: Kit, *more: str) -> None:
        """As a frame shows that has come now: a description may be that of a kit long gone."""
        session = self._shelf.in_room(kit.room)
        self._lasting.seen(
            code, WHAT[code].format(kit.name, *more), kit.name, kit.room,
            tag=session.info.tag if session else 0, at_ns=kit.last_ns,
        )

    def _tell_twins(self, kit: Kit, other: Kit) -> None:
        """In both rooms, where they are two."""
        if other is kit:
            return self._is_wrong(TWIN, kit)
        self._is_wrong(NAMESAKE, kit, other.room)
        self._is_wrong(NAMESAKE, other, kit.room)

    def _hold_against_name(self, kit: Kit, presses: bool) -> None:
        """A box goes by its name: of another that would lead the session somebody should know, and
        of one that records nobody."""
        if kit.role != "box" and (presses or kit.says == "box"):
            self._is_wrong(NO_BOX, kit)
        if kit.role == "box" and kit.says == "kit":
            self._is_wrong(NO_ROLE, kit)

    def part_of(self, kit: Kit) -> Shelved | None:
        """The open session that this kit is to record for."""
        session = self._shelf.in_room(kit.room)
        box = kit.role == "box" and kit.says != "kit"
        part = session is not None and (kit.name in session.seated or box)
        return session if part else None

    def wanted(self, kit: Kit) -> int:
        """The tag of the session that this kit is to record for, 0 for none."""
        session = self.part_of(kit)
        return session.info.tag if session else 0

    # -- frames -----------------------------------------------------------------------------------

    def _frame(self, topic: wire.Topic, message: Arrived, batch: Batch) -> None:
        wire.check(message.payload)
        stamp = wire.decode_stamp(message.payload)
        head = wire.decode_head(message.payload)
        if max(head.seq, stamp.base) >= SEQ_MAX:
            raise wire.WireError("seq is the last there is")
        if not head.flags & wire.NOT_KEPT and stamp.base > head.seq:
            raise wire.WireError("base is beyond the frame itself")
        kit = self._kits.get(topic.room, topic.kit)
        progress = self._progress(kit, head, stamp)
        if progress.too_far(max(head.seq, stamp.base)) and head.seq != stamp.base:
            raise wire.WireError("seq is further ahead than any kit could be")
        other = self._kits.spoke_before(kit)
        again = kit.speaks_again(head.boot, stamp, other)
        progress.stamp(message.at_ns, stamp)
        if stamp.base > progress.next:
            self._look_back(kit, head.boot, progress)
        kit.last_ns = message.at_ns  # a description is no sign of life: the broker retains it
        kit.boot, kit.session, kit.base = head.boot, head.session, stamp.base
        kit.seq = head.seq
        if again:
            self._tell_twins(kit, other)
        presses = head.blocks > 0 and message.payload[FIRST_CHANNEL] == wire.EVENT
        self._hold_against_name(kit, presses)
        if head.flags & wire.NOT_KEPT:
            session, seq = self._show(kit, head, message, batch), None
        else:
            kit.kept_ns = message.at_ns
            session, seq = self._keep(kit, head, message, batch, progress), head.seq
        batch.came.append(Came(session, kit, head.boot, progress, stamp.base, seq))

    def _progress(self, kit: Kit, head: wire.Head, stamp: wire.Stamp) -> Progress:
        """What has come of this boot; after a restart of the hub, from the journals."""
        found = kit.boots.get(head.boot)
        if found is None or found.doubts(stamp.base):
            begin = min(stamp.base, self._begin(kit, head, stamp.base))
            stored = (seq for session in self._shelf.inwork.values()
                      for seq in session.stored(kit.name, head.boot, begin))
            found = Progress(begin, stored)
            kit.remember(head.boot, found)
        return found

    def _look_back(self, kit: Kit, boot: int, progress: Progress) -> None:
        """Before frames are called lost: a session that is over may have them, and the hub may have
        been started since."""
        for seq in self._shelf.stored(kit.room, kit.name, boot, progress.next):
            progress.note(seq)

    def _begin(self, kit: Kit, head: wire.Head, otherwise: int) -> int:
        """The first frame that is stored of what this boot sent for its session. From there on a
        loss can be told, also one that happened while no hub was there."""
        session = None if head.flags & wire.NOT_KEPT else self._session(head.session)
        stored = session.stored(kit.name, head.boot, 0) if session else []
        return stored[0] if stored else otherwise

    def _show(
        self, kit: Kit, head: wire.Head, message: Arrived, batch: Batch
    ) -> Shelved | None:
        """A frame for the fit check. Returns the session that keeps its stamp."""
        _, frame = wire.decode(message.payload, values_of)
        kit.fit = fit_check(frame, kit.about)
        session = self.part_of(kit)
        if session is not None:
            stamp = message.payload[: wire.STAMP_SIZE]
            batch.entries[session].append(
                Entry(message.at_ns, f"stamp/{kit.name}", stamp, kit.name, head.boot)
            )
        return session

    def _keep(
        self, kit: Kit, head: wire.Head, message: Arrived, batch: Batch, progress: Progress
    ) -> Shelved | None:
        """A frame of a session. Returns the session that keeps it; None where none does."""
        session = self._session(head.session)
        if session is None:
            what = f"A frame of {kit.name} is for session {head.session:08x}: nobody knows it."
            self._report("foreign session", what, kit.name, kit.room)
        elif kit.role == "box" and not _is_of_a_box(message.payload):
            self._is_wrong(NO_ROLE, kit)
        elif not self._belongs(session, kit, message.payload, progress):
            what = f"{kit.name} recorded while it was on no seat; these frames were not kept."
            self._report("no seat", what, kit.name, kit.room)
        else:
            topic = f"data/{kit.name}"
            row = Entry(message.at_ns, topic, message.payload, kit.name, head.boot, head.seq)
            batch.entries[session].append(row)
            return session
        return None

    def _session(self, tag: int) -> Shelved | None:
        try:
            return self._shelf.by_tag(tag)
        except JournalError as error:
            self._report("journal", str(error), f"{tag:08x}", "")
            raise wire.WireError("journal of its session cannot be opened") from None

    def _belongs(self, session: Shelved, kit: Kit, payload: bytes, progress: Progress) -> bool:
        if kit.name in session.seated:
            return True
        if kit.role == "box" and kit.room == session.info.room:
            return True
        spans = session.wore(kit.name)
        if not spans:
            return False
        ticks = _ticks(payload)
        if not ticks:
            return True
        made_ns = progress.not_after_ns(max(ticks))
        return any(since - SLACK_NS <= made_ns and (end is None or made_ns <= end + SLACK_NS)
                   for since, end in spans)


def _is_of_a_box(payload: bytes) -> bool:
    """True if there are presses in it, and nothing of a body."""
    try:
        blocks = wire.decode(payload, values_of)[1].blocks
    except wire.WireError:
        return False
    return all(block.channel in OF_A_BOX for block in blocks)


def _ticks(payload: bytes) -> list[int]:
    """When the frame's blocks were read; empty where they cannot be: the journal keeps it as it
    is, and the analysis will say so."""
    try:
        return [block.tick_us for block in wire.decode(payload, values_of)[1].blocks]
    except wire.WireError:
        return []


def about_entry(kit: Kit, at_ns: int) -> Entry:
    """The row about/<kit>."""
    said = {**kit.about, "kit": kit.name, "role": kit.role}
    return Entry(at_ns, f"about/{kit.name}", json.dumps(said).encode(), kit.name)
