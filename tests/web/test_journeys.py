"""Journeys on a voyage with many calls, places of every kind, and voyages called off: what a traveler reads."""

import html
import re
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from app import clock as app_clock
from app.booking.actions.hold import hold
from app.booking.inventory.breakdown import sum_legs
from app.booking.models import Booking
from app.db import db
from app.schedule.models import PortCall, Voyage
from app.seats.actions.allotments import move_places
from app.seats.models import Allotment, PlaceKind
from tests import factories
from tests.factories import KM_LAWIT, a_voyage
from tests.queries import queries_counted
from tests.web.program import API, a_hold, refused
from tests.web.test_traveler import BUDI, SITI, hidden, people


@pytest.fixture
def lawit(client: FlaskClient) -> Voyage:
    """KM Lawit's real route: position 2 and 8 are Sampit."""
    return a_voyage(*KM_LAWIT, places=40)


@pytest.fixture
def ferry(client: FlaskClient) -> Voyage:
    """A ship that sells beds, places without one, and room for two motorcycles."""
    voyage = a_voyage(places=10, ceiling=30)
    factories.on_sale(voyage, factories.a_fare_class(5, "Non-seat", PlaceKind.NON_SEAT), 50)
    factories.on_sale(voyage, factories.a_motorcycle_class(), 2)
    return voyage


def take(voyage: Voyage, position: int, quota: int) -> None:
    """Leave so many places on the leg that begins at this position."""
    leg = voyage.legs[position].id
    db.session.scalars(db.select(Allotment).where(Allotment.leg_id == leg)).one().quota = quota
    db.session.commit()


def call_off(voyage: Voyage) -> None:
    voyage.cancelled_at, voyage.cancel_cause = app_clock.now(), "weather"
    voyage.cancel_reason = "Gelombang 4 meter di Laut Jawa."
    db.session.commit()


def search(client: FlaskClient, start: PortCall, end: str) -> str:
    asked = {"dari": start.port.code, "ke": end, "hari": str(start.day)}
    return html.unescape(client.get("/cari", query_string=asked).text)


def part(start: PortCall, end: PortCall) -> str:
    return f"from_call_id={start.id}&to_call_id={end.id}"


def ordered() -> Booking:
    """The last booking that was made."""
    db.session.rollback()
    return db.session.scalars(db.select(Booking).order_by(Booking.id.desc())).first()


def test_the_search_offers_the_call_that_goes_there_on_its_own_day(client: FlaskClient, lawit: Voyage) -> None:
    first, second = lawit.calls[2], lawit.calls[8]
    assert part(second, lawit.calls[9]) in search(client, second, "IDSUB")
    assert "Tidak ada kapal Sampit – Surabaya pada hari ini" in search(client, first, "IDSUB")
    # Each visit is a departure of its own.
    for start, end in ((first, lawit.calls[4]), (second, lawit.calls[10])):
        page = search(client, start, "IDKUM")
        assert re.findall(r"from_call_id=\d+&to_call_id=\d+", page) == [part(start, end)], (
            "each visit its own departure"
        )


def test_the_tabs_and_the_nearest_day_count_each_departure_by_itself(client: FlaskClient, lawit: Voyage) -> None:
    first, second = lawit.calls[2], lawit.calls[8]
    take(lawit, 2, 0)
    page = search(client, first, "IDKUM")
    assert re.search(rf'hari={first.day}"[^>]*>.*?<span>0<span', page, re.S)
    assert f'hari={second.day}"><b>' in page, "the nearest day with places is that of the second call"
    assert "sisa 40 tempat" in page


def test_the_front_page_lists_each_departure_from_here(client: FlaskClient, lawit: Voyage) -> None:
    page = html.unescape(client.get("/").text)
    shown = re.findall(r"from_call_id=(\d+)&to_call_id=(\d+)", page)
    ids = [call.id for call in lawit.calls]
    assert [(ids.index(int(on)), ids.index(int(off))) for on, off in shown] == [(2, 3), (2, 4), (2, 6), (8, 9), (8, 10)]


def test_a_full_leg_elsewhere_refuses_nobody_and_the_hold_takes_only_its_own_legs(
    client: FlaskClient, lawit: Voyage
) -> None:
    take(lawit, 5, 1)
    hold(str(uuid4()), lawit.id, 1, 1, from_call_id=lawit.calls[5].id, to_call_id=lawit.calls[6].id)
    start, end = lawit.calls[8], lawit.calls[9]
    address = f"/pelayaran/{lawit.id}?{part(start, end)}"
    page = client.get(address).text
    assert "sisa 40" in page
    answer = client.post(address, data={**hidden_of_order(page), "fare_class_id": 1, "adults": 2, "infants": 0})
    assert answer.status_code == 303, answer.text
    booking = ordered()
    assert (booking.from_call_id, booking.to_call_id) == (start.id, end.id)
    held = [a.held for a in db.session.scalars(db.select(Allotment).order_by(Allotment.leg_id))]
    assert held == [0, 0, 0, 0, 0, 1, 0, 0, 2, 0]
    whole = client.get(f"/pelayaran/{lawit.id}?{part(lawit.calls[4], lawit.calls[6])}").text
    assert "Penuh." in whole


