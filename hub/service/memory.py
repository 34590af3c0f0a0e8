"""What the hub was sent and has no use for is not kept by its allocator."""

from __future__ import annotations

import ctypes

M_MMAP_THRESHOLD = -3  # glibc's malloc.h
LARGE = 1 << 20


def give_back_large_blocks() -> None:
    """From now on a block of over a megabyte goes back to the system as soon as it is free.

    By default glibc learns from the first large block to keep all that come after it: messages of
    30 MB left a hub up to 120 MB larger for good (mallopt(3), M_MMAP_THRESHOLD). Other C libraries
    have no such call, and need none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGE)
