"""The travel rules in force, for programs that tell them, judge by them, or keep them for use without signal."""

from hashlib import blake2s
from typing import Any

from flask import jsonify
from marshmallow import Schema, fields
from werkzeug.wrappers import Response

from app import clock
from app.errors import NotFound
from app.rules.queries import list_sets, prepared_set
from app.rules.wording.rule_rows import Period, coming, in_force, periods
from app.web.api.caching import answer_kept, kept
from app.web.api.door import ID, Door, operation
from app.web.api.requirements import WordsOut
from app.web.guard import public

bp = Door("rules", __name__, "Aturan perjalanan · Travel rules")

KEPT_SECONDS = 60


class ComingOut(Schema):
    """The set that follows."""

    number = fields.Integer(required=True)
    in_force_from = fields.AwareDateTime(required=True)


class RulesOut(Schema):
    """A published set: it never changes, and going back is another number."""

    number = fields.Integer(required=True)
    name = fields.Nested(WordsOut, required=True)
    in_force_from = fields.AwareDateTime(required=True)
    in_force_until = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When another set follows; null while none is published."},
    )
    coming = fields.Nested(
        ComingOut, required=True, allow_none=True, metadata={"description": "The next set that is published already."}
    )
    rules = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        metadata={
            "description": "As docs/rules.md describes them: `logic` is CertLogic, true when the rule is met. A rule "
            "with `off` is not used, and says why; one with `valid_from` or `valid_to` counts on those days of sailing."
        },
    )


_RULES = RulesOut()


@bp.get("/rules")
@bp.response(200, RulesOut, headers=kept(KEPT_SECONDS))
@bp.alt_response(304, description="Unchanged since the `ETag` in `If-None-Match`.")
@bp.doc(parameters=[{"in": "header", "name": "If-None-Match", "schema": {"type": "string"}}])
@operation("Aturan yang berlaku · The rules in force", "rule_set_not_found")
@public
def show_rules() -> Response:
    """The set by which tickets are judged now."""
    found = periods(list_sets())
    return _answer(in_force(found, clock.now()), found)


@bp.get(f"/rules/<{ID}:number>")
@bp.response(200, RulesOut, headers=kept(KEPT_SECONDS))
@bp.alt_response(304, description="Unchanged since the `ETag` in `If-None-Match`.")
@bp.doc(parameters=[{"in": "header", "name": "If-None-Match", "schema": {"type": "string"}}])
@operation("Satu paket aturan · One set of rules", "rule_set_not_found")
@public
def show_rule_set(number: int) -> Response:
    """A published set by its number, as a scan names it: of now, of the past, or of a day that comes."""
    found = periods(list_sets())
    return _answer(next((p for p in found if p.rule_set.number == number), None), found)


def _answer(period: Period | None, found: list[Period]) -> Response:
    if period is None:
        raise NotFound("rule_set_not_found")
    one = period.rule_set
    follows = coming(found, max(clock.now(), period.start))
    told: dict[str, Any] = {
        "number": one.number,
        "name": one.names,
        "in_force_from": period.start,
        "in_force_until": period.end,
        "coming": {"number": follows.rule_set.number, "in_force_from": follows.start} if follows else None,
        "rules": prepared_set(one).rules,
    }
    body = jsonify(_RULES.dump(told)).get_data()
    return answer_kept(blake2s(body, digest_size=9).hexdigest(), body, KEPT_SECONDS)
