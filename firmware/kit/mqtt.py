# MQTT 3.1.1 as far as a kit needs it: QoS 0, one connection, and no wait without an end.
#
# A packet is one write: several small ones meet Nagle and cost 40 ms each. QoS 1 would add
# nothing, as a broker's PUBACK does not say that the hub has the frame (see outbox.py).

import errno
import select
import socket
import time
from asyncio import Lock, StreamReader, TimeoutError, sleep_ms, wait_for_ms

from kit import packet as mq

WAIT_MS = 5000  # for TCP, for the broker's CONNACK, for a packet to leave, for a ping's answer
QUIET_MS = 4000  # nothing heard or nothing sent for so long: ping
POLL_MS = 10
RECEIVE_MAX = 256  # bigger packets are not for us

REFUSED = {
    1: "it does not speak MQTT 3.1.1",
    2: "it does not like the kit's name; look at config.json",
    3: "it is not available now",
    4: "wrong user or password; correct them in config.json",
    # Mosquitto says 5 of a wrong password as well.
    5: "wrong user or password: broker.user, broker.password in config.json (or the access list)",
}
TWINS = " (again and again: is another kit flashed with this name?)"


class MqttError(OSError):
    """The connection is of no use any more; the text says why."""


class Client:
    """One connection at a time: `open`; then `listen` in a task of its own, and `publish`, also
    what is `due` (ask a few times a second); then `close`. Every failure is an OSError."""

    def __init__(self, host, port, client_id, user="", password="", will=None, keepalive_s=15):
        self.host = host
        self.port = port
        self.name = "broker %s:%d" % (host, port)
        self.hello = mq.connect(client_id, user, password, will, keepalive_s)
        self.address = None  # the last one found: a name server may be away later
        self.sock = None
        self.buf = bytearray(RECEIVE_MAX)
        self.view = memoryview(self.buf)
        self.fill = 0
        self.writing = Lock()
        self.heard_ms = self.sent_ms = self.asked_ms = time.ticks_ms()
        self.asked = False  # the broker owes an answer since asked_ms

    async def open(self, renew=True):
        """Connect and be accepted by the broker; MqttError within 15 s if that fails. To look a
        name up may hold everything for ten seconds; not `renew`: only if it never was found."""
        self.close()
        try:
            await self._dial(self._resolve(renew))
            await self._write(self.hello)
            await wait_for_ms(self._accepted(), WAIT_MS)
        except TimeoutError:
            self.close()
            raise MqttError("%s does not answer: does the broker hang?" % self.name)
        except BaseException:
            self.close()
            raise

    def close(self):
        """Drop the connection. Whoever listens must have been cancelled before."""
        if self.sock:
            self.sock.close()
        self.sock = None
        self.fill = 0
        self.asked = False

    async def listen(self, on_message):
        """Hand every message's payload to `on_message` at once, until the connection fails. The
        payload is a view that is valid during the call only."""
        while True:
            await self._receive()
            self._each(on_message)

    async def publish(self, packet):
        """Send a packet that packet.Publish sealed, or that was `due`, in one write."""
        await self._write(packet)

    async def subscribe(self, topic):
        """Ask for a topic. The answer comes to `listen`, which fails if it is no."""
        await self._write(mq.subscribe(topic))
        self._ask()

    def due(self):
        """The ping to publish when it is quiet, else None. MqttError when the broker owes an
        answer for too long."""
        now = time.ticks_ms()
        if self.asked:
            if time.ticks_diff(now, self.asked_ms) > WAIT_MS:
                raise MqttError("%s has stopped answering" % self.name)
        elif (
            time.ticks_diff(now, self.heard_ms) > QUIET_MS
            or time.ticks_diff(now, self.sent_ms) > QUIET_MS
        ):
            self._ask()
            return mq.PING
        return None

    def _ask(self):
        if not self.asked:
            self.asked = True
            self.asked_ms = time.ticks_ms()

    async def _dial(self, address):
        self.sock = sock = socket.socket()
        sock.setblocking(False)
        try:
            sock.setsockopt(6, 1, 1)  # TCP_NODELAY; the boards' modules do not name it
        except OSError:
            pass  # a port without it is slower by Nagle, no more
        try:
            sock.connect(address)
        except OSError as e:
            if e.errno != errno.EINPROGRESS:
                raise
        found = await self._writable(sock)
        if found & (select.POLLERR | select.POLLHUP):
            raise MqttError("%s refuses: is it running, is the address right?" % self.name)

    async def _writable(self, sock):
        poller = select.poll()
        poller.register(sock, select.POLLOUT | select.POLLERR | select.POLLHUP)
        start = time.ticks_ms()
        while time.ticks_diff(time.ticks_ms(), start) < WAIT_MS:
            for _, found in poller.poll(0):
                return found
            await sleep_ms(POLL_MS)
        raise MqttError("%s cannot be reached" % self.name)

    def _resolve(self, renew):
        if self.address and not renew:
            return self.address
        try:
            self.address = socket.getaddrinfo(self.host, self.port, 0, socket.SOCK_STREAM)[0][-1]
        except OSError:
            if not self.address:
                raise MqttError("no such host: %s; look at the broker in config.json" % self.host)
        return self.address

    async def _accepted(self):
        packet = None
        while not packet:
            await self._receive()
            if self.buf[0] >> 4 != mq.CONNACK:
                raise MqttError("%s does not speak MQTT" % self.name)
            packet = self._packet(0)
        _, body, end = packet
        code = self.buf[body + 1]
        if code:
            raise MqttError("%s refuses: %s" % (self.name, REFUSED.get(code, "code %d" % code)))
        self._drop(end)

    async def _receive(self):
        """Wait for bytes, and append them to `buf`."""
        n = await StreamReader(self._socket()).readinto(self.view[self.fill :])
        if n == 0:
            raise MqttError("%s closed the connection%s" % (self.name, TWINS))
        self.fill += n or 0
        self.heard_ms = time.ticks_ms()
        self.asked = False

    def _packet(self, at):
        packet = mq.scan(self.buf, at, self.fill)
        if packet and packet[2] - at > RECEIVE_MAX:
            raise MqttError("%s sent %d bytes in one packet" % (self.name, packet[2] - at))
        return packet if packet and packet[2] <= self.fill else None

    def _each(self, on_message):
        at = 0
        while True:
            packet = self._packet(at)
            if not packet:
                break
            kind, body, end = packet
            self._one(kind, body, end, on_message)
            at = end
        self._drop(at)

    def _one(self, kind, body, end, on_message):
        buf = self.buf
        if kind >> 4 == mq.PUBLISH:
            body += 2 + (buf[body] << 8 | buf[body + 1]) if end - body >= 2 else mq.LENGTH_MAX
            if kind & 6 or body > end:
                raise MqttError("%s sent a message that was not asked for" % self.name)
            on_message(self.view[body:end])
        elif kind >> 4 == mq.SUBACK:
            if buf[end - 1] & 0x80:
                raise MqttError("%s refuses the subscription: access list?" % self.name)
        elif kind >> 4 != mq.PINGRESP:
            raise MqttError("%s sent a packet of type %d" % (self.name, kind >> 4))

    def _drop(self, n):
        rest = self.fill - n
        for i in range(rest if n else 0):
            self.buf[i] = self.buf[n + i]
        self.fill = rest

    def _socket(self):
        if not self.sock:
            raise MqttError("not connected to %s" % self.name)
        return self.sock

    async def _write(self, packet):
        async with self.writing:
            sock = self._socket()
            start = time.ticks_ms()
            sent = sock.write(packet) or 0
            while sent < len(packet):
                if time.ticks_diff(time.ticks_ms(), start) > WAIT_MS:
                    raise MqttError("%s takes no more bytes" % self.name)
                await sleep_ms(POLL_MS)
                sent += sock.write(memoryview(packet)[sent:]) or 0
            self.sent_ms = time.ticks_ms()
