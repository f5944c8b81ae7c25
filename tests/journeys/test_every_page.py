"""Every page of the house as it is laid out: with large letters on a small phone, and on a desktop."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from app.accounts.models import Role
from tests import chromium
from tests.journeys.cookies import session_cookie, session_of
from tests.journeys.screen import DESK, PHONE, PICTURES
from tests.journeys.test_large_letters import BEYOND, LETTER_BY_LETTER
from tests.pages import Page, Port

pytestmark = pytest.mark.browser

HALF_EMPTY = """
() => {
  const main = document.querySelector("main").getBoundingClientRect();
  const middle = main.left + main.width * 0.66;
  const drawn = [...document.querySelectorAll("main :is(p, li, td, th, h1, h2, h3, dd, dt, label, input, select, "
    + "textarea, button, a, svg, .card, .note, .menu)")]
    .filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect()).filter(box => box.width && box.height);
  const wide = drawn.filter(box => box.right > middle).sort((a, b) => a.top - b.top);
  let from = main.top, longest = 0;
  for (const box of wide) { longest = Math.max(longest, box.top - from); from = Math.max(from, box.bottom); }
  const last = Math.max(...drawn.map(box => box.bottom));
  return Math.round(Math.max(longest, last - from));
}
"""
"""How many pixels of height have nothing in the right third of the page."""

CUT_WORDS = """
() => {
  const found = new Set(), range = document.createRange();
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.checkVisibility() || text.parentElement.closest(".visually-hidden, option, template, code")
        || text.parentElement.closest("thead")?.offsetWidth <= 1)
      continue;
    for (const word of text.data.matchAll(/[A-Za-z]+/g)) {
      if (word[0].length > 14) continue;
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter(box => box.width).map(box => Math.round(box.top)));
      if (lines.size > 1) found.add(word[0]);
    }
  }
  return [...found];
}
"""
"""Words of ordinary length that are broken over two lines."""

MAIN_BUTTONS = "() => [...document.querySelectorAll('main .btn-main')].filter(e => e.checkVisibility()).length"

SMALL = """
() => [...document.querySelectorAll("main :is(.btn, button, select, input:not([type=hidden], [type=checkbox], "
    + "[type=radio])):not(.visually-hidden)")]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 100))
"""


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium.browser() as browser:
        yield browser


def tabs(app: Flask, port: Port, chrome: Browser, address: str, size: dict[str, int]) -> dict[Role | None, Tab]:
    """A tab of somebody of each role, and of a traveler with bookings."""
    found = {}
    for role in (None, *port.users):
        context = chrome.new_context(viewport=size)
        cookie = session_of(app, port.travelers_session, address)
        context.add_cookies([session_cookie(app, port.users[role], address) if role else cookie])
        found[role] = context.new_page()
    return found


def picture(page: Page, size: dict[str, int]) -> str:
    PICTURES.mkdir(parents=True, exist_ok=True)
    return str(
        PICTURES / f"every-{page.path.strip('/').partition('?')[0].replace('/', '-') or 'home'}-{size['width']}.png"
    )


def kept(faults: list[tuple[str, str]]) -> str:
    """Write all faults down, since pytest shows the first of a long list."""
    path = PICTURES / "faults.txt"
    path.write_text("\n".join(f"{page}\t{told}" for page, told in faults), encoding="utf-8")
    return f"{len(faults)} faults: see {path}"


def test_no_page_scrolls_sideways_or_breaks_into_letters_at_200_per_cent(
    app: Flask, address: str, chrome: Browser
) -> None:
    port = Port(app)
    open_tabs, faults = tabs(app, port, chrome, address, PHONE), []
    for page in port.pages():
        tab = open_tabs[page.role]
        tab.goto(address + page.path)
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        told = [found for rule in (BEYOND, LETTER_BY_LETTER) for found in tab.evaluate(rule)]
        if tab.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            told.append("wider than the screen")
        if told:
            tab.screenshot(path=picture(page, {"width": 200}), full_page=True)
        faults += [(page.path, found) for found in told]
    assert faults == [], kept(faults)


def test_no_page_of_the_office_leaves_half_of_a_desktop_empty_or_has_two_main_buttons(
    app: Flask, address: str, chrome: Browser
) -> None:
    port, faults = Port(app), []
    for size in (DESK, PHONE):
        open_tabs = tabs(app, port, chrome, address, size)
        for page in port.pages():
            if page.role is None or page.endpoint == "counter.on_paper":  # sheets of paper are as wide as they are
                continue
            tab = open_tabs[page.role]
            tab.goto(address + page.path)
            tab.screenshot(path=picture(page, size), full_page=True)
            empty = tab.evaluate(HALF_EMPTY)
            if size is DESK and empty > DESK["height"] * 0.8:
                faults.append((page.path, f"{empty} pixels with nothing in the right third"))
            if tab.evaluate(MAIN_BUTTONS) > 1:
                faults.append((page.path, f"{size['width']}: more than one main button"))
            faults += [
                (page.path, f"{size['width']}: broken in the middle: {told}") for told in tab.evaluate(CUT_WORDS)
            ]
            faults += [(page.path, f"{size['width']}: too small for a thumb: {told}") for told in tab.evaluate(SMALL)]
            if tab.evaluate("document.documentElement.scrollWidth") > size["width"]:
                faults.append((page.path, f"wider than {size['width']} pixels"))
    assert faults == [], kept(faults)


def test_no_page_of_a_traveler_breaks_a_word_on_a_phone(app: Flask, address: str, chrome: Browser) -> None:
    port, faults = Port(app), []
    tab = tabs(app, port, chrome, address, PHONE)[None]
    for page in port.pages():
        if page.role is None:
            tab.goto(address + page.path)
            faults += [(page.path, told) for told in tab.evaluate(CUT_WORDS)]
    assert faults == [], kept(faults)
