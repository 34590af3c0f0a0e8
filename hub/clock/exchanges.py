"""A web page's clock -> UTC, from exchanges: sent at client ms, answered at hub ns, back at client
ms. The page's line lies below the first point and above the second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from hub.arrays import Floats
from hub.clock.envelope import ABOVE, BELOW, Bound, fit
from hub.clock.kit import KIT, Fit, Origin
from hub.clock.polygon import carve

Exchange = tuple[float, int, float]  # client_send_ms, hub_ns, client_recv_ms

# A phone's clock is a crystal's, but it may be slewed, and a browser rounds it.
PAGE = replace(KIT, slopes=(-500.0, 500.0))
ROUNDED_US = 1000.0


@dataclass(frozen=True, slots=True)
class ExchangeFit:
    """Client milliseconds in UTC nanoseconds; may be called like a function."""

    fit: Fit
    n: int  # exchanges used

    @property
    def error_ns(self) -> float:
        """The claimed error at the last exchange; it covers the true one."""
        return self.fit.error_ns

    def to_ns(self, client_ms: float) -> int:
        return self.fit.to_ns(client_ms * 1e3)

    __call__ = to_ns

    def error_at(self, client_ms: float) -> float:
        """The claimed error in ns at another time of the page."""
        return float(self.fit.error_at(np.array([client_ms * 1e3]))[0])


def fit_exchanges(
    exchanges: Sequence[Exchange], rounded_us: float = ROUNDED_US
) -> ExchangeFit | None:
    """The page's clock. None without an exchange that has come back after it was sent.

    `rounded_us`: how coarsely the browser rounds. A phone's page clock may stand still while it
    sleeps, so the newest exchanges count, back to the first that contradicts them.
    """
    usable = sorted((e for e in exchanges if e[2] >= e[0]), key=lambda e: e[2])
    if not usable:
        return None
    sent, hub_ns, _ = usable[-1]
    origin = Origin(round(sent * 1e3), hub_ns)
    slack = PAGE.slack(0.0) + rounded_us
    bounds = _agreeing([_bounds(origin, exchange) for exchange in reversed(usable)], slack)
    line = fit(bounds, PAGE, slack)
    used = len(bounds) // 2
    return ExchangeFit(Fit(origin, line, used, line.error(line.until) * 1e3), used)


def _agreeing(newest_first: list[list[Bound]], slack: float) -> Floats:
    """The bounds of the exchanges back to the first that contradicts the newer ones."""
    for n in range(len(newest_first), 1, -1):
        bounds = np.array(newest_first[:n]).reshape(-1, 3)
        if carve(bounds, PAGE.slopes, slack):
            return bounds
    return np.array(newest_first[0])


def _bounds(origin: Origin, exchange: Exchange) -> list[Bound]:
    sent, hub_ns, received = (exchange[0] * 1e3, exchange[1], exchange[2] * 1e3)
    y = (hub_ns - origin.ns) / 1e3 + origin.tick
    return [
        (origin.x(sent), y - sent, ABOVE),
        (origin.x(received), y - received, BELOW),
    ]
