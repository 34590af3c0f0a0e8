# The packets of MQTT 3.1.1 that a kit sends, and the one that it reads. Pure: bytes only.

import struct

CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK, PINGRESP = 1, 2, 3, 8, 9, 13
PING = b"\xc0\x00"
HEAD_MAX = 3  # type, and a length below 16 384 in one or two bytes
LENGTH_MAX = 16383


def text(value):
    """A length and UTF-8, as MQTT writes strings."""
    data = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(data)) + data


def connect(name, user="", password="", will=None, keepalive_s=15):
    """CONNECT with a clean session. `will` is (topic, message), sent by the broker if we vanish."""
    flags = 2
    tail = text(name)
    if will:
        flags |= 4
        tail += text(will[0]) + text(will[1])
    if user:
        flags |= 0x80
        tail += text(user)
        if password:
            flags |= 0x40
            tail += text(password)
    return _packet(CONNECT << 4, text("MQTT") + struct.pack(">BBH", 4, flags, keepalive_s) + tail)


def subscribe(topic):
    """SUBSCRIBE to one topic at QoS 0, as packet 1."""
    return _packet(SUBSCRIBE << 4 | 2, struct.pack(">H", 1) + text(topic) + b"\0")


def scan(buf, start, end):
    """(type, body start, body end) of the packet that begins at buf[start], or None while its head
    is not whole. Its body may still be under way. A length of three or four bytes is given as
    LENGTH_MAX + 1: bigger than anything we take."""
    if end - start < 2:
        return None
    size = buf[start + 1]
    if size < 128:
        return buf[start], start + 2, start + 2 + size
    if end - start < 3:
        return None
    more = buf[start + 2]
    size = LENGTH_MAX + 1 if more & 128 else size & 127 | more << 7
    return buf[start], start + 3, start + 3 + size


class Publish:
    """PUBLISH at QoS 0 to one topic, in one buffer: write into `payload`, then `seal` its size.

    The head grows leftwards from the topic, so that a payload of any size needs no moving.
    """

    def __init__(self, topic, payload_max):
        name = text(topic)
        self.buf = bytearray(HEAD_MAX + len(name) + payload_max)
        self.view = memoryview(self.buf)
        self.body = len(name)
        self.view[HEAD_MAX : HEAD_MAX + len(name)] = name
        self.payload = self.view[HEAD_MAX + len(name) :]

    def seal(self, size):
        """The finished packet with a payload of `size` bytes, as one view to be written."""
        rest = self.body + size
        buf = self.buf
        if rest > 127:
            start = 0
            buf[1] = rest & 127 | 128
            buf[2] = rest >> 7
        else:
            start = 1
            buf[2] = rest
        buf[start] = PUBLISH << 4
        return self.view[start : HEAD_MAX + rest]


def _packet(kind, body):
    size = len(body)
    if size > LENGTH_MAX:
        raise ValueError("a packet of %d bytes is too big" % size)
    head = bytes((kind, size)) if size < 128 else bytes((kind, size & 127 | 128, size >> 7))
    return head + body
