"""The sentences of the refusals, which stand in several files."""

from collections import Counter

from app.web.words import sentences


def test_no_code_has_two_sentences() -> None:
    parts = (sentences.everywhere, sentences.accounts, sentences.planning, sentences.rules, sentences.booking)
    codes = Counter(code for part in parts for code in part.SENTENCES)
    assert [code for code, times in codes.items() if times > 1] == []
    assert codes.keys() == sentences.SENTENCES.keys()
