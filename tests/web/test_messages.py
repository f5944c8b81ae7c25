"""Every message that a form or the API can answer is a sentence of ours, in the reader's language."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, fields

import app as ours
from app.booking.schemas import TravelersIn
from app.web.forms import Form, code_of
from app.web.words import SENTENCES

SKIPPED = ("app.server",)
"""Modules that do something when they are imported."""


def shapes(parent: type[Schema] = Schema) -> Iterator[type[Schema]]:
    """All schemas of ours."""
    for child in parent.__subclasses__():
        if child.__module__.startswith("app."):
            yield child
        yield from shapes(child)


def messages(field: fields.Field) -> Iterator[str]:
    """What a field can say of a value."""
    if isinstance(field, fields.List):
        yield from messages(field.inner)
    yield from map(str, field.error_messages.values())
    for check in field.validators:
        for wrong in (None, "", "x" * 10_000, -1, 10**12):
            try:
                check(wrong)
            except ValidationError as error:
                yield from map(str, error.messages)
            except (AttributeError, TypeError):
                continue


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """Each message of each field of each shape that comes in, and where it may be said."""
    for module in pkgutil.walk_packages(ours.__path__, "app."):
        if not module.name.startswith(SKIPPED):
            importlib.import_module(module.name)
    found: dict[str, str] = {}
    for shape in shapes():
        if not shape.__name__.endswith("Out"):
            for name, field in shape().fields.items():
                found |= dict.fromkeys(messages(field), f"{shape.__name__}.{name}")
    assert len(found) > 30
    return found


def test_no_library_speaks_to_a_visitor(app: Flask, said: dict[str, str]) -> None:
    for message, where in said.items():
        assert code_of(message) in SENTENCES, where


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Missing data for required field.", "required"),
        ("Field may not be null.", "required"),
        ("Not a valid integer.", "whole_number"),
        ("Must be greater than or equal to 1 and less than or equal to 31.", "whole_number"),
        ("Longer than maximum length 60.", "too_long"),
        ("Not a valid date.", "day"),
        ("Not a valid datetime.", "moment"),
        ("Not a valid UUID.", "request_id"),
        ("Must be one of: a, b.", "choose_one"),
        ("Not a valid string.", "invalid"),
    ],
)
def test_what_the_library_would_say_has_a_code(message: str, code: str) -> None:
    assert code_of(message) == code


def test_what_is_empty_is_named(app: Flask) -> None:
    with app.test_request_context():
        form = Form({}, {"phone": "Nomor telepon", "passengers": "NIK"})
        assert form.load(TravelersIn()) is None
        assert form.errors == {"phone": "Isi nomor telepon.", "passengers": "Isi NIK."}
