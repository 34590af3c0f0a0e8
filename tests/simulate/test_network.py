"""The network of our own: delays as said, in order, and its faults."""

import random
import socket
import statistics
import subprocess
import sys
import threading

import pytest

from hub.simulate.network import KINDS, Proxy


@pytest.fixture
def echo():
    """The address of a server that sends everything back."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer(link):
        with link:
            while data := link.recv(65536):
                link.sendall(data)

    def accept():
        while True:
            try:
                link, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(link,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    yield server.getsockname()
    server.close()


@pytest.fixture
def proxy(echo):
    proxy = Proxy(echo, KINDS["none"])
    proxy.start()
    yield proxy
    proxy.stop()


def connect(proxy):
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=180)


def read(link, size):
    data = b""
    while len(data) < size:
        data += link.recv(size - len(data))
    return data


def quantiles(kind, n=40_000):
    rng = random.Random(3)
    ms = sorted(1e3 * KINDS[kind](rng) for _ in range(n))
    return ms[0], statistics.median(ms), ms[int(0.95 * n)]


def test_wi_fi_has_the_floor_the_median_and_the_tail():
    floor, median, p95 = quantiles("wifi")
    assert 1.0 <= floor < 1.2
    assert median == pytest.approx(4.0, rel=0.05)
    assert p95 == pytest.approx(50.0, rel=0.08)


def test_uniform_is_uniform():
    floor, median, p95 = quantiles("uniform")
    assert (floor, median, p95) == pytest.approx((1.0, 25.5, 47.55), rel=0.03)


def test_everything_arrives_in_order_however_it_is_delayed(echo):
    proxy = Proxy(echo, lambda rng: rng.uniform(0, 0.01), seed=1)
    proxy.start()
    with connect(proxy) as link:
        sent = b"".join(bytes([k]) * 700 for k in range(200))
        sender = threading.Thread(target=link.sendall, args=(sent,))
        sender.start()
        assert read(link, len(sent)) == sent
        sender.join()
    proxy.stop()


def test_a_chunk_is_never_early(echo):
    proxy = Proxy(echo, lambda rng: 0.02)
    proxy.start()
    with connect(proxy) as link:
        for _ in range(5):
            link.sendall(b"x")
            read(link, 1)
    assert min(proxy.up + proxy.down) >= 0.02
    proxy.stop()


def test_a_cut_breaks_and_refuses_until_restored(proxy):
    with connect(proxy) as link:
        link.sendall(b"a")
        assert read(link, 1) == b"a"
        proxy.cut()
        with pytest.raises(OSError):
            assert link.recv(1) == b""
            raise ConnectionResetError
    with connect(proxy) as link, pytest.raises(OSError):
        assert link.recv(1) == b""
        raise ConnectionResetError
    proxy.restore()
    with connect(proxy) as link:
        link.sendall(b"b")
        assert read(link, 1) == b"b"


def test_a_hole_swallows_and_gives_it_back_late(proxy):
    with connect(proxy) as link:
        link.sendall(b"a")
        assert read(link, 1) == b"a"
        proxy.hole()
        link.sendall(b"held")
        link.settimeout(0.15)
        with pytest.raises(TimeoutError):
            link.recv(1)
        proxy.restore()
        link.settimeout(180)
        assert read(link, 4) == b"held"


def test_the_far_end_s_goodbye_passes(echo, proxy):
    with connect(proxy) as link:
        link.sendall(b"bye")
        link.shutdown(socket.SHUT_WR)
        assert read(link, 3) == b"bye"
        assert link.recv(1) == b""


def test_as_a_process_it_obeys_words_and_ends_with_stdin(echo):
    command = [sys.executable, "-m", "hub.simulate.network", "--to", f"127.0.0.1:{echo[1]}",
               "--kind", "none"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as p:
        port = int(p.stdout.readline().split()[1])
        with socket.create_connection(("127.0.0.1", port), timeout=180) as link:
            link.sendall(b"a")
            assert read(link, 1) == b"a"
        p.stdin.write("cut\n")
        p.stdin.flush()
        assert p.stdout.readline() == "done cut\n"
        p.stdin.close()
        assert p.wait(180) == 0
