# Types of wire.py for the hub's type checker; never copied to a kit.
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

VERSION: int
TICK_BITS: int
TICK_SPAN: int
STAMP: str
STAMP_SIZE: int
HEADER: str
HEADER_SIZE: int
BLOCK: str
BLOCK_SIZE: int
ACK: str
ACK_SIZE: int
CRC_SIZE: int
MAGIC: int
FRAME_MAX: int
PAYLOAD_MAX: int
BLOCKS_MAX: int
COUNT_MAX: int
VALUE_BYTES_MAX: int
TOPIC_MAX: int
NOT_KEPT: int
INDEX_BREAK: int
PPG_IR: int
PPG_RED: int
EDA: int
EVENT: int
HEALTH: int
HEALTH_FIELDS: tuple[str, ...]
ROOT: str
STREAMS: tuple[str, ...]

Buffer = bytes | bytearray | memoryview

class Stamp(NamedTuple):
    base: int
    send_us: int
    echo_ns: int
    echo_us: int

class Block(NamedTuple):
    channel: int
    flags: int
    index: int
    tick_us: int
    span_us: int
    values: Sequence[int]

class Frame(NamedTuple):
    flags: int
    boot: int
    session: int
    seq: int
    blocks: tuple[Block, ...]

class Head(NamedTuple):  # what decode_head returns: a Frame whose `blocks` is their number
    flags: int
    boot: int
    session: int
    seq: int
    blocks: int

class Ack(NamedTuple):
    boot: int
    next: int
    session: int
    hub_ns: int

class Topic(NamedTuple):
    site: str
    room: str
    kit: str
    stream: str

class WireError(ValueError): ...

def topic(site: str, room: str, kit: str, stream: str) -> str: ...
def parse_topic(text: str) -> Topic: ...
def is_name(text: str) -> bool: ...

class BlockWriter:
    channel: int
    data: bytearray
    flags: int
    index: int
    count: int
    size: int
    last: int
    lo: int
    wraps: int
    span: int
    def __init__(self, channel: int, data_max: int) -> None: ...
    def clear(self, index: int) -> None: ...
    def room(self) -> bool: ...
    def add(self, value: int) -> None: ...
    def at(self, lo: int, wraps: int, span: int) -> None: ...

class FrameWriter:
    buf: bytearray
    size: int
    blocks: int
    def __init__(self) -> None: ...
    def begin(self) -> None: ...
    def fits(self, writer: BlockWriter) -> bool: ...
    def block(self, writer: BlockWriter) -> None: ...
    def end(self, flags: int, boot: int, session: int, seq: int) -> int: ...

def stamp_into(
    buf: bytearray, base: int, lo: int, wraps: int, echo_ns: int, echo_lo: int, echo_wraps: int
) -> None: ...
def seal(buf: bytearray, frame_size: int) -> int: ...
def pack_ack(boot: int, next_seq: int, session: int, hub_ns: int) -> bytes: ...
def unpack_ack(data: Buffer) -> Ack: ...
def check(data: Buffer) -> None: ...
def decode_stamp(data: Buffer) -> Stamp: ...
def tick(lo: int, wraps: int) -> int: ...
def decode_head(data: Buffer) -> Head: ...
def decode(
    data: Buffer, values_of: Callable[[Any, int, int, int], Any] | None = None
) -> tuple[Stamp, Frame]: ...
def decode_values(data: Buffer, start: int, end: int, count: int) -> tuple[int, ...]: ...
