"""One process in which an officer confirms one booking, when told to.

Run as `python -m tests.races.payer DATABASE_URL OFFICER_ID CODE`; prints `confirmed`, or the code of the refusal.
"""

import sys

from app.booking.actions.payment import confirm_payment
from app.errors import Refusal
from tests.conftest import running, settings_for


def main(database_url: str, officer_id: str, code: str) -> None:
    """Take the money for that booking."""
    with running(settings_for(database_url)) as app:
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        try:
            confirm_payment(code, int(officer_id), app.extensions["keyring"])
        except Refusal as refusal:
            print(refusal.code, flush=True)  # noqa: T201
        else:
            print("confirmed", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
