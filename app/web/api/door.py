"""The frame of the API: how input is read, how operations are described, and the form of an error."""

import inspect
import json
import re
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from itertools import islice
from typing import Any, NoReturn, TypeVar

import flask_smorest
from flask import Request, abort, current_app, request
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser, is_json_request
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.database_faults import STORAGE
from app.errors import Refusal
from app.refusals import status_of
from app.text import clean_all
from app.web.errors import as_json
from app.web.forms import flatten, say
from app.web.request_bounds import ERRORS_MAX, NAME_MAX, must_be_shallow, parts_max
from app.web.words import sentence

PREFIX = "/api/v1"
ID = "int(min=1, max=2147483647)"
"""The converter of an id in a path: others are not found, before any database is asked."""
_JSON = ("json_too_many_parts", "json_too_deep", "json_number")

View = TypeVar("View", bound=Callable[..., Any])

DATABASE = ("busy", "database_away", "not_migrated", *STORAGE)
"""The codes with which any door may speak of the database."""


class WorkAsked(Schema):
    """Work that is asked before an order is taken, or a turn that is waited for instead."""

    challenge = fields.String(required=True, metadata={"description": "Sent back as the beginning of `work`."})
    seed = fields.String(required=True)
    puzzles = fields.Integer(required=True, metadata={"description": "So many numbers are to be found."})
    zero_bits = fields.Integer(
        required=True,
        metadata={
            "description": "For each n from 0 a number x so that SHA-256 of `seed:n:x` begins with so many zeros."
        },
    )
    expires_at = fields.AwareDateTime(required=True)
    turn = fields.String(required=True, metadata={"description": "Sent as `work` once it has come, with no work done."})
    turn_seconds = fields.Integer(required=True, metadata={"description": "In so many seconds, as `Retry-After`."})