def test_one_chooses_where_to_get_on_and_off_and_is_told_when_the_ship_does_not_go_like_that(
    client: FlaskClient, lawit: Voyage
) -> None:
    page = client.get(f"/pelayaran/{lawit.id}").text
    assert page.count('<option value="') >= 20, "ten places to get on, ten to get off"
    assert "Anda naik" in page
    assert "Anda turun" in page
    back = client.get(f"/pelayaran/{lawit.id}?{part(lawit.calls[8], lawit.calls[2])}")
    assert "Kapal tidak singgah di situ sesudah tempat Anda naik" in back.text
    assert client.get(f"/pelayaran/{lawit.id}?from_call_id=99999999").status_code == 404
    other = a_voyage()
    assert client.get(f"/pelayaran/{lawit.id}?{part(*other.calls)}").status_code == 404
    assert client.get(f"/pelayaran/{lawit.id}?dari=IDSMQ&ke=IDSUB").status_code == 200


def test_a_voyage_of_two_calls_asks_for_no_choice(client: FlaskClient) -> None:
    page = client.get(f"/pelayaran/{a_voyage().id}").text
    assert "Naik dan turun di mana?" not in page


def test_the_api_tells_the_journeys_of_the_ports_and_days_asked_for(client: FlaskClient, lawit: Voyage) -> None:
    first, second = lawit.calls[2], lawit.calls[8]
    take(lawit, 8, 3)
    for start, found in ((first, []), (second, [(second.id, lawit.calls[9].id, 3)])):
        answer = client.get(f"{API}/voyages?from=Sampit&to=Surabaya&day={start.day}").json
        told = [
            (j["from_call_id"], j["to_call_id"], j["classes"][0]["remaining"])
            for voyage in answer["voyages"]
            for j in voyage["journeys"]
        ]
        assert told == found
    whole = client.get(f"{API}/voyages/{lawit.id}").json
    assert whole["classes"][0]["remaining"] == 3, "the whole voyage as before"
    assert len(whole["journeys"]) == len(lawit.journeys_between())


def test_the_api_counts_what_is_left_from_call_to_call(client: FlaskClient, lawit: Voyage) -> None:
    take(lawit, 8, 3)
    address = f"{API}/voyages/{lawit.id}/availability"

    def left(query: str) -> int:
        return client.get(f"{address}?{query}").json["classes"][0]["remaining"]

    assert left("") == left(part(lawit.calls[7], lawit.calls[9])) == 3
    assert left(part(lawit.calls[2], lawit.calls[8])) == 40
    tags = {client.get(f"{address}?{part(lawit.calls[n], lawit.calls[n + 1])}").headers["ETag"] for n in range(3)}
    assert len(tags) == 3
    assert refused(client.get(f"{address}?{part(lawit.calls[8], lawit.calls[2])}"), "journey_not_found")
    assert refused(client.get(f"{address}?from_call_id={lawit.calls[0].id}"), "journey_not_found")
    assert refused(client.get(f"{address}?from_call_id=x"), "invalid")


def test_persons_and_vehicles_are_counted_apart(client: FlaskClient, ferry: Voyage) -> None:
    page = client.get("/").text
    assert "Sisa 30" in page, "ten beds and twenty without"
    assert "Kendaraan: sisa 2" in page
    page = client.get(f"/pelayaran/{ferry.id}").text
    assert "tanpa ranjang atau kursi" in page
    assert "Per kendaraan" in page
    assert "belum diumumkan" in page


