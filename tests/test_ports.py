"""A server that is ended and started again finds its port free."""

import socket

import pytest

from tests.ports import free_port


def test_a_port_is_nobody_elses_while_its_server_is_away():
    port = free_port()
    for _ in range(2):
        with socket.create_server(("127.0.0.1", port)):
            socket.create_connection(("127.0.0.1", port)).close()
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
