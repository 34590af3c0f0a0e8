# Keeps the way to the hub open: Wi-Fi, broker, and the outbox emptied into it.

import asyncio
import time

STEP_MS = 20
BACKOFF_MS = (250, 500, 1000, 2000)
JITTER_MS = 512  # a room's kits should not all come back at the same moment
SILENT_MS = 30000  # nothing from the broker for so long: switch the Wi-Fi off and on


class Link:
    """Run `run` for ever. `client` is an mqtt.Client, or anything that has its methods.

    reconnects  connections made, but for the first
    steps       counts up as long as all is well
    why         why the last connection ended or failed
    renews      the broker's name is looked up again, while nothing can be lost by it
    """

    renews = True

    def __init__(self, client, wifi, outbox, ack_topic, about, say):
        self.client = client
        self.wifi = wifi
        self.outbox = outbox
        self.ack_topic = ack_topic
        self.describe(about)
        self.say = say
        self.reconnects = -1
        self.steps = 0
        self.why = ""
        self.failures = 0
        self.broken = None
        self.proof_ms = time.ticks_ms()  # when a byte last came, or the Wi-Fi was renewed

    def describe(self, about):
        """What the kit says of itself after each connection, a packet; if it is new, at once."""
        self.about = about
        self.untold = True

    async def run(self):
        while True:
            try:
                await self.wifi.join()
                self.steps += 1
                busy = self.outbox.session or self.outbox.ring.held()
                await self.client.open(renew=self.renews and not busy)
                await self.serve()
            except OSError as e:
                self.note(str(e))
            await self.rest()

    async def serve(self):
        """Send and listen until the connection fails: OSError."""
        self.broken = None
        reader = asyncio.create_task(self._listen())
        try:
            await self.client.subscribe(self.ack_topic)
            self.untold = True
            self.outbox.rewind()
            self.reconnects += 1
            while True:
                packet = self.next_packet()
                if packet:
                    await self.client.publish(packet)
                else:
                    await asyncio.sleep_ms(STEP_MS)
        finally:
            self.outbox.heard = False
            reader.cancel()
            self.client.close()

    def next_packet(self):
        """What may go now, or None. OSError when the connection has failed. No coroutine: fifty a
        second would be 20 KB of garbage."""
        self.steps += 1
        if self.broken:
            raise self.broken
        if not self.wifi.up():
            raise OSError("the Wi-Fi has gone")
        self.wifi.stay_awake(self.outbox.session != 0)
        self._mind(self.outbox)
        if self.untold:
            self.untold = False
            return self.about
        return self.outbox.next_packet() or self.client.due()

    async def rest(self):
        """Wait before the next try, longer each time; after 30 s of silence renew the Wi-Fi."""
        wait_ms = BACKOFF_MS[min(self.failures, len(BACKOFF_MS) - 1)]
        self.failures += 1
        self.steps += 1
        if time.ticks_diff(self.client.heard_ms, self.proof_ms) > 0:
            self.proof_ms = self.client.heard_ms  # a broker that refuses us is a proof, too
        if time.ticks_diff(time.ticks_ms(), self.proof_ms) > SILENT_MS:
            self.say("wifi off and on: nothing heard for %d s" % (SILENT_MS // 1000))
            self.proof_ms = time.ticks_ms()
            await self.wifi.cycle()
        await asyncio.sleep_ms(wait_ms + (self.outbox.boot + self.failures * 97) % JITTER_MS)

    def note(self, why):
        """Print a failure once, not at each try."""
        if why != self.why:
            self.say("link %s" % why)
        self.why = why

    def _mind(self, outbox):
        if outbox.heard:
            self.failures = 0
            self.why = ""
        elif outbox.deaf:
            self.note("broker found, no hub answers: is it on, site its own, broker.user = role?")

    async def _listen(self):
        try:
            await self.client.listen(self.outbox.acked)
        except Exception as e:
            # Whatever it is, the connection ends by it, and a new one is made.
            self.broken = e if isinstance(e, OSError) else OSError(repr(e))
