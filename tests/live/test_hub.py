"""From a commit anywhere to the inboxes of those who listen."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import clock as app_clock
from app import outbox
from app.booking.actions.hold import hold
from app.db import action, db
from app.events import TimesChanged
from app.flow.queries import rows_of_voyages
from app.live.hub import Hub
from app.live.inbox import INBOX_MAX, Inbox
from app.live.reader import Reader
from app.live.topics import all_topics
from tests import factories
from tests.conftest import Clock
from tests.live.listening import Ear, a_hub, until
from tests.live.neighbour import take_places
from tests.processes import Process
from tests.queries import queries_counted


@contextmanager
def neighbour(database_url: str, voyage_id: int, places: int) -> Iterator[Process]:
    """Another process that is ready to hold places when it is told."""
    process = Process(take_places, database_url, voyage_id, places).ready()
    yield process
    process.rest()


def a_departure() -> tuple[int, int]:
    """Ids of a voyage from the port of this house and of its departure."""
    voyage = factories.a_voyage()
    return voyage.id, factories.departure_of(voyage).id


@pytest.mark.both_engines
def test_what_another_process_commits_is_heard_within_a_second_on_both_topics(app: Flask, database_url: str) -> None:
    voyage_id, departure_id = a_departure()

    async def listen() -> None:
        async with a_hub(app) as hub:
            with hub.listener(hub.topics["public"]) as one, hub.listener(hub.topics["board"]) as other:
                public, board = Ear(hub, "public", one), Ear(hub, "board", other)
                assert (public.rows[departure_id]["remaining"], board.rows[departure_id]["held"]) == (100, 0)
                process.go()
                await public.until(lambda: public.rows[departure_id]["remaining"] == 99, seconds=1)
                await board.until(lambda: board.rows[departure_id]["held"] == 1, seconds=1)
                assert "held" not in public.rows[departure_id]

    with neighbour(database_url, voyage_id, 1) as process:
        asyncio.run(listen())


@pytest.mark.both_engines
def test_many_commits_become_few_messages_that_end_at_the_truth(app: Flask, database_url: str) -> None:
    voyage_id, departure_id = a_departure()

    async def listen() -> Ear:
        async with a_hub(app) as hub:
            with hub.listener(hub.topics["board"]) as inbox:
                ear = Ear(hub, "board", inbox)
                process.go()
                await ear.until(lambda: ear.rows[departure_id]["held"] == 60, seconds=20)
                return ear

    with neighbour(database_url, voyage_id, 60) as process:
        ear = asyncio.run(listen())
    assert ear.messages < 50


def test_states_carry_a_version_that_only_rises(app: Flask) -> None:
    voyage_id, departure_id = a_departure()

    async def listen() -> list[int]:
        versions = []
        async with a_hub(app) as hub:
            with hub.listener(hub.topics["public"]) as inbox:
                ear = Ear(hub, "public", inbox)
                for left in (99, 98, 97):
                    versions.append(ear.last["version"])
                    await asyncio.to_thread(_hold, app, voyage_id)
                    await ear.until(lambda left=left: ear.rows[departure_id]["remaining"] == left)
        return versions

    versions = asyncio.run(listen())
    assert versions == sorted(set(versions))


def _hold(app: Flask, voyage_id: int) -> None:
    with app.app_context():
        hold(str(uuid4()), voyage_id, 1, 1)


@pytest.mark.one_engine
def test_a_slow_listener_gets_the_whole_state_and_delays_nobody(app: Flask) -> None:
    inbox = Inbox()
    for number in range(INBOX_MAX + 5):
        inbox.put(f"data: {number}\n\n".encode())
    assert inbox.take(lambda: b"data: all\n\n") == b"data: all\n\n"
    inbox.put(b"data: new\n\n")
    assert inbox.take(lambda: b"data: all\n\n") == b"data: new\n\n"

    voyage_id, departure_id = a_departure()

    async def listen() -> None:
        async with a_hub(app) as hub:
            with hub.listener(hub.topics["board"]), hub.listener(hub.topics["board"]) as quick:
                ear = Ear(hub, "board", quick)  # the other one never takes anything
                for held in range(1, INBOX_MAX + 4):
                    await asyncio.to_thread(_hold, app, voyage_id)
                    await ear.until(lambda held=held: ear.rows[departure_id]["held"] == held, seconds=2)

    asyncio.run(listen())


@pytest.mark.both_engines
def test_news_of_transactions_that_commit_in_another_order_than_they_began_are_all_read(app: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        return  # it has one writer at a time: there is no other order
    voyages = [factories.a_voyage().id for _ in range(2)]
    reader = Reader()
    reader.begin()
    with db.engine.connect() as early, db.engine.connect() as late:
        _record(early, voyages[0])  # takes the lower id ...
        _record(late, voyages[1])
        late.commit()
        db.session.rollback()
        seen = reader.look()
        early.commit()  # ... and is committed after the reader has been here
    db.session.rollback()
    seen |= reader.look()
    assert seen == set(voyages)
    db.session.rollback()
    assert reader.look() == set(), "and none of them twice"


def _record(connection: object, voyage_id: int) -> None:
    statement = db.insert(outbox.OutboxRow).values(
        kind="TimesChanged", voyage_id=voyage_id, at=app_clock.now(), transaction=outbox.current_transaction()
    )
    connection.execute(statement)  # type: ignore[attr-defined]


@pytest.mark.both_engines
def test_a_look_that_finds_nothing_asks_at_most_two_small_questions(app: Flask) -> None:
    reader = Reader()
    reader.begin()
    db.session.rollback()
    with queries_counted() as asked:
        assert reader.look() == set()
    assert asked.count <= (0 if db.engine.dialect.name == "sqlite" else 2), asked
    reader.forget()


@pytest.mark.both_engines
def test_changed_voyages_are_asked_for_once_for_all_topics_however_many_they_are(app: Flask) -> None:
    for _ in range(20):
        factories.a_voyage()
    hub = Hub(app.app_context)
    hub._look()
    _tell_of_all()
    db.session.remove()
    with queries_counted() as asked:
        news = hub._look()
    assert set(news) == {"public", "board"}
    assert asked.count <= 16, asked
    hub.close()


@action
def _tell_of_all() -> None:
    for voyage_id in db.session.scalars(text("SELECT id FROM voyage")):
        outbox.record(TimesChanged(voyage_id))


def test_expired_holds_are_given_back_though_nobody_asks_for_places(app: Flask, clock: Clock) -> None:
    voyage = factories.a_voyage()
    departure_id = factories.departure_of(voyage).id
    factories.a_hold(voyage, adults=3)

    async def listen() -> None:
        async with a_hub(app) as hub:
            with hub.listener(hub.topics["board"]) as inbox:
                ear = Ear(hub, "board", inbox)
                assert ear.rows[departure_id]["held"] == 3
                clock.forward(minutes=16)
                await ear.until(lambda: ear.rows[departure_id]["remaining"] == 100)
                assert ear.rows[departure_id]["held"] == 0

    asyncio.run(listen())
    db.session.expire_all()
    assert factories.a_hold(voyage, adults=8).places == 8


def test_boarding_opens_and_closes_by_the_clock_alone(app: Flask, clock: Clock) -> None:
    voyage = factories.a_voyage(departs_at=clock() + timedelta(hours=3))
    departure_id = factories.departure_of(voyage).id

    async def listen() -> None:
        async with a_hub(app) as hub:
            with hub.listener(hub.topics["board"]) as inbox:
                ear = Ear(hub, "board", inbox)
                for state, hours in (("open", 0), ("boarding", 1.5), ("closed", 2)):
                    clock.forward(hours=hours)
                    await ear.until(lambda state=state: ear.rows[departure_id]["state"] == state)
                assert ear.rows[departure_id]["needs"] == ["not_left"]

    asyncio.run(listen())


def test_a_new_departure_is_told_and_one_of_another_port_loads_nothing_anew(app: Flask) -> None:
    a_departure()
    topics = all_topics()
    board = topics["board"]
    board.load()
    new = factories.a_voyage()
    elsewhere = factories.a_voyage("Kumai", "Surabaya")
    news = board.take(rows_of_voyages([new.id, elsewhere.id]), app_clock.now())
    assert f'"departure_id":{factories.departure_of(new).id},'.encode() in (news or b"")
    assert b"Kumai" not in board.state()
    rows = rows_of_voyages([elsewhere.id])
    with queries_counted() as asked:
        assert board.take(rows, app_clock.now()) is None
    assert asked.count == 0


def test_what_is_loaded_anew_and_is_the_same_is_no_news(app: Flask) -> None:
    a_departure()
    topics = all_topics()
    assert all(topic.load() for topic in topics.values())
    db.session.remove()
    assert not any(topic.load() for topic in topics.values())


def test_without_a_database_it_says_so_once_keeps_trying_and_catches_up(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    voyage_id, departure_id = a_departure()
    hidden = [False]

    @db.event.listens_for(db.engine, "engine_connect")
    def _gone(*_: object) -> None:
        if hidden[0]:
            raise OperationalError("the cable is cut", None, Exception())

    async def listen() -> None:
        async with a_hub(app, load_seconds=0.1, again_seconds=0.05, stale_seconds=0.2) as hub:
            with hub.listener(hub.topics["public"]) as inbox:
                ear = Ear(hub, "public", inbox)
                await asyncio.to_thread(_hold, app, voyage_id)
                await ear.until(lambda: ear.rows[departure_id]["remaining"] == 99)
                hidden[0] = True
                await until(lambda: not hub.well)
                await asyncio.sleep(0.3)
                hidden[0] = False
                await asyncio.to_thread(_hold, app, voyage_id)
                await ear.until(lambda: ear.rows[departure_id]["remaining"] == 98)
                assert hub.well

    asyncio.run(listen())
    said = [record.message for record in caplog.records if record.name == "app.live.hub"]
    assert said == ["no news from the database, trying again: OperationalError", "news from the database again"]
