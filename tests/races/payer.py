"""An officer of the race tests, who confirms one booking."""

from collections.abc import Iterator

from flask import current_app

from app.booking.actions.payment import confirm_payment
from app.errors import Refusal


def take_money(officer_id: int, code: str) -> Iterator[str]:
    """Take the money for that booking; tells `confirmed`, or the code of the refusal."""
    try:
        confirm_payment(code, officer_id, current_app.extensions["keyring"])
    except Refusal as refusal:
        yield refusal.code
    else:
        yield "confirmed"
