"""Purchases from the first question to the ticket: through the API, and through the forms without JavaScript."""

import re
from collections.abc import Generator
from dataclasses import dataclass, field
from html import unescape

from bench.crowd import Answer, Visit
from bench.people import People
from bench.wire import Browser, ask, ask_json, patiently, told

_SERIAL = re.compile(r'class="code serial[^"]*">([0-9A-Z]{5})-([0-9A-Z]{5})<')


@dataclass
class Sale:
    """A voyage on sale, the officer who confirms, and what was told to those who have bought."""

    voyage_id: int
    search: str
    """The address of the page on which people find it."""
    officer: str
    people: People
    token: str = ""
    """Of the officer."""
    bought: dict[str, set[str]] = field(default_factory=dict)
    """The serials of the tickets of each booking, by its code."""

    def buy(self) -> Visit:
        """Through the API, in four requests: hold, who travels, the officer's confirmation, tickets."""
        party = self.people.party()
        wants = {"voyage_id": self.voyage_id, "fare_class_id": 1, "adults": party.places, "infants": party.infants}
        here = {"X_Forwarded_For": party.address}
        proof = {"X_Booking_Key": party.request_id, **here}
        held = {"request_id": party.request_id, **wants}
        answer = yield from patiently(ask_json("POST", "/api/v1/bookings", held, **here))
        code = told(answer, 201)["code"]
        named = {"phone": party.phone, "passengers": party.passengers}
        told((yield from patiently(ask_json("PUT", f"/api/v1/bookings/{code}/passengers", named, **proof))))
        yield from self._confirm(code)
        answer = yield from patiently(ask("GET", f"/api/v1/bookings/{code}/tickets", **proof))
        tickets = told(answer)["tickets"]
        assert len(tickets) == len(party.passengers)
        assert all(ticket["signed"].startswith("DG1:") and ticket["state"] == "valid" for ticket in tickets)
        self.bought[code] = {ticket["serial"] for ticket in tickets}

    def buy_by_forms(self) -> Visit:
        """As a browser: search, voyage, hold, who, payment, the page with the code; confirmed, and the tickets.

        Returns the browser, which shows them.
        """
        party = self.people.party()
        browser = Browser(party.address)
        page = yield from browser.open(self.search)
        link = re.search(rf'href="(/pelayaran/{self.voyage_id}[^"]*)"', page)
        assert link, "the voyage is not on the page of its day"
        yield from browser.open(unescape(link[1]))
        places = {"fare_class_id": "1", "adults": str(party.places), "infants": str(party.infants)}
        yield from browser.send(places, f"/pelayaran/{self.voyage_id}")
        code = browser.path.split("/")[2]
        names = ("document_kind", "document_number", "name", "birth_date", "sex")
        typed = {
            f"passengers-{number}-{name}": str(person[name])
            for number, person in enumerate(party.passengers)
            for name in names
        }
        yield from browser.send({"phone": party.phone, **typed})
        assert browser.path.endswith("/bayar"), browser.path
        yield from browser.send({"method": "counter"})
        yield from self._confirm(code)
        page = yield from browser.open(f"/pesanan/{code}")
        self.bought[code] = {"".join(halves) for halves in _SERIAL.findall(page)}
        assert len(self.bought[code]) == len(party.passengers)
        return browser

    def _confirm(self, code: str) -> Generator[bytes, Answer, None]:
        """The officer has the money."""
        by = {"Authorization": f"Bearer {self.token}", "X_Forwarded_For": "10.255.255.1"}
        told((yield from patiently(ask("POST", f"/api/v1/bookings/{code}/confirmation", **by))))
