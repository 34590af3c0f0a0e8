# Starts the kit. This file stays as it is when a kit is updated: here will be chosen which of two
# copies of the rest runs.

import gc
import sys

RESET_S = 5  # a fault that is always there resets so often and no more; a watchdog waits longer

# What the hub needs of wire.py and a kit does not: 4 KB.
HUB_ONLY = (
    "check", "decode", "decode_head", "decode_stamp", "decode_values", "pack_ack", "parse_topic",
    "Stamp", "Block", "Frame", "Topic",
)  # fmt: skip

# To compile a module takes some times its size, so the biggest come first. What only the other
# role needs is not loaded.
BOTH = ("wire", "machine", "network", "kit.mqtt")
MODULES = {
    "kit": ("kit.sampler", "drivers.max30102", "drivers.ads1115", "kit.recorder"),
    "box": ("kit.presses", "kit.box"),
}


def configure():
    """(Config, Ring, FrameWriter) of config.json. Its two largest buffers are made while the heap
    is in one piece."""
    import kit
    from kit import config
    from kit.ring import Ring

    tree = config.read("config.json")
    size_kb = config.ring_kb(tree)
    try:
        ring = Ring(size_kb // 4)
    except MemoryError:
        raise config.ConfigError("ring_kb is %d: the board has no room for that" % size_kb)
    from wire import FrameWriter

    frame = FrameWriter()
    settings = config.parse(tree)
    del sys.modules["kit.config"]  # it is not needed again
    delattr(kit, "config")
    return settings, ring, frame


def load(role):
    """Load the modules, big ones first, and forget the hub's half of the wire format."""
    for name in BOTH + MODULES[role]:
        __import__(name)
        gc.collect()
    for name in HUB_ONLY:
        delattr(sys.modules["wire"], name)


def work(config, ring, frame):
    """Run the kit. Only a simulated board's is told to stop, and then this returns."""
    load(config.role)

    import asyncio
    import os
    import time

    import machine
    import network
    from kit.app import Kit
    from kit.mqtt import Client

    def say(text):
        print("kit %s %s" % (config.kit, text))

    client = Client(config.host, config.port, config.kit, config.user, config.broker_password)
    boot = int.from_bytes(os.urandom(4), "little")
    kit = Kit(config, ring, frame, machine, network, client, time.ticks_us, boot, say)
    on_stop = getattr(machine, "on_stop", None)  # a simulated board can be told to stop
    if on_stop:
        on_stop(kit.stop)
    gc.collect()
    asyncio.run(kit.run())
    if not kit.stopping:
        raise RuntimeError("the kit has ended")


def start_again(config, e):
    """Say why, and reset the board: at the prompt it would record nothing."""
    import time

    import machine

    gc.collect()
    try:
        print("kit %s fault end: %r; reset in %d s" % (config.kit, e, RESET_S))
        sys.print_exception(e)
    except Exception:
        pass  # to start again is worth more than to tell
    time.sleep(RESET_S)
    machine.reset()


def main():
    try:
        config, ring, frame = configure()
    except ValueError as e:  # a wrong entry is for a person
        from kit.wrong_config import refuse

        return refuse(e)
    try:
        work(config, ring, frame)
    except Exception as e:  # not Ctrl-C, which is somebody's wish
        start_again(config, e)


main()
