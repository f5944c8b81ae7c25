"""Requirements of the gate, told before paying; and entering ahead what the rules ask for."""

from typing import Any

from marshmallow import Schema, fields, validate

from app import clock
from app.booking.actions.documents import enter_ahead, say_ahead, withdraw_ahead
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.requirements import Requirements, requirements_on
from app.booking.models import Booking
from app.errors import NotFound
from app.rules.facts import DOCUMENT_KINDS, ISSUERS, RESULTS
from app.rules.schemas import WordsOut
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import find_port_asked_for, get_voyage
from app.schedule.schemas import JourneyIn
from app.web.api.changes import PASSENGER
from app.web.api.door import ID, Door, operation
from app.web.api.proof import CODE, PROOF, booking_of_asker
from app.web.guard import public

bp = Door("requirements", __name__, "Yang diminta di gerbang · What the gate asks")


class LineOut(Schema):
    """The request of one rule."""

    rule = fields.String(required=True, metadata={"description": "Its code."})
    topic = fields.String(
        required=True, metadata={"description": "identity, papers, company, exchange, times or luggage"}
    )
    title = fields.Nested(WordsOut, required=True)
    sentence = fields.Nested(WordsOut, required=True)
    met = fields.Boolean(required=True, metadata={"description": "By what was entered ahead it will be met."})


class FailureOut(Schema):
    """A rule that will not be met, as far as is known: outcome, and the way out."""

    rule = fields.String(required=True)
    outcome = fields.String(required=True, metadata={"description": "hold, refer, refuse_movable or refuse_void"})
    title = fields.Nested(WordsOut, required=True)
    sentence = fields.Nested(WordsOut, required=True)
    next = fields.Nested(WordsOut, required=True)
    papers = fields.Boolean(required=True, metadata={"description": "Other papers can still be brought."})
    document = fields.Boolean(required=True, metadata={"description": "It is about the identity document itself."})


class VoyageRequirementsOut(Schema):
    """By the rules in force on the day of sailing; without a set in force, `rule_set` is null and nothing is told."""

    rule_set = fields.Integer(required=True, allow_none=True, metadata={"description": "Number of the set."})
    common = fields.List(fields.Nested(LineOut), required=True, metadata={"description": "Asked of everybody."})
    grown = fields.List(fields.Nested(LineOut), required=True, metadata={"description": "Besides, of adults."})
    young = fields.List(fields.Nested(LineOut), required=True, metadata={"description": "Besides, of the young."})
    failures = fields.List(
        fields.Nested(FailureOut), required=True, metadata={"description": "Rules of the sale not met now."}
    )


