"""Correct a wrong digit after the sale, by an officer who has the card in the hand."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app import clock
from app.booking.actions.cancellation import chosen, must_be_open, renew_ticket
from app.booking.actions.journey_overlap import must_differ, take_time
from app.booking.eligibility.companions import must_suit_their_documents
from app.booking.identity import mask
from app.booking.inventory.lock import locked_booking
from app.booking.models import Booking, DocumentCorrection, DocumentKind, Passenger
from app.booking.person_names import only_digits
from app.booking.queries import claims_channel_of
from app.db import action, db
from app.errors import Refusal
from app.keys import Keyring
from app.seats.programmes import rename_claim

CORRECTIONS_MAX = 2
"""Of one passenger: many small steps would make another person of it."""


@dataclass(frozen=True)
class Document:
    """The data on a passenger's card; the number as `identity.check_document` returned it."""

    document_kind: DocumentKind
    document_number: str
    birth_date: date
    sex: str

    def __repr__(self) -> str:
        return "<Document>"  # no number may reach a log


@action
def correct_document(code: str, position: int, right: Document, keyring: Keyring, officer_id: int) -> Booking:
    """Write down what stands on the card of a passenger; the old code is void at once, a new one is signed.

    The name stays, and so does the number but for a few digits, or else birth date and sex: a ticket is not handed on.
    The same again changes nothing; what stood before is kept with a masked number. Raises NotFound; Refusal
    `not_confirmed`, `changes_closed`, `already_aboard`, `no_longer_travels`, `other_person`,
    `document_corrected_before`, `document_twice`, `already_travels`, and what `must_suit_their_documents` raises.
    """
    now = clock.now()
    booking = locked_booking(code)
    [person] = chosen(booking, [position])
    before = Document(DocumentKind(person.document_kind), person.document_number, person.birth_date, person.sex)
    if right == before:
        return booking
    must_be_open(booking, [person], now)
    same_holder = (right.birth_date, right.sex) == (before.birth_date, before.sex)
    if not same_holder and not only_digits(before.document_number, right.document_number):
        raise Refusal("other_person", field="document_number")
    corrections = select(func.count(DocumentCorrection.id)).where(DocumentCorrection.passenger_id == person.id)
    if (db.session.scalar(corrections) or 0) >= CORRECTIONS_MAX:
        raise Refusal("document_corrected_before", field="document_number", maximum=CORRECTIONS_MAX)
    db.session.add(
        DocumentCorrection(
            passenger_id=person.id,
            document_kind=before.document_kind,
            masked_number=mask(before.document_number),
            birth_date=before.birth_date,
            sex=before.sex,
            corrected_at=now,
            corrected_by=officer_id,
        )
    )
    _write(booking, person, right)
    rename_claim(claims_channel_of(booking), before.document_number, right.document_number)
    must_suit_their_documents([person], booking.from_call.day_or(now), at_counter=True)
    renew_ticket(booking, person, now, keyring)
    return booking


def _write(booking: Booking, person: Passenger, right: Document) -> None:
    others = [each.document_number for each in booking.passengers if each is not person]
    must_differ([*others, right.document_number])
    if person.from_minute is not None and person.until_minute is not None:
        take_time([right.document_number], (person.from_minute, person.until_minute), booking, seen=True)
    person.document_kind, person.document_number = right.document_kind, right.document_number
    person.birth_date, person.sex = right.birth_date, right.sex
