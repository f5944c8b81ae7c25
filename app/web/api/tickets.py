"""Tickets: those of a booking for the browser or program that made it, and any one for an officer."""

from typing import Any

from marshmallow import Schema, fields

from app import clock
from app.accounts.models import Role
from app.boarding.queries import find_pass
from app.booking.models import OPEN, Booking, BookingState
from app.booking.queries import get_booking, get_ticket, list_tickets_of
from app.schedule.schemas import PortRefOut
from app.web.api.door import Door, operation
from app.web.api.proof import CODE, PROOF, code_of_asker
from app.web.guard import only, public

bp = Door("tickets", __name__, "Tiket · Tickets")

SERIAL = {
    "in": "path",
    "name": "serial",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9A-Z]{10}$"},
    "description": "The number on the ticket, with or without its dash.",
    "example": "0000000000",
}


class TicketOut(Schema):
    """The right of one passenger to one journey."""

    serial = fields.String(required=True)
    name = fields.String(required=True)
    fare_class = fields.String(required=True)
    infant = fields.Boolean(required=True)
    vehicle_plate = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the vehicle on the same booking; else null."}
    )
    state = fields.String(
        required=True,
        metadata={"enum": ["unpaid", "valid", "used", "void"], "description": "`used`: admitted at a gate."},
    )


class TicketSignedOut(TicketOut):
    """A ticket as its holder needs it."""

    signed = fields.String(
        required=True, metadata={"description": "The text for the QR code; empty until the booking is confirmed."}
    )


class TicketsOut(Schema):
    """The tickets of one booking, in the order of its passengers."""

    tickets = fields.List(fields.Nested(TicketSignedOut), required=True)


class TicketSeenOut(TicketOut):
    """A ticket as an officer sees it: a name, but no identity number."""

    booking_code = fields.String(required=True)
    voyage_id = fields.Integer(required=True)
    ship = fields.String(required=True, metadata={"description": "Empty while the operator names none."})
    from_port = fields.Nested(PortRefOut, required=True)
    to_port = fields.Nested(PortRefOut, required=True)
    departs_at = fields.AwareDateTime(required=True, allow_none=True)
    used_at = fields.AwareDateTime(required=True, allow_none=True)
    used_gate = fields.String(required=True, allow_none=True)


@bp.get("/bookings/<code>/tickets", parameters=[CODE, *PROOF])
@bp.response(200, TicketsOut)
@operation("Tiket satu pemesanan · Tickets of a booking", "booking_not_found", "too_many", more_by_token=True)
@public
def list_tickets(code: str) -> dict[str, Any]:
    """One ticket per passenger, with the signed text for its QR code. Officers need no proof."""
    code = code_of_asker(code)
    found = list_tickets_of(code)
    if not found:
        get_booking(code)  # an officer's typing error is no order without people
    told = [{**row._mapping, "state": _state(row, row, row, row.boarded_at is not None)} for row in found]
    return {"tickets": told}


@bp.get("/tickets/<serial>", parameters=[SERIAL])
@bp.response(200, TicketSeenOut)
@operation("Keadaan satu tiket · State of a ticket", "ticket_not_found")
@only(Role.OFFICER)
def show_ticket(serial: str) -> dict[str, Any]:
    """Tell for what a ticket is good now, and where and when it was used. Looking does not use it."""
    ticket = get_ticket(serial)
    passenger, booking = ticket.passenger, ticket.passenger.booking
    used, ship = find_pass(ticket.id), booking.voyage.ship
    return {
        "serial": ticket.serial,
        "name": passenger.name,
        "fare_class": booking.fare_class.name,
        "infant": passenger.infant,
        "vehicle_plate": booking.vehicle_plate,
        "state": _state(ticket, booking, booking.voyage, used is not None),
        "booking_code": booking.code,
        "voyage_id": booking.voyage_id,
        "ship": ship.name if ship else "",
        "from_port": booking.from_call.port,
        "to_port": booking.to_call.port,
        "departs_at": booking.from_call.departs_at,
        "used_at": used.moment if used else None,
        "used_gate": used.gate.name if used else None,
    }


def _state(ticket: Any, booking: Any, voyage: Any, used: bool) -> str:
    """Tell for what the ticket is good now: unpaid, valid, used or void."""
    state = Booking.state_at(booking, clock.now())  # a row has what it looks at
    if ticket.void_at is not None or voyage.cancelled_at is not None:
        return "void"
    if state in OPEN:
        return "unpaid"
    if state != BookingState.CONFIRMED:
        return "void"
    return "used" if used else "valid"
