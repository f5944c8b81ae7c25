"""How quickly a passenger is judged under the ordinary set: in Python, and in a browser on a CPU slowed six times."""

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from app.config import ROOT
from app.rules.engine.judge import judge, prepare
from app.rules.shipped import read_rules
from bench.figures import percentile, tell
from tests import chromium
from tests.rules.book import cases

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

VOYAGE = 1500
"""Passengers of the largest voyage at Sampit, about."""

SLOWED = 6
COUNTS = 20
ROUNDS = 20
FRESH_PAGES = 20
SETTLE_MS = 500
"""Nobody shows a ticket while the page still loads."""

ORIGIN = "http://localhost"
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
"""With these a page's clock tells 5 microseconds, and not 100."""


def measure() -> None:
    """Milliseconds a verdict in each twin, the first one of a page that was just loaded, and a whole voyage."""
    rules = read_rules("ordinary", "capacity")
    passengers = [case.facts for case in cases() if case.files == ("ordinary",)]
    tell("rules_ordinary", len(prepare(rules)), "rules")
    _in_python(rules, passengers)
    with chromium.browser() as browser:
        _in_browser(browser, rules, passengers)
        _first_in_browser(browser, rules, passengers)


def _in_python(rules: list[Any], passengers: list[Any]) -> None:
    prepared = prepare(rules)
    took = []
    for one in passengers * ROUNDS:
        began = time.perf_counter()
        judge(prepared, one)
        took.append(1000 * (time.perf_counter() - began))
    _tell("rules_python.verdict", took)
    _tell_slowest("rules_python", took, len(passengers))
    began = time.perf_counter()
    for at in range(VOYAGE):
        judge(prepared, passengers[at % len(passengers)])
    tell("rules_python.voyage_of_1500", time.perf_counter() - began, "s")


def _in_browser(browser: "Browser", rules: list[Any], passengers: list[Any]) -> None:
    page = _open(browser)
    usual = _counts(page)
    _slow(page)
    tell("rules_browser.slowed", _counts(page) / usual, "times")
    told = _call(page, "judgeAll", rules, passengers, ROUNDS, VOYAGE)
    _tell("rules_browser.verdict", told["verdicts"])
    _tell_slowest("rules_browser", told["verdicts"], len(passengers))
    tell("rules_browser.voyage_of_1500", told["voyage"] / 1000, "s")
    page.context.close()


def _first_in_browser(browser: "Browser", rules: list[Any], passengers: list[Any]) -> None:
    """Each time in a process that has judged nobody, each time another passenger."""
    took = []
    for one in passengers[:: len(passengers) // FRESH_PAGES][:FRESH_PAGES]:
        page = _open(browser)
        _slow(page)
        page.wait_for_timeout(SETTLE_MS)
        took.append(_call(page, "first", rules, one))
        page.context.close()
    _tell("rules_browser.first_prepare", [one["prepare"] for one in took])
    _tell("rules_browser.first_verdict", [one["judge"] for one in took])


def _open(browser: "Browser") -> "Page":
    page = browser.new_context().new_page()
    page.route("**/*", _serve)
    page.goto(f"{ORIGIN}/")
    _call(page, "count")
    return page


def _serve(route: "Route") -> None:
    path = urlsplit(route.request.url).path
    if path == "/":
        route.fulfill(body="<!doctype html>", content_type="text/html", headers=ISOLATED)
    else:
        route.fulfill(path=ROOT / path[1:], content_type="text/javascript", headers=ISOLATED)


def _slow(page: "Page") -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})


def _counts(page: "Page") -> float:
    return percentile([_call(page, "count") for _ in range(COUNTS)], 0.5)


def _call(page: "Page", function: str, *arguments: Any) -> Any:
    """What a function of bench/rules.mjs answers in the page."""
    return page.evaluate(
        "async ([name, given]) => (await import('/bench/rules.mjs'))[name](...given)", [function, arguments]
    )


def _tell_slowest(twin: str, took: list[float], passengers: int) -> None:
    """The passenger whose verdict takes longest: the mean of all rounds, so that no single pause decides."""
    tell(f"{twin}.slowest_passenger", max(sum(took[at::passengers]) for at in range(passengers)) / ROUNDS, "ms")


def _tell(kind: str, took: list[float]) -> None:
    tell(f"{kind}.mean", sum(took) / len(took), "ms")
    for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0)):
        tell(f"{kind}.{name}", percentile(took, share), "ms")
