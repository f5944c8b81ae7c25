"""What the live process does about holds that have ended, alone: `python -m tests.history.sweeper URL OFFSET_FILE`.

Ends with its parent, whose pipe it reads.
"""

import select
import sys

from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.booking.actions.hold import expire_holds
from app.db import db
from app.errors import Refusal
from tests.conftest import running, settings_for
from tests.history.wsgi import wrong_by


def main(database_url: str, offset_file: str) -> None:
    """Give back what has ended, over and over."""
    with clock.set_to(wrong_by(offset_file)), running(settings_for(database_url)):
        while not select.select([sys.stdin], [], [], 0.5)[0]:
            try:
                expire_holds()
            except (SQLAlchemyError, Refusal):
                db.session.rollback()


if __name__ == "__main__":
    main(*sys.argv[1:])
