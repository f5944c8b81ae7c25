"""The live process itself: gunicorn with its asgi worker, asked over HTTP."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from flask import Flask
from flask_migrate import upgrade

from app.accounts.actions import begin_session, sign_out_everywhere
from app.accounts.models import Role
from app.booking.actions.hold import hold
from app.config import ROOT
from app.live.stream import RETRY_SECONDS
from app.live.tokens import new_token, session_of
from tests import factories
from tests import postgres as embedded
from tests.conftest import SECRET, running, settings_for
from tests.server import free_ports

pytestmark = pytest.mark.race


class Answer:
    """What the process says to one request, and the connection on which it says it."""

    def __init__(self, port: int, path: str, method: str, headers: dict[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            self._connection.request(method, path, headers=headers)
            self._response = self._connection.getresponse()
        except OSError:
            self._connection.close()
            raise
        self.status, self.headers = self._response.status, self._response.headers

    def line(self) -> str:
        """The next line of the stream; empty at its end."""
        return self._response.readline().decode()

    def json(self) -> dict[str, object]:
        return json.loads(self._response.read())

    def events(self) -> Iterator[tuple[str, dict[str, object]]]:
        """The events of the stream: what kind, and what it says."""
        kind = "message"
        while line := self.line().rstrip("\n"):
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            else:
                yield kind, json.loads(line.removeprefix("data: "))
                kind = "message"
                self.line()

    def close(self) -> None:
        """Go away."""
        self._response.close()
        self._connection.close()


@dataclass
class Live:
    """A live process at a port of this machine."""

    port: int
    asked: ExitStack

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        answer = Answer(self.port, path, method, headers)
        self.asked.callback(answer.close)
        return answer

    def health(self) -> int:
        try:
            return self.ask("/healthz").status
        except OSError:
            return 0


@contextmanager
def serving(database_url: str, app: str = "tests.live.short:app", **environment: str) -> Iterator[Live]:
    """The live process for as long as the block, ended as `deploy/serve.py` ends it."""
    port, _ = free_ports()
    command = ["-m", "gunicorn", "-c", "app/server.py", "-k", "asgi", "-w", "1", "--threads", "1"]
    env = {**os.environ, "SECRET_KEY": SECRET, "DATABASE_URL": database_url, **environment}
    command = [sys.executable, *command, "-b", f"127.0.0.1:{port}", app]
    with subprocess.Popen(command, cwd=ROOT, env=env) as process, ExitStack() as asked:
        live = Live(port, asked)
        try:
            until(lambda: live.health() == 200, 60)
            yield live
        finally:
            process.send_signal(signal.SIGQUIT)
            process.wait(10)


def until(true: object, seconds: float = 20) -> float:
    """Wait until it is true; how many seconds that took."""
    began = time.monotonic()
    while not true():  # type: ignore[operator]
        if time.monotonic() - began > seconds:
            raise TimeoutError
        time.sleep(0.05)
    return time.monotonic() - began


def test_a_stream_tells_the_state_then_news_then_beats_and_ends_by_itself(app: Flask, database_url: str) -> None:
    voyage = factories.a_voyage()
    with serving(database_url) as live:
        began = time.monotonic()
        heard = live.ask("/stream?topic=public").events()
        kind, state = next(heard)
        assert (kind, [row["remaining"] for row in state["departures"]]) == ("message", [100])
        kind, beat = next(heard)
        assert (kind, beat["well"]) == ("beat", True)
        hold(str(uuid4()), voyage.id, 1, 2)
        rest = list(heard)
        took = time.monotonic() - began
    (news,) = [told for kind, told in rest if kind == "message"]
    assert [row["remaining"] for row in news["departures"]] == [98]
    assert news["version"] > state["version"]
    beats = [told["as_of"] for kind, told in rest if kind == "beat"]
    assert len(beats) >= 3
    assert [state["as_of"], *beats] == sorted([state["as_of"], *beats])
    assert rest[-1] == ("bye", {})
    assert 1.5 < took < 3


def test_at_its_limit_it_says_when_to_come_back_and_a_place_is_free_when_somebody_goes(
    app: Flask, database_url: str
) -> None:
    with serving(database_url, "app.live.stream:app", LIVE_LISTENERS="3") as live:
        streams = [live.ask("/stream?topic=public") for _ in range(3)]
        for stream in streams:
            assert stream.line().startswith("data: ")
        full = live.ask("/stream?topic=public", Origin=f"http://127.0.0.1:{live.port - 1}")
        assert (full.status, full.headers["Retry-After"]) == (503, str(RETRY_SECONDS))
        assert full.headers["Access-Control-Allow-Origin"] == f"http://127.0.0.1:{live.port - 1}"
        assert live.ask("/healthz").json()["listening"] == 3
        streams.pop().close()
        until(lambda: live.ask("/stream?topic=public").status == 200)


def test_one_address_does_not_fill_the_house_and_the_board_comes_in_after_the_public(
    app: Flask, database_url: str
) -> None:
    token = new_token(SECRET, "board", begin_session(factories.a_user(Role.OFFICIAL).id).id)
    with serving(database_url, "app.live.stream:app", LIVE_LISTENERS="10", LIVE_PER_ADDRESS="3") as live:
        asked = [live.ask("/stream?topic=public").status for _ in range(5)]
        assert asked == [200, 200, 200, 503, 503]
        for _ in range(10):
            board = live.ask(f"/stream?topic=board&token={token}")
            assert (board.status, board.line()[:5]) == (200, "data:")
        assert live.ask(f"/stream?topic=board&token={token}").status == 503
        until(lambda: live.ask("/healthz").json()["listening"] == 10)


def test_only_who_may_hears_the_board_and_only_pages_of_this_house_hear_anything(app: Flask, database_url: str) -> None:
    with serving(database_url) as live:
        official = factories.a_user(Role.OFFICIAL)
        session_id = begin_session(official.id).id
        good = new_token(SECRET, "board", session_id)
        wrong = ("", "x.y.z", new_token(SECRET, "public", session_id), new_token(SECRET, "board", 10_000))
        for token, status in (*((token, 403) for token in wrong), (good, 200)):
            assert live.ask(f"/stream?topic=board&token={token}").status == status, token
        sign_out_everywhere(official.id)
        assert live.ask(f"/stream?topic=board&token={good}").status == 403, "the pass ends with its session"
        page = live.ask("/stream?topic=public", Origin="http://127.0.0.1:8000")
        assert page.headers["Access-Control-Allow-Origin"] == "http://127.0.0.1:8000"
        assert page.headers["Content-Type"] == "text/event-stream"
        for origin in ("http://evil.example", "null", "http://[", "http://127.0.0.1.evil.example"):
            assert live.ask("/stream?topic=public", Origin=origin).status == 403, origin
        assert live.ask("/stream?topic=everything").status == 404
        assert live.ask("/").status == 404
        assert live.ask("/stream?topic=public", method="POST").status == 405


def test_the_stream_of_everybody_names_nobody_and_the_boards_names_nobody_either(app: Flask, database_url: str) -> None:
    factories.a_booking(adults=2)
    token = new_token(SECRET, "board", begin_session(factories.a_user(Role.OFFICIAL).id).id)
    with serving(database_url) as live:
        for address in ("public", f"board&token={token}"):
            told = live.ask(f"/stream?topic={address}").line()
            assert '"remaining":98' in told
            assert "Penumpang" not in told
            assert "6202" not in told
            assert ('"sold":2' in told) == address.startswith("board")


def test_when_the_database_dies_it_says_so_and_when_it_is_back_streams_go_on(postgres: embedded.Postgres) -> None:
    server = embedded.start()
    url = server.create_database("dermaga")
    try:
        with running(settings_for(url)):
            upgrade()
            voyage = factories.a_voyage()
        with serving(url, "app.live.stream:app") as live:
            heard = live.ask("/stream?topic=public").events()
            assert next(heard)[1]["departures"]
            server.kill9()
            until(lambda: live.health() == 503)
            server.restart()
            until(lambda: live.health() == 200)
            with running(settings_for(url)):
                hold(str(uuid4()), voyage.id, 1, 2)
            told = ([row["remaining"] for row in told["departures"]] for kind, told in heard if kind == "message")
            assert next(places for places in told if places != [100]) == [98]
    finally:
        server.stop()


def test_a_pass_is_for_one_topic_and_one_house() -> None:
    token = new_token(SECRET, "board", 7)
    assert session_of(SECRET, token, "board") == 7
    assert session_of(SECRET, token, "public") is None
    assert session_of("another secret", token, "board") is None
    assert session_of(SECRET, token[:-2] + "xx", "board") is None
