"""The language of a page, and its sentences and dates: a page says dozens, and each is looked up once in a process.

An answer that is kept depends on its arguments alone, and the language is one of them.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from flask import g
from flask_babel import format_date, get_locale, get_translations
from markupsafe import Markup

KEPT = 4096
"""So many sentences, dates or hours are kept; the oldest goes."""


def language() -> str:
    """The code of the language in which the page that is being made speaks."""
    if not g:
        return str(get_locale())
    known: str | None = g.get("language")
    if known is None:
        known = g.language = str(get_locale())
    return known


def forget_language() -> None:
    """Let another language be chosen while the page is being made."""
    g.pop("language", None)


def say(sentence: str, /, **values: Any) -> Markup:
    """The sentence in the page's language, safe for HTML: `gettext` and `_` of the templates."""
    spoken = language()
    return _filled(spoken, sentence) if not values else _sentence(spoken, sentence) % values


@lru_cache(maxsize=KEPT)
def _sentence(_language: str, sentence: str) -> Markup:
    return Markup(get_translations().ugettext(sentence))  # noqa: S704 - the catalogue is a part of the program


@lru_cache(maxsize=KEPT)
def _filled(spoken: str, sentence: str) -> Markup:
    return _sentence(spoken, sentence) % {}


def written(day: date, pattern: str) -> str:
    """The day as that pattern of Unicode's writes it in the page's language."""
    return _written(language(), day, pattern)


@lru_cache(maxsize=KEPT)
def _written(_language: str, day: date, pattern: str) -> str:
    return str(format_date(day, pattern))
