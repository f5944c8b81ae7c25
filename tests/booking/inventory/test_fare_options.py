"""What a traveler can choose between: places and prices together, whatever a demonstration has moved."""

from datetime import date, timedelta

from flask import Flask

from app.booking.inventory.fare_options import list_offers
from app.db import db
from app.fares.models import Tariff
from app.schedule.models import Voyage
from tests import factories
from tests.queries import queries_counted


def a_tariff(voyage: Voyage, first: date, last: date | None) -> None:
    """Rp100.000 for an adult in economy on the whole voyage, in force from `first` to `last`."""
    ends = {"from_port_id": voyage.calls[0].port_id, "to_port_id": voyage.calls[-1].port_id}
    days = {"valid_from": first, "valid_to": last, "source_url": "https://example.org/tarif"}
    who = {"operator_id": voyage.operator_id, "fare_class_id": 1, "passenger_type": "adult"}
    db.session.add(Tariff(**who, **ends, **days, amount_idr=100_000))
    db.session.commit()


def test_an_offer_has_the_places_of_a_class_and_its_price(app: Flask) -> None:
    voyage = factories.a_voyage(places=7)
    a_tariff(voyage, date(2020, 1, 1), None)
    factories.a_hold(voyage, adults=2)
    [offer] = list_offers([(voyage, voyage.calls[0], voyage.calls[-1])])[0]
    assert (offer.places.remaining, offer.places.held) == (5, 2)
    assert offer.price is not None
    assert (offer.price.adult, offer.price.infant, offer.price.published) == (100_000, None, None)


def test_a_class_without_a_published_price_is_still_offered(app: Flask) -> None:
    voyage = factories.a_voyage()
    [offer] = list_offers([(voyage, voyage.calls[0], voyage.calls[-1])])[0]
    assert offer.price is None


def test_a_tariff_that_has_ended_tells_its_real_day_also_on_a_moved_voyage(app: Flask) -> None:
    published, moved = date(2019, 5, 1), 972
    voyage = factories.a_voyage()
    voyage.shifted_days = moved
    a_tariff(voyage, published + timedelta(days=moved), published + timedelta(days=moved + 30))
    [offer] = list_offers([(voyage, voyage.calls[0], voyage.calls[-1])])[0]
    assert offer.price is not None
    assert offer.price.published == published


def test_many_voyages_cost_four_queries(app: Flask) -> None:
    voyages = [factories.a_voyage("Sampit", "Kumai", "Semarang") for _ in range(3)]
    ends = [(voyage, voyage.calls[0], voyage.calls[-1]) for voyage in voyages]
    assert [len(voyage.legs) for voyage in voyages] == [2, 2, 2]
    with queries_counted() as queries:
        assert len(list_offers(ends)) == 3
    assert queries.count <= 4, queries
    assert list_offers([]) == []
