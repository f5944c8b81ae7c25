"""Choosing how to pay, at a traveler's door: an answer about other people's journeys is counted like a guess."""

from flask import current_app

from app.booking import actions
from app.booking.models import Booking, PaymentMethod
from app.errors import Refusal
from app.web import guard

CLAIMS_REFUSED = 10
"""So many programmes refused to one address in ten minutes; then all its claims are for the counter."""


def choose_payment(code: str, method: PaymentMethod) -> Booking:
    """What the action of that name does and raises; online a programme is refused to those who try people out."""
    if method == PaymentMethod.FREE and guard.spent("claim") >= CLAIMS_REFUSED:
        raise Refusal("at_the_counter", 409)
    try:
        return actions.choose_payment(code, method, current_app.extensions["keyring"])
    except Refusal as refusal:
        if refusal.code == "at_the_counter":
            guard.allow("claim", CLAIMS_REFUSED)
        raise
