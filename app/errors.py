"""Refusals of the domain: what may not be done, and why, in a form every door can tell on."""

from collections.abc import Callable
from typing import Any, TypeVar

from app.refusals import status_of

T = TypeVar("T")


class Refusal(Exception):
    """Something the domain will not do. `code` is stable and public; `details` fill the sentence for it.

    `status` is the HTTP status of the code (app/refusals.py); `field` names the input at fault where there is one.
    Details never hold a person's identity number.
    """

    leaves: Callable[[], None] | None = None
    """Writes its trace in a transaction of its own, once all that the action did is undone."""

    def __init__(self, code: str, *, field: str | None = None, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status_of(code)
        self.field = field
        self.details = details


class NotFound(Refusal):
    """A thing that was asked for and is not there (or not for this asker: the two look the same)."""

    def __init__(self, code: str = "not_found", **details: Any) -> None:
        super().__init__(code, **details)


def or_refuse(found: T | None, code: str, **details: Any) -> T:
    """Return the thing that was found. Raises NotFound with that code where it is None."""
    if found is None:
        raise NotFound(code, **details)
    return found


class Told(str):
    """A stable code as a schema's message, with the `details` that its sentence takes."""

    details: dict[str, Any]

    def __new__(cls, code: str, **details: Any) -> "Told":
        """Make the message of a code."""
        told = super().__new__(cls, code)
        told.details = details
        return told
