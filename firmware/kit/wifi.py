# Joins the Wi-Fi, and says why if it cannot.

import asyncio
import time

JOIN_MS = 15000
POLL_MS = 100
OFF_MS = 500
PM_NONE_CYW43 = 0xA11140  # where the port has no name for it

WPA2 = "the access point wants WPA3 or an old cipher: set it to WPA2"

# Names of network's status codes, of which a port has those it can tell apart, and some numbers of
# an ESP32 that have no name there. An ESP32 says "connecting" of a wrong password, for ever.
REASONS = {
    "STAT_WRONG_PASSWORD": "wrong password: correct wifi.password in config.json",
    "STAT_HANDSHAKE_TIMEOUT": "wrong password: correct wifi.password in config.json",
    "STAT_NO_AP_FOUND": "no such network here: wifi.ssid in config.json, or the access point",
    "STAT_ASSOC_FAIL": "the access point refuses: is it full?",
    "STAT_CONNECT_FAIL": "the access point does not let us in",
    "STAT_BEACON_TIMEOUT": "the access point has gone",
    "STAT_CONNECTING": "not let in yet: is wifi.password right, is the signal good?",
    210: WPA2,
    211: WPA2,
    212: "the signal is too weak",
}


class WifiError(OSError):
    """Not joined; the text says why."""


class Wifi:
    """`network` is the board's module.

    cycles  how often the interface was switched off and on again
    """

    def __init__(self, network, ssid, password):
        self.network = network
        self.wlan = network.WLAN(network.STA_IF)
        self.ssid = ssid
        self.password = password
        self.awake = None
        self.cycles = 0

    def up(self):
        """True while the board says it is joined (which is no proof that bytes get through)."""
        return self.wlan.isconnected()

    async def join(self):
        """Return when joined; WifiError after 15 s."""
        self.wlan.active(True)
        if self.up():
            return
        self.wlan.disconnect()  # an ESP32 refuses to connect while it still tries
        self.wlan.connect(self.ssid, self.password)
        start = time.ticks_ms()
        while not self.up():
            if time.ticks_diff(time.ticks_ms(), start) > JOIN_MS:
                raise WifiError("Wi-Fi %s: %s" % (self.ssid, self.reason()))
            await asyncio.sleep_ms(POLL_MS)
        self.awake = None

    async def cycle(self):
        """Switch the interface off and on: both boards can say "joined" for ever when they are
        not."""
        self.cycles += 1
        self.wlan.disconnect()
        self.wlan.active(False)
        await asyncio.sleep_ms(OFF_MS)
        self.wlan.active(True)
        self.awake = None

    def stay_awake(self, awake):
        """Power save off while recording: with it, a packet may wait 100 ms and more for us."""
        if awake == self.awake:
            return
        self.awake = awake
        none = getattr(self.network.WLAN, "PM_NONE", PM_NONE_CYW43)
        self.wlan.config(pm=none if awake else getattr(self.network.WLAN, "PM_PERFORMANCE", none))

    def rssi(self):
        """dBm, 0 if it cannot be told."""
        try:
            return self.wlan.status("rssi") or 0
        except (OSError, ValueError, TypeError):
            return 0

    def reason(self):
        """Why we are not joined, as far as the board can tell."""
        code = self.wlan.status()
        for name, text in REASONS.items():
            if code == (name if isinstance(name, int) else getattr(self.network, name, None)):
                return text
        return "not joined after %d s (status %s)" % (JOIN_MS // 1000, code)
