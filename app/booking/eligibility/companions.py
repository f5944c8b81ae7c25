"""Check who may travel together, by ages and documents on the day of sailing, before a rule of an operator is asked."""

from collections.abc import Sequence
from datetime import date

from app import config
from app.booking.models import (
    CARDS_OF_ADULTS,
    INFANT_MONTHS,
    PERSONS_MAX,
    Booking,
    DocumentKind,
    Passenger,
)
from app.booking.travelers import Traveler
from app.errors import Refusal
from app.rules.facts import age_months, age_years

CARD_YEARS = 17
"""From this age on people have a KTP and may have a SIM; who is younger shows another document."""


def must_be_a_group(adults: int, infants: int) -> None:
    """So many go on one order, each infant on a lap of its own. Raises Refusal `party_size`, `infants_on_laps`."""
    if adults < 1 or infants < 0 or adults + infants > PERSONS_MAX:
        raise Refusal("party_size", field="adults", maximum=PERSONS_MAX)
    if infants > adults:
        raise Refusal("infants_on_laps", field="infants")


def must_suit_their_documents(people: Sequence[Traveler | Passenger], day: date, *, at_counter: bool) -> None:
    """Raises Refusal, with the `index` of the first of whom it is true.

    `infant_too_old`; `document_of_adults` for a card that a child has not got, save at the counter, where it can be
    looked at (who is married has a KTP earlier); `document_of_infants` for a birth letter of somebody who is none.
    """
    for index, person in enumerate(people):
        months = age_months(person.birth_date, day)
        if person.infant and months >= INFANT_MONTHS:
            raise Refusal("infant_too_old", field="birth_date", index=index, months=INFANT_MONTHS)
        if person.document_kind in CARDS_OF_ADULTS and months < 12 * CARD_YEARS and not at_counter:
            raise Refusal("document_of_adults", field="document_kind", index=index, years=CARD_YEARS)
        if person.document_kind == DocumentKind.BIRTH and months >= INFANT_MONTHS:
            raise Refusal("document_of_infants", field="document_kind", index=index, months=INFANT_MONTHS)


def must_have_company(booking: Booking, people: Sequence[Traveler | Passenger], day: date) -> None:
    """A child is sold a place online only beside somebody of 17 or more; an officer sees who brings and meets it.

    Below which age somebody is a child is the operator's word, or `child_alone_years`. Raises Refusal `child_alone`.
    """
    below = booking.voyage.operator.child_age or config.current().child_alone_years
    years = [age_years(person.birth_date, day) for person in people]
    if max(years, default=CARD_YEARS) >= CARD_YEARS:
        return
    if (child := next((index for index, age in enumerate(years) if age < below), None)) is not None:
        raise Refusal("child_alone", field="birth_date", index=child, years=below)


def must_leave_company(booking: Booking, leaving: Sequence[Passenger], day: date) -> None:
    """Refuse a cancellation that leaves a child behind alone, as it could not be sold online.

    Raises Refusal `child_alone`.

    Of infants `release.let_go` says so itself.
    """
    if any(age_years(person.birth_date, day) >= CARD_YEARS for person in leaving):
        must_have_company(booking, [p for p in booking.passengers if p not in leaving and not p.infant], day)
