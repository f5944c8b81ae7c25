"""Another process on the same database, as the web process is for the live one.

Run as `python -m tests.live.neighbour DATABASE_URL VOYAGE_ID PLACES`; says "ready", and holds that many places, one
booking each, when it is told "go".
"""

import sys
from uuid import uuid4

from app.booking.actions.hold import hold
from tests.conftest import running, settings_for


def main(database_url: str, voyage_id: str, places: str) -> None:
    """Hold the places, one by one."""
    with running(settings_for(database_url)):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for _ in range(int(places)):
            hold(str(uuid4()), int(voyage_id), 1, 1)


if __name__ == "__main__":
    main(*sys.argv[1:])
