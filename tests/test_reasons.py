"""A reason says something, wherever one is demanded."""

import pytest

from app.errors import Refusal
from app.reasons import LONGEST, is_reason, required_reason


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", False),
        (".....", False),
        ("12345678", False),
        ("a b", False),
        ("surut", False),
        ("_ _ xx", False),
        ("Ombak naik", True),
        ("Penjatahan", True),
        ("sakit, KSOP", True),
        ("Gelombang", True),
    ],
)
def test_a_reason_has_two_words_or_eight_letters_and_signs_do_not_count(text: str, says: bool) -> None:
    assert is_reason(text) is says


def test_a_reason_comes_back_on_one_line_and_is_refused_by_the_code_of_its_door() -> None:
    assert required_reason("  Ombak\n naik ") == "Ombak naik"
    for wrong in (".", "ab " * LONGEST):
        with pytest.raises(Refusal) as refusal:
            required_reason(wrong, "reason_missing")
        assert (refusal.value.code, refusal.value.status, refusal.value.field) == ("reason_missing", 422, "reason")
