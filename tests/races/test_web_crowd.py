"""The real server in a rush: what is served in one batch is answered as if each had come alone."""

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask_migrate import upgrade

from app.db import db
from app.schedule.queries import get_voyage
from app.seats.models import Allotment
from tests import factories
from tests.conftest import running, settings_for
from tests.server import Server, serving

pytestmark = [pytest.mark.race, pytest.mark.one_engine]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    url = f"sqlite:///{tmp_path_factory.mktemp('crowd')}/web.db"
    with running(settings_for(url)):
        upgrade()
    with serving(url) as server:
        yield server


def a_voyage(web: Server, places: int) -> int:
    with running(settings_for(web.database_url)):
        return factories.a_voyage(places=places).id


def wish(voyage_id: int, **changed: Any) -> bytes:
    told = {"request_id": str(uuid4()), "voyage_id": voyage_id, "fare_class_id": 1, "adults": 1, **changed}
    return json.dumps(told).encode()


def request(body: bytes, path: str = "/api/v1/bookings") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body)


def read(line: socket.socket, count: int = 1) -> list[Answer]:
    """The next answers on this connection."""
    answers = []
    with line.makefile("rb") as stream:
        for _ in range(count):
            status = int(stream.readline().split()[1])
            headers = {}
            while (header := stream.readline().decode().strip()) != "":
                name, _, value = header.partition(": ")
                headers[name.lower()] = value
            length = 0 if status == 304 else int(headers["content-length"])
            answers.append(Answer(status, headers, stream.read(length)))
    return answers


def test_a_crowd_gets_what_there_is_and_each_their_own_answer(web: Server) -> None:
    voyage_id = a_voyage(web, 30)
    asked = [wish(voyage_id, adults=1 + number % 2) for number in range(60)]
    with lines(web, len(asked)) as crowd:
        for line, body in zip(crowd, asked, strict=True):
            line.sendall(request(body))
        answers = [read(line)[0] for line in crowd]
        for line, body, answer in zip(crowd, asked, answers, strict=True):
            if answer.status == 201:
                line.sendall(request(body))
                (again,) = read(line)
                assert (again.status, again.told) == (200, answer.told), "the same request: the same booking"
    taken, codes = 0, set()
    for body, answer in zip(asked, answers, strict=True):
        if answer.status == 201:
            assert answer.told["adults"] == json.loads(body)["adults"]
            assert answer.told["code"] not in codes
            codes.add(answer.told["code"])
            taken += answer.told["adults"]
        else:
            assert (answer.status, answer.told["code"]) == (409, "sold_out")
    assert taken == 30
    with running(settings_for(web.database_url)):
        leg = get_voyage(voyage_id).legs[0].id
        assert db.session.scalars(db.select(Allotment).where(Allotment.leg_id == leg)).one().held == 30


def test_bad_input_beside_good_is_refused_alone(web: Server) -> None:
    voyage_id = a_voyage(web, 50)
    bodies = [wish(voyage_id), b"{", wish(voyage_id, adults=99), wish(10**6), wish(voyage_id, more=1), wish(voyage_id)]
    with lines(web, len(bodies)) as crowd:
        for line, body in zip(crowd, bodies, strict=True):
            line.sendall(request(body))
        assert [read(line)[0].status for line in crowd] == [201, 400, 422, 404, 422, 201]


def test_who_sends_nothing_does_not_keep_the_threads(web: Server) -> None:
    voyage_id = a_voyage(web, 500)
    # More of them than there are threads: the server lets go of each after some seconds without a word.
    with lines(web, 80), ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: ask(web, voyage_id), range(16))) == {201}


@contextmanager
def lines(web: Server, number: int) -> Iterator[list[socket.socket]]:
    """So many open connections."""
    with ExitStack() as open_lines:
        yield [
            open_lines.enter_context(socket.create_connection(("127.0.0.1", web.port), timeout=20))
            for _ in range(number)
        ]


def ask(web: Server, voyage_id: int) -> int:
    """The status of a wish for one place on a connection of its own."""
    with socket.create_connection(("127.0.0.1", web.port), timeout=60) as line:
        line.sendall(request(wish(voyage_id)))
        return read(line)[0].status


def test_a_request_in_two_pieces_and_two_in_one_piece_are_answered(web: Server) -> None:
    voyage_id = a_voyage(web, 50)
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as line:
        whole = request(wish(voyage_id))
        line.sendall(whole[:60])
        time.sleep(0.1)
        line.sendall(whole[60:])
        assert read(line)[0].status == 201
        line.sendall(request(wish(voyage_id)) + request(wish(voyage_id, adults=2)))
        assert [answer.told["adults"] for answer in read(line, 2)] == [1, 2]


def test_many_look_while_one_buys_and_nobody_sees_less_sold_than_was_told(web: Server) -> None:
    voyage_id = a_voyage(web, 500)
    head = f"GET /api/v1/voyages/{voyage_id}/availability HTTP/1.1\r\nHost: x\r\n"

    def look(_: int) -> None:
        with socket.create_connection(("127.0.0.1", web.port), timeout=20) as line:
            for _ in range(15):
                sold_before = sold[0]
                line.sendall(f"{head}\r\n".encode())
                (answer,) = read(line)
                assert answer.told["classes"][0]["remaining"] <= 500 - sold_before
                line.sendall(f"{head}If-None-Match: {answer.headers['etag']}\r\n\r\n".encode())
                (again,) = read(line)
                assert again.status in {200, 304}
                assert again.headers["cache-control"] == "public, max-age=1"

    sold = [0]
    with ThreadPoolExecutor(9) as pool:
        looking = [pool.submit(look, number) for number in range(8)]
        while not all(done.done() for done in looking) and sold[0] < 300:
            assert ask(web, voyage_id) == 201
            sold[0] += 1
        for done in looking:
            done.result(20)
