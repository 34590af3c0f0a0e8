# One light for what a wearer or a leader must know. No colours, no text: patterns of on and off.

import asyncio

# State: milliseconds on, off, on, off...
PATTERNS = {
    "BOOT": (50, 450),
    "JOIN": (50, 450),
    "OFFLINE": (50, 150, 50, 750),
    "IDLE": (50, 2950),
    "RECORD": (50, 950),
    "DRAIN": (500, 500),
    "STOP": (500, 500),
    "FAULT": (100, 100),
    "CONFIG": (50, 150, 50, 150, 50, 2550),  # the file is wrong
    "REFUSED": (400, 100),  # a press, and no session is open
}
STEP_MS = 50  # how soon a new state shows


class Light:
    """Run `run` for ever; `state` is a key of PATTERNS."""

    def __init__(self, pin):
        self.pin = pin
        self.state = "BOOT"

    async def run(self):
        while True:
            state = self.state
            level = 1
            for ms in PATTERNS[state]:
                self.pin.value(level)
                level = 1 - level
                while ms > 0 and self.state == state:
                    await asyncio.sleep_ms(min(ms, STEP_MS))
                    ms -= STEP_MS
