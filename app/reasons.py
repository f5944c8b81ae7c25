"""Reasons that people give for what they do: how long and how plain they must be, wherever one is asked for."""

import re

from app.errors import Refusal

WORDS_MIN = 2
LETTERS_MIN = 8
LONGEST = 300

_WORD = re.compile(r"[^\W\d_]{2,}")


def is_reason(text: str) -> bool:
    """Whether the text says something: at least two words, or one of eight letters. Signs and digits do not count."""
    words = _WORD.findall(text)
    return len(words) >= WORDS_MIN or sum(len(word) for word in words) >= LETTERS_MIN


def required_reason(reason: str, code: str = "step_reason_missing", longest: int = LONGEST) -> str:
    """Return the reason on one line. Raises Refusal `code` (422) for none, or one of more than `longest` characters."""
    reason = " ".join(reason.split())
    if not is_reason(reason) or len(reason) > longest:
        raise Refusal(code, field="reason", longest=longest)
    return reason
