"""A name is corrected, never exchanged."""

import pytest

from app.booking.person_names import only_typing


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SITI RAHMA", "SITI RACHMA"),
        ("Siti Rahma", "SITI RAHMA"),
        ("BUDI", "BUDY"),
        ("AYU", "AYI"),
        ("MUHAMMAD RIZKI PRATAMA", "MUHAMAD RISKY PRATAMA"),
        ("RAHMA SITI", "SITI RAHMA"),
        ("SITI R. UJI", "SITI R UJI"),
        ("JOSÉ", "JOSE"),
        ("SIIT RAHMA", "SITI RAHMA"),
    ],
)
def test_a_slip_of_typing_is_corrected(before: str, after: str) -> None:
    assert only_typing(before, after)
    assert only_typing(after, before)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("BUDI", "ANDI"),
        ("SITI RAHMA", "DEWI LESTARI"),
        ("M ALI", "MUHAMMAD ALI"),
        ("SITI RAHMA", "SITI"),
        ("SITI", "A"),
        ("SITI", "?"),
        ("BUDI SANTOSO", "BUDI HARTONO"),
    ],
)
def test_another_name_is_not(before: str, after: str) -> None:
    assert not only_typing(before, after)