class PaperOut(Schema):
    """A test or a letter that was entered."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    result = fields.String(required=True, allow_none=True)
    issuer = fields.String(required=True, allow_none=True)
    taken_at = fields.AwareDateTime(required=True)
    letter = fields.String(required=True)
    seen = fields.Boolean(required=True, metadata={"description": "An officer has seen it: only then it counts."})


class PersonRequirementsOut(Schema):
    """The requirements for one passenger alone, what fails already, and what may be entered ahead."""

    position = fields.Integer(required=True)
    lines = fields.List(fields.Nested(LineOut), required=True)
    failures = fields.List(fields.Nested(FailureOut), required=True)
    may_say = fields.List(fields.String(), required=True, metadata={"description": "Facts, named as in docs/rules.md."})
    may_enter = fields.List(fields.String(), required=True, metadata={"description": "Kinds of papers."})
    said = fields.Dict(keys=fields.String(), values=fields.Raw(), required=True)
    documents = fields.List(fields.Nested(PaperOut), required=True)


class RequirementsOut(Schema):
    """By the rules in force on the day of sailing; without a set in force, `rule_set` is null and nothing is told."""

    rule_set = fields.Integer(required=True, allow_none=True)
    common = fields.List(fields.Nested(LineOut), required=True)
    passengers = fields.List(fields.Nested(PersonRequirementsOut), required=True)


class FactsIn(Schema):
    """The statements of a traveler; null takes back what was said."""

    facts = fields.Dict(
        keys=fields.String(validate=validate.Length(max=40)),
        values=fields.Raw(allow_none=True),
        required=True,
        validate=validate.Length(max=20),
        metadata={"example": {"person.doses": 2}},
    )


class DocumentIn(Schema):
    """A test (with its result) or a letter (without one)."""

    kind = fields.String(required=True, validate=validate.OneOf(DOCUMENT_KINDS, error="paper_kind_unknown"))
    taken_at = fields.AwareDateTime(required=True, metadata={"description": "Sample taken, or letter issued."})
    result = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(RESULTS, error="result_missing"))
    issuer = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(ISSUERS, error="issuer_unknown"))
    letter = fields.String(load_default="", validate=validate.Length(max=80, error="too_long"))


@bp.get(f"/voyages/<{ID}:voyage_id>/requirements")
@bp.arguments(JourneyIn, location="query")
@bp.response(200, VoyageRequirementsOut)
@operation(
    "Yang diminta di pelayaran ini · What a voyage asks", "voyage_not_found", "journey_not_found", "port_not_found"
)
@public
def show_voyage_requirements(part: dict[str, Any], voyage_id: int) -> dict[str, Any]:
    """Tell what the gate asks of travelers on this voyage, or on a part of it, before they are named.

    The rules are those of the port and the day where the journey begins.
    """
    voyage = get_voyage(voyage_id)
    if len(voyage.calls) < 2:
        raise NotFound("voyage_not_found")
    start, end = _ends(voyage, **part)
    asks = requirements_on(start, end, clock.now())
    if asks is None:
        return {"rule_set": None, "common": [], "grown": [], "young": [], "failures": []}
    return {
        "rule_set": asks.number,
        "common": asks.common,
        "grown": asks.grown,
        "young": asks.young,
        "failures": asks.failures,
    }


def _ends(
    voyage: Voyage,
    from_call_id: int | None,
    to_call_id: int | None,
    from_port: str | None,
    to_port: str | None,
) -> tuple[PortCall, PortCall]:
    """The calls where the part that is asked for begins and ends. Raises NotFound."""
    if from_port is not None or to_port is not None:
        start_port, end_port = find_port_asked_for(from_port, "from"), find_port_asked_for(to_port, "to")
        pairs = voyage.journeys_between(start_port.id if start_port else None, end_port.id if end_port else None)
        # The ship may have left the first call at that port, and come back to it later.
        coming = [pair for pair in pairs if pair[0].actual_departure is None] or pairs
        if not coming:
            raise NotFound("journey_not_found", field="to" if start_port else "from")
        return coming[0][0], [end for start, end in coming if start is coming[0][0]][-1]
    start = voyage.calls[0] if from_call_id is None else voyage.call_of(from_call_id)
    end = voyage.calls[-1] if to_call_id is None else voyage.call_of(to_call_id)
    if start is None or end is None or start.position >= end.position:
        raise NotFound("journey_not_found", field="to_call_id" if start else "from_call_id")
    return start, end


@bp.get("/bookings/<code>/requirements", parameters=[CODE, *PROOF])
@bp.response(200, RequirementsOut)
@operation("Yang diminta dari penumpang · What is asked of the passengers", "booking_not_found", "too_many")
@public
def show_requirements(code: str) -> dict[str, Any]:
    """Passenger by passenger, once they are named; a failure is what would stop somebody at the gate."""
    return _told(booking_of_asker(code))


@bp.put(f"{PASSENGER}/facts", parameters=[CODE, *PROOF])
@bp.arguments(FactsIn)
@bp.response(200, RequirementsOut)
@operation(
    "Keterangan penumpang · What a traveler says ahead",
    "booking_not_found",
    "passenger_not_found",
    "too_many",
    "not_asked",
    "fact_unknown",
    "fact_for_officers",
    "fact_value",
)
@public
def say_facts(given: dict[str, Any], code: str, position: int) -> dict[str, Any]:
    """Only what the rules of the day ask of this passenger (`may_say`). Facts that must be looked at, an officer
    says."""
    return _told(say_ahead(booking_of_asker(code).code, position, given["facts"]))


@bp.post(f"{PASSENGER}/documents", parameters=[CODE, *PROOF])
@bp.arguments(DocumentIn, example={"kind": "antigen", "taken_at": "2026-11-27T06:10:00+07:00", "result": "negative"})
@bp.response(201, RequirementsOut)
@operation(
    "Catat tes atau surat · Enter a test or letter",
    "booking_not_found",
    "passenger_not_found",
    "too_many",
    "not_asked",
    "result_missing",
    "taken_in_the_future",
)
@public
def enter_paper(given: dict[str, Any], code: str, position: int) -> dict[str, Any]:
    """It counts at the gate once an officer has seen it. The same one a second time is one."""
    return _told(enter_ahead(booking_of_asker(code).code, position, **given))


@bp.delete(f"{PASSENGER}/documents/<{ID}:document_id>", parameters=[CODE, *PROOF])
@bp.response(200, RequirementsOut)
@operation(
    "Tarik tes atau surat · Take a paper back",
    "booking_not_found",
    "passenger_not_found",
    "paper_gone",
    "too_many",
    "not_asked",
    "seen_by_officer",
)
@public
def withdraw_paper(code: str, position: int, document_id: int) -> dict[str, Any]:
    """It was a mistake. A document that an officer has seen, only an officer takes back."""
    return _told(withdraw_ahead(booking_of_asker(code).code, position, document_id))


def _told(booking: Booking) -> dict[str, Any]:
    asks = Assessment(booking, clock.now()).requirements()
    if asks is None:
        return {"rule_set": None, "common": [], "passengers": []}
    return {"rule_set": asks.number, "common": asks.common, "passengers": _people(asks)}


def _people(asks: Requirements) -> list[dict[str, Any]]:
    people = []
    for person in asks.people:
        if person.passenger is None or asks.known is None:
            continue
        said = asks.known.statements.get(person.passenger.id, {})
        papers = asks.known.documents.get(person.passenger.id, ())
        people.append(
            {
                "position": person.passenger.position,
                "lines": person.lines,
                "failures": person.failures,
                "may_say": person.facts,
                "may_enter": person.kinds,
                "said": {fact: one.value for fact, one in said.items() if one.value is not None},
                "documents": [
                    {
                        "id": paper.id, "kind": paper.kind, "result": paper.result, "issuer": paper.issuer,
                        "taken_at": paper.taken_at, "letter": paper.letter, "seen": paper.seen_at is not None,
                    }
                    for paper in papers
                ],
            }
        )  # fmt: skip
    return people
