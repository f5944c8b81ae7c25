"""Check that a text can be a name, and that two are one name typed twice, so that a ticket is never handed on."""

import re
import unicodedata
from collections.abc import Iterator

LETTERS_PER_FAULT = 4
FAULTS_MAX = 3
DIGITS_MAX = 3
"""Of a document's number; two that changed places are one."""


MARKS = frozenset(" .,'’‘`-‐‑/")
"""Signs in names besides letters; commas and dots belong to titles, strokes to `a/n` and `s/o`."""

_LIKE_LETTERS = str.maketrans("01", "OI")


def signs_in(text: str) -> str:
    """Name what stands in no name, each once: digits, and signs that are no `MARKS`; empty where there are none."""
    return "".join(dict.fromkeys(c for c in text if not (_is_letter(c) or c in MARKS)))


def is_a_name(text: str) -> bool:
    """Whether it can be a person's name: letters of any alphabet, at least one, and not fewer than marks.

    One letter alone is a name, and so are initials with their dots; what has a digit is none: documents write
    `II`, and a nought between letters is a slip.
    """
    letters = sum(char.isalpha() for char in text)
    marks = sum(char in MARKS and char != " " for char in text)
    return letters > 0 and letters >= marks and not signs_in(text)


def meant_name(text: str) -> str:
    """The name that was meant where a nought or a one stands for a letter: `0mar` is `Omar`; empty for other faults."""
    if not any(char.isalpha() for char in text):
        return ""
    words = ("".join(_like_letters(word)) for word in text.split(" "))
    meant = " ".join(words)
    return meant if meant != text and is_a_name(meant) else ""


def _like_letters(word: str) -> Iterator[str]:
    """The characters of a word with its noughts and ones as letters: small behind its first where others are small."""
    small = any(char.islower() for char in word)
    for place, char in enumerate(word):
        letter = char.translate(_LIKE_LETTERS)
        yield letter.lower() if small and place and letter != char else letter


def _is_letter(char: str) -> bool:
    """Whether it is a letter or a sign that is written upon one."""
    return char.isalpha() or unicodedata.category(char).startswith("M")


def only_typing(before: str, after: str) -> bool:
    """Whether `after` corrects the typing of `before`: the same words in another order, or few letters changed.

    A letter more, less, other, or changed places with its neighbour is one fault; of faults there may be one for every
    four letters of the longer name, at least one and at most three. Accents, capitals and signs do not count. BUDI may
    become BUDY and never ANDI; M ALI never MUHAMMAD ALI: what is longer than a slip is for the counter to look at.
    """
    one, other = _words(before), _words(after)
    if sorted(one) == sorted(other):
        return True
    a, b = "".join(one), "".join(other)
    allowed = min(FAULTS_MAX, max(1, max(len(a), len(b)) // LETTERS_PER_FAULT))
    return _faults(a, b) <= allowed


def only_digits(before: str, after: str) -> bool:
    """Whether `after` corrects the typing of the number `before`: at most DIGITS_MAX characters are other ones."""
    return _faults(before, after) <= DIGITS_MAX


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name.upper())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", plain.replace("'", ""))


def _faults(a: str, b: str) -> int:
    """The edit distance with neighbours that changed places (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]
