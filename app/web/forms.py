"""HTML forms and the shapes they stand for: dashed names nest, errors find the way back to their input.

`passengers-0-name=Siti` is `{"passengers": [{"name": "Siti"}]}`, and the error at that name goes to that input.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from flask import g, has_request_context
from flask_babel import gettext
from marshmallow import EXCLUDE, Schema, ValidationError

from app.booking.models import PERSONS_MAX
from app.errors import Refusal, Told
from app.web.words import SENTENCES, sentence

_ROWS_MAX = 50
_DEPTH_MAX = 4


class Form:
    """A form as typed, with what is wrong with it and the label of each input.

    `errors` maps an input's name to its sentence, in the order of the form; the name "" is for the whole form.
    `codes` maps it to the stable code, where there is one.
    """

    def __init__(
        self,
        typed: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        # Behind a button for the other language stands what was typed before it was pressed.
        self.typed = typed or (g.get("typed", {}) if has_request_context() else {})
        self.labels = dict(labels or {})
        self.defaults = defaults or {}
        self.codes: dict[str, str] = {}
        self.errors: dict[str, str] = {}

    def value(self, name: str) -> str:
        """Read what was typed into the input, else its default, else nothing."""
        found = self.typed.get(name, self.defaults.get(name, ""))
        return "" if found is None else str(found)

    def load(self, shape: Schema) -> dict[str, Any] | None:
        """The form as `shape` wants it, or None with `errors` filled. Names that the shape has not are ignored."""
        try:
            loaded: dict[str, Any] = shape.load(nest(self.typed), unknown=EXCLUDE)
        except ValidationError as error:
            self.refuse_all(error.normalized_messages())
            return None
        return loaded

    def refuse(self, refusal: Refusal, at: str | None = None) -> None:
        """Tell the refusal at the input `at`, at its own field, or for the whole form."""
        name = at if at is not None else refusal.field or ""
        if refusal.code == "request_id_reused":
            # The form was sent before and changed since: the next sending is a question of its own.
            self.typed = {**self.typed, "request_id": str(uuid4())}
        self.codes[name] = refusal.code
        self.errors[name] = sentence(refusal.code, refusal.details)

    def refuse_all(self, messages: Mapping[Any, Any]) -> None:
        """Tell a schema's messages (codes), each at its input, in the order of `labels`."""
        told = flatten(messages)
        order = {name: place for place, name in enumerate(self.labels)}
        self.codes |= told
        for name in sorted(told, key=lambda name: order.get(name, len(order))):
            self.errors[name] = self._empty(name) if told[name] == "required" else say(told[name])

    def _empty(self, name: str) -> str:
        """Ask for the missing input by its label."""
        label = self.labels.get(name, "")
        if not label:
            return say("required")
        # A word begins small within a sentence; NIK and PIN stay.
        word = label if label[1:2].isupper() else label[:1].lower() + label[1:]
        return gettext("Isi %(field)s.", field=word)


def nest(typed: Mapping[str, str]) -> dict[str, Any]:
    """Dashed names as nested objects; where all names of an object are numbers it is a list, in their order."""
    root: dict[str, Any] = {}
    for name, value in typed.items():
        *path, last = name.split("-")
        if len(path) >= _DEPTH_MAX:
            continue
        at = root
        for step in path:
            at = at.setdefault(step, {})
            if not isinstance(at, dict):
                break
        else:
            at.setdefault(last, value)
    return {name: _listed(value) for name, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isascii() and key.isdigit() for key in value):
        rows = sorted(value, key=lambda key: (len(key), key))[:_ROWS_MAX]
        return [_listed(value[key]) for key in rows]
    return {key: _listed(inner) for key, inner in value.items()}


def flatten(messages: Mapping[Any, Any], prefix: str = "") -> dict[str, str]:
    """The first message of each place under its dashed name; those of a whole object under the object's."""
    flat: dict[str, str] = {}
    for key, inner in messages.items():
        name = prefix if key == "_schema" else f"{prefix}-{key}" if prefix else str(key)
        if isinstance(inner, Mapping):
            flat.update(flatten(inner, name))
        elif inner:
            first = inner[0] if isinstance(inner, list) else inner
            flat[name] = first if isinstance(first, str) else str(first)
    return flat


_OF_THE_LIBRARY = (
    (r"Missing data|may not be null", "required"),
    (r"^Shorter than", "required"),
    (r"^Longer than|too large", "too_long"),
    (r"integer|Must be (greater|less)", "whole_number"),
    (r"Must be one of|valid choice", "choose_one"),
    (r"datetime|formatted as a", "moment"),
    (r"date\b", "day"),
    (r"time\b", "time_of_day"),
    (r"UUID", "request_id"),
    (r"Unknown field", "unknown_field"),
)
"""marshmallow's own messages, which are English, by a part of them, and the code that says the same."""


def code_of(message: str) -> str:
    """The code of a schema's message: its own, or that of what the library says by itself."""
    if message in SENTENCES:
        return message
    return next((code for part, code in _OF_THE_LIBRARY if re.search(part, message)), "invalid")


def say(message: str) -> str:
    """The sentence for a schema's message, never the library's."""
    details = message.details if isinstance(message, Told) else {}
    return sentence(code_of(message), {"maximum": PERSONS_MAX, **details})
