"""Text that people type: what cannot be seen in it is dropped before anything is judged, and names get one key.

The one place for it. Forms and query strings pass through `TypedValues` (app/web/typed_values.py), JSON through
`clean_all` in the API's reader, cells of files through `one_line`; no other file needs a cleaning of its own.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from marshmallow import validate

# Default-ignorable characters that are no format characters (Cf) by their category: fillers, selectors, joiners.
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_KEPT_CONTROLS = "\t\n\r"
_PASSWORD = "password"  # noqa: S105 - part of a field name
"""Fields whose name holds it are left as they were typed: a password is its characters."""


def N_(sentence: str) -> str:  # noqa: N802 - the name under which sentences are gathered
    """Mark a sentence for the catalogues of translations; a page says it in its own language later."""
    return sentence


def filled(maximum: int) -> list[validate.Length]:
    """Validators of a text of 1 to `maximum` characters, which tell an empty one from one that is too long."""
    return [validate.Length(min=1, error="required"), validate.Length(max=maximum, error="too_long")]


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


KEY_MAX = 200
"""Characters of a key; compatibility forms may make it longer than its name."""


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """The same text for all spellings of a name that people take for one: `KM. Kirana I`, `km kirana i`.

    Compatibility forms, case, spaces, dots, accents and other signs do not count, nor does the alphabet of a letter
    that looks Latin. A name of signs alone is its own key.
    """
    folded = unicodedata.normalize("NFKD", clean(name)).casefold().translate(_LOOKALIKES)
    key = "".join(char for char in folded if char.isalnum())
    return (key or one_line(name).casefold())[:KEY_MAX]


# Near misses

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")
_NUMERALS = {roman: number for number, roman in enumerate(_ROMAN, 1)}
_KINDS = {"km", "kmp", "kri", "mv", "mt", "ms", "kapal", "pt", "cv", "pelabuhan", "port"}
"""Words before a name that are often left out."""
SLIPS_FROM = 9
"""Letters from which two slips of typing may be in one name; shorter ones have one, from SLIP_FROM."""
SLIP_FROM = 5


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Of other names the first that this one may be a slip of: a letter or two, `KM` left out, `1` for `I`.

    Ships of a series differ in their number alone and are no slips of one another: `KM Kirana I`, `KM Kirana III`.
    """
    own_words, own_numbers = _parts(name)
    for other in names:
        words, numbers = _parts(other)
        if own_numbers and numbers and own_numbers != numbers:
            continue
        if own_numbers != numbers and words != own_words:
            continue
        if words == own_words or _slips(own_words, words):
            return other
    return None


def _parts(name: str) -> tuple[str, tuple[str, ...]]:
    """The letters of a name without the kind before it, and what tells it from others of its series."""
    folded = unicodedata.normalize("NFKD", clean(name)).casefold().translate(_LOOKALIKES)
    words = re.findall(r"[^\W\d_]+|\d+", "".join(char for char in folded if not unicodedata.combining(char)))
    words = [word for word in words if word not in _KINDS] or words
    marks = [word for word in words[1:] if word in _NUMERALS or word.isdigit() or len(word) == 1]
    letters = "".join(word for place, word in enumerate(words) if place == 0 or word not in marks)
    return letters, tuple(str(_NUMERALS.get("i" if word == "l" else word, word)) for word in marks)


def _slips(one: str, other: str) -> bool:
    """Whether one is the other with a slip: a letter changed, added, left out, or two exchanged."""
    shorter = min(len(one), len(other))
    allowed = 2 if shorter >= SLIPS_FROM else 1 if shorter >= SLIP_FROM else 0
    return abs(len(one) - len(other)) <= allowed and 0 < _distance(one, other) <= allowed


def _distance(one: str, other: str) -> int:
    """The least number of such slips between two texts."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, row, last = row, [i], before
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
