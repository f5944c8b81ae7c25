"""The sentences of the refusals, which stand in several files."""

import re
from collections import Counter

import pytest
from flask import Flask, render_template_string

from app.config import ROOT
from app.web import words
from app.web.words import sentences


def test_no_code_has_two_sentences() -> None:
    parts = (sentences.everywhere, sentences.accounts, sentences.planning, sentences.rules, sentences.booking)
    codes = Counter(code for part in parts for code in part.SENTENCES)
    assert [code for code, times in codes.items() if times > 1] == []
    assert codes.keys() == sentences.SENTENCES.keys()


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("id", ["Rp377.000", "1.456", "1.456 orang", "1.456 tarif"]),
        ("en", ["Rp377,000", "1,456", "1,456 people", "1,456 fares"]),
    ],
)
def test_a_language_writes_money_numbers_and_counts_in_one_way(app: Flask, language: str, written: list[str]) -> None:
    page = "{{ 377000|rupiah }};{{ 1456|number }};{{ ngettext('%(num)s orang', '%(num)s orang', 1456) }}"
    with app.test_request_context(f"/?lang={language}"):
        told = render_template_string(page).split(";")
        assert [*told, words.ngettext("%(num)s tarif", "%(num)s tarif", 1456)] == written


def test_counts_in_sentences_are_written_by_the_words_and_not_by_the_library() -> None:
    found = [
        path
        for path in (ROOT / "app/web").rglob("*.py")
        if re.search(r"flask_babel import .*ngettext", path.read_text())
    ]
    assert found == []
    bare = re.compile(r"_\('[^']*', ?count=[a-z_.]+\|length[,)]")
    assert [path for path in (ROOT / "templates/admin").rglob("*.html") if bare.search(path.read_text())] == []
