"""Rows of the boards are drawn once, and never shown for others."""

import pytest
from flask import Flask, render_template_string

from app import clock
from app.flow.departure_rows import DepartureRow
from app.flow.queries import rows_of_voyages
from app.web.official import drawn_rows
from app.web.official.drawn_rows import drawn
from tests.factories import a_booking, a_voyage
from tests.web.test_official import Port, field, port, row_of

__all__ = ["port"]


def test_a_row_is_drawn_again_as_soon_as_one_of_its_numbers_is_another(port: Port) -> None:
    voyage = port.voyage(places=50)
    departure = port.boards(voyage)
    assert [field(row_of(port.page(), departure), name) for name in ("boarded", "sold")] == ["1", "1"]
    a_booking(voyage, 2)
    assert [field(row_of(port.page(), departure), name) for name in ("boarded", "sold")] == ["1", "3"]
    indonesian = row_of(port.page(), departure)
    english = row_of(port.client.get("/papan?lang=en", follow_redirects=True).text, departure)
    assert "</span> terjual</a>" in indonesian
    assert "</span> sold</a>" in english


def test_only_so_many_rows_are_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_rows, "ROWS", 3)
    [row] = rows_of_voyages([a_voyage().id])
    times = 0

    def draw(_row: DepartureRow, place: int) -> str:
        nonlocal times
        times += 1
        return render_template_string("{{ place }}", place=place)

    with app.test_request_context("/papan"):
        told = [drawn("a test", draw, row, clock.now(), place) for place in (1, 1, 2, 3, 4, 1)]
    assert (told, times, len(drawn_rows._drawn)) == (["1", "1", "2", "3", "4", "1"], 5, 3)
