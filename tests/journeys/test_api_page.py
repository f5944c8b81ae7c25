"""The API as people meet it: its page in a browser, and the examples of its guide in a shell."""

import json
import os
import re
import subprocess
from typing import Any

import pytest

from app.accounts.models import Role
from app.config import ROOT
from tests import chromium, factories
from tests.journeys.screen import DESK, PHONE, look

pytestmark = pytest.mark.browser

LIGHT_AND_DARK = [
    pytest.param({"viewport": size, "color_scheme": scheme}, id=f"{name}-{scheme}")
    for name, size in (("phone", PHONE), ("desk", DESK))
    for scheme in ("light", "dark")
]


@pytest.mark.parametrize("options", LIGHT_AND_DARK)
def test_the_page_of_the_api_fits_and_is_accessible(address: str, options: dict[str, Any]) -> None:
    dark = "dark-" if options["color_scheme"] == "dark" else ""
    with chromium.browser() as browser:
        page = browser.new_context(**options).new_page()
        faults: list[str] = []
        page.on("console", lambda told: faults.append(told.text))
        page.goto(f"{address}/api/v1/")
        assert not page.locator("details table").first.is_visible()
        for answers in page.locator("details > summary").all():
            answers.click()
        look(page, f"{dark}api-page")
        small = page.locator("summary, nav a, .btn").evaluate_all(
            "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
        )
        assert small == []
        page.click("a[href='#begin_session']")
        assert page.locator("#begin_session").evaluate("one => one.getBoundingClientRect().top < innerHeight / 2")
        assert faults == []


def test_the_examples_of_the_guide_run_from_search_to_the_second_showing(address: str) -> None:
    factories.a_user(Role.OFFICER, "petugas")
    factories.a_voyage()
    guide = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", guide, re.DOTALL))
    env = {**os.environ, "API": f"{address}/api/v1", "PASSWORD": factories.PASSWORD}
    run = subprocess.run(["sh", "-eu", "-c", script], env=env, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    answers = [json.loads(line) for line in run.stdout.splitlines() if line]
    scans = [answer for answer in answers if "verdict" in answer]
    assert [answer["verdict"] for answer in scans] == ["pass", "refuse"]
    [uploaded] = answers[-1]["results"]
    assert (uploaded["answer"]["verdict"], uploaded["code"]) == ("refuse", "")
    shown = [set(json.loads(sample)) for sample in re.findall(r"```json\n(.*?)```", guide, re.DOTALL)]
    assert shown == [set(answers[2]), set(scans[-1]), {"code", "message", "errors"}]
