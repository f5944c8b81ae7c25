"""Requests as bytes, what is in the answers, and a visit played inside this process."""

import json
import re
from collections.abc import Generator
from html import unescape
from typing import Any
from urllib.parse import urlencode

from flask import Flask

from bench.crowd import Answer, Visit

BUSY = 503
"""Ask again: the answer to a question says that it was not looked at."""

_COOKIE = re.compile(rb"\r\nset-cookie: *([^=]+)=([^;\r]*)", re.IGNORECASE)
_LOCATION = re.compile(rb"\r\nlocation: *([^\r]+)", re.IGNORECASE)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def ask(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request; `Content_Type="..."` is a header."""
    lines = [f"{method} {path} HTTP/1.1", "Host: dermaga"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def ask_json(method: str, path: str, value: Any, **headers: str) -> bytes:
    """A request with JSON in it."""
    return ask(method, path, json.dumps(value).encode(), Content_Type="application/json", **headers)


def told(answer: Answer, *expected: int) -> Any:
    """The JSON of an answer. Raises RuntimeError where its status is another than expected."""
    return json.loads(_body(answer, expected or (200,)))


def _body(answer: Answer, expected: tuple[int, ...]) -> str:
    head, _, body = answer.received.partition(b"\r\n\r\n")
    if answer.status not in expected:
        raise RuntimeError(f"{head.splitlines()[0].decode()}: {body[:600].decode(errors='replace')}")
    return body.decode()


def patiently(question: bytes) -> Generator[bytes, Answer, Answer]:
    """Ask, and again where the server was busy; its last answer."""
    answer = yield question
    while answer.status == BUSY:
        answer = yield question
    return answer


class Browser:
    """A browser without JavaScript at an address of its own: it keeps cookies, follows redirections and fills forms."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._cookies: dict[str, str] = {}
        self.path, self.page = "", ""
        """What it shows."""

    def open(self, path: str) -> Generator[bytes, Answer, str]:
        """Go to a page; its text."""
        answer = yield from patiently(self.asking(path))
        return (yield from self._shown(path, answer))

    def asking(self, path: str) -> bytes:
        """The request for a page, with this browser's cookies."""
        return ask("GET", path, **self._headers())

    def send(self, typed: dict[str, str], path: str = "") -> Generator[bytes, Answer, str]:
        """Send the form of the page that is shown, to itself or to `path`, and go where that leads."""
        answer = yield from patiently(self.filled(typed, path))
        return (yield from self._shown(path or self.path, answer))

    def filled(self, typed: dict[str, str], path: str = "") -> bytes:
        """The request that sends the form of the page that is shown."""
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(self.page)}
        body = urlencode({**hidden, **typed}).encode()
        kind = "application/x-www-form-urlencoded"
        return ask("POST", path or self.path, body, Content_Type=kind, **self._headers())

    def _headers(self) -> dict[str, str]:
        headers = {"X_Forwarded_For": self._address}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return headers

    def _shown(self, path: str, answer: Answer) -> Generator[bytes, Answer, str]:
        head = answer.received.partition(b"\r\n\r\n")[0] + b"\r\n"
        self._cookies |= {name.decode(): value.decode() for name, value in _COOKIE.findall(head)}
        if answer.status in {302, 303} and (leads := _LOCATION.search(head)):
            return (yield from self.open(leads[1].decode()))
        self.path, self.page = path, _body(answer, (200,))
        return self.page


def play(app: Flask, visit: Visit | None) -> Any:
    """Go through a visit with the application in this process; what it returns."""
    assert visit is not None, "nothing is left to visit for"
    client = app.test_client(use_cookies=False)
    question = next(visit)
    while True:
        head, _, body = question.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, path, _ = first.split(" ")
        headers = [tuple(line.split(": ", 1)) for line in lines]
        answer = client.open(path, method=method, headers=headers, data=body or None)
        received = f"HTTP/1.1 {answer.status}\r\n{answer.headers}".encode() + answer.data
        try:
            question = visit.send(Answer(answer.status_code, received))
        except StopIteration as end:
            return end.value
