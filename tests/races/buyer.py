"""A buyer of the race tests: books as fast as it can."""

from collections.abc import Iterator
from uuid import uuid4

from app.booking.actions.hold import hold
from app.booking.actions.payment import name_travelers
from app.errors import Refusal
from tests.factories import a_traveler, pay


def buy(voyage_id: int, tries: int) -> Iterator[str]:
    """Try `tries` times to buy one place; tells `confirmed CODE`, or the code of the refusal."""
    for _ in range(tries):
        try:
            code = hold(str(uuid4()), voyage_id, 1, 1).code
            name_travelers(code, "+62811", [a_traveler()])
            pay(code)
        except Refusal as refusal:
            yield refusal.code
        else:
            yield f"confirmed {code}"
