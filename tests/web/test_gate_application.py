"""The officer's installable application: its worker, its shell, and the page that a browser keeps."""

import json
import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.web.gate import application
from tests.conftest import Clock
from tests.web.test_gate import Pier


def shell_of(app: Flask) -> dict[str, object]:
    worker = app.test_client().get("/gate/sw.js")
    assert worker.content_type == "text/javascript; charset=utf-8"
    assert worker.headers["Cache-Control"] == "no-cache", "a new one is looked for at every start"
    found = re.search("^const SHELL = (.*);$", worker.text, re.MULTILINE)
    assert found
    return json.loads(found[1])


def test_every_file_of_the_shell_is_there_for_ever_and_each_import_is_among_them(app: Flask) -> None:
    shell, visitor = shell_of(app), app.test_client()
    files = shell["files"]
    assert isinstance(files, list)
    for address in files:
        answer = visitor.get(address)
        assert (answer.status_code, "immutable" in answer.headers["Cache-Control"]) == (200, True), address
        if address.endswith("js") and "/vendor/" not in address:
            for imported in re.findall(r'(?:from|import\(|URL\()\s*"(\.[^"]+)"', answer.text):
                beside = re.sub(r"[^/]+/\.\./", "", f"{address.rpartition('/')[0]}/{imported}".replace("/./", "/"))
                beside = re.sub(r"[^/]+/\.\./", "", beside)
                assert beside in files or "/vendor/" in beside, (address, beside)
        answer.close()
    assert visitor.get(str(shell["offline"])).status_code == 200


def test_the_shell_has_another_name_when_a_file_is_another(monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    before = application.version()
    monkeypatch.setattr(application, "_digest", lambda path, _age: path[:4].encode())
    assert application.version() != before


def test_a_file_of_another_release_is_kept_by_nobody(app: Flask) -> None:
    answer = app.test_client().get("/gate/shell/0123456789abcdef/js/gate/main.mjs")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    answer.close()


@pytest.mark.parametrize("path", ["style.css", "js/board.mjs", "../wsgi.py", "js/gate/../../style.css", "vendor/x"])
def test_nothing_but_the_shell_is_given_out_by_its_name(app: Flask, path: str) -> None:
    assert app.test_client().get(f"/gate/shell/1/{path}").status_code == 404


def test_the_manifest_tells_in_indonesian_what_is_installed(app: Flask) -> None:
    told = json.loads(app.test_client().get("/gate/manifest.webmanifest").text)
    assert (told["lang"], told["start_url"]) == ("id", "/gate/start")
    for icon in told["icons"]:
        answer = app.test_client().get(icon["src"])
        assert answer.content_type.startswith(icon["type"])
        if icon["type"] == "image/png":
            width, height = Image.open(BytesIO(answer.data)).size
            assert icon["sizes"] == f"{width}x{height}"
        answer.close()
    assert {icon["sizes"] for icon in told["icons"]} == {"any", "192x192", "512x512"}


def test_the_page_that_a_browser_keeps_names_nobody_and_takes_no_news(client: FlaskClient, clock: Clock) -> None:
    pier = Pier(client, clock)
    pier.show(pier.a_serial())
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "Sudah terjadi.")]
    assert "Penumpang 1" not in client.get(f"{pier.page}?kept=1").text
    page = client.get(pier.page).text
    assert "Penumpang 1" in page
    assert "Sudah terjadi." in page, "the page that is read still tells it"
