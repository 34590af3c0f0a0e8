# One channel's values on their way into frames. A lane owns a few block writers, used in turn, so
# that a hole in the index, or a frame cut late, costs a new block and not a value.

from wire import COUNT_MAX, BlockWriter

VALUE_BYTES = 3  # a difference of two 18-bit counts, as a varint


class Lane:
    """`index` is the next value's: the caller moves it on, past what it added and what was lost.

    Nothing is allocated after it is made.
    """

    def __init__(self, channel, blocks, data_max):
        self.writers = tuple(BlockWriter(channel, data_max) for _ in range(blocks))
        self.dropped = 0  # values for which there was no room, as no frame had been cut in time
        self.begin()

    def begin(self):
        """Forget all values; the next has index 0."""
        for writer in self.writers:
            writer.clear(0)
        self.first = 0
        self.used = 1
        self.index = 0
        self.flags = 0

    def reserve(self, n):
        """The writer for n values that begin at `index`. None: no room, they are dropped.

        An `index` that does not follow on, and `flags` set since, begin a new block.
        """
        writer = self.writers[(self.first + self.used - 1) % len(self.writers)]
        if not self._continues(writer, n):
            writer = self._next(writer)
        if writer is None:
            self.dropped += n
        return writer

    def cut(self, frame):
        """Move the blocks into a frame (a wire.FrameWriter that has begun). False: some are left
        for the next frame."""
        while True:
            writer = self.writers[self.first]
            if writer.count and not frame.fits(writer):
                return False
            if writer.count:
                frame.block(writer)
            writer.clear(self.index)
            if self.used == 1:
                return True
            self.first = (self.first + 1) % len(self.writers)
            self.used -= 1

    def _continues(self, writer, n):
        if self.flags or writer.index + writer.count != self.index:
            return False
        return writer.count + n <= COUNT_MAX and writer.size + n * VALUE_BYTES <= len(writer.data)

    def _next(self, writer):
        if writer.count:
            if self.used == len(self.writers):
                return None
            writer = self.writers[(self.first + self.used) % len(self.writers)]
            self.used += 1
        writer.clear(self.index)
        writer.flags = self.flags
        self.flags = 0
        return writer
