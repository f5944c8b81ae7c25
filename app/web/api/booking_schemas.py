"""A booking as the API tells it."""

from typing import Any

from marshmallow import Schema, fields

from app import clock
from app.booking.identity import mask
from app.booking.models import Booking, BookingState, DocumentKind, Passenger, PassengerState, PaymentMethod
from app.booking.money.pricing import bill_of
from app.booking.money.refunds import list_refunds
from app.schedule.schemas import PortRefOut

HOLD_ENDED = (
    "hold_expired",
    "order_moved",
    "order_cancelled",
    "places_taken_back",
)
"""Codes of an order whose places are not held any more."""

NO_PLACES = (
    "voyage_not_found",
    "voyage_cancelled",
    "not_on_sale",
    "sale_closed",
    "sale_paused",
    "sold_out",
    "ship_full",
    "restricted_by_rule",
    "set_aside",
    "closed_by_rule",
    "party_size",
    "infants_on_laps",
    "vehicle_plate",
    "not_a_vehicle_class",
    "request_id_reused",
)
"""Codes of a wish for places on a voyage, held or moved to."""


class PassengerOut(Schema):
    """A person who travels; of the identity number only its last characters."""

    position = fields.Integer(
        required=True, metadata={"description": "Names the passenger in this booking; it never changes."}
    )
    name = fields.String(required=True)
    document_kind = fields.Enum(DocumentKind, by_value=True, required=True)
    document_number = fields.String(required=True, metadata={"description": "Masked.", "example": "************0001"})
    birth_date = fields.Date(required=True)
    sex = fields.String(required=True)
    infant = fields.Boolean(required=True)


def channel_field() -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": "Out of whose places: 1 is online."})


def adults_field() -> fields.Integer:
    meaning = "Adults and children; of a vehicle the place that it takes, always 1."
    return fields.Integer(required=True, attribute="places", metadata={"description": meaning})


def plate_field() -> fields.String:
    return fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null where no vehicle is booked.", "example": "KH 1234 AB"},
    )


def persons_field() -> fields.Integer:
    meaning = "Everybody in the vehicle, infants counted; null where no vehicle is booked."
    return fields.Integer(required=True, allow_none=True, metadata={"description": meaning})


class RefundOut(Schema):
    """The money that is owed back for one person who does not travel."""

    percent = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Of the fare; null where the counter decides."}
    )
    amount_idr = fields.Integer(
        required=True, allow_none=True, metadata={"description": "At least; null where fare or share is not published."}
    )
    paid_at = fields.AwareDateTime(required=True, allow_none=True)


class FormerPassengerOut(Schema):
    """A person who was to travel on this booking and does not any more."""

    position = fields.Integer(required=True)
    name = fields.String(required=True)
    state = fields.Enum(PassengerState, by_value=True, required=True)
    ended_at = fields.AwareDateTime(required=True)
    refund = fields.Nested(RefundOut, required=True, allow_none=True)


class BookingOut(Schema):
    """One order for one journey."""

    code = fields.String(required=True, metadata={"example": "K7M2QX9A"})
    state = fields.Enum(BookingState, by_value=True, required=True)
    voyage_id = fields.Integer(required=True)
    voyage_cancelled = fields.Boolean(
        required=True, metadata={"description": "True: the voyage was called off; its `cancel_reason` says why."}
    )
    from_call_id = fields.Integer(required=True)
    to_call_id = fields.Integer(required=True)
    from_port = fields.Nested(PortRefOut, required=True, attribute="from_call.port")
    to_port = fields.Nested(PortRefOut, required=True, attribute="to_call.port")
    departs_at = fields.AwareDateTime(required=True, allow_none=True, attribute="from_call.departs_at")
    fare_class_id = fields.Integer(required=True)
    fare_class = fields.String(required=True, attribute="fare_class.name")
    channel_id = channel_field()
    adults = adults_field()
    infants = fields.Integer(required=True)
    vehicle_plate = plate_field()
    vehicle_persons = persons_field()
    payment = fields.Enum(PaymentMethod, by_value=True, required=True, allow_none=True)
    amount_idr = fields.Integer(
        required=True, allow_none=True, metadata={"description": "For all; null where a part is not published."}
    )
    amount_known_idr = fields.Integer(
        required=True, metadata={"description": "As far as fares are published; the counter settles the others."}
    )
    phone = fields.String(required=True, metadata={"description": "As +62...; empty before the travelers are named."})
    family_card = fields.String(
        required=True, allow_none=True, metadata={"description": "Masked; null outside of free programmes."}
    )
    expires_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Until when the places are held."}
    )
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True)
    passengers = fields.List(fields.Nested(PassengerOut), required=True)
    former_passengers = fields.List(fields.Nested(FormerPassengerOut), required=True)


class HeldOut(Schema):
    """Places that are held; the rest of the booking comes with the travelers."""

    code = fields.String(required=True, metadata={"example": "K7M2QX9A"})
    state = fields.Enum(BookingState, by_value=True, required=True)
    voyage_id = fields.Integer(required=True)
    from_call_id = fields.Integer(required=True)
    to_call_id = fields.Integer(required=True)
    fare_class_id = fields.Integer(required=True)
    channel_id = channel_field()
    adults = adults_field()
    infants = fields.Integer(required=True)
    vehicle_plate = plate_field()
    vehicle_persons = persons_field()
    expires_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Until when the places are held."}
    )


def told(booking: Booking) -> dict[str, Any]:
    """Tell what `BookingOut` dumps: the booking as it is true now, without identity numbers."""
    columns = {name: getattr(booking, name) for name in _COLUMNS}
    former = booking.former_passengers
    refunds = list_refunds(booking.id) if former else {}
    return {
        **columns,
        "state": booking.state_at(clock.now()),
        "amount_known_idr": bill_of(booking).known_idr,
        "family_card": mask(booking.family_card) if booking.family_card else None,
        "voyage_cancelled": booking.voyage.cancelled_at is not None,
        "payment": PaymentMethod(booking.payment) if booking.payment else None,
        "passengers": [_passenger(passenger) for passenger in booking.passengers],
        "former_passengers": [
            {
                "position": passenger.position,
                "name": passenger.name,
                "state": PassengerState(passenger.state),
                "ended_at": passenger.ended_at,
                "refund": refunds.get(passenger.id),
            }
            for passenger in former
        ],
    }


_COLUMNS = (
    "code",
    "voyage_id",
    "from_call",
    "to_call",
    "from_call_id",
    "to_call_id",
    "fare_class_id",
    "fare_class",
    "channel_id",
    "places",
    "infants",
    "vehicle_plate",
    "vehicle_persons",
    "amount_idr",
    "phone",
    "expires_at",
    "confirmed_at",
)


def _passenger(passenger: Passenger) -> dict[str, Any]:
    return {
        "position": passenger.position,
        "name": passenger.name,
        "document_kind": DocumentKind(passenger.document_kind),
        "document_number": mask(passenger.document_number),
        "birth_date": passenger.birth_date,
        "sex": passenger.sex,
        "infant": passenger.infant,
    }
