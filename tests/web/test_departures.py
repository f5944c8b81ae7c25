"""The board of departures for everybody, as a browser without JavaScript meets it."""

from datetime import timedelta

from flask import Flask

from app.db import db
from app.web import words
from tests import factories
from tests.queries import queries_counted
from tests.web.test_official import Port, field, port

__all__ = ["port"]

PUBLIC_BUDGET = 10


def test_the_public_page_asks_few_questions_however_many_departures(port: Port) -> None:
    port.season_of(60)
    db.session.remove()
    with queries_counted() as asked:
        port.page("/keberangkatan")
    assert asked.count <= PUBLIC_BUDGET, asked


def test_everybody_sees_places_and_states_but_no_counts_of_persons_and_no_names(port: Port, app: Flask) -> None:
    voyage = port.voyage(hours=3)
    port.boards(voyage, adults=2)
    visitor = app.test_client()
    told = visitor.get("/keberangkatan.json")
    assert told.status_code == 200
    (row,) = told.json["departures"]
    assert (row["remaining"], row["quota"], row["state"]) == (98, 100, "boarding")
    for secret in ("Penumpang", "6202", "boarded", "aboard", "sold", "certificate", "token"):
        assert secret not in told.text
    page = visitor.get("/keberangkatan").text
    assert field(page, "remaining") == "98"
    assert "Sampit → Semarang" in page
    assert "Penumpang" not in page


def test_the_public_page_shows_all_ports_or_the_one_asked_for(port: Port, app: Flask) -> None:
    port.voyage("Sampit", "Semarang")
    port.voyage("Kumai", "Surabaya")
    visitor = app.test_client()
    assert visitor.get("/keberangkatan").text.count("<tr data-departure=") == 2
    one = visitor.get("/keberangkatan?pelabuhan=IDKUM").text
    assert one.count("<tr data-departure=") == 1
    assert "Keberangkatan dari Kumai" in one
    assert visitor.get("/keberangkatan?pelabuhan=IDSUB").text.count("<tr data-departure=") == 0
    assert visitor.get("/keberangkatan?pelabuhan=XXXXX").status_code == 404


def test_where_a_departure_is_full_or_late_the_page_says_so(port: Port, app: Flask) -> None:
    full, late = port.voyage(places=2), port.voyage(hours=40)
    factories.a_booking(full, 2)
    call = late.calls[0]
    call.revised_departure, call.cause = call.planned_departure + timedelta(hours=2), "weather"
    db.session.commit()
    page = app.test_client().get("/keberangkatan").text
    shown = [part.split(">")[0] for part in page.split("<b data-full")[1:]]
    assert shown == ["", " hidden"]
    assert f"semula {words.at(call.planned_departure, port.port)}" in page
    assert '<span class="changed-why">cuaca</span>' in page
