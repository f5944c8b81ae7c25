"""What a phone must fetch: the first page, and a whole purchase, as a real Chromium receives them."""

from bench.figures import tell
from tests import chromium
from tests.journeys.purchase import buy
from tests.journeys.screen import PHONE
from tests.server import Server


def measure(web: Server) -> None:
    """Bytes on the line, headers included, with an empty cache at the start; `web` shows the demonstration."""
    with chromium.browser() as browser:
        page = browser.new_context(viewport=PHONE).new_page()
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        fetched: list[int] = []
        line.on("Network.loadingFinished", lambda done: fetched.append(int(done["encodedDataLength"])))
        page.goto(web.url, wait_until="networkidle")
        tell("first_page_bytes", sum(fetched), "bytes")
        tell("first_page_requests", len(fetched), "requests")
        buy(page)
        page.wait_for_load_state("networkidle")
        tell("purchase_bytes", sum(fetched), "bytes")
        tell("purchase_requests", len(fetched), "requests")
