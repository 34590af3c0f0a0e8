"""What InfluxDB's address may answer that is not InfluxDB 2: said, whatever it is."""

import contextlib
import socket
import threading

import pytest

from hub.store.api import InfluxError, call


@contextlib.contextmanager
def answering(said):
    """A server on this machine that answers once, with these bytes: its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def answer():
            line, _ = server.accept()
            with line:
                line.recv(65536)
                line.sendall(said)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize("said", [
    b"\x20\x02\x00\x05",  # a broker
    b"HTTP/1.1 200 OK\r\n\r\n<!doctype html>",  # a page
    b"HTTP/1.1 200 OK\r\n\r\n\xff\xfe",
    b"HTTP/1.1 404 Not Found\r\n\r\n404 page not found\n",  # InfluxDB 1
])  # fmt: skip
def test_what_is_no_influxdb_is_called_so(said):
    with answering(said) as url, pytest.raises(InfluxError, match=r"is not InfluxDB 2.*influx_url"):
        call(url, "key", "GET", "/api/v2/setup")


def test_what_influxdb_2_does_not_find_is_said_in_its_own_words():
    said = b'HTTP/1.1 404 Not Found\r\n\r\n{"code": "not found", "message": "no such organization"}'
    with answering(said) as url, pytest.raises(InfluxError, match="no such organization") as error:
        call(url, "key", "GET", "/api/v2/orgs")
    assert error.value.status == 404


def test_a_server_that_hangs_up_is_one_that_cannot_be_reached():
    with answering(b"") as url, pytest.raises(InfluxError, match=r"cannot be reached.*influx_url"):
        call(url, "key", "GET", "/api/v2/setup")
