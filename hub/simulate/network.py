"""A network between kits and broker: a TCP proxy that delays, in order, each way by itself.

    python -m hub.simulate.network --to 127.0.0.1:1883 --kind wifi

prints `listening PORT` and obeys one word a line on stdin: cut, hole, restore. It ends with stdin.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import selectors
import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any

MS = 1e-3
CHUNK = 1 << 16
HELD_CHUNKS = 1024  # per connection and direction, before the sender has to wait
KEPT_DELAYS = 20_000

Delay = Callable[[random.Random], float]


def wifi(rng: random.Random) -> float:
    """Seconds: floor 1 ms, median 4 ms, 95 % below 50 ms, heavy tail (log-normal), at most 3 s."""
    sigma = math.log(49 / 3) / 1.6449
    return min(1 * MS + 3 * MS * math.exp(rng.gauss(0, sigma)), 3.0)


def uniform(rng: random.Random) -> float:
    """Seconds: anything from 1 to 50 ms."""
    return rng.uniform(1 * MS, 50 * MS)


def none(rng: random.Random) -> float:
    """No delay."""
    return 0.0


KINDS: dict[str, Delay] = {"wifi": wifi, "uniform": uniform, "none": none}


class Proxy:
    """Listens on 127.0.0.1 and passes every connection on to `target`, in a thread of its own.

    `up` and `down` collect the delays (s) of the last chunks to and from the target, as they were.
    """

    def __init__(self, target: tuple[str, int], delay: Delay, seed: int | None = None) -> None:
        self.target, self.delay, self._rng = target, delay, random.Random(seed)
        self.port = 0
        self.up: list[float] = []
        self.down: list[float] = []
        # select() waits to the microsecond, epoll only to the millisecond
        self._loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._links: set[asyncio.Task[None]] = set()
        self._flows, self._reachable = asyncio.Event(), True
        self._server: asyncio.Server | None = None

    def start(self) -> int:
        """Begin to listen; returns the port."""
        self._thread.start()
        self._do(self._listen())
        return self.port

    def cut(self) -> None:
        """Break every connection; a new one is refused (closed at once) until `restore`."""
        self._do(self._cut())

    def hole(self) -> None:
        """Swallow: connections stay, nothing comes through. It all comes, late, after `restore`."""
        self._do(self._set(flows=False, reachable=True))

    def restore(self) -> None:
        """Let everything through again."""
        self._do(self._set(flows=True, reachable=True))

    def stop(self) -> None:
        """End, with every connection."""
        self._do(self._cut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, what: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _listen(self) -> None:
        self._flows.set()
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _set(self, flows: bool, reachable: bool) -> None:
        self._reachable = reachable
        if flows:
            self._flows.set()
        else:
            self._flows.clear()

    async def _cut(self) -> None:
        await self._set(flows=True, reachable=False)
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._reachable:
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            await self._link(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._links.discard(task)

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        far_reader, far_writer = await asyncio.open_connection(*self.target)
        ways = [
            asyncio.ensure_future(self._way(reader, far_writer, self.up)),
            asyncio.ensure_future(self._way(far_reader, writer, self.down)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for way in ways:
                way.cancel()
            far_writer.transport.abort()

    async def _way(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delays: list[float]
    ) -> None:
        held: asyncio.Queue[tuple[float, float, bytes]] = asyncio.Queue(HELD_CHUNKS)
        deliver = asyncio.ensure_future(self._deliver(held, writer, delays))
        due = 0.0
        try:
            while data := await reader.read(CHUNK):
                now = self._loop.time()
                due = max(due, now + self.delay(self._rng))
                await held.put((now, due, data))
            await held.put((0.0, due, b""))
            await deliver
        finally:
            deliver.cancel()

    async def _deliver(
        self, held: asyncio.Queue[tuple[float, float, bytes]], writer: asyncio.StreamWriter,
        delays: list[float],
    ) -> None:
        while True:
            came, due, data = await held.get()
            await asyncio.sleep(due - self._loop.time())
            await self._flows.wait()
            if not data:
                writer.write_eof()
                return
            writer.write(data)
            delays.append(self._loop.time() - came)
            del delays[:-KEPT_DELAYS]
            await writer.drain()


def main(argv: list[str] | None = None) -> int:
    """The proxy as a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", required=True, metavar="HOST:PORT")
    parser.add_argument("--kind", choices=sorted(KINDS), default="wifi")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--hold", action="store_true", help="take no commands; end by a signal")
    args = parser.parse_args(argv)
    host, _, port = args.to.rpartition(":")
    proxy = Proxy((host, int(port)), KINDS[args.kind], args.seed)
    print("listening", proxy.start(), flush=True)
    if args.hold:
        threading.Event().wait()
    words = {"cut": proxy.cut, "hole": proxy.hole, "restore": proxy.restore}
    for line in sys.stdin:
        words.get(line.strip(), proxy.restore)()
        print("done", line.strip(), flush=True)
    proxy.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
