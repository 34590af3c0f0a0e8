"""How long a press on the box takes to be durable and acknowledged, by the journal and the
box's true clock."""

from __future__ import annotations

from collections.abc import Iterable

from firmware import wire
from hub.records import Received
from hub.simulate.feed import Clocks
from hub.simulate.world import Anchor


def press_acks_ms(
    rows: Iterable[Received], box: str, clocks: Clocks, anchor: Anchor
) -> list[float]:
    """For each press, the milliseconds from the finger's touch until the box had the hub's
    acknowledgement, which the next stamp echoes."""
    waiting: list[tuple[int, float]] = []  # arrival at the hub, touch (monotonic us)
    taken: list[float] = []
    seen: set[tuple[int | None, int | None]] = set()
    for row in rows:
        if row.kit != box or row.topic.partition("/")[0] not in ("data", "stamp"):
            continue
        stamp = wire.decode_stamp(row.payload)
        near_us = (row.at_ns - anchor.utc_ns + anchor.mono_ns) // 1000
        answered = [one for one in waiting if one[0] < stamp.echo_ns]
        waiting = [one for one in waiting if one[0] >= stamp.echo_ns]
        heard_us = clocks.mono_us(stamp.echo_us, near_us)
        taken.extend((heard_us - touch_us) * 1e-3 for _, touch_us in answered)
        if row.topic.startswith("data/") and (row.boot, row.seq) not in seen:
            seen.add((row.boot, row.seq))
            waiting.extend(
                (row.at_ns, clocks.mono_us(block.tick_us, near_us))
                for block in wire.decode(row.payload)[1].blocks
                if block.channel == wire.EVENT
            )
    return taken
