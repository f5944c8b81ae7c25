"""The ids that callers bring, so that a request sent again is the same request: one id stands for one question.

Beside each answer that may be repeated its question is kept as a digest. Nothing of the question can be read from it:
what could be guessed (a phone, or what somebody typed) is hashed with a key, or compared in a column of its own.
"""

import json
from hashlib import sha256
from typing import Any

from app.errors import Refusal

DIGEST_LENGTH = 64


def question_text(kind: str, **asked: Any) -> str:
    """Write a question down so that equal questions are equal texts: its kind and everything that was asked."""
    return json.dumps([kind, asked], sort_keys=True, ensure_ascii=False)


def question_digest(kind: str, **asked: Any) -> str:
    """The digest of a question that holds nothing secret."""
    return sha256(question_text(kind, **asked).encode()).hexdigest()


def must_be_the_question(kept: str, *digests: str) -> None:
    """Raise Refusal `request_id_reused` unless the question that was `kept` has one of these digests.

    Rows from before questions were kept have none, and repeat no answer: nobody can say what was asked.
    """
    if kept not in digests:
        raise Refusal("request_id_reused")
