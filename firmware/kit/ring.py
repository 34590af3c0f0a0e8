# Frames are kept here until the hub has made them durable.
#
# The bytes lie one after another round a circle of 4 KB chunks, never one bigger block: the heap
# of an ESP32 is split, and a long run would not find one. A frame may begin in one chunk and end
# in the next.

from array import array

CHUNK_BITS = 12
CHUNK = 1 << CHUNK_BITS
MASK = CHUNK - 1
CHUNKS_MAX = 16  # positions are kept in 16 bits
SLOTS_A_CHUNK = 32  # frames of less than 128 bytes (a button box makes them) fill slots, not bytes


class Ring:
    """Frames `base`..`next`-1, by number. When full, the oldest make room and are counted.

    base     the oldest frame held
    next     the number the next frame will get
    used     bytes held, of `size`
    evicted  frames that had to go before they were acknowledged
    """

    def __init__(self, chunks):
        if not 1 <= chunks <= CHUNKS_MAX:
            raise ValueError("a ring has 1-%d chunks of 4 KB" % CHUNKS_MAX)
        self.chunks = tuple(bytearray(CHUNK) for _ in range(chunks))
        self.size = chunks << CHUNK_BITS
        self.slots = chunks * SLOTS_A_CHUNK
        self.starts = array("H", bytes(2 * self.slots))
        self.sizes = array("H", bytes(2 * self.slots))
        self.base = 0
        self.next = 0
        self.used = 0
        self.evicted = 0
        self.head = 0  # where the next frame will begin

    def held(self):
        """How many frames are held."""
        return self.next - self.base

    def permille(self):
        """How full it is, by bytes or by slots, whichever is worse."""
        return max(self.used * 1000 // self.size, self.held() * 1000 // self.slots)

    def put(self, frame, size):
        """Keep frame[:size] (0 < size <= 4096); returns its number. Allocates nothing."""
        while self.used + size > self.size or self.next - self.base == self.slots:
            self.free(self.base + 1)
            self.evicted += 1
        slot = self.next % self.slots
        self.starts[slot] = self.head
        self.sizes[slot] = size
        chunks = self.chunks
        at = self.head
        for i in range(size):
            chunks[at >> CHUNK_BITS][at & MASK] = frame[i]
            at += 1
            if at == self.size:
                at = 0
        self.head = at
        self.used += size
        self.next += 1
        return self.next - 1

    def get(self, seq, into, at):
        """Copy frame `seq` to into[at:]; returns its size, 0 if it is not held."""
        if not self.base <= seq < self.next:
            return 0
        slot = seq % self.slots
        size = self.sizes[slot]
        start = self.starts[slot]
        chunk = self.chunks[start >> CHUNK_BITS]
        first = min(size, CHUNK - (start & MASK))
        into[at : at + first] = memoryview(chunk)[start & MASK : (start & MASK) + first]
        if first < size:
            chunk = self.chunks[((start + first) % self.size) >> CHUNK_BITS]
            into[at + first : at + size] = memoryview(chunk)[: size - first]
        return size

    def free(self, below):
        """Forget the frames numbered below `below`."""
        while self.base < below and self.base < self.next:
            self.used -= self.sizes[self.base % self.slots]
            self.base += 1
