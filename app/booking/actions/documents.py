"""Say something about a passenger, and enter, see or withdraw a document of theirs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.requirements import Asked
from app.booking.eligibility.statements import LETTERS, must_be_sayable, record, see
from app.booking.models import Booking, Passenger
from app.booking.queries import get_booking
from app.db import action, db
from app.errors import NotFound, Refusal, or_refuse
from app.rules.facts import DOCUMENT_KINDS, ISSUERS, RESULTS

LETTER_MAX = 80
"""Characters of a paper's number."""


@action
def say(passenger_id: int, facts: Mapping[str, Any], said_by: int | None = None) -> Passenger:
    """Keep these facts (by their names in docs/rules.md) about a passenger, said by an officer or (None) a traveler.

    A value of None takes back what was said before. Raises NotFound `passenger_not_found`; Refusal `fact_unknown`,
    `fact_for_officers`, `fact_value`.
    """
    passenger = _get_passenger(passenger_id)
    record(passenger, facts, said_by, clock.now())
    return passenger


@action
def enter_document(
    passenger_id: int,
    kind: str,
    taken_at: datetime,
    *,
    issuer: str | None = None,
    result: str | None = None,
    signed: bool | None = None,
    letter: str = "",
    entered_by: int | None = None,
) -> ShownDocument:
    """Keep a paper of a passenger; entered by an officer it has been seen. The same one again is the one that is there.

    `taken_at` is when the sample was taken or the letter issued. Raises NotFound `passenger_not_found`; Refusal
    `paper_kind_unknown`, `issuer_unknown`, `result_missing` (of a test), `taken_in_the_future`.
    """
    passenger = _get_passenger(passenger_id)
    return _keep(passenger, kind, taken_at, entered_by, issuer=issuer, result=result, signed=signed, letter=letter)


def _keep(
    passenger: Passenger,
    kind: str,
    taken_at: datetime,
    entered_by: int | None = None,
    *,
    issuer: str | None = None,
    result: str | None = None,
    signed: bool | None = None,
    letter: str = "",
) -> ShownDocument:
    now = clock.now()
    if kind not in DOCUMENT_KINDS:
        raise Refusal("paper_kind_unknown", field="kind")
    if issuer is not None and issuer not in ISSUERS:
        raise Refusal("issuer_unknown", field="issuer")
    if (kind in LETTERS) != (result is None) or (result is not None and result not in RESULTS):
        raise Refusal("result_missing", field="result")
    if taken_at > now:
        raise Refusal("taken_in_the_future", field="taken_at")
    letter = "".join(char for char in letter if char.isprintable()).strip()[:LETTER_MAX]
    told = {"kind": kind, "issuer": issuer, "result": result, "signed": signed, "letter": letter}
    same = (
        select(ShownDocument)
        .filter_by(passenger_id=passenger.id, taken_at=taken_at, withdrawn_at=None, **told)
        .order_by(ShownDocument.id)
        .limit(1)
    )
    document = db.session.scalar(same)
    if document is None:
        document = ShownDocument(
            passenger_id=passenger.id, taken_at=taken_at, entered_by=entered_by, entered_at=now, **told
        )
        db.session.add(document)
    if entered_by is not None and document.seen_at is None:
        document.seen_by, document.seen_at = entered_by, now
    return document


@action
def see_document(document_id: int, passenger_id: int, officer_id: int) -> ShownDocument:
    """An officer has held in the hand what the traveler entered. Raises NotFound `paper_gone`."""
    document = _get_document(document_id, passenger_id)
    see(document, officer_id, clock.now())
    return document


@action
def withdraw_document(document_id: int, passenger_id: int, officer_id: int | None = None) -> ShownDocument:
    """Take back a paper that was entered by mistake; what an officer has seen, only an officer takes back.

    Raises NotFound `paper_gone`; Refusal `seen_by_officer`.
    """
    return _withdraw(document_id, passenger_id, officer_id)


def _withdraw(document_id: int, passenger_id: int, officer_id: int | None = None) -> ShownDocument:
    document = _get_document(document_id, passenger_id)
    if document.seen_at is not None and officer_id is None:
        raise Refusal("seen_by_officer")
    document.withdrawn_at = clock.now()
    return document


@action
def say_ahead(code: str, position: int, facts: Mapping[str, Any]) -> Booking:
    """Keep what a traveler says ahead of a passenger, which the rules of the day ask for.

    Raises NotFound; Refusal `not_asked`, and as `say` does.
    """
    must_be_sayable(facts, officer=False)
    booking, asked, passenger = _asked_of(code, position)
    if not set(facts) <= set(asked.facts):
        raise Refusal("not_asked", field="facts")
    record(_get_passenger(passenger.id), facts, None, clock.now())
    return booking


@action
def enter_ahead(code: str, position: int, kind: str, taken_at: datetime, **more: Any) -> Booking:
    """Keep a paper that a traveler enters ahead for a passenger, of whom the rules of the day ask for one of its kind.

    `more` and what is raised are as `enter_document` has them; Refusal `not_asked`.
    """
    booking, asked, passenger = _asked_of(code, position)
    if kind not in asked.kinds:
        raise Refusal("not_asked", field="kind")
    _keep(_get_passenger(passenger.id), kind, taken_at, **more)
    return booking


@action
def withdraw_ahead(code: str, position: int, document_id: int) -> Booking:
    """Take back a paper that was entered ahead by mistake. Raises as `withdraw_document`; Refusal `not_asked`."""
    booking, _, passenger = _asked_of(code, position)
    _withdraw(document_id, passenger.id)
    return booking


def _asked_of(code: str, position: int) -> tuple[Booking, Asked, Passenger]:
    booking = get_booking(code)
    _, asked, passenger = Assessment(booking, clock.now()).asked_of(position)
    return booking, asked, passenger


def _get_passenger(passenger_id: int) -> Passenger:
    # Locked, so that a scan sees all of it or nothing.
    statement = select(Passenger).where(Passenger.id == passenger_id).with_for_update(of=Passenger, key_share=True)
    return or_refuse(db.session.scalar(statement), "passenger_not_found")


def _get_document(document_id: int, passenger_id: int) -> ShownDocument:
    document = db.session.get(ShownDocument, document_id)
    if document is None or document.passenger_id != passenger_id or document.withdrawn_at is not None:
        raise NotFound("paper_gone")
    return document
