"""The hub's line to the MQTT broker. Nothing else knows paho."""

from __future__ import annotations

import logging
import secrets
import socket
from collections.abc import Callable
from typing import Any, Protocol

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion

from firmware import wire
from hub.settings import Settings, password_of

KEEPALIVE_S = 10
RETRY_S = (1, 2)  # shortest and longest pause before it connects again
STREAMS = ("about", "data")  # what a kit is, before what it sends

NO_ENTRY = ("Not authorized", "Bad user name or password")

OnMessage = Callable[[str, bytes], None]

log = logging.getLogger("stillpoint")


class OnLine(Protocol):
    def __call__(self, up: bool, why: str, refused: bool = False) -> None: ...


class Line(Protocol):
    """What the hub needs of its way to the kits."""

    mistakes: int

    @property
    def alive(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def revive(self) -> None: ...
    def publish(self, topic: str, payload: bytes) -> bool: ...


class Link:
    """A connection that comes back by itself.

    `on_message(topic, payload)` is called on the network's thread: it must be quick. What it
    raises is logged and counted in `mistakes`, and the thread goes on (paho's would end).
    `on_line(up, why, refused)` hears when the broker is reached, when it is lost or is not there,
    and that it refuses the hub (`refused`: for its user and password): each once, however often it
    is tried.
    """

    def __init__(self, settings: Settings, on_message: OnMessage, on_line: OnLine) -> None:
        self.mistakes = 0
        self._stopping = False
        self._said: tuple[bool, str] | None = None  # what on_line heard last
        self._settings, self._password = settings, password_of(settings)
        self._on_message, self._on_line = on_message, on_line
        self._begun = False
        self._client = self._new_client()

    def _new_client(self) -> Client:
        name = f"stillpoint-hub-{self._settings.site}-{secrets.token_hex(4)}"
        client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv311)
        client.suppress_exceptions = True
        client.reconnect_delay_set(*RETRY_S)
        if self._settings.broker_user:
            client.username_pw_set(self._settings.broker_user, self._password)
        client.on_message = self._message
        client.on_connect = self._connected
        client.on_connect_fail = self._failed
        client.on_disconnect = self._lost
        client.on_socket_open = _no_delay
        return client

    def start(self) -> None:
        """Begin; a broker that is not there yet is waited for."""
        where = (self._settings.broker_host, self._settings.broker_port)
        self._client.connect_async(*where, keepalive=KEEPALIVE_S)
        self._client.loop_start()
        self._begun = True

    def stop(self) -> None:
        self._stopping = True
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> bool:
        """Send (QoS 0); False when there is no connection. Never waits."""
        return self._client.publish(topic, payload).rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    @property
    def alive(self) -> bool:
        """False if the network's thread has ended, which it never should. The hub may ask before
        it has begun."""
        thread = getattr(self._client, "_thread", None)
        return not self._begun or (thread is not None and thread.is_alive())

    def revive(self) -> None:
        """Begin anew with a fresh client."""
        self._client = self._new_client()
        self.start()

    # -- on the network's thread ----------------------------------------------------------------

    def _message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        try:
            self._on_message(message.topic, bytes(message.payload))
        except Exception:
            self.mistakes += 1
            if self.mistakes < 10:
                log.exception("a message could not be taken in")

    def _connected(self, client: Client, _data: Any, _flags: Any, code: Any, _props: Any) -> None:
        if code.is_failure:
            self._say(False, f"it refuses the hub: {code}", str(code) in NO_ENTRY)
            return
        site = self._settings.site
        client.subscribe([(wire.topic(site, "+", "+", stream), 0) for stream in STREAMS])
        self._say(True, "")

    def _failed(self, _client: Client, _data: Any) -> None:
        self._away(self._why_not)

    def _why_not(self) -> str:
        host = self._settings.broker_host
        try:
            socket.getaddrinfo(host, self._settings.broker_port)
        except OSError:
            return f"no machine is known by the name {host}"
        return "nothing answers there"

    def _lost(self, _client: Client, _data: Any, _flags: Any, _code: Any, _props: Any) -> None:
        if not self._stopping:
            self._away(lambda: "the connection was lost")  # the broker's code never says why

    def _away(self, why: Callable[[], str]) -> None:
        if self._said is None or self._said[0]:
            self._say(False, why())

    def _say(self, up: bool, why: str, refused: bool = False) -> None:
        if (up, why) == self._said:
            return
        self._said = (up, why)
        try:
            self._on_line(up, why, refused)
        except Exception:
            log.exception("on_line")


def _no_delay(_client: Client, _data: Any, line: Any) -> None:
    """Small messages go out at once."""
    if isinstance(line, socket.socket):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