class Error(Schema):
    """The one form of every refusal and fault."""

    code = fields.String(required=True, metadata={"description": "Stable; programs decide by this."})
    message = fields.String(required=True, metadata={"description": "A sentence for people, `?lang=id` or `en`."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        required=True,
        metadata={"description": "Sentences by input, nested names with a dash: `passengers-0-name`."},
    )
    work = fields.Nested(WorkAsked, metadata={"description": "Only with `proof_of_work`."})


class _Parser(FlaskParser):
    """Reads input strictly: unknown names, other types, other characters and other content are refused."""

    def use_args(self, argmap: Any, *, location: str = "json", **_: Any) -> Callable[[View], View]:  # type: ignore[override]
        """Hand the loaded input to the view as its last positional argument, without asking anew what is known."""
        shape: Schema = argmap() if isinstance(argmap, type) else argmap
        read = {"json": self.load_json, "query": self.load_querystring}[location]

        def hand_in(view: View) -> View:
            @wraps(view)
            def run(*args: Any, **kwargs: Any) -> Any:
                try:
                    given = shape.load(read(request, shape))
                except ValidationError as error:
                    error.messages = {location: error.messages}
                    self.handle_error(error)
                return view(*args, given, **kwargs)

            return run  # type: ignore[return-value]

        return hand_in

    def load_json(self, req: Request, schema: Schema) -> Any:
        if not (req.mimetype or req.get_data()):
            return {}  # nothing at all is an object without fields
        if not is_json_request(req):
            raise Refusal("not_json")
        text = req.get_data()
        must_be_shallow(text, parts_max(req.endpoint))
        try:
            value = json.loads(text.decode(), parse_constant=_no_number)
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
            raise Refusal("bad_json") from None
        except ValueError:  # NaN, Infinity, or thousands of digits
            raise Refusal("json_number") from None
        many = [name for name, field in schema.fields.items() if isinstance(field, EachByItself)]
        _look_through({**value, **dict.fromkeys(many)} if many and isinstance(value, dict) else value)
        return clean_all(value)

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        given = MultiDict(pair for pair in req.args.items(multi=True) if pair[0] != "lang")
        for name, values in given.lists():
            _look_through({name: "".join(values)})
            if len(values) > 1:
                raise ValidationError({name: ["once"]})
        return MultiDictProxy(given, schema)

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        found = flatten(error.normalized_messages())
        told = {
            (name.partition("-")[2] or name)[:NAME_MAX]: [say(code)] for name, code in islice(found.items(), ERRORS_MAX)
        }
        if rest := len(found) - len(told):
            told[""] = [sentence("more_errors", {"count": rest})]
        abort(as_json("invalid", 422, {}, told))


_UNKEPT = re.compile("[\0\ud800-\udfff]")


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _look_through(value: Any) -> None:
    """Refuse text that no database keeps (zero bytes, and halves of a character), told at its field."""
    rest: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    while rest:
        part, path = rest.pop()
        if isinstance(part, str) and _UNKEPT.search(part):
            told: Any = ["broken_text"]
            for name in reversed(path):
                told = {name: told}
            raise ValidationError(told)
        if isinstance(part, dict):
            rest += [(name, path) for name in part]
            rest += [(below, (*path, name)) for name, below in part.items() if not _UNKEPT.search(name)]
        elif isinstance(part, list):
            rest += [(below, (*path, number)) for number, below in enumerate(part)]


class Faulty:
    """One of many that came together, in which something is wrong; its `id` where that can be told."""

    def __init__(self, sent: Any) -> None:
        named = sent.get("id") if isinstance(sent, dict) else None
        self.id = named if isinstance(named, str) and _PLAIN.fullmatch(named) else ""


_PLAIN = re.compile("[0-9A-Za-z-]{1,36}")


class EachByItself(fields.List):
    """Many of one shape that come together: one in which something is wrong becomes a `Faulty`, and harms no other."""

    def __init__(self, shape: type[Schema], **told: Any) -> None:
        super().__init__(fields.Nested(shape), **told)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return [self._one(each, attr, data) for each in value]

    def _one(self, sent: Any, attr: str | None, data: Any) -> Any:
        try:
            _look_through(sent)
            return self.inner.deserialize(sent, attr, data)
        except ValidationError:
            return Faulty(sent)


class Door(flask_smorest.Blueprint):
    """The operations on one noun. Each is described by `operation`, and refuses in one form."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, module: str, description: str) -> None:
        super().__init__(name, module, url_prefix=PREFIX, description=description)
        self._prepare_doc_cbks.append(_describe_refusals)

    def response(self, status_code: int, schema: Any = None, **described: Any) -> Callable[[View], View]:
        """Describe what comes out, and make it of what the view returns: the content, or that and a status."""
        document = super().response(status_code, schema, **described)
        shape: Schema = schema() if isinstance(schema, type) else schema

        def give_out(view: View) -> View:
            @wraps(document(view))
            def run(*args: Any, **kwargs: Any) -> Any:
                told, status = view(*args, **kwargs), status_code
                if isinstance(told, Response):
                    return told
                if isinstance(told, tuple):
                    told, status = told
                answer = current_app.json.response(shape.dump(told))
                answer.status_code = status
                return answer

            return run  # type: ignore[return-value]

        return give_out


def operation(summary: str, *codes: str, more_by_token: bool = False) -> Callable[[View], View]:
    """Describe a view in the specification: what it does, and with which codes it may refuse.

    Stands outside of the guard, whose codes it adds by itself, as it does those of any input. With
    `more_by_token` anybody may ask, and those who are signed in see more.
    """

    def describe(view: View) -> View:
        roles: frozenset[str] = getattr(view, "guard", frozenset())
        manual = {
            "summary": summary,
            "description": inspect.cleandoc(view.__doc__ or ""),
            "operationId": view.__name__,
        }
        described = flask_smorest.Blueprint.doc(**manual)(view)
        described._apidoc["refusals"] = {"codes": codes, "roles": sorted(roles), "more": more_by_token}
        return described

    return describe


def _describe_refusals(doc: dict[str, Any], info: dict[str, Any], *, method: str, **_: Any) -> dict[str, Any]:
    """Add to `doc` an answer for each status, naming the codes that come with it."""
    told = info.get("refusals", {"codes": (), "roles": (), "more": False})
    codes = [*told["codes"], *DATABASE]
    if told["roles"]:
        codes += ["sign_in_first", "not_allowed"]
        doc["security"] = [{"bearer": []}]
        doc["x-roles"] = list(told["roles"])
    elif told["more"]:
        doc["security"] = [{}, {"bearer": []}]
    if doc.get("parameters") or "requestBody" in doc:
        codes.append("invalid")
    if "requestBody" in doc:
        codes += ["bad_json", *_JSON, "too_large", "not_json"]
    if method != "get":
        codes.append("form_expired")
    if any(code.endswith("_not_found") for code in codes):
        codes.append("not_found")
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in codes:
        by_status[status_of(code)].append(code)
    answers = doc.setdefault("responses", {})
    for status, possible in sorted(by_status.items()):
        answers[status] = _answer(status, sorted(possible))
    return doc


def _answer(status: int, codes: list[str]) -> dict[str, Any]:
    this = {"properties": {"code": {"enum": codes}}}
    answer: dict[str, Any] = {
        "description": ", ".join(f"`{code}`" for code in codes),
        "content": {
            "application/json": {"schema": {"allOf": [{"$ref": "#/components/schemas/Error"}, this]}},
        },
    }
    if status in {429, 503}:
        waits = {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": "Seconds.", "required": True}
        answer["headers"] = {"Retry-After": waits}
    if status == 401:
        answer["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}}
    return answer
