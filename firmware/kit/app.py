# Puts the parts of a kit together and runs them. Nothing here knows whether the board is real.

import asyncio
import gc

import wire
from kit.boards import BOARDS
from kit.framer import Framer
from kit.health import Health
from kit.leds import Light
from kit.link import Link
from kit.outbox import Outbox
from kit.packet import Publish
from kit.supervise import WATCHDOG_MS, Supervisor, Watch
from kit.ticks import Ticks
from kit.wifi import Wifi

LOOK_MS = 250
WORKER_STILL_MS = 4000
LINK_STILL_MS = 60000  # joining and connecting may take half of that
DRAIN_MS = 10000  # without progress
RETAIN = 1  # MQTT: a hub that comes later hears it too
SENSORS = ("sensor MAX30102 (0x57)", "sensor ADS1115 (0x48)")
SILENT = " is silent: check its SDA, SCL, ground and 3.3 V"


class Kit:
    """A participant's kit or a button box, as the config says. `run` it; `stop` makes it drain.

    `frame` is a wire.FrameWriter, `client` the MQTT client (mqtt.Client or its like), `ticks_us`
    the board's raw tick, `boot` a random number of 32 bits, `say` prints a line.
    """

    def __init__(self, config, ring, frame, machine, network, client, ticks_us, boot, say):
        self.config = config
        self.machine = machine
        self.board = BOARDS[config.board]
        self.say = say
        self.ring = ring
        self.frame = frame
        self.ticks = Ticks(ticks_us)
        self.outbox = Outbox(
            self.ring, self.ticks, Publish(self._topic("data"), wire.PAYLOAD_MAX), boot
        )
        self.wifi = Wifi(network, config.ssid, config.wifi_password)
        self.light = Light(machine.Pin(self.board.led, machine.Pin.OUT))
        self.supervisor = Supervisor(say)
        self.sampler = self.eda = None
        self.silent = [False, False]  # sensors, in the order of SENSORS: said to be so
        self.bits = None  # of the skin's converter, once it has shown them
        self.link = Link(client, self.wifi, self.outbox, self._topic("ack"), self._about(), say)
        self.stopping = False
        self.state = None
        self.evicted = 0  # when last looked at
        self.losing = False  # that the ring is full has been said, and it has not emptied since
        self.dog = None
        self.worker = self._box() if config.role == "box" else self._recorder(boot)
        self.framer = self.worker.framer

    def stop(self):
        """Close what is begun, drain, and let `run` return. Only a simulated board calls it."""
        self.stopping = True
        self.worker.stop()

    async def run(self):
        """Until `stop`. All that lasts runs under the supervisor; what gets through ends this."""
        self._tell("BOOT")
        work = self._keep(self.config.role, self.worker.run)
        tasks = [
            self._keep("link", self.link.run),
            self._keep("light", self.light.run),
            self._keep("watch", self._watch),
        ]
        await work
        tasks.pop().cancel()  # the watch has nothing to watch any more
        await self._drain()
        for task in tasks:
            task.cancel()
        await asyncio.sleep_ms(0)
        self.say("heap live %d garbage %d" % (self.framer.live, self.framer.garbage))
        self.say("stopped held %d evicted %d" % (self.ring.held(), self.ring.evicted))

    def _keep(self, name, run):
        return asyncio.create_task(self.supervisor.keep(name, run))

    def _topic(self, stream):
        return wire.topic(self.config.site, self.config.room, self.config.kit, stream)

    def _about(self):
        from kit.about import about

        message = about(self.config, self.bits)
        packet = Publish(self._topic("about"), len(message))
        packet.payload[:] = message
        about = packet.seal(len(message))
        about[0] |= RETAIN
        return about

    def _framer(self, sampler=None):
        health = Health(self.outbox, self.link, self.wifi, sampler)
        return Framer(self.frame, self.outbox, health, self.ticks)

    # A kit does not load what only a box needs, and the other way round: it saves 10 KB.

    def _box(self):
        from kit.box import Box

        pin = self.machine.Pin
        pins = [pin(n, pin.IN, pin.PULL_UP) for n in self.board.keys]
        box = Box(pins, self._framer(), self.outbox, self.ticks, self.say)
        box.watch(pin)
        self.link.renews = False  # at any moment somebody may press
        return box

    def _recorder(self, boot):
        from drivers.ads1115 import Ads1115
        from drivers.max30102 import Max30102, SensorError
        from kit.boards import bus
        from kit.recorder import Recorder
        from kit.sampler import Sampler

        wires = bus(self.machine, self.board)
        ppg = Max30102(wires, self.config.led_ma, self.config.adc_range_na)
        try:
            ppg.setup()
        except (OSError, SensorError) as e:
            self.say("fault ppg: %s" % e)  # the sampler tries again
        self.eda = Ads1115(wires)
        sampler = self.sampler = Sampler(ppg, self.eda, self.ticks, boot)
        return Recorder(sampler, self._framer(sampler), self.outbox, self.ticks)

    async def _watch(self):
        if self.config.watchdog and not self.dog:
            self.dog = self.machine.WDT(timeout=WATCHDOG_MS)
        watch = Watch((self.worker, self.link), (WORKER_STILL_MS, LINK_STILL_MS), self.dog)
        while True:
            well = watch.look(LOOK_MS)
            self._tell(self._state() if self._sensing() and well else "FAULT")
            if self.eda and self.bits is None:
                self._learn(self.eda.resolution())
            await asyncio.sleep_ms(LOOK_MS)

    def _sensing(self):
        """False while a sensor is silent, which is said once."""
        if not self.sampler:
            return True
        self._hear(0, self.sampler.ppg_well)
        self._hear(1, self.sampler.eda_well)
        return True not in self.silent

    def _hear(self, i, well):
        if self.silent[i] == well:
            self.silent[i] = not well
            self.say(SENSORS[i] + (" is back" if well else SILENT))

    def _learn(self, bits):
        if bits:
            self.bits = bits
            self.link.describe(self._about())
        if bits == 12:
            self.say("converter 12 bits: an ADS1015 was sold as an ADS1115")

    async def _drain(self):
        self._tell("STOP")
        base = self.ring.base
        still_ms = 0
        while self.ring.held() and still_ms < DRAIN_MS:
            await asyncio.sleep_ms(LOOK_MS // 5)
            still_ms = still_ms + LOOK_MS // 5 if self.ring.base == base else 0
            base = self.ring.base
        self.worker.report()

    def _state(self):
        if not self.outbox.heard:
            return "OFFLINE" if self.outbox.acks else "JOIN"
        if self.outbox.session:
            return "RECORD"
        return "DRAIN" if self.ring.held() else "IDLE"

    def _tell(self, state):
        self.light.state = "REFUSED" if self.worker.refused else state
        if state != self.state:
            self.state = state
            self.say(
                "state %s held %d evicted %d free %d"
                % (state, self.ring.held(), self.ring.evicted, gc.mem_free())
            )
        self._tell_loss()

    def _tell_loss(self):
        ring = self.ring
        if ring.evicted != self.evicted and not self.losing:
            self.losing = True
            self.say("ring full: the oldest frames go now; bring broker and hub back")
        self.evicted = ring.evicted
        if not ring.held():
            self.losing = False

