"""Sign the text of a ticket."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from app.booking.models import Booking, Passenger, Ticket
from app.booking.tickets import code as ticket_code
from app.keys import Keyring


def sign(booking: Booking, passenger: Passenger, ticket: Ticket, now: datetime, keyring: Keyring) -> str:
    """The text in the QR code of this ticket, good from `now`."""
    departs = booking.from_call.departs_at or now
    return ticket_code.sign(
        ticket_code.TicketCode(
            key_id=keyring.current_id,
            serial=ticket.serial,
            voyage=booking.voyage_id,
            from_call=booking.from_call.position,
            to_call=booking.to_call.position,
            fare_class=booking.fare_class_id,
            infant=passenger.infant,
            valid_from=now.replace(microsecond=0),
            # A week beyond the planned departure: the tide may move the ship, the ticket stays good.
            valid_until=departs.replace(microsecond=0) + timedelta(days=7),
            name_tag=ticket_code.name_tag(passenger.name),
        ),
        keyring,
    )


def find_newest_code(connection: Connection) -> str | None:
    """The code of the ticket that was signed last; None where none was."""
    signed = select(Ticket.signed).where(Ticket.signed != "").order_by(Ticket.id.desc()).limit(1)
    return connection.scalar(signed)


def is_read_by(text: str, keyring: Keyring) -> bool:
    """Whether these keys prove that code, or it says nothing about keys."""
    try:
        ticket_code.read(text, keyring)
    except ticket_code.BadTicket as bad:
        return bad.code == "unreadable"
    return True
