"""One number however it is typed: kept in one form, shown back in one, and found again by any of them."""

import pytest

from app.phones import normal_phone, spoken_phone

SAME = (
    "0812 345 6789", "0812-345-6789", "(0812) 345.6789", "0812/345/6789", "812 345 6789", "62812 345 6789",
    "62 0812 345 6789", "+62 812 345 6789", "+62 (0)812 345 6789", "(+62) 812-345-6789", "0062 812 345 6789",
    "0062 0812 345 6789", "\u200e+62\xa0812\u2011345\u20116789", "０８１２ ３４５ ６７８９",
)  # fmt: skip


@pytest.mark.parametrize("typed", SAME)
def test_all_spellings_of_a_number_are_one(typed: str) -> None:
    assert normal_phone(typed) == "+628123456789"
    assert normal_phone(spoken_phone("+628123456789")) == "+628123456789", "as the pages show it"


@pytest.mark.parametrize(
    ("typed", "kept", "spoken"),
    [
        ("0812 3456 7890", "+6281234567890", "+62 812-3456-7890"),
        ("0531 21234", "+6253121234", "+62 531 21234"),
        ("+65 6123 4567", "+6561234567", "+65 6123 4567"),
        ("0060 12 345 6789", "+60123456789", "+60 12-345 6789"),
        ("+1 202 555 0123", "+12025550123", "+1 202-555-0123"),
    ],
)
def test_landlines_and_other_countries_have_their_own_form(typed: str, kept: str, spoken: str) -> None:
    assert (normal_phone(typed), spoken_phone(kept)) == (kept, spoken)
    assert normal_phone(kept) == normal_phone(spoken) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "", "-", "+", "telepon", "0812345", "+0812345678", "0000000000", "0812 3456 7890 1234", "0812 FLOWERS",
        "0812 345 6789 / 0813 345 6789", "+62+812 345 6789", "٠٨١٢٣٤٥٦٧٨٩٠", "60 12 345 6789", "6202015503940001",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="phone"):
        normal_phone(typed)
