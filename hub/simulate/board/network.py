# The simulated board's Wi-Fi: it follows the body's records of kind 4. Only the state is simulated,
# the machine's own network carries the data; cutting that is the work of a proxy.

import body
from utime import ticks_us

STA_IF, AP_IF = 0, 1
STAT_IDLE, STAT_CONNECTING, STAT_GOT_IP = 1000, 1001, 1010
STAT_NO_AP_FOUND, STAT_WRONG_PASSWORD = 201, 202
JOIN_US = 100_000
RSSI_DBM = -55


class WLAN:
    IF_STA, IF_AP = STA_IF, AP_IF
    PM_NONE, PM_PERFORMANCE, PM_POWERSAVE = 0, 1, 2

    def __init__(self, interface=STA_IF):
        self.on = False
        self.joined = None  # when; None: nobody asked, or the network went away
        self.settings = {}
        body.watchers.append(self)

    def run(self, now_us):
        if not body.wifi.at(now_us) and self.joined is not None:
            self.joined = now_us + JOIN_US  # both boards' drivers try again by themselves

    def active(self, on=None):
        if on is None:
            return self.on
        self.on = bool(on)
        if not on:
            self.joined = None

    def connect(self, ssid=None, key=None, **options):
        if not self.on:
            raise OSError("Wifi Not Started")
        if self.joined is None:
            self.joined = ticks_us() + JOIN_US

    def disconnect(self):
        self.joined = None

    def isconnected(self):
        body.look()
        return self.joined is not None and bool(body.wifi.value) and ticks_us() >= self.joined

    def status(self, what=None):
        if what == "rssi":
            return RSSI_DBM
        if self.isconnected():
            return STAT_GOT_IP
        if self.joined is None:
            return STAT_IDLE
        return STAT_CONNECTING if body.wifi.value else STAT_NO_AP_FOUND

    def config(self, *names, **settings):
        self.settings.update(settings)
        return self.settings.get(names[0]) if names else None

    def ifconfig(self, addresses=None):
        return ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")


def hostname(name=None):
    return name or "stillpoint"


def country(code=None):
    return code or "XX"
