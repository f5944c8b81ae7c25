"""Part a pack, so that a device is sent only what has changed since the one that it has: pure.

The tickets of a pack are in PARTS parts, by a checksum of their serial; all else that changes seldom is its head. A
device says which it has by the `version` that it was told: a digest of the head and of each part, one after the other.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from typing import Any
from zlib import crc32

PARTS = 64
"""So many, so that of a large ship (20,000 tickets) a part is some 300, and one boarding sends one of them again."""

DIGEST_LETTERS = 8
"""Of each digest. Two states of a part are taken for one by chance once in 4 thousand million."""

VERSION_LETTERS = DIGEST_LETTERS * (1 + PARTS)

ALWAYS = ("as_of", "load")
"""Told each time: they change with the clock, and with everybody who comes aboard."""


def part_of(serial: str) -> int:
    """The part, from 0 on, that a ticket is in."""
    return crc32(serial.encode()) % PARTS


def changed_parts(pack: Mapping[str, Any], known: str = "") -> dict[str, Any]:
    """Tell what differs from the version that a device has, all where it has none.

    Answers `version`, ALWAYS of the pack, `head` (null where it is the same) and `parts`: the tickets of each part that
    has changed, by its number.
    """
    parts: list[list[Mapping[str, Any]]] = [[] for _ in range(PARTS)]
    for ticket in pack["tickets"]:
        parts[part_of(ticket["serial"])].append(ticket)
    head = {name: value for name, value in pack.items() if name not in (*ALWAYS, "tickets")}
    digests = [_digest(told) for told in (head, *parts)]
    same = [digest == before for digest, before in zip(digests, _digests_of(known), strict=True)]
    return {
        "version": "".join(digests),
        **{name: pack[name] for name in ALWAYS},
        "head": None if same[0] else head,
        "parts": {str(number): part for number, part in enumerate(parts) if not same[1 + number]},
    }


def _digests_of(version: str) -> Sequence[str]:
    return [version[at : at + DIGEST_LETTERS] for at in range(0, VERSION_LETTERS, DIGEST_LETTERS)]


def _digest(told: Any) -> str:
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return blake2s(text.encode(), digest_size=DIGEST_LETTERS // 2).hexdigest()
