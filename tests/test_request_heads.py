"""The head of a request is bounded as its body is: too long a line, too many headers, too long ones, by sockets."""

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from operator import itemgetter

import pytest

from app import server
from app.web.request_bounds import QUERY_MAX
from tests.test_serve import free_ports, listening, supervisor, until

pytestmark = pytest.mark.race

SMALL = 1_000
"""Bytes of the answer to a head that is refused."""
TRIES = 5
LONG_LINE = b"GET /?" + b"a" * server.limit_request_line + b" HTTP/1.1\r\nHost: x\r\n\r\n"
MANY_HEADERS = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * server.limit_request_fields + b"\r\n"
LONG_HEADER = b"GET / HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * server.limit_request_field_size + b"\r\n\r\n"
ENDLESS_LINE = b"GET /?" + b"a" * 1_000_000
ENDLESS_HEADERS = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-A: 1\r\n" * 200_000
TOO_MUCH = {
    "a long line": (LONG_LINE, 414),
    "a line without end": (ENDLESS_LINE, 414),
    "many headers": (MANY_HEADERS, 431),
    "headers without end": (ENDLESS_HEADERS, 431),
    "a long header": (LONG_HEADER, 431),
}


def answer_to(port: int, sent: bytes) -> tuple[int, bytes]:
    """The status and all bytes that come for `sent`, a head as it is."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        with suppress(OSError):  # refused before all was sent
            line.sendall(sent)
        told = b""
        with suppress(ConnectionResetError):  # what was sent and not read makes the end abrupt
            while (part := line.recv(65536)) and len(told) <= 10 * SMALL:
                told += part
    return int(told.split()[1]) if told else 0, told


first = itemgetter(0)


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    """The ports of a web and a live process as they are served."""
    port, live_port = free_ports()
    with supervisor(port) as process:
        assert until(lambda: listening(port) and listening(live_port), 60)
        yield port, live_port
        process.terminate()
        process.wait(15)


@pytest.mark.parametrize("place", [0, 1], ids=["web", "live"])
@pytest.mark.parametrize(("sent", "status"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_head_that_is_too_large_gets_a_clear_status(
    ports: tuple[int, int], sent: bytes, status: int, place: int
) -> None:
    # Who still sends when it is refused may find the line closed before the answer is read, so it may try again.
    told, answer = next(filter(first, (answer_to(ports[place], sent) for _ in range(TRIES))), (0, b""))
    assert told == status
    assert len(answer) < SMALL


def test_other_requests_go_on_beside_heads_that_are_too_large(ports: tuple[int, int]) -> None:
    with ThreadPoolExecutor(8) as crowd:
        refused = [crowd.submit(answer_to, ports[0], sent) for sent, _ in list(TOO_MUCH.values()) * 8]
        for _ in range(20):
            honest = http.client.HTTPConnection("127.0.0.1", ports[0], timeout=20)
            honest.request("GET", "/")
            assert honest.getresponse().read() == b"up"
            honest.close()
        assert {one.result()[0] for one in refused} <= {0, 414, 431}


def test_the_longest_query_that_the_application_takes_passes_the_server(ports: tuple[int, int]) -> None:
    asked = b"GET /pelayaran?" + b"a" * QUERY_MAX + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    cookie = b"Cookie: a=" + b"b" * 4093 + b"; c=" + b"d" * 2000 + b"\r\n"
    assert answer_to(ports[0], asked + cookie + b"X-A: 1\r\n" * 40 + b"\r\n")[0] == 200
