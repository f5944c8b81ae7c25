"""The signed text of a ticket, and the serial that people type."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.booking.tickets.code import (
    ALPHABET,
    BadTicket,
    TicketCode,
    clean_serial,
    format_serial,
    name_tag,
    new_serial,
    read,
    sign,
)
from tests.golden.make_tickets import ADULT, BOOK, book, fields, keyring, written

GOLDEN = json.loads(BOOK.read_text())
KEYS = keyring(1, 2)
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

moments = st.integers(0, 2**32 - 1).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
bytes_ = st.integers(0, 255)
codes = st.builds(
    TicketCode,
    key_id=st.just(2),
    serial=st.builds(new_serial),
    voyage=st.integers(0, 2**32 - 1),
    from_call=bytes_,
    to_call=bytes_,
    fare_class=bytes_,
    infant=st.booleans(),
    valid_from=moments,
    valid_until=moments,
    name_tag=st.text(max_size=40).map(name_tag),
)


def answer(text: str) -> dict[str, Any]:
    try:
        return fields(read(text, KEYS))
    except BadTicket as bad:
        return {"code": bad.code}


@pytest.mark.parametrize("line", GOLDEN["tickets"], ids=lambda line: line["name"])
def test_every_golden_ticket_is_read_as_the_book_says(line: dict[str, Any]):
    assert answer(line["text"]) == line["expect"]


@pytest.mark.parametrize("line", GOLDEN["serials"], ids=lambda line: repr(line["typed"]))
def test_every_golden_serial_is_cleaned_as_the_book_says(line: dict[str, Any]):
    if line["serial"] is None:
        with pytest.raises(BadTicket, match="unreadable"):
            clean_serial(line["typed"])
    else:
        assert clean_serial(line["typed"]) == line["serial"]


def test_the_golden_book_is_the_one_that_its_script_makes():
    assert BOOK.read_text() == written(book())


@given(codes)
def test_what_is_signed_is_read_back_the_same(ticket: TicketCode):
    text = sign(ticket, KEYS)
    assert read(text, KEYS) == ticket
    assert len(text) == 154
    assert set(text) <= set(BASE45)


@given(codes, st.integers(0, 153), st.sampled_from(BASE45) | st.characters())
def test_a_text_with_one_character_changed_is_never_valid(ticket: TicketCode, at: int, other: str):
    text = sign(ticket, KEYS)
    assume(text[at] != other)
    with pytest.raises(BadTicket):
        read(text[:at] + other + text[at + 1 :], KEYS)


@given(st.text() | st.text(BASE45, min_size=150, max_size=150).map("DG1:".__add__))
def test_whatever_is_shown_only_a_bad_ticket_comes_of_it(text: str):
    with pytest.raises(BadTicket):
        read(text, KEYS)


@pytest.mark.parametrize(
    "changes",
    [
        {"key_id": 1},
        {"key_id": 3},
        {"serial": "7Q2M4XA9T9"},
        {"serial": "7Q2M4XA9"},
        {"serial": "7Q2M4XA9T87Q2M4XA9T8"},
        {"serial": "7q2m4xa9t8"},
        {"voyage": 2**32},
        {"voyage": -1},
        {"from_call": 256},
        {"fare_class": 256},
        {"name_tag": ""},
        {"name_tag": "siti"},
        {"name_tag": "SITI NURHALI"},
        {"name_tag": "É"},
        {"valid_from": datetime(2024, 3, 1)},  # noqa: DTZ001  # without a zone is the fault
        {"valid_from": ADULT.valid_from.replace(microsecond=1)},
        {"valid_until": datetime(2106, 2, 8, tzinfo=UTC)},
        {"valid_until": datetime(1969, 12, 31, tzinfo=UTC)},
    ],
    ids=str,
)
def test_what_would_not_read_back_the_same_is_not_signed(changes: dict[str, Any]):
    with pytest.raises(ValueError):  # noqa: PT011  # any sentence; that nothing is signed is the promise
        sign(replace(ADULT, **changes), KEYS)


def test_a_moment_in_another_zone_is_the_same_moment():
    wib = ADULT.valid_from.astimezone(timezone(timedelta(hours=7)))
    assert read(sign(replace(ADULT, valid_from=wib), KEYS), KEYS) == ADULT


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("Siti Nurhaliza binti Ahmad", "SITI NURHAL"),
        ("  Budi   Santoso ", "BUDI SANTOS"),
        ("Ahmad Ali  Y", "AHMAD ALI Y"),
        ("Muhammad A Yusuf", "MUHAMMAD A"),
        ("José Gonçalves", "JOSE GONCAL"),
        ("Nur'aini", "NURAINI"),
        ("Nur’aini", "NURAINI"),
        ("M.Yusuf-Ali", "M YUSUF ALI"),
        ("Weiß", "WEISS"),
        ("Siti 3201014107900001", "SITI"),
        ("X3201 Siti ٣٢", "SITI"),
        ("3201014107900001", "?"),
        ("李明", "?"),
        ("", "?"),
        ("...", "?"),
    ],
)
def test_a_name_tag_is_short_plain_and_without_numbers(name: str, tag: str):
    assert name_tag(name) == tag


@given(st.text())
def test_a_name_tag_always_fits_the_ticket(name: str):
    assert re.fullmatch(r"[A-Z]([A-Z ]{0,9}[A-Z])?|\?", name_tag(name))


def test_a_new_serial_is_right_and_is_shown_in_two_groups():
    serial = new_serial()
    shown = format_serial(serial)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", shown)
    assert clean_serial(shown.lower()) == serial


def test_a_serial_with_one_wrong_character_is_never_taken_for_another():
    serial = new_serial()
    for at in range(10):
        for other in set(ALPHABET) - {serial[at]}:
            with pytest.raises(BadTicket):
                clean_serial(serial[:at] + other + serial[at + 1 :])


@given(st.builds(new_serial), st.sampled_from([(a, b) for b in range(10) for a in range(b)]))
def test_a_serial_with_two_characters_swapped_is_never_taken_for_another(serial: str, places: tuple[int, int]):
    a, b = places
    assume(serial[a] != serial[b])
    chars = list(serial)
    chars[a], chars[b] = chars[b], chars[a]
    with pytest.raises(BadTicket):
        clean_serial("".join(chars))
