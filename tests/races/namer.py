"""One process that names one person on one booking, when told to.

Run as `python -m tests.races.namer DATABASE_URL NIK CODE`; prints `named`, or the code of the refusal.
"""

import sys

from app.booking.actions import name_travelers
from app.errors import Refusal
from tests.conftest import running, settings_for
from tests.factories import a_traveler


def main(database_url: str, number: str, code: str) -> None:
    """Name that person."""
    with running(settings_for(database_url)):
        print("ready", flush=True)  # noqa: T201
        sys.stdin.readline()
        try:
            name_travelers(code, "+62811", [a_traveler(document_number=number)])
        except Refusal as refusal:
            print(refusal.code, flush=True)  # noqa: T201
        else:
            print("named", flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
