# Runs the sampler with the heap locked: any allocation raises MemoryError. Prints what came out.

import gc

import micropython
import virtual
import wire

world = virtual.World(101_300, offset_us=(1 << 30) - 3_000_000)
sampler = world.sampler
frame = wire.FrameWriter()
buf = bytearray(wire.PAYLOAD_MAX)
payloads = []
used = 0


def second(stall_us):
    """A second of sampling, with a stall, and the cut: all of it with the heap locked."""
    global used
    gc.collect()
    before = gc.mem_alloc()
    micropython.heap_lock()
    end = world.now + 1_000_000
    while world.now < end:
        world.now += 1000 * sampler.step()
    world.now += stall_us
    frame.begin()
    whole = sampler.cut(frame)
    micropython.heap_unlock()
    used += gc.mem_alloc() - before
    payloads.append(virtual.payload(frame, buf, len(payloads)))
    return whole


sampler.restart()
for stall_us in (0, 0, 450_000, 0, 900_000, 0, 0):
    assert second(stall_us)
world.broken = False
print("allocated", used)
for data in payloads:
    for block in wire.decode(data)[1].blocks:
        print(block.channel, block.flags, block.index, len(block.values), block.tick_us)
print("overflows", sampler.overflows, "wraps", sampler.ticks.wraps, "faults", sampler.faults)
