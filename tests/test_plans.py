"""No statement of a sale or a gate reads a table from one end to the other that grows with every passenger."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app import clock
from app.accounts.models import Role
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from tests import factories

pytestmark = [pytest.mark.both_engines, pytest.mark.invented_counts]

ROWS = 100_000
GROWING = {"booking", "passenger", "ticket", "scan", "outbox", "rate_count", "statement", "shown_document", "receipt"}

PAST = (
    """INSERT INTO booking (code, request_id, voyage_id, from_call_id, to_call_id, fare_class_id, places, infants,
        state, phone, asker, visitor, created_at, confirmed_at, confirmed_by, payment)
    SELECT 'A' || (1000000 + n), 'past-' || n, :voyage, :first, :last, 1, 1, 0, 'confirmed', '+62811' || (1000000 + n),
        'past-' || n, 'past-' || n, :then, :then, :officer, 'counter' FROM rows""",
    """INSERT INTO passenger (booking_id, position, name, document_kind, document_number, birth_date, sex, infant,
        boarded_at) SELECT id, 0, 'Uji', 'ktp', '62020155' || (10000000 + id), '1994-03-15', 'P', false, :then
    FROM booking WHERE request_id LIKE 'past-%'""",
    """INSERT INTO ticket (serial, passenger_id, signed, issued_at, void_reason)
    SELECT 'P' || (100000000 + id), id, 'past', :then, '' FROM passenger WHERE name = 'Uji'""",
    """INSERT INTO scan (id, departure_id, gate_id, stage, officer_id, ticket_id, serial, verdict, reason, details,
        scanned_at, received_at)
    SELECT 'past-' || id, :departure, :gate, 'gangway', :officer, id, serial, 'pass', 'admitted', '{}', :then, :then
    FROM ticket WHERE signed = 'past'""",
    """INSERT INTO statement (passenger_id, fact, value, said_at)
    SELECT id, 'identity.name_matches', 'true', :then FROM passenger WHERE name = 'Uji'""",
    """INSERT INTO shown_document (passenger_id, kind, issuer, result, taken_at, signed, letter, entered_at)
    SELECT id, 'test_antigen', 'Uji', 'negative', :then, true, '', :then FROM passenger WHERE name = 'Uji'""",
    """INSERT INTO receipt (kind, booking_id, channel_id, officer_id, lines, at)
    SELECT 'taken', id, 1, :officer, '[]', :then FROM booking WHERE request_id LIKE 'past-%'""",
)
"""A season that is over: so many orders of one person each, all of them aboard."""

ROWS_OF = "WITH RECURSIVE rows(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM rows WHERE n < :rows)"


def fill(officer_id: int) -> None:
    voyage = factories.a_voyage(departs_at=clock.now() - timedelta(days=30))
    departure = factories.departure_of(voyage)
    moment = clock.now() - timedelta(days=30)
    given: dict[str, Any] = {
        "rows": ROWS,
        "voyage": voyage.id,
        "first": voyage.calls[0].id,
        "last": voyage.calls[1].id,
        "officer": officer_id,
        "departure": departure.id,
        "gate": factories.a_gate(departure.call.port).id,
        "then": moment if db.engine.dialect.name == "postgresql" else str(moment.replace(tzinfo=None)),
    }
    for statement in PAST:
        whole = statement.replace("SELECT", f"{ROWS_OF} SELECT", 1) if "FROM rows" in statement else statement
        names = set(re.findall(r":(\w+)", whole))
        db.session.execute(text(whole), {name: value for name, value in given.items() if name in names})
    db.session.execute(text("ANALYZE"))
    db.session.commit()


@contextmanager
def listening() -> Iterator[dict[str, Any]]:
    """The statements of the block, each with the values that it was sent with first."""
    heard: dict[str, Any] = {}

    def listen(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, several: bool) -> None:
        if statement.lstrip().split()[0] in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}:
            first = values[0] if several and isinstance(values[0], tuple | dict) else values
            heard.setdefault(statement, first)

    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)


def read_whole(statement: str, values: Any) -> set[str]:
    """The growing tables that the database would read from one end to the other for it."""
    if db.engine.dialect.name == "sqlite":
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        scanned = {detail.split()[1] for *_, detail in plan if detail.startswith("SCAN")}
        named = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", statement)}
        return {named.get(name, name) for name in scanned} & GROWING
    raw = db.session.connection().connection.driver_connection
    cursor = psycopg.ClientCursor(raw)
    told = "\n".join(row[0] for row in cursor.execute(f"EXPLAIN {statement}".encode(), values))
    return set(re.findall(r"Seq Scan on (\w+)", told)) & GROWING


def buy(client: FlaskClient, voyage_id: int, officer: dict[str, str]) -> str:
    """A purchase through the API; the text of the ticket."""
    key = str(uuid4())
    wish = {"request_id": key, "voyage_id": voyage_id, "fare_class_id": 1, "adults": 1, "infants": 0}
    proof = {"X-Booking-Key": key}
    code = client.post("/api/v1/bookings", json=wish).json["code"]
    person = {
        "name": "Siti Uji",
        "document_kind": "ktp",
        "document_number": factories.a_nik(7),
        "birth_date": "1994-03-15",
        "sex": "P",
    }
    people = {"phone": "081200000001", "passengers": [person]}
    assert client.put(f"/api/v1/bookings/{code}/passengers", json=people, headers=proof).status_code == 200
    assert client.post(f"/api/v1/bookings/{code}/confirmation", headers=officer).status_code == 200
    [ticket] = client.get(f"/api/v1/bookings/{code}/tickets", headers=proof).json["tickets"]
    signed: str = ticket["signed"]
    return signed


def test_no_statement_reads_a_growing_table_from_end_to_end(app: Flask, client: FlaskClient) -> None:
    officer = factories.a_user(Role.OFFICER)
    fill(officer.id)
    load_shipped(read_sets())
    voyage = factories.a_voyage(departs_at=clock.now() + timedelta(minutes=90))
    departure = factories.departure_of(voyage)
    at = {"departure_id": departure.id, "gate_id": factories.a_gate(departure.call.port).id}
    voyage_id, day, port = voyage.id, voyage.calls[0].day, departure.call.port.code
    asked = {"username": officer.username, "password": factories.PASSWORD}
    token = {"Authorization": f"Bearer {client.post('/api/v1/sessions', json=asked).json['token']}"}
    client.get(f"/pelayaran/{voyage_id}")  # a cookie: the orders of this browser are looked for as well
    with listening() as heard:
        shown = buy(client, voyage_id, token)
        for _ in range(2):
            said = {"identity.name_matches": True, "identity.number_matches": True}
            scan = {"id": str(uuid4()), "shown": shown, "said": said, **at}
            assert client.post("/api/v1/scans", json=scan, headers=token).status_code == 200
        for page in (f"/cari?dari=IDSMQ&ke=IDSRG&hari={day}", f"/pelayaran/{voyage_id}", f"/keberangkatan?dari={port}"):
            assert client.get(page).status_code == 200, page
        assert client.get(f"/api/v1/voyages/{voyage_id}/availability").status_code == 200
    assert len(heard) > 25
    found = {statement: tables for statement, values in heard.items() if (tables := read_whole(statement, values))}
    assert not found, found
