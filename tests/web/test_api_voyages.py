"""The doors for programs: ports, voyages and what is left on them."""

import pytest
from flask.testing import FlaskClient

from app.db import db
from tests import factories
from tests.queries import queries_counted
from tests.web.program import API, a_hold, refused


@pytest.mark.parametrize(
    "query",
    [
        "day=2026-02-30", "day=20260401", "day=2026-W01-1", "day=1999-12-31", "day=2101-01-01", "day=", "days=0",
        "days=32", "days=1.0", "days=%D9%A1", "days=99999999999999999999", "dayz=1", "from=", "from=%00",
        "to=%ED%A0%80x%00", "days=1&days=2", "from=" + "a" * 61,
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_understood_is_refused(client: FlaskClient, query: str) -> None:
    assert refused(client.get(f"{API}/voyages?{query}"), "invalid")


@pytest.mark.both_engines
@pytest.mark.parametrize("path", ["0", "2147483648", "99999999999999999999", "-1", "x", "1.0", "%00"])
def test_an_id_that_cannot_be_is_not_found(client: FlaskClient, path: str) -> None:
    assert refused(client.get(f"{API}/voyages/{path}"), "not_found")


@pytest.mark.both_engines
def test_numbers_at_the_edge_of_the_database_are_told_apart(client: FlaskClient) -> None:
    factories.a_voyage()
    assert refused(client.get(f"{API}/voyages/2147483647"), "voyage_not_found")
    assert refused(client.get(f"{API}/departures/2147483647"), "departure_not_found")
    assert refused(client.post(f"{API}/bookings", json=a_hold(2**31 - 1)), "voyage_not_found")
    assert refused(client.post(f"{API}/bookings", json=a_hold(2**31)), "invalid")
    assert refused(client.get(f"{API}/voyages?from=%20%E2%80%AE"), "port_not_found")


def test_availability_costs_at_most_four_queries_and_may_be_kept_for_a_second(client: FlaskClient) -> None:
    voyage = factories.a_voyage("Sampit", "Kumai", "Semarang", places=7)
    address = f"{API}/voyages/{voyage.id}/availability"
    db.session.remove()
    with queries_counted() as queries:
        answer = client.get(address)
    assert queries.count <= 4, queries
    assert [(c["fare_class_id"], c["remaining"]) for c in answer.json["classes"]] == [(1, 7)]
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert "Set-Cookie" not in answer.headers

    tag = answer.headers["ETag"]
    for known in (tag, tag[:-1] + ':br"', f'"other", {tag}'):
        same = client.get(address, headers={"If-None-Match": known})
        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    for other in ('""', ",", "\x84"):
        assert client.get(address, headers={"If-None-Match": other}).status_code == 200
    factories.a_hold(voyage)
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.json["classes"][0]["remaining"] == 6
    assert changed.headers["ETag"] != tag


def test_a_search_costs_the_same_however_many_voyages_it_finds(client: FlaskClient) -> None:
    def cost() -> tuple[int, int]:
        db.session.remove()
        with queries_counted() as queries:
            found = client.get(f"{API}/voyages?days=7").json["voyages"]
        return len(found), queries.count

    factories.a_voyage()
    one = cost()
    for _ in range(4):
        factories.a_voyage()
    assert (one[0], cost()[0]) == (1, 5)
    assert cost()[1] == one[1] <= 9
