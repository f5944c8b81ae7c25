"""The signed text of a ticket: what a device that has the public keys can read and trust with no network.

Text: `DG1:` + base45 (RFC 9285) of body and signature, together 154 characters of the alphanumeric mode of QR
codes. Base45 has `$ % * + / :`, so it never stands in a URL. Signature: Ed25519 over DOMAIN + body, so that
nothing else we sign can pass for a ticket. Body, 36 bytes, big endian:

    at  field        bytes
     0  version      1      1
     1  key_id       1
     2  serial       7      six zero bits, then ten characters of five bits
     9  voyage       4
    13  from_call    1      position of the call in its voyage
    14  to_call      1
    15  fare_class   1
    16  flags        1      bit 0: infant; the others are zero
    17  valid_from   4      seconds since 1970, UTC
    21  valid_until  4
    25  name_tag     11     A-Z and space, or `?`; filled up with zero bytes

Its twin is static/js/gate/ticket.mjs; tests/golden/tickets.json holds both to the same answers.
"""

import re
import secrets
import struct
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime

import base45

from app.keys import Keyring

PREFIX = "DG1:"
DOMAIN = b"dermaga ticket 1\x00"
VERSION = 1
BODY = struct.Struct(">BB7sIBBBBII11s")
TEXT_LENGTH = 154

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O and U."""

_TAG = re.compile(r"[A-Z][A-Z ]*|\?")


class BadTicket(ValueError):
    """A text that is no ticket of ours: `code` is `unreadable`, `unknown_key` or `forged`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class TicketCode:
    """The content of the code. Calls are positions in the voyage; times are aware, whole seconds, up to 2106."""

    key_id: int
    serial: str
    voyage: int
    from_call: int
    to_call: int
    fare_class: int
    infant: bool
    valid_from: datetime
    valid_until: datetime
    name_tag: str


def sign(code: TicketCode, keyring: Keyring) -> str:
    """The text for the QR code, by the current key.

    Raises ValueError for a field that does not fit its bytes, and for another key id than the current one.
    """
    if code.key_id != keyring.current_id:
        raise ValueError(f"key {code.key_id} does not sign, key {keyring.current_id} does")
    body = _pack(code)
    if _unpack(body) != code:
        raise ValueError("a time without zone or with parts of a second, or a name tag too long")
    return PREFIX + base45.b45encode(body + keyring.sign(DOMAIN + body)).decode()


def read(text: str, keyring: Keyring) -> TicketCode:
    """Read a ticket's text, once its signature is proved. Raises BadTicket.

    `unreadable`: not our prefix, length, base45 or layout; `unknown_key`; `forged`: the key did not sign it.
    """
    encoded = text.removeprefix(PREFIX)
    if len(text) != TEXT_LENGTH or len(encoded) == len(text):
        raise BadTicket("unreadable")
    try:
        raw = base45.b45decode(encoded)
    except ValueError:
        raise BadTicket("unreadable") from None
    # The decoder forgives a line end; one ticket has one text.
    if base45.b45encode(raw).decode() != encoded:
        raise BadTicket("unreadable")
    body, signature = raw[: BODY.size], raw[BODY.size :]
    code = _unpack(body)
    if code.key_id not in keyring.keys:
        raise BadTicket("unknown_key")
    if not keyring.verify(code.key_id, signature, DOMAIN + body):
        raise BadTicket("forged")
    return code


def name_tag(name: str) -> str:
    """At most 11 of A-Z and space, to tell the members of a family apart; `?` when nothing is left.

    Accents go, and every word with a digit, so that no number of a document gets into a code.
    """
    folded = unicodedata.normalize("NFKD", name.upper())
    words = " ".join(word for word in folded.split() if not any(c.isdigit() for c in word))
    plain = words.encode("ascii", "ignore").decode().replace("'", "")
    return " ".join(re.findall(r"[A-Z]+", plain))[:11].strip() or "?"


def new_serial() -> str:
    """Ten characters: nine random ones (2^45 of them) and a check character."""
    chars = "".join(secrets.choice(ALPHABET) for _ in range(9))
    return chars + ALPHABET[_remainder(chars + "0")]


def clean_serial(typed: str) -> str:
    """The serial that was meant: any case, with spaces or dashes, O for 0, I or L for 1.

    Raises BadTicket `unreadable` when it cannot be one, as for any one wrong and any two swapped characters.
    """
    text = re.sub(r"[ \t\r\n-]", "", typed).upper().translate(str.maketrans("OIL", "011"))
    if len(text) != 10 or not set(text) <= set(ALPHABET) or _remainder(text):
        raise BadTicket("unreadable")
    return text


def is_mistyped(typed: str) -> bool:
    """Whether somebody meant to type a serial and slipped: that is no other code, and no forgery."""
    if re.fullmatch(r"[0-9A-Z]{6,14}", re.sub(r"[ \t\r\n-]", "", typed).upper()) is None:
        return False
    try:
        clean_serial(typed)
    except BadTicket:
        return True
    return False


def format_serial(serial: str) -> str:
    """As it is shown to people: XXXXX-XXXXX."""
    return f"{serial[:5]}-{serial[5:]}"


def _remainder(chars: str) -> int:
    """Zero for a right serial: the sum of c(i) * a^(9-i) in the field of 32 elements, where a^5 = a^2 + 1.

    Ten different weights, none of them zero: a wrong character, or two that changed places, never cancel out
    (sums modulo 32 miss some swaps). Multiplying by a is a shift, reduced when it overflows five bits.
    """
    rest = 0
    for char in chars:
        rest <<= 1
        if rest & 0b100000:
            rest ^= 0b100101
        rest ^= ALPHABET.index(char)
    return rest


def _pack(code: TicketCode) -> bytes:
    number = 0
    for char in code.serial:
        number = number << 5 | ALPHABET.index(char)
    try:
        return BODY.pack(
            VERSION,
            code.key_id,
            number.to_bytes(7),
            code.voyage,
            code.from_call,
            code.to_call,
            code.fare_class,
            int(code.infant),
            int(code.valid_from.timestamp()),
            int(code.valid_until.timestamp()),
            code.name_tag.encode("ascii"),
        )
    except (struct.error, OverflowError) as error:
        raise ValueError(f"a field does not fit the ticket: {error}") from error


def _unpack(body: bytes) -> TicketCode:
    version, key_id, serial7, voyage, from_call, to_call, fare_class, flags, start, end, tag11 = BODY.unpack(body)
    number = int.from_bytes(serial7)
    serial = "".join(ALPHABET[number >> shift & 31] for shift in range(45, -5, -5))
    tag = tag11.rstrip(b"\0").decode("latin-1")
    if version != VERSION or flags > 1 or number >> 50 or _remainder(serial) or not _TAG.fullmatch(tag):
        raise BadTicket("unreadable")
    return TicketCode(
        key_id=key_id,
        serial=serial,
        voyage=voyage,
        from_call=from_call,
        to_call=to_call,
        fare_class=fare_class,
        infant=bool(flags),
        valid_from=datetime.fromtimestamp(start, UTC),
        valid_until=datetime.fromtimestamp(end, UTC),
        name_tag=tag,
    )
