"""The gate without a signal, in a real browser whose line is cut."""

import pytest

from tests.journeys.gangway import Gangway, officers_phone

pytestmark = pytest.mark.browser

SHELL_KEPT = """async () => {
  await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await caches.keys()).some((name) => name.startsWith("gate pages "))) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}"""


def test_a_page_that_was_opened_once_opens_without_a_signal_and_others_say_so(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        assert page.evaluate(SHELL_KEPT)
        page.context.set_offline(True)
        page.reload()
        page.wait_for_selector("#stage:visible")
        page.wait_for_selector("#hint:has-text('Arahkan kamera')")
        page.goto(address + "/gate/start")
        page.wait_for_selector("#stage:visible")
        page.goto(address + gangway.path + "/orang")
        page.get_by_role("heading", name="Tidak ada sinyal").wait_for()
        page.get_by_role("link", name="Buka halaman pindai").click()
        page.wait_for_selector("#stage:visible")


def test_signing_out_empties_the_kept_pages(address: str, gangway: Gangway) -> None:
    with officers_phone(address, gangway) as page:
        assert page.evaluate(SHELL_KEPT)
        page.context.clear_cookies()
        page.goto(address + "/gate")
        page.wait_for_selector("input[name=password]")
        page.wait_for_function("caches.keys().then(k => !k.some(n => n.startsWith('gate pages ')))")