def test_a_vehicle_is_ordered_with_its_plate_and_everybody_in_it_is_named(client: FlaskClient, ferry: Voyage) -> None:
    page = client.get(f"/pelayaran/{ferry.id}").text
    form = {**hidden_of_order(page), "fare_class_id": 6, "adults": 2, "infants": 0}
    address = f"/pelayaran/{ferry.id}"
    for plate, told in (("", "Tulis nomor polisi"), ("???", "Tulis nomor polisi")):
        answer = client.post(address, data={**form, "vehicle_plate": plate})
        assert answer.status_code == 422
        assert told in answer.text
    answer = client.post(address, data={**form, "fare_class_id": 1, "vehicle_plate": "KH 1 A"})
    assert "Kelas ini untuk orang" in answer.text
    answer = client.post(address, data={**form, "vehicle_plate": "kh-1234 ab"})
    assert answer.status_code == 303, answer.text
    assert "1234" not in answer.location, "no plate in an address"
    booking = ordered()
    assert (booking.vehicle_plate, booking.vehicle_persons, booking.places) == ("KH 1234 AB", 2, 1)
    names = client.get(answer.location).text
    assert "KH 1234 AB" in names
    assert names.count("data-person") == 2
    only_one = client.post(f"/pesanan/{booking.code}/penumpang", data={**form, **people(SITI)})
    assert "Isi data semua 2 orang di kendaraan" in only_one.text
    client.post(f"/pesanan/{booking.code}/penumpang", data={**form, **people(SITI, BUDI)})
    factories.pay(booking.code)
    ticket = client.get(f"/pesanan/{booking.code}").text
    assert ticket.count('<b class="nowrap">KH 1234 AB</b>') == 2, "on the ticket of everybody in it"
    assert "1 kendaraan dengan 2 orang" in ticket
    assert "KH 1234 AB" in client.get(f"/pesanan/{booking.code}?cetak=a4").text


def test_the_api_takes_a_vehicle_and_tells_its_plate_and_persons(client: FlaskClient, ferry: Voyage) -> None:
    asked = a_hold(ferry.id, fare_class_id=6, adults=1, infants=1)
    assert refused(client.post(f"{API}/bookings", json=asked), "vehicle_plate")
    assert refused(client.post(f"{API}/bookings", json={**asked, "vehicle_plate": "!"}), "invalid")
    held = client.post(f"{API}/bookings", json={**asked, "vehicle_plate": "B1234CD"}).json
    assert (held["vehicle_plate"], held["vehicle_persons"], held["channel_id"]) == ("B 1234 CD", 2, 1)
    told = client.get(f"{API}/bookings/{held['code']}", headers={"X-Booking-Key": asked["request_id"]}).json
    assert (told["vehicle_plate"], told["vehicle_persons"], told["channel_id"]) == ("B 1234 CD", 2, 1)
    kinds = [c["kind"] for c in client.get(f"{API}/voyages/{ferry.id}/availability").json["classes"]]
    assert kinds == ["bed", "non_seat", "vehicle"]


def test_a_voyage_called_off_is_never_called_full_and_says_what_to_do(client: FlaskClient) -> None:
    voyage = a_voyage()
    form = hidden_of_order(client.get(f"/pelayaran/{voyage.id}").text)
    booking = factories.a_booking(voyage)
    with client.session_transaction() as session:
        session["bookings"] = [booking.code]
    call_off(voyage)
    start = voyage.calls[0]
    pages = [client.get("/").text, search(client, start, "IDSRG"), client.get(f"/pelayaran/{voyage.id}").text]
    for page in pages:
        assert "ibatalkan" in page
        assert "Penuh" not in page
    assert ">batal<" in pages[1], "in the tab of its day too"
    assert "Gelombang 4 meter" in pages[2]
    assert "Lihat kapal lain di rute ini" in pages[2]
    answer = client.post(f"/pelayaran/{voyage.id}", data={**form, "fare_class_id": 1, "adults": 1, "infants": 0})
    assert answer.status_code == 409
    ticket = client.get(f"/pesanan/{booking.code}").text
    assert "Pelayaran Anda dibatalkan" in ticket
    assert "Karena cuaca: Gelombang 4 meter di Laut Jawa." in ticket
    assert 'class="ticket"' not in ticket
    assert "Yang dapat Anda lakukan" in ticket


def test_the_api_says_that_a_voyage_was_called_off(client: FlaskClient) -> None:
    voyage = a_voyage()
    booking = factories.a_booking(voyage)
    call_off(voyage)
    told = client.get(f"{API}/voyages/{voyage.id}").json
    assert (told["cancel_cause"], bool(told["cancelled_at"])) == ("weather", True)
    assert client.get(f"{API}/voyages/{voyage.id}/availability").json["cancelled"] is True
    assert refused(client.post(f"{API}/bookings", json=a_hold(voyage.id)), "voyage_cancelled")
    proof = {"X-Booking-Key": booking.request_id}
    assert client.get(f"{API}/bookings/{booking.code}", headers=proof).json["voyage_cancelled"] is True


@pytest.mark.parametrize("asked", [{"channel_id": 2}, {"channel_id": 77}])
def test_the_public_buys_online_and_from_no_other_channel(client: FlaskClient, asked: dict[str, int]) -> None:
    voyage = a_voyage()
    assert refused(client.post(f"{API}/bookings", json=a_hold(voyage.id, **asked)), "channel_not_open")
    form = hidden_of_order(client.get(f"/pelayaran/{voyage.id}").text)
    answer = client.post(
        f"/pelayaran/{voyage.id}", data={**form, "fare_class_id": 1, "adults": 1, "infants": 0, **asked}
    )
    assert answer.status_code == 403


