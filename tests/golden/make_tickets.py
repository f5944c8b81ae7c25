"""Makes tickets.json, the book that the Python and the JavaScript reader of tickets both obey.

Run `python -m tests.golden.make_tickets` after a change of the layout, and read the difference: a valid line that
changes means that tickets already sold can no longer be read.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base45
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.booking.tickets import code
from app.booking.tickets.code import TicketCode
from app.keys import Keyring

BOOK = Path(__file__).with_name("tickets.json")

SEEDS = {key_id: base64.b64encode(bytes([key_id]) * 32).decode() for key_id in (1, 2, 3)}
"""Test only. The book's readers know 1 and 2; 3 is a stranger's."""

ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the curve's group: a signature whose second half is one ORDER larger must not count (RFC 8032, 5.1.7)."""

ADULT = TicketCode(
    key_id=2,
    serial="7Q2M4XA9T8",
    voyage=1234,
    from_call=0,
    to_call=1,
    fare_class=3,
    infant=False,
    valid_from=datetime(2024, 3, 1, 2, 30, tzinfo=UTC),
    valid_until=datetime(2024, 4, 12, 16, 59, 59, tzinfo=UTC),
    name_tag=code.name_tag("Siti Nurhaliza binti Ahmad"),
)


def keyring(*key_ids: int) -> Keyring:
    """The test keys of those ids."""
    return Keyring({n: Ed25519PrivateKey.from_private_bytes(base64.b64decode(SEEDS[n])) for n in key_ids})


def fields(ticket: TicketCode) -> dict[str, Any]:
    """A ticket as the book and the JavaScript twin spell it: times in seconds since 1970."""
    times = {name: int(getattr(ticket, name).timestamp()) for name in ("valid_from", "valid_until")}
    return asdict(ticket) | times


def valid() -> dict[str, TicketCode]:
    """Tickets that are good, by what is special about them."""
    largest = datetime.fromtimestamp(2**32 - 1, UTC)
    return {
        "an adult": ADULT,
        "an infant": replace(ADULT, infant=True, name_tag="BAYU"),
        "signed by the old key": replace(ADULT, key_id=1),
        "a long name": replace(ADULT, name_tag=code.name_tag("Raden Mas Panji Sosrokartono")),
        "a name with accents": replace(ADULT, name_tag=code.name_tag("José Gonçalves")),
        "a name in another script": replace(ADULT, name_tag=code.name_tag("李明")),
        "several legs": replace(ADULT, from_call=1, to_call=4),
        "the smallest numbers": replace(
            ADULT,
            serial="0000000000",
            voyage=0,
            to_call=0,
            fare_class=0,
            valid_from=datetime.fromtimestamp(0, UTC),
            valid_until=datetime.fromtimestamp(0, UTC),
        ),
        "the largest numbers": replace(
            ADULT,
            serial=_serial("ZZZZZZZZZ"),
            voyage=2**32 - 1,
            from_call=254,
            to_call=255,
            fare_class=255,
            valid_from=largest,
            valid_until=largest,
        ),
    }


