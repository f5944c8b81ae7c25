"""Bounds on what strangers send, looked at before anything is read of it: no work grows with a stranger's text.

A larger text is answered `too_large` (413) without a question to the database. Where a proxy stands in front
(deploy/nginx.conf) it refuses sooner; these hold without one, and for what is sent in pieces without its length.
"""

import re

from flask import Flask, request

from app.errors import Refusal

KILOBYTE = 1024
BODY_MAX = 16 * KILOBYTE
"""Bytes of a form or a JSON text: eight travelers, with everything that is asked of them, are 4 KB."""
OFFICE_BODY_MAX = 256 * KILOBYTE
"""Bytes of an administrator's form: a rule's logic as JSON, quotas of many legs, the people of a whole ship."""
UPLOAD_BODY_MAX = 256 * KILOBYTE
"""Bytes of the scans that a device has kept: 200 of them, each of 600."""
FILES_BODY_MAX = 2 * KILOBYTE * KILOBYTE
"""Bytes of a form with files of a timetable."""

WITH_FILES = {"admin.bring_in", "admin.bring_in_sheets"}
UPLOADS = "scans.upload_scans"
QUERY_MAX = 4 * KILOBYTE
"""Bytes of a query string: the longest form that is sent by address, a rule tried on a traveler, is 2 KB."""

DEPTH_MAX = 20
"""Objects and lists of a JSON text inside each other; a booking has four."""
PARTS_MAX = 1_000
"""Objects, lists and values of a JSON text; a booking of eight has 80."""
UPLOAD_PARTS_MAX = 8_000
"""The same of scans that come together: each has about 20."""
ERRORS_MAX = 20
"""Faults that are told of one request; of the others only how many there are."""
NAME_MAX = 60
"""Characters of a name that a stranger made up, where it is told back."""

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{,]|[\]}]', re.DOTALL)


def body_max(endpoint: str | None) -> int:
    """How many bytes this door takes."""
    if endpoint in WITH_FILES:
        return FILES_BODY_MAX
    if endpoint == UPLOADS:
        return UPLOAD_BODY_MAX
    return OFFICE_BODY_MAX if endpoint and endpoint.startswith("admin.") else BODY_MAX


def parts_max(endpoint: str | None) -> int:
    """Tell how many parts a JSON text for this door may have."""
    return UPLOAD_PARTS_MAX if endpoint == UPLOADS else PARTS_MAX


def must_be_shallow(text: bytes, most: int = PARTS_MAX) -> None:
    """Raise Refusal `json_too_deep` or `json_too_many_parts` for a JSON text, before it is taken apart."""
    depth, parts = 0, 0
    for found in _BRACKETS.finditer(text):
        sign = found[0]
        if sign in b"[{":
            depth += 1
        elif sign in b"]}":
            depth -= 1
        parts += sign in b"[{,"
        if depth > DEPTH_MAX:
            raise Refusal("json_too_deep", maximum=DEPTH_MAX)
        if parts > most:
            raise Refusal("json_too_many_parts", maximum=most)


def _must_fit() -> None:
    request.max_content_length = most = body_max(request.endpoint)
    if (request.content_length or 0) > most or len(request.query_string) > QUERY_MAX:
        raise Refusal("too_large")


def register(app: Flask) -> None:
    """Look at the size before the guard looks at the visitor."""
    app.before_request(_must_fit)
