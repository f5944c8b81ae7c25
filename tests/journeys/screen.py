"""How a page looks: kept as a picture, no wider than its window, and without a fault that axe can see."""

from playwright.sync_api import Page

from app.config import ROOT

PICTURES = ROOT / "build" / "screenshots"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def look(page: Page, name: str, *, scripts: bool = True) -> None:
    """Keep a picture of the whole page under `name`; fails where it is too wide or not accessible.

    Without `scripts` nothing is said about the last: what looks for it waits for ever in such a page.
    """
    if scripts:
        # A form that asks first whether the line is there goes on to its answer a moment after the click.
        page.wait_for_function("() => !document.querySelector('form button[aria-disabled=true]')")
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} pixels"
    if not scripts:
        return
    # Evaluated, not put into a <script>: the page's own policy would refuse that.
    page.evaluate((ROOT / "build" / "axe.min.js").read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run().then(told => told.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    assert faults == [], (name, faults)
