"""A purchase as somebody makes it who wants the first ship that there is."""

from playwright.sync_api import Page


def buy(page: Page) -> None:
    """From the front page, which is open, to the code that one person tells at the counter."""
    page.click("form.search button")
    page.click(".journey .btn-main")
    page.click("form[method=post] .btn-main")
    page.fill("[name=passengers-0-document_number]", "6202015503940001")
    page.fill("[name=passengers-0-name]", "SITI UJI")
    page.fill("[name=passengers-0-birth_date]", "1994-03-15")
    page.check("[name=passengers-0-sex][value=P]")
    page.fill("[name=phone]", "0812 3456 7890")
    page.click("#who .btn-main")
    page.click("form[method=post] .btn-main")
    page.wait_for_selector(".big-code")
