"""A voyage with many calls, of which some are at a port where it was before."""

import pytest
from flask import Flask

from app.schedule.models import Voyage
from app.schedule.queries import list_voyages
from tests.factories import KM_LAWIT, a_port, a_voyage


@pytest.fixture
def lawit(app: Flask) -> Voyage:
    """KM Lawit's real route: four times at Semarang, and twice at Sampit."""
    return a_voyage(*KM_LAWIT)


def journeys(voyage: Voyage, start: str | None, end: str | None) -> list[tuple[int, int]]:
    """The positions of the calls where one gets on and off."""
    ids = [a_port(name).id if name else None for name in (start, end)]
    return [(on.position, off.position) for on, off in voyage.journeys_between(*ids)]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("Sampit", "Surabaya", [(8, 9)]),
        ("Sampit", "Semarang", [(2, 3)]),
        ("Sampit", "Kumai", [(2, 4), (8, 10)]),
        ("Kumai", "Surabaya", [(0, 1), (4, 9)]),
        ("Semarang", "Sampit", [(7, 8)]),
        ("Semarang", "Karimunjawa", [(5, 6)]),
        ("Surabaya", "Kumai", [(1, 4), (9, 10)]),
        ("Karimunjawa", "Karimunjawa", []),
    ],
)
def test_a_journey_goes_from_each_call_to_the_nearest_later_one_before_the_ship_is_back(
    lawit: Voyage, start: str, end: str, found: list[tuple[int, int]]
) -> None:
    assert journeys(lawit, start, end) == found


def test_from_one_port_it_goes_to_every_other_that_lies_ahead(lawit: Voyage) -> None:
    assert journeys(lawit, "Sampit", None) == [(2, 3), (2, 4), (2, 6), (8, 9), (8, 10)]
    # From Kumai and Semarang only the last time before it.
    assert journeys(lawit, None, "Karimunjawa") == [(1, 6), (2, 6), (4, 6), (5, 6)]
    assert all(on.port_id != off.port_id for on, off in lawit.journeys_between())


def test_a_voyage_is_found_on_the_day_on_which_that_call_departs(lawit: Voyage) -> None:
    sampit, surabaya, kumai = (a_port(name).id for name in ("Sampit", "Surabaya", "Kumai"))
    first, second = lawit.calls[2].day, lawit.calls[8].day
    assert first is not None
    assert second is not None
    assert list_voyages(first, first, sampit, surabaya) == [], "it only comes back to Surabaya after Sampit once more"
    assert list_voyages(second, second, sampit, surabaya) == [lawit]
    assert list_voyages(first, first, sampit, kumai) == list_voyages(second, second, sampit, kumai) == [lawit]
    assert list_voyages(first, second, sampit, sampit) == []
