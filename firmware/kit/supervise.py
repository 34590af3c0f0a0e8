# Nothing that runs for ever may end unnoticed.

import asyncio
import gc
import sys

AGAIN_MS = 500
WATCHDOG_MS = 8000  # an RP2040 cannot wait longer than 8388 ms


class Supervisor:
    """faults  exceptions caught so far; `last` is the newest."""

    def __init__(self, say):
        self.say = say
        self.faults = 0
        self.last = None

    async def keep(self, name, run):
        """Await `run()`; on any Exception count it, print it, and run it again."""
        while True:
            try:
                return await run()
            except Exception as e:
                self.faults += 1
                self.last = e
                self._tell(name, e)
            await asyncio.sleep_ms(AGAIN_MS)

    def _tell(self, name, e):
        gc.collect()
        try:
            self.say("fault %s: %r" % (name, e))
            sys.print_exception(e)
        except Exception:
            pass  # to go on is worth more than to tell


class Watch:
    """Feeds the watchdog as long as each of `workers` has counted on its `steps` in time. A link
    that tries in vain counts on; one that hangs does not.

    `limits_ms` is how long each worker may stand still; `dog` a machine.WDT, or None.
    """

    def __init__(self, workers, limits_ms, dog):
        self.workers = workers
        self.limits_ms = limits_ms
        self.dog = dog
        self.seen = [worker.steps for worker in workers]
        self.still_ms = [0 for _ in workers]

    def look(self, passed_ms):
        """Call it every `passed_ms`. Returns True if all are well."""
        well = True
        for i, worker in enumerate(self.workers):
            moved = worker.steps != self.seen[i]
            self.still_ms[i] = 0 if moved else self.still_ms[i] + passed_ms
            self.seen[i] = worker.steps
            well = well and self.still_ms[i] <= self.limits_ms[i]
        if well and self.dog:
            self.dog.feed()
        return well
