"""Requests of different people who each want one place on one voyage, through the API or the traveler's form."""

import re
from collections.abc import Callable
from random import Random

from bench.crowd import Visit, visits
from bench.people import address_of, new_id
from bench.wire import Browser

PEOPLE = 5000
"""Different addresses from which people ask, each within the limit."""

BROWSERS = 500
"""So many have the form open before they send it, again and again as if anew."""

_REQUEST_ID = re.compile(rb"request_id=([0-9a-f-]{36})")


def asking(voyage_id: int, random: Random) -> Callable[[], bytes]:
    """Through the API; every time somebody else."""
    rest = f'","voyage_id":{voyage_id},"fare_class_id":1,"adults":1,"infants":0}}'.encode()
    head = (
        b"POST /api/v1/bookings HTTP/1.1\r\nHost: dermaga\r\nContent-Type: application/json\r\n"
        b"X-Forwarded-For: 10.0.%d.%d\r\nContent-Length: "
    ) + b'%d\r\n\r\n{"request_id":"' % (36 + len('{"request_id":"') + len(rest))

    def question() -> bytes:
        person, key = random.randrange(PEOPLE), b"%032x" % random.getrandbits(128)
        request_id = b"-".join((key[:8], key[8:12], b"4" + key[13:16], b"8" + key[17:20], key[20:]))
        return head % (person // 250, person % 250) + request_id + rest

    return question


def asking_by_form(port: int, voyage_id: int, random: Random) -> Callable[[], bytes]:
    """Through the form, as browsers send it that have been shown it; every time another order, as if the first."""
    forms: list[tuple[bytes, bytes]] = []

    def opening() -> Visit | None:
        return _filling(voyage_id, forms) if len(forms) + 8 <= BROWSERS else None

    visits(port, 8, 60, opening)

    def question() -> bytes:
        before, after = random.choice(forms)
        return before + new_id().encode() + after

    return question


def _filling(voyage_id: int, forms: list[tuple[bytes, bytes]]) -> Visit:
    browser = Browser(address_of(len(forms)))
    yield from browser.open(f"/pelayaran/{voyage_id}")
    filled = browser.filled({"fare_class_id": "1", "adults": "1", "infants": "0"})
    found = _REQUEST_ID.search(filled)
    assert found, "the page has no form: nothing is sold"
    forms.append((filled[: found.start(1)], filled[found.end(1) :]))
