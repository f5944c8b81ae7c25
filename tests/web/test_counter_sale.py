"""Selling at the counter, out of the allotments of channels; and how each booking may be paid."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.accounts.models import Role
from app.booking.actions import payment
from app.booking.actions.hold import hold
from app.booking.models import Booking, BookingState, PaymentMethod
from app.booking.money.pricing import payment_methods
from app.db import db
from app.errors import Refusal
from app.seats.models import Channel, ChannelKind
from tests import factories
from tests.factories import KM_LAWIT, a_voyage
from tests.queries import queries_counted
from tests.web.program import API, a_hold, bearer, refused
from tests.web.test_gate import sign_in
from tests.web.test_journeys import call_off, hidden_of_order, ordered
from tests.web.test_traveler import SITI, people


class Counter:
    """An officer who has signed in, a ship from here, and five places for the counter."""

    def __init__(self, client: FlaskClient, kind: ChannelKind = ChannelKind.COUNTER) -> None:
        self.client = client
        self.voyage = a_voyage(places=10, ceiling=40)
        self.channel = factories.a_channel(kind)
        factories.on_sale(self.voyage, factories.a_fare_class(), 5, self.channel)
        sign_in(client, factories.a_user(Role.OFFICER))

    def order(self, **changes: object) -> dict[str, object]:
        """What the form sends."""
        page = self.client.get(f"/loket/jual/{self.voyage.id}?saluran={self.channel.id}").text
        return {**hidden_of_order(page), "fare_class_id": 1, "adults": 1, "infants": 0, **changes}

    def sell(self, **changes: object) -> Booking:
        """One person's ticket, up to the counter's page of the booking."""
        form = self.order(**changes)
        answer = self.client.post(f"/loket/jual/{self.voyage.id}", data=form)
        assert answer.status_code == 303, answer.text
        booking = ordered()
        named = self.client.post(f"/pesanan/{booking.code}/penumpang", data={**form, **people(SITI)})
        assert named.location == f"/loket/{booking.code}", "no page more than is needed, with a queue waiting"
        return booking


@pytest.fixture
def counter(client: FlaskClient) -> Counter:
    return Counter(client)


def test_an_officer_sells_from_the_counters_places_in_four_pages(counter: Counter) -> None:
    client = counter.client
    listed = client.get("/loket/jual").text
    assert "Ekonomi: <b>5</b>" in listed, "the counter's own places, not the ten of the public"
    assert f"/loket/jual/{counter.voyage.id}?" in listed
    booking = counter.sell()
    assert booking.channel_id == counter.channel.id
    page = client.get(f"/loket/{booking.code}").text
    assert counter.channel.name in page
    paid = client.post(f"/loket/{booking.code}/payment", data=hidden_of_order(page), follow_redirects=True)
    assert "Lunas." in paid.text
    assert "Tiket untuk dicetak" in paid.text
    assert "Ekonomi: <b>4</b>" in client.get("/loket/jual").text
    public = client.get(f"{API}/voyages/{counter.voyage.id}/availability").json
    assert public["classes"][0]["remaining"] == 10, "the public's places are untouched"


def test_what_the_channel_has_not_got_is_not_sold_and_the_form_stays(counter: Counter) -> None:
    answer = counter.client.post(f"/loket/jual/{counter.voyage.id}", data=counter.order(adults=6))
    assert answer.status_code == 409
    assert "tidak cukup lagi" in answer.text
    assert f'name="channel_id" value="{counter.channel.id}"' in answer.text
    for changes, status in (({"channel_id": 999}, 404), ({"adults": "x"}, 422)):
        answer = counter.client.post(f"/loket/jual/{counter.voyage.id}", data=counter.order(**changes))
        assert answer.status_code == status


def test_twins_with_one_mother_are_not_sent_to_the_counter_by_the_counter(counter: Counter) -> None:
    answer = counter.client.post(f"/loket/jual/{counter.voyage.id}", data=counter.order(infants=2))
    assert answer.status_code == 422
    assert "Bayi kedua mendapat tempat sendiri dengan tarif dewasa" in answer.text
    assert "pesan di loket" not in answer.text
    way_out = counter.order(adults=2, infants=1)
    assert counter.client.post(f"/loket/jual/{counter.voyage.id}", data=way_out).status_code == 303


def test_the_list_offers_every_journey_from_here_and_narrows_by_port_and_day(counter: Counter) -> None:
    lawit = a_voyage(*KM_LAWIT)
    page = counter.client.get("/loket/jual").text
    assert len(re.findall(rf"/loket/jual/{lawit.id}\?", page)) == 5
    kumai, day = lawit.calls[4].port.code, lawit.calls[8].day
    assert len(re.findall(rf"/loket/jual/{lawit.id}\?", counter.client.get(f"/loket/jual?ke={kumai}").text)) == 2
    assert len(re.findall(rf"/loket/jual/{lawit.id}\?", counter.client.get(f"/loket/jual?hari={day}").text)) == 2
    call_off(lawit)
    assert f"/loket/jual/{lawit.id}?" not in counter.client.get("/loket/jual").text
    assert "dibatalkan" in counter.client.get(f"/loket/jual/{lawit.id}").text
    db.session.expire_all()
    with queries_counted() as queries:
        counter.client.get("/loket/jual")
    assert queries.count <= 12, queries


def test_a_voyage_called_off_takes_no_money_at_the_counter(counter: Counter) -> None:
    booking = counter.sell()
    call_off(counter.voyage)
    page = counter.client.get(f"/loket/{booking.code}").text
    assert "Jangan terima uang" in page
    assert "Uang diterima" not in page


def test_a_counter_without_places_of_its_own_sells_those_of_the_public(client: FlaskClient) -> None:
    a_voyage(places=7)
    sign_in(client, factories.a_user(Role.OFFICER))
    page = client.get("/loket/jual").text
    assert "Ekonomi: <b>7</b>" in page
    assert "saluran=1" in page


def test_only_officers_sell_at_the_counter(client: FlaskClient) -> None:
    voyage = a_voyage()
    for path in ("/loket/jual", f"/loket/jual/{voyage.id}"):
        assert client.get(path).status_code == 302
    sign_in(client, factories.a_user(Role.ADMINISTRATOR))
    assert client.get("/loket/jual").status_code == 403


def test_a_free_programme_is_given_out_by_its_sponsors_places_and_by_nothing_else(client: FlaskClient) -> None:
    counter = Counter(client, ChannelKind.FREE)
    form = counter.order()
    assert "Program gratis ini tidak dibuka" in client.post(f"/loket/jual/{counter.voyage.id}", data=form).text
    factories.a_programme()
    booking = counter.sell(family_card="6202010101200001")
    page = client.get(f"/loket/{booking.code}").text
    assert "Sponsor Uji" in page
    assert "************0001" in page, "the card's, to be compared with the one in the hand"
    assert "Terbitkan tiket gratis" in page
    client.post(f"/loket/{booking.code}/payment", data=hidden_of_order(page))
    db.session.expire_all()
    assert (booking.state, booking.payment, booking.amount_idr) == ("confirmed", "free", 0)
    # The public pays on such a voyage: free places are those of the programme.
    bought = factories.a_booking(counter.voyage, payment=None)
    with client.session_transaction() as session:
        session["bookings"] = [bought.code]
    page = client.get(f"/pesanan/{bought.code}/bayar").text
    assert 'value="counter"' in page
    assert 'value="free"' not in page
    answer = client.post(f"/pesanan/{bought.code}/bayar", data={**hidden_of_order(page), "method": "free"})
    assert answer.status_code == 409
    assert "tidak dapat dibayar dengan cara itu" in answer.text


@pytest.mark.parametrize(
    ("kind", "methods"),
    [
        (ChannelKind.COUNTER, [PaymentMethod.COUNTER]),
        (ChannelKind.AGENT, [PaymentMethod.COUNTER]),
        (ChannelKind.RESERVE, [PaymentMethod.COUNTER]),
        (ChannelKind.FREE, [PaymentMethod.FREE]),
    ],
)
@pytest.mark.both_engines
def test_the_channel_says_how_a_booking_is_paid(app: Flask, kind: ChannelKind, methods: list[PaymentMethod]) -> None:
    voyage, channel = a_voyage(), factories.a_channel(kind)
    online = factories.a_booking(voyage, payment=None)
    factories.on_sale(voyage, factories.a_fare_class(), 5, channel)
    if kind == ChannelKind.FREE:
        factories.a_programme()
    code = hold(str(uuid4()), voyage.id, 1, 1, channel_id=channel.id).code
    booking = payment.name_travelers(code, "+6281200000001", [factories.a_traveler()], "6202010101200001")
    now = clock.now()
    assert (payment_methods(booking, now), payment_methods(online, now)) == (methods, [PaymentMethod.COUNTER])
    for method in set(PaymentMethod) - set(methods):
        with pytest.raises(Refusal) as refusal:
            payment.choose_payment(code, method)
        assert refusal.value.code == "payment_not_open"
    confirmed = factories.pay(code)
    assert (confirmed.state, confirmed.payment) == (BookingState.CONFIRMED, methods[0])


def test_an_officer_sells_through_the_api_from_the_channel_that_it_names(client: FlaskClient) -> None:
    voyage = a_voyage()
    channel: Channel = factories.a_channel(ChannelKind.AGENT)
    factories.on_sale(voyage, factories.a_fare_class(), 1, channel)
    token = bearer(client)
    asked = a_hold(voyage.id, channel_id=channel.id)
    held = client.post(f"{API}/bookings", json=asked, headers=token)
    assert (held.status_code, held.json["channel_id"]) == (201, channel.id)
    assert refused(
        client.post(f"{API}/bookings", json=a_hold(voyage.id, channel_id=channel.id), headers=token), "sold_out"
    )
    assert refused(
        client.post(f"{API}/bookings", json=a_hold(voyage.id, channel_id=4711), headers=token), "channel_not_found"
    )
    official = bearer(client, Role.OFFICIAL)
    assert refused(
        client.post(f"{API}/bookings", json=a_hold(voyage.id, channel_id=channel.id), headers=official),
        "channel_not_open",
    )


def test_an_officer_is_told_the_channels_and_a_stranger_is_not(client: FlaskClient) -> None:
    assert refused(client.get(f"{API}/channels"), "sign_in_first")
    programme = factories.a_channel(ChannelKind.FREE)
    told = client.get(f"{API}/channels", headers=bearer(client)).json["channels"]
    assert told[0]["kind"] == "online"
    assert (told[-1]["id"], told[-1]["kind"], told[-1]["sponsor"]) == (programme.id, "free", "Sponsor Uji")


def test_a_vehicle_is_sold_at_the_counter(counter: Counter) -> None:
    factories.on_sale(counter.voyage, factories.a_motorcycle_class(), 2, counter.channel)
    booking = counter.sell(fare_class_id=6, vehicle_plate="kh 99 z")
    page = counter.client.get(f"/loket/{booking.code}").text
    assert "KH 99 Z" in page
    assert "Kendaraan roda dua" in page
