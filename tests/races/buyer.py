"""One buyer process of the race tests: waits for the start, then books as fast as it can.

Run as `python -m tests.races.buyer DATABASE_URL VOYAGE_ID TRIES`; prints one code per booking it was given.
"""

import sys
from uuid import uuid4

from app.booking.actions.hold import hold
from app.booking.actions.payment import name_travelers
from app.errors import Refusal
from tests.conftest import running, settings_for
from tests.factories import a_traveler, pay


def main(database_url: str, voyage_id: int, tries: int) -> None:
    """Try `tries` times to buy one place."""
    with running(settings_for(database_url)):
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        for _ in range(tries):
            try:
                code = hold(str(uuid4()), voyage_id, 1, 1).code
                name_travelers(code, "+62811", [a_traveler()])
                pay(code)
            except Refusal as refusal:
                print(refusal.code, flush=True)  # noqa: T201
                continue
            print(f"confirmed {code}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
