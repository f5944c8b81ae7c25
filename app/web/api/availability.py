"""Places left on a voyage, asked again and again by many: they share one reading."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2s
from typing import Any

from flask import jsonify
from werkzeug.wrappers import Response

from app.batching import Batcher
from app.booking.inventory.availability import CountedPlaces, Places, count_places
from app.db import end_reading
from app.errors import NotFound
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
    asked = set(questions)
    found = count_places({question.voyage_id for question in asked})
    answers = {question: _answer(question, found) for question in asked}
    return [answers[question] for question in questions]


def _answer(question: _Question, found: CountedPlaces) -> _Reading | NotFound:
    voyage = found.voyages.get(question.voyage_id)
    if voyage is None:
        return NotFound("voyage_not_found")
    ends = question.from_call_id, question.to_call_id
    if ends == (None, None):
        legs = voyage.leg_ids
    else:
        start, end = (voyage.positions.get(call_id or 0) for call_id in ends)
        if start is None or end is None or start >= end:
            return NotFound("journey_not_found", field="from_call_id" if start is None else "to_call_id")
        legs = voyage.legs_within(start, end)
    return _reading(question, voyage.cancelled_at is not None, found.places(question.voyage_id, legs), found.now)


_AVAILABILITY = AvailabilityOut()


def _reading(question: _Question, cancelled: bool, places: Sequence[Places], as_of: datetime) -> _Reading:
    told = {**asdict(question), "cancelled": cancelled, "as_of": as_of, "classes": places}
    counts = repr([(p.fare_class.id, p.quota, p.sold, p.held, p.remaining, p.restricted) for p in places])
    tag = blake2s(f"{question} {told['cancelled']} {counts}".encode(), digest_size=9).hexdigest()
    return _Reading(tag, jsonify(_AVAILABILITY.dump(told)).get_data())


# Those who ask in the same moment share one reading, which began after they had asked: it is nobody's old news.
_readings: Batcher[_Question, _Reading | NotFound] = Batcher(_read_all)
