"""Places left on a voyage, asked again and again by many: they share one reading."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2s
from typing import Any

from flask import jsonify
from werkzeug.wrappers import Response

from app import clock
from app.batching import Batcher
from app.booking.inventory.availability import Places, list_places, list_places_between
from app.booking.queries import Ends
from app.db import end_reading
from app.errors import NotFound
from app.schedule.models import Voyage
from app.schedule.queries import list_voyages_with_legs
from app.schedule.schemas import PartIn
from app.seats.schemas import AvailabilityOut
from app.web.api.caching import answer_kept, kept
from app.web.api.door import ID, Door, operation
from app.web.guard import public

bp = Door("availability", __name__, "Sisa tempat · Remaining places")


@bp.get(f"/voyages/<{ID}:voyage_id>/availability")
@bp.arguments(PartIn, location="query")
@bp.response(200, AvailabilityOut, headers=kept(1))
@bp.alt_response(304, description="Unchanged since the `ETag` in `If-None-Match`.")
@bp.doc(parameters=[{"in": "header", "name": "If-None-Match", "schema": {"type": "string"}}])
@operation("Sisa tempat · Remaining places", "voyage_not_found", "journey_not_found")
@public
def show_availability(part: dict[str, Any], voyage_id: int) -> Response:
    """Tell the places left per class, on the whole voyage or from one call to another; made for being asked often.

    A proxy may answer for one second. The ETag is that of the counts: with `If-None-Match` the answer is 304
    until one of them changes.
    """
    reading = _readings.ask(_Question(voyage_id, **part))
    if isinstance(reading, NotFound):
        raise NotFound(reading.code, field=reading.field)
    return answer_kept(reading.tag, reading.body, 1)


@dataclass(frozen=True)
class _Question:
    """A question for the places left on this voyage, or on this part of it."""

    voyage_id: int
    from_call_id: int | None
    to_call_id: int | None


@dataclass(frozen=True)
class _Reading:
    """The answer, as it goes out to everybody who asked, and the tag of its counts."""

    tag: str
    body: bytes


def _read_all(questions: Sequence[_Question]) -> list[_Reading | NotFound]:
    """The answers to these questions, each read once, and all of it after the last of them was asked."""
    end_reading()
    as_of, asked = clock.now(), set(questions)
    voyages = list_voyages_with_legs({question.voyage_id for question in asked})
    answers: dict[_Question, _Reading | NotFound] = {}
    whole: list[_Question] = []
    parts: list[tuple[_Question, Ends]] = []
    for question in asked:
        voyage = voyages.get(question.voyage_id)
        if voyage is None:
            answers[question] = NotFound("voyage_not_found")
        elif question.from_call_id is None and question.to_call_id is None:
            whole.append(question)
        else:
            start, end = voyage.call_of(question.from_call_id), voyage.call_of(question.to_call_id)
            if start is None or end is None or start.position >= end.position:
                answers[question] = NotFound("journey_not_found", field="to_call_id" if start else "from_call_id")
            else:
                parts.append((question, (voyage, start, end)))
    left = list_places(voyages[question.voyage_id] for question in whole) if whole else {}
    found = [(question, left[question.voyage_id]) for question in whole]
    if parts:
        among = list_places_between([ends for _, ends in parts])
        found += [(question, places) for (question, _), places in zip(parts, among, strict=True)]
    for question, places in found:
        answers[question] = _reading(question, voyages[question.voyage_id], places, as_of)
    return [answers[question] for question in questions]


_AVAILABILITY = AvailabilityOut()


def _reading(question: _Question, voyage: Voyage, places: Sequence[Places], as_of: datetime) -> _Reading:
    told = {**asdict(question), "cancelled": voyage.cancelled_at is not None, "as_of": as_of, "classes": places}
    counts = repr([(p.fare_class.id, p.quota, p.sold, p.held, p.remaining, p.restricted) for p in places])
    tag = blake2s(f"{question} {told['cancelled']} {counts}".encode(), digest_size=9).hexdigest()
    return _Reading(tag, jsonify(_AVAILABILITY.dump(told)).get_data())


# Those who ask in the same moment share one reading, which began after they had asked: it is nobody's old news.
_readings: Batcher[_Question, _Reading | NotFound] = Batcher(_read_all)
