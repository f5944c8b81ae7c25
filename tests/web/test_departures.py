"""The board of departures for everybody, as a browser without JavaScript meets it."""

from datetime import timedelta
from uuid import uuid4

from flask import Flask

from app.booking.actions.hold import hold
from app.db import db
from app.web import words
from tests import factories
from tests.queries import queries_counted
from tests.web.test_journeys import call_off
from tests.web.test_official import Port, field, port, row_of, section_of

__all__ = ["port"]

PUBLIC_BUDGET = 3


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
    assert '<span class="changed-why" data-field="why">cuaca</span>' in page


def test_a_voyage_with_many_calls_has_a_row_for_each_departure_with_the_places_of_its_next_leg(
    port: Port, app: Flask
) -> None:
    voyage = port.voyage(*factories.KM_LAWIT, places=30, ceiling=60)
    calls = voyage.calls
    hold(str(uuid4()), voyage.id, 1, 5, from_call_id=calls[3].id, to_call_id=calls[6].id)
    factories.on_sale(voyage, factories.a_motorcycle_class(), 4, positions=[2])
    told = app.test_client().get("/keberangkatan.json").json["departures"]
    rows = {row["call_id"]: row for row in told}
    assert set(rows) == {call.id for call in calls[:-1]}
    assert [rows[call.id]["remaining"] for call in calls[:-1]] == [30, 30, 30, 25, 25, 25, 30, 30, 30, 30]
    first, second = rows[calls[2].id], rows[calls[8].id]
    assert (first["next_port"]["name"], first["to_port"]["name"]) == ("Semarang", "Karimunjawa")
    assert (second["next_port"]["name"], second["to_port"]["name"]) == ("Surabaya", "Kumai")
    assert (first["quota"], first["vehicles_quota"], first["vehicles_remaining"]) == (30, 4, 4)
    assert second["vehicles_quota"] == 0
    page = app.test_client().get("/keberangkatan").text
    shown = row_of(page, factories.departure_of(voyage, 2))
    assert "Sampit → Karimunjawa" in shown
    assert "sampai Semarang" in shown
    assert field(shown, "vehicles_remaining") == "4"
    assert f"from_call_id={calls[2].id}" in shown
    own = port.page(f"/papan/{factories.departure_of(voyage, 2).id}")
    assert "Dari sini sampai Semarang" in own
    assert "Sisa untuk perjalanan yang mulai di sini" in own


def test_a_voyage_called_off_is_told_on_every_board_with_its_cause_and_is_not_called_full(
    port: Port, app: Flask
) -> None:
    voyage = port.voyage()
    call_off(voyage)
    departure = factories.departure_of(voyage)
    public, official = app.test_client().get("/keberangkatan").text, port.page("/papan")
    for page in (public, official):
        row = row_of(page, departure)
        assert field(row, "state") == "Dibatalkan"
        assert "cuaca: Gelombang 4 meter di Laut Jawa." in row
    assert "Penuh" not in row_of(public, departure)
    assert section_of(official, departure) == "cancelled"
    told = app.test_client().get("/keberangkatan.json").json["departures"][0]
    assert (told["state"], told["cancel_cause"]) == ("cancelled", "weather")
    assert "Pelayaran ini dibatalkan" in port.page(f"/papan/{departure.id}")
    port.clock.forward(hours=30)
    assert section_of(app.test_client().get("/keberangkatan").text, departure) == "left"
