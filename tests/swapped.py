"""The rows of two people whose kits are swapped amid the session, each with a rate of their own."""

from dataclasses import dataclass

import numpy as np

from tests.rows import NS, OPEN_NS, Kit, event, pulse, session

SECONDS, SWAP_S, BACK_S = 200, 80, 180
RATES = {"kit-1": 66.0, "kit-2": 96.0}


@dataclass
class Person(Kit):
    """Who wears this kit has a rate of their own."""

    def counts(self, index):
        return pulse(index, self.hz, RATES[self.name])


def given(at_s, row, seat, kit):
    return event("seat", OPEN_NS + at_s * NS + row % 10, row, seat=seat, kit=kit)


def of_two(*said):
    """Two people from the beginning on, each on the seat of the number of their kit."""
    rows = session(Person(), SECONDS)
    other = Person(name="kit-2", seat=2, hz=100.9, ppm=-20.0, rng=np.random.default_rng(2))
    rows += [given(0, 902, 2, "kit-2"), *(other.frame(s, 0) for s in range(SECONDS)), *said]
    return sorted(rows, key=lambda row: row.at_ns)


def swapped():
    """At one moment each gets the other's kit; near the end both get theirs back."""
    return of_two(
        event("phase", OPEN_NS + 20 * NS, 910, phase="baseline"),
        event("phase", OPEN_NS + 60 * NS, 911, phase="case-call"),
        given(SWAP_S, 921, 2, "kit-1"), given(SWAP_S, 922, 1, "kit-2"),
        given(BACK_S, 931, 1, "kit-1"), given(BACK_S, 932, 2, "kit-2"),
    )
