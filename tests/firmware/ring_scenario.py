# Run by both interpreters, which must print the same: a ring of two chunks through a long life.

from kit.ring import Ring


def frame(seq, size):
    return bytes((seq * 31 + i) & 255 for i in range(size))


def main():
    ring = Ring(2)
    into = bytearray(1100)
    seed = 12345
    for step in range(400):
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        size = 1 + seed % (1000 if step % 3 else 40)
        seq = ring.put(frame(ring.next, size), size)
        if seed >> 16 & 7 == 0:
            ring.free(ring.base + (seed >> 20) % 9)
        n = ring.get(ring.base, into, 50)
        good = bytes(into[50 : 50 + n]) == frame(ring.base, n)
        print(step, seq, ring.base, ring.held(), ring.used, ring.evicted, ring.permille(), n, good)


main()
