"""Clean values of forms and query strings, as they arrive, of what cannot be seen."""

from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from app.text import clean, is_secret


class TypedValues(ImmutableMultiDict[str, Any]):
    """The values of a form or a query string. Invisible characters are dropped before any view sees them."""

    def __init__(self, mapping: Any = None) -> None:
        given = MultiDict(mapping or ())
        super().__init__([(name, _typed(name, value)) for name, value in given.items(multi=True)])


def _typed(name: str, value: Any) -> Any:
    return value if not isinstance(value, str) or is_secret(name) else clean(value)


class TypedRequest(Request):
    """A request whose form and query string are `TypedValues`."""

    parameter_storage_class = TypedValues
