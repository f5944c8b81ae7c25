"""Officials and administrators read and change travel rules in a real browser."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.accounts.models import Role
from app.rules import shipped
from app.rules.actions.drafts import load_shipped
from app.rules.queries import list_sets
from tests import chromium, factories
from tests.boarding.test_rule_statistics import Past
from tests.journeys.cookies import session_cookie
from tests.journeys.screen import DESK, PHONE, look

pytestmark = pytest.mark.browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium.browser() as chrome:
        yield chrome


@pytest.fixture
def sets(app: Flask) -> dict[str, int]:
    """The ids of the sets that come with Dermaga, by name."""
    factories.a_port()
    load_shipped(shipped.read_sets())
    return {one.name_id: one.id for one in reversed(list_sets())}


def signed_in(app: Flask, browser: Browser, address: str, role: Role, viewport: dict[str, int] = PHONE) -> Page:
    context = browser.new_context(viewport=viewport)  # type: ignore[arg-type]
    context.add_cookies([session_cookie(app, factories.a_user(role), address)])  # type: ignore[list-item]
    return context.new_page()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_an_official_reads_the_rules(
    app: Flask, address: str, browser: Browser, sets: dict[str, int], viewport: dict[str, int]
) -> None:
    page = signed_in(app, browser, address, Role.OFFICIAL, viewport)
    page.goto(f"{address}/kelola/aturan")
    look(page, "rules")
    page.get_by_role("link", name="SE Menhub 47/2022").click()
    page.locator("#se47-special summary").click()
    page.locator("#name-matches summary").click()
    look(page, "rule-set")
    page.goto(f"{address}/kelola/aturan/banding?lama={sets['SE Menhub 47/2022']}&baru={sets['SE Menhub 55/2022']}")
    look(page, "rules-comparison")


def test_an_official_tries_the_rules_and_sees_what_they_did(
    app: Flask, address: str, browser: Browser, sets: dict[str, int]
) -> None:
    past = Past()
    for at, age in enumerate((30, 12, 7)):
        past.scan(at, "pass", age=age)
    past.scan(3, "hold", "six-or-older", age=5)
    page = signed_in(app, browser, address, Role.OFFICIAL)
    page.goto(f"{address}/kelola/aturan/{sets['SE Menhub 47/2022']}/coba")
    page.fill('[name="voyage.day"]', "2022-04-20")
    page.fill('[name="person.age_years"]', "30")
    page.fill('[name="person.doses"]', "1")
    page.get_by_role("button", name="Coba").click()
    assert "Dosis 1: hasil tes" in page.locator("[role=status]").inner_text()
    look(page, "rules-try")
    page.goto(f"{address}/kelola/aturan/{sets['SE Menhub 47/2022']}/lalu")
    look(page, "rules-past")
    page.goto(f"{address}/kelola/aturan/statistik")
    look(page, "rules-statistics")


def test_an_administrator_writes_a_rule_and_another_approves_it(
    app: Flask, address: str, browser: Browser, sets: dict[str, int]
) -> None:
    page = signed_in(app, browser, address, Role.ADMINISTRATOR)
    page.goto(f"{address}/kelola/aturan/{sets['SE Menhub 47/2022']}")
    page.get_by_role("button", name="Mulai rancangan").click()
    look(page, "rule-draft")
    page.locator("#se47-dose-2 summary").click()
    page.locator("#se47-dose-2").get_by_role("link", name="Ubah").click()
    look(page, "rule-form")
    page.fill("#rows-2-hours", "dua")
    page.fill("#title_id", "Dosis 2: hasil tes baru")
    page.get_by_role("button", name="Simpan aturan").last.click()
    assert "Tulis bilangan bulat" in page.locator(".error-summary").inner_text()
    assert page.input_value("#title_id") == "Dosis 2: hasil tes baru"
    look(page, "rule-form-faults")
    page.fill("#rows-2-hours", "48")
    page.get_by_role("button", name="Simpan aturan").last.click()
    assert "paling lama 48 jam" in page.locator("#se47-dose-2").inner_html()
    draft = page.url.split("#")[0]
    page.goto(f"{draft}/tambah")
    page.get_by_text("Salah satu cukup", exact=True).click()
    for row, role, what in ((0, "asked", "document:pcr"), (1, "joined", "document:doctor_letter")):
        page.select_option(f"#rows-{row}-role", role)
        page.select_option(f"#rows-{row}-what", what)
    page.get_by_role("button", name="Baca dalam kata-kata").click()
    assert "semuanya:" in page.locator("main .note").inner_text()
    look(page, "rule-form-groups")
    page.goto(draft)
    page.get_by_role("button", name="Usulkan untuk disetujui orang lain").click()
    other = signed_in(app, browser, address, Role.ADMINISTRATOR)
    other.goto(draft)
    look(other, "rule-approval")
    other.get_by_role("button", name="Setujui dan terbitkan").click()
    assert "Paket 16" in other.locator("[role=status]").inner_text()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_traveler_reads_the_rule_and_where_it_comes_from(
    address: str, browser: Browser, sets: dict[str, int], viewport: dict[str, int]
) -> None:
    page = browser.new_context(viewport=viewport).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/aturan#name-matches")
    page.locator("#name-matches > summary").click()
    page.locator("#name-matches details > summary").click()
    assert "Peraturan" in page.locator("#name-matches").inner_text()
    look(page, "rules-public")
    page.goto(f"{address}/aturan/9")
    page.get_by_role("link", name="Baca yang berlaku sekarang").click()
    assert page.url == f"{address}/aturan"
