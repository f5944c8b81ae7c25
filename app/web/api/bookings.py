"""Bookings: from held places to tickets. The buyer proves by a header to have booked; officers take the money."""

from typing import Any

from flask import current_app

from app.accounts.models import Role
from app.booking.actions import payment as payment_actions
from app.booking.actions.hold import Held, hold
from app.booking.schemas import HoldIn, PaymentIn, TravelersIn
from app.booking.travelers import Traveler
from app.errors import NotFound, Refusal
from app.seats.models import ONLINE
from app.seats.programmes import find_programme
from app.seats.queries import list_channels
from app.web.api.booking_schemas import HOLD_ENDED, NO_PLACES, BookingOut, HeldOut, told
from app.web.api.door import Door, operation
from app.web.api.proof import CODE, PROOF, booking_of_asker, clean_code, code_of_asker
from app.web.guard import is_officer, only, public, user
from app.web.pace import asker

bp = Door("bookings", __name__, "Pemesanan · Bookings")


@bp.post("/bookings")
@bp.arguments(
    HoldIn(),
    example={
        "request_id": "7f9c2ba4-e88f-4a5b-9c1d-2f3e4d5c6b7a",
        "voyage_id": 1,
        "fare_class_id": 1,
        "adults": 2,
        "infants": 1,
    },
)
@bp.response(201, HeldOut, description="Places are held.")
@bp.alt_response(200, schema=HeldOut, description="The same `request_id` again: the same booking.", success=True)
@operation(
    "Simpan tempat · Hold places",
    *NO_PLACES,
    "channel_not_open",
    "channel_not_found",
    "programme_not_open",
    "programme_full",
    "programme_family",
    "too_many",
    "proof_of_work",
    more_by_token=True,
)
@public
def hold_places(wanted: dict[str, Any]) -> tuple[Held, int]:
    """Hold places until `expires_at`. Without calls the journey is the whole voyage.

    Keep `request_id` to yourself: it proves later that the booking is yours. Everybody may have places of a free
    programme while it is open; officers may sell from all channels, and as often as they must.
    """
    officer, work = is_officer(), wanted.pop("work")
    if wanted["channel_id"] != ONLINE:
        if not officer and find_programme(wanted["channel_id"]) is None:
            raise Refusal("channel_not_open", field="channel_id")
        if wanted["channel_id"] not in {channel.id for channel in list_channels()}:
            raise NotFound("channel_not_found", field="channel_id")
    held = hold(**wanted, **({} if officer else asker(work)))
    return held, 201 if held.new else 200


@bp.get("/bookings/<code>", parameters=[CODE, *PROOF])
@bp.response(200, BookingOut)
@operation("Satu pemesanan · One booking", "booking_not_found", "too_many", more_by_token=True)
@public
def show_booking(code: str) -> dict[str, Any]:
    """The booking as it stands now. Officers need no proof."""
    return told(booking_of_asker(code))


@bp.put("/bookings/<code>/passengers", parameters=[CODE, *PROOF])
@bp.arguments(
    TravelersIn,
    example={
        "phone": "081234567890",
        "passengers": [
            {
                "name": "Siti Contoh",
                "document_kind": "ktp",
                "document_number": "6202015503940001",
                "birth_date": "1994-03-15",
                "sex": "P",
                "infant": False,
            }
        ],
    },
)
@bp.response(200, BookingOut)
@operation(
    "Isi data penumpang · Name the passengers",
    "booking_not_found",
    "too_many",
    *HOLD_ENDED,
    "already_confirmed",
    "wrong_party",
    "vehicle_party",
    "infant_too_old",
    "document_twice",
    "refused_by_rule",
    "contact_limit",
    "family_card_missing",
    "family_card_is_nik",
    "document_of_adults",
    "document_of_infants",
    "child_alone",
)
@public
def name_passengers(named: dict[str, Any], code: str) -> dict[str, Any]:
    """Write down everybody who travels, in place of what was written before.

    Identity numbers go in here and come out nowhere: answers show their last characters.
    """
    code = code_of_asker(code)
    travelers = [Traveler(**passenger) for passenger in named["passengers"]]
    try:
        return told(
            payment_actions.name_travelers(
                code, named["phone"], travelers, named["family_card"], at_counter=is_officer()
            )
        )
    except Refusal as refusal:
        if (index := refusal.details.get("index")) is not None:
            refusal.field = f"passengers-{index}-{refusal.field}"
        raise


@bp.post("/bookings/<code>/payment", parameters=[CODE, *PROOF])
@bp.arguments(PaymentIn, example={"method": "counter"})
@bp.response(200, BookingOut)
@operation(
    "Pilih cara membayar · Choose how to pay",
    "booking_not_found",
    "too_many",
    *HOLD_ENDED,
    "already_confirmed",
    "travelers_missing",
    "payment_not_open",
    "refused_by_rule",
)
@public
def choose_payment(chosen: dict[str, Any], code: str) -> dict[str, Any]:
    """Held until `expires_at` for an officer, who takes the money, or for a free programme sees the family's cards."""
    code = code_of_asker(code)
    return told(payment_actions.choose_payment(code, chosen["method"]))


@bp.delete("/bookings/<code>/hold", parameters=[CODE, *PROOF])
@bp.response(200, BookingOut)
@operation("Batalkan pesanan · Cancel the order", "booking_not_found", "too_many", "already_confirmed")
@public
def release_hold(code: str) -> dict[str, Any]:
    """Give held places back before their end. A second time nothing more happens."""
    return told(payment_actions.release(code_of_asker(code)))


@bp.post("/bookings/<code>/confirmation", parameters=[CODE])
@bp.response(200, BookingOut)
@operation(
    "Konfirmasi pembayaran di loket · Confirm payment at the counter",
    "booking_not_found",
    "already_confirmed",
    *HOLD_ENDED,
    "travelers_missing",
    "sold_out",
    "newer_offer",
    "payment_not_open",
    "refused_by_rule",
    "already_travels",
    "family_card_missing",
    "family_card_is_nik",
    "programme_not_open",
    "programme_full",
    "programme_family",
    "programme_person",
)
@only(Role.OFFICER)
def confirm_payment(code: str) -> dict[str, Any]:
    """The officer has the money, or a free programme's cards in hand: the booking is confirmed, its tickets signed.

    Repeating it changes nothing.
    """
    officer_id = user().id
    return told(payment_actions.confirm_payment(clean_code(code), officer_id, current_app.extensions["keyring"]))
