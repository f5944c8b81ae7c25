"""Text that people type: what cannot be seen in it is dropped before anything is judged, and names get one key.

The one place for it. Forms and query strings pass through `TypedValues` (app/web/typed_values.py), JSON through
`clean_all` in the API's reader, cells of files through `one_line`; no other file needs a cleaning of its own.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

# Default-ignorable characters that are no format characters (Cf) by their category: fillers, selectors, joiners.
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_KEPT_CONTROLS = "\t\n\r"
_PASSWORD = "password"  # noqa: S105 - part of a field name
"""Fields whose name holds it are left as they were typed: a password is its characters."""


def clean(text: str) -> str:
    """The text without characters that nobody sees, its letters composed (NFC); line ends and spaces stay.

    Spaces of every kind become a plain one. NUL stays, for whoever refuses text that no database keeps.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = (_seen(char) for char in _IGNORED.sub("", text))
    return unicodedata.normalize("NFC", "".join(shown))


def _seen(char: str) -> str:
    """The character as it stays in a text; empty for one that nobody sees."""
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    if category == "Cf" or (category == "Cc" and char != "\0" and char not in _KEPT_CONTROLS):
        return ""
    return char


def one_line(text: str) -> str:
    """The cleaned text in one line: no spaces at its ends, and single ones inside."""
    return " ".join(clean(text).split())


def clean_all(value: Any) -> Any:
    """A read JSON value with every text in it cleaned, but for passwords."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_all(part) for part in value]
    if isinstance(value, dict):
        return {key: part if is_secret(key) else clean_all(part) for key, part in value.items()}
    return value


def is_secret(field: str) -> bool:
    """Whether the field of that name holds a password."""
    return _PASSWORD in field


# Letters of other alphabets that cannot be told from Latin ones, small as casefold leaves them.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіјѕԁԛԝαβεζηικμνορτυχ",
    "abekmhopctyxijsdqwabezhikmvoptyx",
)


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """The same text for all spellings of a name that people take for one: `KM. Kirana I`, `km kirana i`.

    Compatibility forms, case, spaces, dots, accents and other signs do not count, nor does the alphabet of a letter
    that looks Latin. A name of signs alone is its own key.
    """
    folded = unicodedata.normalize("NFKD", clean(name)).casefold().translate(_LOOKALIKES)
    key = "".join(char for char in folded if char.isalnum())
    return key or one_line(name).casefold()
