"""Aboard is in minus out: a fixed sample of `make souls`."""

import pytest

from app.boarding.step_offs import stays
from tests.boarding import souls


def test_on_random_voyages_those_aboard_are_who_went_aboard_minus_who_went_off() -> None:
    assert souls.run(2000, seed=7) == 0


def test_a_count_that_forgets_who_stepped_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = lambda crossings: stays.stays_of(one for one in crossings if not one.outward)  # noqa: E731
    monkeypatch.setattr(souls, "stays_of", deaf)
    assert souls.run(200, seed=7) > 50