def test_the_front_page_stays_small_and_asks_as_little_with_long_voyages(client: FlaskClient) -> None:
    def cost() -> tuple[int, int]:
        db.session.remove()
        with queries_counted() as queries:
            page = client.get("/", headers={"Accept-Encoding": "br"})
        return queries.count, len(page.data)

    a_voyage(*KM_LAWIT)
    one = cost()
    for _ in range(9):
        a_voyage(*KM_LAWIT)
    many = cost()
    assert many[0] == one[0] <= 10
    assert many[1] <= 6_000, "of the 14 kB that the first page may have with all that it needs"


def hidden_of_order(page: str) -> dict[str, str]:
    """The hidden fields of the form that holds places."""
    return hidden(page[page.index('<form method="post"') :])


@pytest.mark.both_engines
def test_places_that_are_not_sold_online_are_told_wherever_those_left_are(client: FlaskClient) -> None:
    voyage = a_voyage(places=80)
    move_places(voyage.id, 1, 1, factories.a_channel().id, 40)
    factories.a_booking(voyage, 5)
    start, end = voyage.calls
    for page in (search(client, start, end.port.code), html.unescape(client.get(f"/pelayaran/{voyage.id}").text)):
        assert re.search("Sisa 35</b> <span[^>]*>dari 80 tempat<", page)
        assert "40 tidak dijual online" in page
        assert "Terjual 5, disimpan 0, sisa 35 dari 80 tempat" in page
    for path in (f"voyages/{voyage.id}/availability", f"voyages/{voyage.id}"):
        told = client.get(f"{API}/{path}").json
        row = told.get("classes") or told["journeys"][0]["classes"]
        assert [row[0][name] for name in ("quota", "sold", "held", "kept", "remaining")] == [80, 5, 0, 40, 35]
    board = html.unescape(client.get("/keberangkatan").text)
    assert re.search('data-if="kept"><span data-field="kept">40</span> tidak dijual online', board)
    assert '<rect class="taken" width="5"' in board
    (row,) = client.get("/keberangkatan.json").json["departures"]
    assert (row["quota"], row["kept"], row["remaining"]) == (80, 40, 35)


def test_where_everything_left_is_sold_online_nothing_else_is_told(client: FlaskClient) -> None:
    voyage = a_voyage(places=80)
    assert "tidak dijual online" not in client.get(f"/pelayaran/{voyage.id}").text
    assert 'data-if="kept" hidden' in client.get("/keberangkatan").text


# What is left, of all classes together


def test_classes_that_share_the_ceiling_of_a_ship_are_not_added_up_above_it(client: FlaskClient) -> None:
    voyage = a_voyage(places=50, ceiling=60)
    factories.on_sale(voyage, factories.a_fare_class(2, "Kelas 1"), 50)
    leg = voyage.legs[0]
    day = {"dari": "IDSMQ", "ke": "IDSRG", "hari": str(voyage.calls[0].day)}
    address = f"/pelayaran/{voyage.id}"
    for left in (60, 57):
        assert sum_legs([voyage])[leg.id].remaining == left, "as the official reads it"
        for page in (client.get("/"), client.get("/cari", query_string=day), client.get(address)):
            words = " ".join(re.sub(r"<[^>]+>", "", page.text).split())
            assert f"Sisa {left} dari 100 tempat" in words, page.request.path
        a_hold_of_three = factories.a_hold(voyage, 3)
        assert a_hold_of_three.places == 3
        db.session.expire_all()


@pytest.mark.parametrize(
    ("at_counter", "ceiling", "told"),
    [
        (0, 100, "Penuh. Semua tempat sudah terjual atau disimpan"),
        (30, 100, "Tempat online habis. Loket Pelabuhan Sampit masih punya tempat"),
        (30, 2, "Tempat online habis. Tempat lain di kapal ini sekarang tidak dijual online."),
    ],
)
def test_a_voyage_is_called_full_only_where_every_place_is_taken(
    client: FlaskClient, at_counter: int, ceiling: int, told: str
) -> None:
    voyage = a_voyage(places=2, ceiling=ceiling)
    if at_counter:
        factories.on_sale(voyage, factories.a_fare_class(), at_counter, factories.a_channel())
    factories.a_hold(voyage, 2)
    words = " ".join(re.sub(r"<[^>]+>", "", client.get(f"/pelayaran/{voyage.id}").text).split())
    assert told in words
    assert ("Semua tempat sudah terjual" in words) == (not at_counter)
