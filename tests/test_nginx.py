"""The shipped nginx file: whoever is one visitor to the application is one to the proxy, too."""

import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from itertools import combinations
from pathlib import Path
from ssl import CERT_NONE, SSLContext, create_default_context

import pytest

from app.config import ROOT
from app.web.guard import _network
from tests.server import free_ports

SHIPPED = (ROOT / "deploy/nginx.conf").read_text()
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
SAME_HOME = ("2001:db8:0:7::1", "2001:db8:0:7:ffff:ffff:ffff:ffff", "2001:db8:0:7:a:b:c:d")
ADDRESSES = (
    *SAME_HOME,
    "2001:db8:0:8::1",
    "2001:db8::1",
    "2001:db8:a0a:a0a::",
    "::1",
    "::2",
    "fe80::1",
    "192.0.2.1",
    "192.0.2.2",
    "192.0.2.10",
    "10.10.10.10",
    "::ffff:192.0.2.1",
    "::ffff:192.0.2.2",
    "a0a:a0a:0a0a:0a0a:a0a:a0a:0a0a:0a0a",
)


def visitor(address: str) -> bytes:
    """By what the shipped file counts an address."""
    packed = ip_address(address).packed
    table = re.search(r"map \$binary_remote_addr \$dermaga_visitor \{(.*?)\n\}", SHIPPED, re.DOTALL)
    assert table is not None
    for pattern in re.findall(r'"~(.*?)" ', table[1]):
        found = re.search(pattern.replace("(?<", "(?P<").replace(r"\z", r"\Z").encode(), packed)
        if found:
            return found[1]
    return packed


@pytest.mark.parametrize("pair", list(combinations(ADDRESSES, 2)), ids=" ".join)
def test_two_addresses_are_one_visitor_to_the_proxy_where_they_are_to_the_application(pair: tuple[str, str]) -> None:
    one, other = pair
    assert (visitor(one) == visitor(other)) == (_network(one) == _network(other))


def test_only_ciphers_that_sign_and_forget_their_keys_are_spoken() -> None:
    [ciphers] = re.findall(r"ssl_ciphers (\S+);", SHIPPED.split("server {")[0])
    assert all(re.fullmatch(r"ECDHE-(ECDSA|RSA)-\S*(GCM-SHA\d+|POLY1305)", one) for one in ciphers.split(":"))


def test_every_share_of_the_proxy_is_by_visitor() -> None:
    zones = re.findall(r"limit_(?:conn|req)_zone (\S+)", SHIPPED)
    assert zones
    assert set(zones) == {"$dermaga_visitor"}


# In a real nginx


class Slow(BaseHTTPRequestHandler):
    """An application that answers when it is told to."""

    go_on = threading.Event()
    waiting = 0
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        Slow.waiting += 1
        Slow.go_on.wait(60)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The shipped file in a real nginx in front of a slow application, two requests at once for each visitor."""
    if NGINX is None:
        pytest.skip("nginx is not on this machine (Debian: apt-get install nginx-light)")
    folder, application = tmp_path_factory.mktemp("nginx"), ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=application.serve_forever, daemon=True).start()
    port, _ = free_ports()
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=dermaga.example"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    file = folder / "nginx.conf"
    file.write_text(_shortened(folder, port, application.server_port, certificate, key))
    process = subprocess.Popen([NGINX, "-e", folder / "error.log", "-p", folder, "-c", file])
    try:
        deadline = time.monotonic() + 30
        while not _listening(port) and time.monotonic() < deadline:
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield port
    finally:
        Slow.go_on.set()
        process.terminate()
        process.wait(20)
        application.shutdown()
        application.server_close()


def _listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _shortened(folder: Path, port: int, application: int, certificate: Path, key: Path) -> str:
    """The shipped file on one free port, its limits 2, and visitors believed about their address."""
    text = re.sub(r"listen \[::\].*\n", "", SHIPPED)
    text = re.sub(r"listen 80\b[^;]*;", f"listen unix:{folder}/plain.sock;", text, count=1)
    text = re.sub(r"listen 80;", f"listen unix:{folder}/other.sock;", text)
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("127.0.0.1:8000", f"127.0.0.1:{application}")
    text = re.sub(r"(ssl_certificate +)\S+;", rf"\g<1>{certificate};", text)
    text = re.sub(r"(ssl_certificate_key +)\S+;", rf"\g<1>{key};", text)
    text = re.sub(r"(limit_conn dermaga_\w+) \d+;", r"\1 2;", text)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"daemon off; master_process off; pid {folder}/pid; events {{}} http {{ access_log off; {temporary}"
        f"client_body_temp_path {folder}/body; set_real_ip_from 127.0.0.1; real_ip_header X-Test-Address;\n{text}\n}}"
    )


def trusting() -> SSLContext:
    context = create_default_context()
    context.check_hostname, context.verify_mode = False, CERT_NONE
    return context


class Known(HTTPSConnection):
    """A connection to this machine that asks for the shipped name."""

    def connect(self) -> None:
        self.sock = self._context.wrap_socket(  # type: ignore[attr-defined]
            socket.create_connection(("127.0.0.1", self.port), 30), server_hostname="dermaga.example"
        )


def ask(port: int, address: str, line: str = "/") -> Known:
    """Send a request as that address, and leave it open."""
    connection = Known("dermaga.example", port, context=trusting())
    connection.request("GET", line, headers={"X-Test-Address": address})
    return connection


def status(connection: Known) -> int:
    """The status of the answer; the connection is closed."""
    with closing(connection):
        answer = connection.getresponse()
        answer.read()
        return answer.status


@pytest.mark.race
def test_a_real_proxy_counts_a_home_of_ipv6_as_one_visitor(proxy: int) -> None:
    Slow.go_on.clear()
    before = Slow.waiting
    held = [ask(proxy, address) for address in SAME_HOME[:2]]
    held += [ask(proxy, f"192.0.2.{number}") for number in (1, 2)] + [ask(proxy, "2001:db8:0:8::1")]
    deadline = time.monotonic() + 20
    while Slow.waiting - before < len(held) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert Slow.waiting - before == len(held)
    assert status(ask(proxy, SAME_HOME[2])) == 429
    Slow.go_on.set()
    assert [status(connection) for connection in held] == [200] * len(held)


@pytest.mark.race
def test_a_real_proxy_tells_a_head_that_is_too_large(proxy: int) -> None:
    Slow.go_on.set()
    assert status(ask(proxy, "192.0.2.9", f"/?{'a' * 9_000}")) == 414
    assert status(ask(proxy, "192.0.2.9", f"/?{'a' * 4_000}")) == 200
