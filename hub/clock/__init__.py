"""Three clocks on one line: sensor sample -> kit tick -> UTC, each with an error it answers for.

polygon.py      the lines that bounds leave possible
envelope.py     their middle, live, and how far it can be off
spine.py        the curve through a whole session's bounds
kit.py          kit tick -> UTC: KitClock (live), FinalClock (whole session)
pace.py         the rate of a sensor, by counting
sensor.py       sample index -> kit tick: SensorClock (live), FinalSensor (one run of the index)
exchanges.py    a web page's milliseconds -> UTC
certificate.py  what a session's clocks came to

UTC of a sample = kit.fit().to_ns(sensor.fit().to_us(index)); its error is at most the sum of the
two claims. Pure: time comes in with the data.
"""

from hub.clock.certificate import certificate
from hub.clock.exchanges import ExchangeFit, fit_exchanges
from hub.clock.kit import SETTLED_NS, FinalClock, FinalFit, Fit, KitClock
from hub.clock.sensor import Drain, FinalSensor, FinalSensorFit, SensorClock, SensorFit

__all__ = [
    "SETTLED_NS",
    "Drain",
    "ExchangeFit",
    "FinalClock",
    "FinalFit",
    "FinalSensor",
    "FinalSensorFit",
    "Fit",
    "KitClock",
    "SensorClock",
    "SensorFit",
    "certificate",
    "fit_exchanges",
]
