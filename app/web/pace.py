"""Slow the orders down where many come from one address: by a piece of work, or a turn in a slower lane.

A challenge is a signed text: nothing is written down until its answer is used, which counts once. It is bound to the
browser that was asked, or to the address of a program that keeps no cookie, and is good for a few minutes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from math import ceil
from secrets import token_urlsafe
from typing import Any

from flask import current_app, request, session
from itsdangerous import BadSignature, Signer

from app import clock
from app.booking.actions.pace import AbovePace, Asker, Work, return_work, spend_pace
from app.errors import Refusal
from app.web.guard import bucket

PUZZLES = 16
"""Puzzles of one challenge: many small ones take nearly the same time for everybody, a large one does not."""

WORK_TIME = timedelta(minutes=5)
"""How long a challenge is good."""

TURN_AFTER = timedelta(seconds=20)
"""So long whoever has no JavaScript waits for a turn."""

WORK_MAX = 400
"""Characters of a challenge with its answers at most."""


def asker(work: str = "") -> dict[str, Any]:
    """Name who orders, by names that tell neither address nor browser, and the `work` that came along."""
    # A session that is looked into makes every answer vary by cookie: only where one was brought.
    browser, address = session.get("csrf_token", "") if "HTTP_COOKIE" in request.environ else "", bucket("asker")
    return {
        "asker": address,
        # All that keep no cookie at an address are one visitor: else each order would be by another one without limits.
        "visitor": bucket("booking", browser) if browser else address,
        "cookie": bool(browser),
        "opened": tuple(session.get("bookings", ())) if browser else (),
        "work": read_work(work) if work else None,
    }


@contextmanager
def counted_asker(request_id: str, work: str = "") -> Iterator[str]:
    """Count one more order that is no hold, made inside; from which address it comes.

    The work is spent with the order only: where that is refused it may be sent again. Raises Refusal `too_many`,
    AbovePace.
    """
    who = asker(work)
    spend_pace(Asker(request_id, **who))
    try:
        yield str(who["asker"])
    except Refusal:
        return_work(who["work"])
        raise


def asked(above: AbovePace) -> dict[str, Any]:
    """Work for this visitor: for each of `puzzles` a number after which SHA-256 begins with `zero_bits` zeros.

    Or a `turn` in the slower lane, in so many seconds: the one that was sent, where it is still to come.
    """
    now = clock.now()
    text, ends = _signed(now, now + WORK_TIME, above.bits), now + WORK_TIME
    turn = request.form.get("work", "")
    begins, _, bits = _read(turn) or (now, now, 0)
    if bits or begins <= now:
        begins = above.turn_at or now + TURN_AFTER
        turn = _signed(begins, begins + WORK_TIME, 0)
    return {
        "challenge": text,
        "seed": text.split(".")[0],
        "puzzles": PUZZLES,
        "zero_bits": above.bits,
        "expires_at": ends.isoformat(timespec="seconds"),
        "turn": turn,
        "turn_seconds": max(1, ceil((begins - now).total_seconds())),
    }


def sent_again() -> dict[str, Any]:
    """The form that was sent: to where, and all that was typed."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in {"csrf_token", "work"}]
    return {"action": request.full_path.rstrip("?"), "typed": typed}


def read_work(text: str) -> Work | None:
    """The work that was done, or the turn that has come; None where it is neither."""
    signed, _, answers = text.partition("~")
    found, now = _read(signed), clock.now()
    if found is None or not found[0] <= now <= found[1]:
        return None
    bits, seed = found[2], signed.split(".")[0]
    used = bucket("work", seed, everywhere=True)
    if not bits:
        return Work(used, lane=bucket("slower lane"))
    return Work(used, bits) if _is_solved(seed, bits, answers.split(",")) else None


def _is_solved(seed: str, bits: int, answers: list[str]) -> bool:
    if len(answers) != PUZZLES or not all(len(each) <= 10 and each.isascii() and each.isdigit() for each in answers):
        return False
    digests = (sha256(f"{seed}:{number}:{answer}".encode()).digest() for number, answer in enumerate(answers))
    return all(int.from_bytes(digest[:4]) >> 32 - bits == 0 for digest in digests)


def _signed(begins: datetime, ends: datetime, bits: int) -> str:
    return _signer().sign(f"{token_urlsafe(12)}.{int(begins.timestamp())}.{int(ends.timestamp())}.{bits}").decode()


def _read(text: str) -> tuple[datetime, datetime, int] | None:
    try:
        _seed, begins, ends, bits = _signer().unsign(text[:WORK_MAX]).decode().split(".")
    except (BadSignature, ValueError):
        return None
    return datetime.fromtimestamp(int(begins), UTC), datetime.fromtimestamp(int(ends), UTC), int(bits)


def _signer() -> Signer:
    browser = session.get("csrf_token", "") if "HTTP_COOKIE" in request.environ else ""
    return Signer(str(current_app.secret_key), salt="pace " + bucket("pace", browser, everywhere=bool(browser)))
