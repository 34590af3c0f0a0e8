# What goes to the hub next, and what the hub has said.
#
# The hub acknowledges what is durable: everything below one number. Up to WINDOW frames are on
# their way at once; three seconds without progress, or a new connection, and they go again from
# the oldest held. A frame is stamped anew at every send, with the echo of the last
# acknowledgement: that is what the hub fits the kit's clock from.

import wire
from kit.ticks import diff

WINDOW = 8
STALL_US = 3_000_000
DEAF_US = 5_000_000  # a hub answers within two seconds


class Outbox:
    """`packet` is a packet.Publish for the data topic; `ticks` the kit's clock.

    session  the tag of the session to record for, 0: none (the hub's last word)
    heard    the hub has answered on this connection, and not left us without for five seconds
    deaf     it has left us without an answer for so long
    acks     acknowledgements that came; bad: what came and was none
    sent     packets sent, and `resent` of them for another time
    """

    def __init__(self, ring, ticks, packet, boot):
        self.ring = ring
        self.ticks = ticks
        self.packet = packet
        self.boot = boot
        self.session = 0
        self.heard = self.deaf = False
        self.asked = False  # the hub owes an answer since asked_lo
        self.asked_lo = 0
        self.acks = self.bad = self.sent = self.resent = 0
        self.cursor = 0  # the next frame to send
        self.highest = 0  # no frame from here on was ever sent
        self.moved = ticks.read()  # the tick of the last progress
        self.echo_ns = self.echo_lo = self.echo_wraps = 0
        self.shown = b""
        self.shown_size = 0

    def show(self, frame, size):
        """Offer frame[:size], which is not kept: it goes once, if it can go before the frame's
        buffer is needed again: `show(b"", 0)`."""
        self.shown = frame
        self.shown_size = size

    def rewind(self):
        """A new connection, which says nothing of the hub: all that is held goes again, the last
        frame shown does not."""
        self.heard = self.deaf = self.asked = False
        self.cursor = self.ring.base
        self.moved = self.ticks.read()
        self.shown_size = 0

    def next_packet(self):
        """The packet to write now, stamped with this moment, or None."""
        size = self._kept()
        if not size:
            size = self._shown()
        if self.asked and diff(self.ticks.read(), self.asked_lo) > DEAF_US:
            self.deaf = True
            self.heard = False
        if not size:
            return None
        self.sent += 1
        if not self.asked:
            self.asked = True
            self.asked_lo = self.ticks.lo
        return self.packet.seal(size)

    def acked(self, payload):
        """Take an acknowledgement that has just come. Damaged and foreign ones are counted."""
        lo = self.ticks.read()
        try:
            ack = wire.unpack_ack(payload)
        except wire.WireError:
            self.bad += 1
            return
        if ack.boot != self.boot or ack.next > self.ring.next:
            self.bad += 1
            return
        self.acks += 1
        self.heard = True
        self.deaf = self.asked = False
        self.echo_ns = ack.hub_ns
        self.echo_lo = lo
        self.echo_wraps = self.ticks.wraps
        self.session = ack.session
        if ack.next > self.ring.base:
            self.ring.free(ack.next)
            self.moved = lo

    def _kept(self):
        ring = self.ring
        if self.cursor <= ring.base:
            if self.cursor < ring.next:
                self.moved = self.ticks.read()  # nothing is on its way: the wait begins now
            self.cursor = ring.base
        elif diff(self.ticks.read(), self.moved) > STALL_US:
            self.cursor = ring.base
            self.moved = self.ticks.lo
        if self.cursor - ring.base >= WINDOW:
            return 0
        size = ring.get(self.cursor, self.packet.payload, wire.STAMP_SIZE)
        if size:
            if self.cursor < self.highest:
                self.resent += 1
            self.cursor += 1
            self.highest = max(self.highest, self.cursor)
            return self._stamped(size)
        return 0

    def _shown(self):
        size = self.shown_size
        if size:
            self.shown_size = 0
            frame = memoryview(self.shown)[:size]
            self.packet.payload[wire.STAMP_SIZE : wire.STAMP_SIZE + size] = frame
            return self._stamped(size)
        return 0

    def _stamped(self, size):
        # The tick is the last thing read before the bytes leave; only the checksum comes after.
        lo = self.ticks.read()
        wire.stamp_into(
            self.packet.payload, self.ring.base, lo, self.ticks.wraps,
            self.echo_ns, self.echo_lo, self.echo_wraps,
        )
        return wire.seal(self.packet.payload, size)
