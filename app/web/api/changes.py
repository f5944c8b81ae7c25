"""Changes to a booking, passenger by passenger: not travelling, another voyage, a slip in the name."""

from typing import Any

from flask import current_app

from app.accounts.models import Role
from app.booking.actions import cancellation, move
from app.booking.actions.document_correction import Document, correct_document
from app.booking.schemas import CardIn, MoveIn, NameIn
from app.booking.wanted_journey import WantedJourney
from app.errors import Refusal
from app.web.api.booking_schemas import NO_PLACES, BookingOut, told
from app.web.api.door import Door, operation
from app.web.api.proof import CODE, PROOF, booking_of_asker, clean_code
from app.web.guard import only, public, user

bp = Door("changes", __name__, "Perubahan pesanan · Changes of a booking")

PASSENGER = "/bookings/<code>/passengers/<int(min=0, max=99):position>"
REFUSALS = (
    "booking_not_found",
    "passenger_not_found",
    "too_many",
    "changes_closed",
    "already_aboard",
    "no_longer_travels",
)
CONFIRMED_ONLY = (*REFUSALS, "not_confirmed")


@bp.post(f"{PASSENGER}/cancellation", parameters=[CODE, *PROOF])
@bp.response(200, BookingOut)
@operation("Batalkan satu penumpang · Cancel one passenger", *REFUSALS, "infant_needs_adult", "child_alone")
@public
def cancel_passenger(code: str, position: int) -> dict[str, Any]:
    """The place is free and the ticket void at once; `former_passengers` tells what comes back of the money.

    Before it is paid the others have less to pay. A second time nothing more happens. The last one who leaves ends
    the booking.
    """
    return told(cancellation.cancel_passengers(booking_of_asker(code).code, [position]))


@bp.post(f"{PASSENGER}/move", parameters=[CODE, *PROOF])
@bp.arguments(
    MoveIn,
    example={"request_id": "0c4f2f6e-3b5c-4f0e-9d61-0b8c3f6f2a11", "voyage_id": 2, "fare_class_id": 1, "with": [1]},
)
@bp.response(201, BookingOut, description="The new booking; its key is the `request_id` of the move.")
@operation(
    "Pindah ke pelayaran lain · Move to another voyage",
    *CONFIRMED_ONLY,
    "infant_needs_adult",
    "child_alone",
    "infant_too_old",
    *NO_PLACES,
    "vehicle_moves_whole",
    "same_journey",
    "other_operator",
    "already_travels",
    "at_the_counter",
    "pay_at_counter",
)
@public
def move_passenger(wanted: dict[str, Any], code: str, position: int) -> dict[str, Any]:
    """This passenger, and those `with` them, travel on another voyage: a new booking, confirmed at once.

    The old places are given back in the same moment. The same `request_id` again is the same new booking. A dearer
    journey, or one without a published fare, is moved to at the port's counter alone.
    """
    positions, request_id = [position, *wanted.pop("with_")], wanted.pop("request_id")
    target, keyring = WantedJourney(**wanted), current_app.extensions["keyring"]
    try:
        return told(move.move_passengers(booking_of_asker(code).code, positions, target, keyring, request_id))
    except Refusal as refusal:
        if "index" in refusal.details:
            refusal.field = "with"
        raise


@bp.post(f"{PASSENGER}/name", parameters=[CODE, *PROOF])
@bp.arguments(NameIn, example={"name": "Siti Contoh"})
@bp.response(200, BookingOut)
@operation("Betulkan nama · Correct a name", *CONFIRMED_ONLY, "other_name", "corrected_before")
@public
def correct_name(typed: dict[str, Any], code: str, position: int) -> dict[str, Any]:
    """Put a slip of typing right, once; the document stays. The old code is void at once and a new one is signed."""
    return told(
        cancellation.correct_name(
            booking_of_asker(code).code, position, typed["name"], current_app.extensions["keyring"]
        )
    )


@bp.post(f"{PASSENGER}/document", parameters=[CODE])
@bp.arguments(
    CardIn,
    example={"document_kind": "ktp", "document_number": "6202015503940001", "birth_date": "1994-03-15", "sex": "P"},
)
@bp.response(200, BookingOut)
@operation(
    "Betulkan dokumen · Correct a document",
    *CONFIRMED_ONLY,
    "other_person",
    "document_corrected_before",
    "document_twice",
    "already_travels",
    "infant_too_old",
    "document_of_adults",
    "document_of_infants",
)
@only(Role.OFFICER)
def put_document_right(typed: dict[str, Any], code: str, position: int) -> dict[str, Any]:
    """Write down what stands on the card that the officer has in the hand, at most twice; the name stays.

    The old code is void at once and a new one is signed. The same again changes nothing.
    """
    keyring = current_app.extensions["keyring"]
    return told(correct_document(clean_code(code), position, Document(**typed), keyring, user().id))
