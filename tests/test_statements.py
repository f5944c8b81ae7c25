"""What each page costs in statements, exactly: one more or one less is told here before anybody measures it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.schedule.models import Voyage
from tests.conftest import Browser
from tests.factories import a_voyage, pelni_fares
from tests.queries import queries_counted

pytestmark = pytest.mark.both_engines

PAGES: dict[str, tuple[Callable[[Voyage], str], int]] = {
    "search": (lambda voyage: f"/cari?dari=IDSMQ&ke=IDSRG&hari={voyage.calls[0].day}", 4),
    "voyage": (lambda voyage: f"/pelayaran/{voyage.id}", 3),
    "availability": (lambda voyage: f"/api/v1/voyages/{voyage.id}/availability", 1),
}
"""The address of each page that everybody may see, and its statements, however many voyages there are."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_as_the_table_says(page: str, app: Flask) -> None:
    pelni_fares()
    voyages = [a_voyage(departs_at=clock.now() + timedelta(days=1, hours=hours)) for hours in range(3)]
    address, budget = PAGES[page][0](voyages[0]), PAGES[page][1]
    browser = Browser(app)
    browser.get(address)  # the rules in force are prepared once for each process
    with queries_counted() as asked:
        answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    assert asked.count == budget, asked
