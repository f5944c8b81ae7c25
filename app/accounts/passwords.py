"""Passwords that are guessed first: the most used ones, the user's own name and this house, with any digits behind."""

import re
import secrets
from functools import cache

HOUSE = ("dermaga", "sampit", "pelabuhan", "rahasia", "petugas", "administrator")
"""Words that everybody here would try."""

SCORE_MIN = 3
"""Of zxcvbn's 0 to 4: a hundred million guesses and more."""

GUESSED = 72
"""Characters that are looked at: the time grows with their square."""

DIFFERENT_MIN = 5
"""Characters of a password that differ from each other."""


EASY_TO_READ = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letter that is taken for a digit."""


def new_first_password() -> str:
    """A password that nobody has chosen, in groups to be read out: some 79 bits."""
    return "-".join("".join(secrets.choice(EASY_TO_READ) for _ in range(4)) for _ in range(4))


def is_guessable(password: str, username: str, name: str) -> bool:
    """Whether it is common, a row of keys, or made of common words, names and digits, in whatever case."""
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]  # its lists are 12 MB, and most processes need none

    plain = password.casefold()
    if zxcvbn(plain[:GUESSED], user_inputs=[*HOUSE, username, *name.casefold().split()])["score"] < SCORE_MIN:
        return True
    if len(set(plain)) < DIFFERENT_MIN or plain in _common():
        return True
    rest = "".join(character for character in plain if character.isalpha())
    for word in sorted({*HOUSE, *re.findall(r"[^\W\d_]{3,}", f"{username} {name}".casefold())}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) < DIFFERENT_MIN or rest in _common() or rest[: len(rest) // 2] * 2 == rest


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]  # as above

    return frozenset(FREQUENCY_LISTS["passwords"])
