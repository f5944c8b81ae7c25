"""What was typed survives reload, back and another language, and is forgotten once it was accepted."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.factories import a_voyage
from tests.journeys.test_traveler import SITI, browser, write

pytestmark = pytest.mark.browser


def begin(page: Page, address: str) -> None:
    """To the form of who travels."""
    voyage = a_voyage(places=50)
    page.goto(f"{address}/pelayaran/{voyage.id}")
    page.click("text=Ambil tempat")
    page.wait_for_selector("[name=passengers-0-name]")


def stands(page: Page) -> bool:
    """Whether all that was typed is there."""
    sex = page.is_checked("[name=passengers-0-sex][value=P]")
    return sex and all(page.input_value(f"[name=passengers-0-{n}]") == SITI[n] for n in SITI if n != "sex")


def test_typed_work_is_never_lost_before_it_is_accepted(app: Flask, address: str) -> None:
    with browser() as page:
        begin(page, address)
        form = page.url
        write(page, 0, **SITI)
        assert stands(page)
        page.reload()
        assert stands(page), "reload"
        page.goto(f"{address}/")
        page.go_back()
        page.wait_for_selector("[name=passengers-0-name]")
        assert stands(page), "back"
        page.get_by_role("button", name="English").click()
        page.wait_for_selector("html[lang=en]")
        assert stands(page), "the button for another language"
        page.goto(f"{form}?lang=id")
        assert stands(page)
        page.goto(f"{form}?lang=en")
        assert page.locator("html").get_attribute("lang") == "en"
        assert stands(page), "another language"
        page.fill("[name=phone]", "0812 3456 7890")
        page.click("button.btn-main")
        page.wait_for_url("**/bayar")
        assert page.evaluate("sessionStorage.length") == 0, "no number stays behind"


def test_figures_for_a_nik_letters_for_a_passport_and_the_time_in_words(app: Flask, address: str) -> None:
    with browser() as page:
        begin(page, address)
        number = page.locator("[name=passengers-0-document_number]")
        assert number.get_attribute("inputmode") == "numeric"
        page.select_option("[name=passengers-0-document_kind]", "passport")
        assert number.get_attribute("inputmode") == "text"
        left = page.inner_text("[data-left]")
        assert "menit" in left
        assert "detik" in left