def broken() -> dict[str, tuple[str, str]]:
    """Texts that are no good, and the code each is refused with, by what is wrong with them."""
    good = code.sign(ADULT, keyring(2))
    encoded = good.removeprefix(code.PREFIX)
    body, signature = _parts(good)
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    foreign = code.sign(replace(ADULT, key_id=3), keyring(3))

    def changed(at: int, byte: int) -> bytes:
        return body[:at] + bytes([byte]) + body[at + 1 :]

    unreadable = {
        "nothing": "",
        "the prefix alone": code.PREFIX,
        "the last character missing": good[:-1],
        "a whole group missing": good[:-3],
        "an extra character": good + "0",
        "an extra group": good + "000",
        "a line end behind it": good + "\n",
        "a line end in place of the last character": good[:-1] + "\n",
        "a space before it": " " + good,
        "no prefix": encoded,
        "another prefix": "HC1:" + encoded,
        "the prefix of a later form": "DG2:" + encoded,
        "lower case": good.lower(),
        "an emoji": "🎫",
        "an emoji inside, the length kept": good[:50] + "🎫" + good[52:],
        "a letter of another alphabet": good[:50] + "А" + good[51:],
        "a character that base45 does not have": good[:50] + "_" + good[51:],
        "a group above 65535": good[:4] + ":::" + good[7:],
        "a group just above 65535": good[:4] + "GGW" + good[7:],
        "a very long text": code.PREFIX + "A" * 4096,
        "a web address": "HTTPS://EXAMPLE.COM/TICKET",
        "version 0": _signed(changed(0, 0)),
        "version 2": _signed(changed(0, 2)),
        "a reserved flag": _signed(changed(16, 0b10)),
        "the highest flag with infant": _signed(changed(16, 0b1000_0001)),
        "a reserved bit of the serial": _signed(changed(2, body[2] | 0b100)),
        "a serial whose check character is wrong": _signed(changed(8, body[8] ^ 1)),
        "an empty name tag": _signed(body[:25] + bytes(11)),
        "a name tag in lower case": _signed(body[:25] + b"siti".ljust(11, b"\0")),
        "a name tag that goes on after its end": _signed(body[:25] + b"SITI\0A".ljust(11, b"\0")),
        "a name tag with a digit": _signed(body[:25] + b"SITI 3".ljust(11, b"\0")),
        "a name tag with a line end": _signed(body[:25] + b"SITI\n".ljust(11, b"\0")),
        "a name tag beyond ASCII": _signed(body[:25] + b"S\xc9".ljust(11, b"\0")),
    }
    unknown = {
        "a key that nobody knows": foreign,
        "a known ticket with another key id": _text(changed(1, 200) + signature),
    }
    forged = {
        "one bit of the voyage changed": _text(changed(12, body[12] ^ 1) + signature),
        "the infant flag taken away": _text(changed(16, 1) + signature),
        "one bit of the name changed": _text(changed(25, body[25] ^ 1) + signature),
        "one bit of the signature's first half changed": _text(body + bytes([r[0] ^ 1]) + signature[1:]),
        "one bit of the signature's second half changed": _text(body + signature[:-1] + bytes([signature[-1] ^ 1])),
        "no signature": _text(body + bytes(64)),
        "the signature of another ticket": _text(body + _parts(code.sign(replace(ADULT, voyage=1), keyring(2)))[1]),
        "the signature of another key of ours": _text(body + keyring(1).sign(code.DOMAIN + body)),
        "a stranger's signature under our key id": _text(body + keyring(3).sign(code.DOMAIN + body)),
        "signed for another purpose": _text(body + keyring(2).sign(b"dermaga ticket 2\x00" + body)),
        "signed for no purpose": _text(body + keyring(2).sign(body)),
        "a second signature computed from the first": _text(body + r + (s + ORDER).to_bytes(32, "little")),
    }
    return {
        name: (text, refusal)
        for refusal, texts in (("unreadable", unreadable), ("unknown_key", unknown), ("forged", forged))
        for name, text in texts.items()
    }


def serials() -> dict[str, str | None]:
    """What a person may type, and the serial that is meant; None where it cannot be one."""
    return {
        "7Q2M4XA9T8": "7Q2M4XA9T8",
        "7Q2M4-XA9T8": "7Q2M4XA9T8",
        " 7q2m4 xa9t8\n": "7Q2M4XA9T8",
        "oO0o0-0oOOo": "0000000000",
        "iIlL1-1111" + _serial("111111111")[9]: _serial("111111111"),
        "7Q2M4XA9T9": None,
        "7Q2M4AX9T8": None,
        "Q72M4XA9T8": None,
        "7Q2M4XA98T": None,
        "7Q2M4XA9T": None,
        "7Q2M4XA9T88": None,
        "7Q2M4XA9TU": None,
        "7Q2M4_XA9T8": None,
        "7Q2M4XA9🎫": None,
        "": None,
    }


def book() -> dict[str, Any]:
    """The whole book."""
    tickets = [
        {"name": name, "text": code.sign(ticket, keyring(ticket.key_id)), "expect": fields(ticket)}
        for name, ticket in valid().items()
    ]
    tickets += [{"name": name, "text": text, "expect": {"code": why}} for name, (text, why) in broken().items()]
    return {
        "about": "Made by make_tickets.py. The seeds are for tests only; the readers know the public keys below.",
        "test_only_seeds": SEEDS,
        "public_keys": keyring(1, 2).public_keys(),
        "tickets": tickets,
        "serials": [{"typed": typed, "serial": serial} for typed, serial in serials().items()],
    }


def written(content: Mapping[str, Any]) -> str:
    """The book as it stands in its file."""
    return json.dumps(content, indent=1) + "\n"


def _serial(nine: str) -> str:
    return next(nine + check for check in code.ALPHABET if _is_serial(nine + check))


def _is_serial(text: str) -> bool:
    try:
        return code.clean_serial(text) == text
    except code.BadTicket:
        return False


def _parts(text: str) -> tuple[bytes, bytes]:
    raw = base45.b45decode(text.removeprefix(code.PREFIX))
    return raw[: code.BODY.size], raw[code.BODY.size :]


def _text(raw: bytes) -> str:
    return code.PREFIX + base45.b45encode(raw).decode()


def _signed(body: bytes) -> str:
    return _text(body + keyring(2).sign(code.DOMAIN + body))


if __name__ == "__main__":
    BOOK.write_text(written(book()))
