"""Answers that anybody may keep for a while, with a tag by which one asks whether they have changed."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response


def kept(seconds: int) -> dict[str, Any]:
    """The headers of `answer_kept`, as the specification describes them."""
    return {
        "ETag": {"schema": {"type": "string"}, "required": True},
        "Cache-Control": {"schema": {"const": f"public, max-age={seconds}"}, "required": True},
    }


def answer_kept(tag: str, body: bytes, seconds: int) -> Response:
    """An answer that anybody may keep for so long, and need not send again to whoever has it by its tag."""
    if "If-None-Match" in request.headers and tag in _known_tags():
        answer = Response(status=304)
    else:
        answer = Response(body, mimetype="application/json")
    answer.headers["ETag"] = f'W/"{tag}"'
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer


def _known_tags() -> set[str]:
    """Read the tags that the asker has, without the name that compression adds to them."""
    # An empty tag is read as None.
    return {tag.partition(":")[0] for tag in request.if_none_match.as_set(include_weak=True) if tag}
