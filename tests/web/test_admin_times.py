"""A call's times at the administrator's door, and every screen that must say what has changed about them."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import config
from app.accounts.models import Role, User
from app.db import db
from app.outbox import OutboxRow
from app.schedule.actions import CallTimes, set_times
from app.schedule.models import PortCall
from tests.conftest import Clock
from tests.factories import a_booking, a_gate, a_user, a_voyage, departure_of
from tests.web.test_admin import admin, send, told
from tests.web.test_gate import hidden, sign_in

__all__ = ["admin"]


def test_a_departure_gets_a_new_time_with_its_cause_and_the_boards_hear_of_it(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    voyage = a_voyage()
    call = voyage.calls[0]
    page = f"/kelola/pelayaran/{voyage.id}/singgah/{call.id}"
    later = (clock.moment + timedelta(days=2)).astimezone(call.port.tz).replace(hour=13, minute=30, second=0)
    typed = {
        "revised_departure": f"{later:%Y-%m-%d} 13.30",
        "cause": "tide",
        "reason": "air  surut ",
        "tide_from": f"{later:%Y-%m-%d}T13:00",
        "tide_until": f"{later:%Y-%m-%d}T15:00",
    }
    for _ in range(2):
        assert send(client, page, typed).location == f"/kelola/pelayaran/{voyage.id}"
    call = db.session.get(PortCall, call.id)
    assert (call.revised_departure, call.cause, call.reason) == (later, "tide", "air surut")
    assert (call.day, call.tide_until) == (later.date(), later + timedelta(minutes=90))
    assert "TimesChanged" in db.session.scalars(db.select(OutboxRow.kind)).all()
    shown = client.get(f"/kelola/pelayaran/{voyage.id}").text
    assert "13.30 WIB" in shown
    assert "pasang surut: air surut" in shown
    assert 'value="air surut"' in client.get(page).text


def test_what_is_far_from_the_plan_is_asked_of_a_second_person_with_all_that_was_typed(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    config.use(replace(config.current(), later_days=3))
    voyage = a_voyage()
    call = voyage.calls[0]
    page = f"/kelola/pelayaran/{voyage.id}/singgah/{call.id}"
    typed = {"revised_departure": f"{call.planned_departure + timedelta(days=9):%Y-%m-%d}T10:00", "cause": "technical"}
    refused = send(client, page, typed)
    assert refused.status_code == 409
    assert "perlu dua orang" in told(refused)["revised_departure"]
    assert "Minta orang kedua" in refused.text
    assert send(client, page, {**typed, "asking": "x" * 301}).status_code == 422
    asked = send(client, page, {**typed, "asking": "mesin induk"})
    assert asked.location == f"/kelola/pelayaran/{voyage.id}"
    shown = client.get(asked.location).text
    for words in ("mesin induk", "Berangkat, waktu baru", "10.00 WIB", "Tarik kembali"):
        assert words in shown
    db.session.expire_all()
    assert db.session.get(PortCall, call.id).revised_departure is None
    sign_in(client, a_user(Role.OFFICIAL))
    waiting = client.get("/papan/permintaan").text
    number = re.findall(r'action="(/papan/permintaan/\d+)"', waiting)[0]
    assert client.post(number, data={**hidden(waiting), "answer": "confirm"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(PortCall, call.id).revised_departure
    assert "ubah waktu" in client.get(f"/papan/{departure_of(voyage).id}").text


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"cause": ""}, "cause"),
        ({"cause": "angin"}, "cause"),
        ({"reason": "x" * 201}, "reason"),
        ({"revised_departure": "besok"}, "revised_departure"),
        ({"revised_departure": "2026-02-30T10:00"}, "revised_departure"),
        ({"revised_departure": "9999-12-31T10:00"}, "revised_departure"),
        ({"revised_departure": "2001-01-01T10:00"}, "revised_departure"),
        ({"tide_from": "2027-01-01T10:00"}, "tide_until"),
        ({"actual_departure": "2090-01-01T10:00"}, "actual_departure"),
    ],
)
def test_what_is_wrong_with_a_new_time_is_told_at_its_field_and_what_was_typed_stays(
    client: FlaskClient, admin: User, typed: dict[str, str], at: str
) -> None:
    voyage = a_voyage()
    call = voyage.calls[0]
    form = {
        "revised_departure": f"{call.day + timedelta(days=1)}T09:15",
        "cause": "weather",
        "reason": "ombak tinggi",
        **typed,
    }
    answer = send(client, f"/kelola/pelayaran/{voyage.id}/singgah/{call.id}", form)
    assert answer.status_code == 422
    assert list(told(answer)) == [at]
    if at != "reason":
        assert 'value="ombak tinggi"' in answer.text
    assert db.session.get(PortCall, call.id).revised_departure is None


def test_a_call_of_another_voyage_has_no_times_here_and_the_last_one_only_those_of_its_arrival(
    client: FlaskClient, admin: User
) -> None:
    voyage, other = a_voyage(), a_voyage()
    assert client.get(f"/kelola/pelayaran/{voyage.id}/singgah/{other.calls[0].id}").status_code == 404
    page = client.get(f"/kelola/pelayaran/{voyage.id}/singgah/{voyage.calls[1].id}").text
    assert "revised_arrival" in page
    assert "revised_departure" not in page


def test_seconds_that_the_form_does_not_show_stay_where_nobody_touched_them(
    client: FlaskClient, admin: User, clock: Clock
) -> None:
    voyage = a_voyage(departs_at=clock.moment - timedelta(hours=1))
    call = voyage.calls[0]
    left = clock.moment.replace(second=17) - timedelta(minutes=2)
    set_times(call.id, CallTimes(actual_departure=left))
    shown = f"{left.astimezone(call.port.tz):%Y-%m-%dT%H:%M}"
    assert (
        send(client, f"/kelola/pelayaran/{voyage.id}/singgah/{call.id}", {"actual_departure": shown}).status_code == 303
    )
    assert db.session.get(PortCall, call.id).actual_departure == left


@pytest.mark.parametrize(("hours", "word"), [(3, "Terlambat"), (-3, "Lebih awal")])
def test_every_screen_that_names_the_voyage_says_the_new_time_the_cause_the_old_time_and_the_tide(
    app: Flask, client: FlaskClient, hours: int, word: str
) -> None:
    voyage = a_voyage(places=50)
    booking = a_booking(voyage)
    call = voyage.calls[0]
    tide = call.planned_departure.replace(hour=6, minute=0, second=0, microsecond=0)
    set_times(
        call.id,
        CallTimes(
            revised_departure=call.planned_departure + timedelta(hours=hours),
            tide_from=tide,
            tide_until=tide + timedelta(hours=2),
            cause="weather",
            reason="ombak 3 meter",
        ),
    )
    sign_in(client, a_user(Role.OFFICIAL))
    officer, traveler = app.test_client(), app.test_client()
    sign_in(officer, a_user())
    traveler.post("/pesanan", data={})
    with traveler.session_transaction() as session:
        session["bookings"] = [booking.code]
    departure, gate = departure_of(voyage), a_gate(call.port)
    screens = {
        "search": (traveler, f"/cari?dari=IDSMQ&ke=IDSRG&hari={call.day}"),
        "voyage": (traveler, f"/pelayaran/{voyage.id}"),
        "booking": (traveler, f"/pesanan/{booking.code}"),
        "paper": (traveler, f"/pesanan/{booking.code}?cetak=a4"),
        "departures": (traveler, "/keberangkatan"),
        "board": (client, "/papan"),
        "departure": (client, f"/papan/{departure.id}"),
        "gates": (officer, f"/gate?gate={gate.id}"),
        "gate": (officer, f"/gate/{departure.id}/{gate.id}"),
        "counter": (officer, f"/loket/{booking.code}"),
        "counter, paper": (officer, f"/loket/{booking.code}/print"),
    }
    for name, (browser, path) in screens.items():
        page = browser.get(path)
        assert page.status_code == 200, (name, page.status_code)
        for words in (word, "cuaca: ombak 3 meter", "semula", "menunggu pasang"):
            assert words in page.text, (name, words)


def test_the_news_tells_the_change_and_its_cause_in_codes(client: FlaskClient) -> None:
    voyage = a_voyage()
    call = voyage.calls[0]
    set_times(call.id, CallTimes(revised_departure=call.planned_departure + timedelta(hours=1), cause="technical"))
    told = client.get("/keberangkatan.json").json["departures"][0]
    assert (told["change"], told["cause"], told["tide_from"]) == ("late", "technical", None)
