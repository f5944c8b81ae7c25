"""A sentence per stable code, in a file for each part of the house that refuses."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.web.words.figures import day, number, said
from app.web.words.sentences import accounts, booking, everywhere, planning, rules

SENTENCES: dict[str, Any] = {
    **everywhere.SENTENCES,
    **accounts.SENTENCES,
    **planning.SENTENCES,
    **rules.SENTENCES,
    **booking.SENTENCES,
}
"""One sentence per stable code: what is true and what to do next."""


def sentence(code: str, details: dict[str, Any] | None = None) -> str:
    """Word `code` for a visitor; the details fill the sentence."""
    text = str(SENTENCES.get(code, SENTENCES["bad_request"]))
    if not details or "%(" not in text:
        return text
    return text % {name: _told(value) for name, value in details.items()}


def _told(value: Any) -> Any:
    """A detail as pages write it: `1.418`, `Min, 29 Nov 2026`; a rule's sentence in the reader's language."""
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, Mapping):
        return said(value)
    return day(value) if type(value) is date else value
