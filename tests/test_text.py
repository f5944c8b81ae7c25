"""What people type: unseen characters go, and spellings that look alike are one."""

import pytest
from flask import Flask, request

from app.text import clean, clean_all, name_key, nearest, one_line


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("KM Kirana I", "KM Kirana I"),
        ("\ufeffKM\xa0Kirana\u2009I\u200b", "KM Kirana I"),
        ("K\xadM\u2060 Kirana\ufe0f I\u200e", "KM Kirana I"),
        ("Cafe\u0301", "Caf\xe9"),
        ("satu\ndua\ttiga", "satu\ndua\ttiga"),
        ("a\x7f\x1bb", "ab"),
        ("\u115f\u3164\u2800", ""),
        ("Ѐ ﷽ 🚢", "Ѐ ﷽ 🚢"),
    ],
)
def test_what_nobody_sees_is_dropped(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_one_line_has_single_spaces_and_none_at_its_ends() -> None:
    assert one_line("  KM \u2003 Kirana\n I ") == "KM Kirana I"


ALIKE = [
    "KM. Kirana I",
    "km kirana i",
    "KM\xa0Kirana\u200b I",
    "ＫＭ Kirana Ⅰ",
    "K.M. KIRANA I ",
    "KM Kirana I'",
    "KM Kir\u00e1na I",
    "КМ Kirana I",
    "KM-Kirana_I",
]


@pytest.mark.parametrize("spelling", ALIKE)
def test_names_that_look_alike_have_one_key(spelling: str) -> None:
    assert name_key(spelling) == name_key("KM Kirana I")


@pytest.mark.parametrize("other", ["KM Kirana III", "KM Kirana II", "Kirana I", "KM Kirana IX", ""])
def test_other_names_have_other_keys(other: str) -> None:
    assert name_key(other) != name_key("KM Kirana I")


@pytest.mark.parametrize("signs", ["-", "?1", "(…)"])
def test_a_name_always_has_a_key(signs: str) -> None:
    assert name_key(signs)


def test_a_password_keeps_every_character_that_was_typed() -> None:
    assert clean_all({"name": "a\u200b", "password": "a\u200b", "inner": [{"new_password": "\xa0"}, "\xa0b"]}) == {
        "name": "a",
        "password": "a\u200b",
        "inner": [{"new_password": "\xa0"}, " b"],
    }


def test_forms_and_query_strings_arrive_without_what_nobody_sees(app: Flask) -> None:
    form = {"name": "Siti\u200b", "password": "rahasia\u200b"}
    with app.test_request_context("/?ke=SMG%C2%A0%E2%80%8B", method="POST", data=form):
        assert request.args["ke"].strip() == "SMG"
        assert request.form.to_dict() == {"name": "Siti", "password": "rahasia\u200b"}


FLEET = ["KM Kirana I", "KM Kirana III", "KM Dharma Kartika III", "KM Lawit"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("KM Kirano I", "KM Kirana I"),
        ("Kirana I", "KM Kirana I"),
        ("KM Kirana 1", "KM Kirana I"),
        ("KM Kirana l", "KM Kirana I"),
        ("KM Kirana", "KM Kirana I"),
        ("KM Kriana III", "KM Kirana III"),
        ("KM Darma Kartka III", "KM Dharma Kartika III"),
        ("KMP Lawit", "KM Lawit"),
        ("KM Lawiit", "KM Lawit"),
        ("KM Kirana2", None),
        ("KM Kirana1", "KM Kirana I"),
        ("KM Kirana II", None),
        ("KM Kirana IX", None),
        ("KM Leuser", None),
        ("KM Dharma Kartika V", None),
    ],
)
def test_a_slip_in_a_name_is_known_and_a_ship_of_the_same_series_is_none(typed: str, meant: str | None) -> None:
    assert nearest(typed, FLEET) == meant
