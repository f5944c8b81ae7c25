"""Measure the gate's phone: verdicts, packs, the upload of what it kept, people a minute: `python -m bench.gate`.

A real Chromium whose page is slowed six times looks through a camera that shows one code after the other, without a
signal. The packs and the upload are asked for as a phone does, of gunicorn on PostgreSQL. Every line is JSON.
"""

import argparse
import gzip
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

from flask_migrate import upgrade
from playwright.sync_api import Page

from app import clock
from app.accounts.devices.actions import make_enrolment_code
from app.accounts.models import Role
from app.booking.tickets import qr
from app.db import db
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from bench.figures import percentile, tell
from bench.purchase import sign_in
from bench.scanning import COMPARED
from bench.season import book
from bench.serving import Meter, database, web
from bench.yardstick import yardstick
from tests import chromium, factories
from tests.conftest import running, settings_for
from tests.enrolled import Phone, a_guarantor, a_phone
from tests.journeys.cookies import session_cookie
from tests.journeys.gangway import begin_duty, install

SIZES = (1500, 20_000)
"""Tickets of the largest voyage at Sampit, about, and of one that no ship has."""

SLOWED = 6
SHOWN = 60
UPLOADED, BATCH = 1400, 100
"""Scans that wait after a boarding without a signal, and how many a phone sends at once (static/js/gate/queue.mjs)."""

FIRST_PACK_MS = 60_000

NEXT_SECONDS = 1.1
"""Until the next person holds up a code: for a second the page lets the officer read the last verdict."""
MINUTE = 60.0

# A camera that shows what the test draws, a decoder that is timed from the outside, and the first moment of a verdict.
EYES = """(() => {
  const paper = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
  const pen = paper.getContext("2d");
  const wipe = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, 640, 480); };
  wipe();
  setInterval(() => pen.fillRect(0, 0, 1, 1), 33);
  navigator.mediaDevices.getUserMedia = async () => paper.captureStream(30);
  const told = { frame: 0, decoded: 0, verdict: 0, look: "" };
  const frames = new Map();
  const Plain = globalThis.Worker;
  globalThis.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const began = frames.get(data.id);
        frames.delete(data.id);
        if (!data.texts?.length || told.decoded) return;
        [told.frame, told.decoded] = [began, performance.now()];
      });
    }
    postMessage(message, ...rest) {
      frames.set(message.id, performance.now());
      super.postMessage(message, ...rest);
    }
  };
  new MutationObserver(() => {
    const panel = document.getElementById("verdict-panel");
    if (!panel || panel.hidden || told.verdict || !told.decoded) return;
    [told.verdict, told.look] = [performance.now(), panel.dataset.verdict];
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["hidden"] });
  globalThis.showCode = (rows) => {
    Object.assign(told, { frame: 0, decoded: 0, verdict: 0, look: "" });
    wipe();
    pen.fillStyle = "#000";
    rows.forEach((row, y) => row.forEach((dark, x) => dark && pen.fillRect(80 + x * 6, 20 + y * 6, 6, 6)));
  };
  globalThis.awaitAnswer = () => { wipe(); Object.assign(told, { decoded: performance.now(), verdict: 0, look: "" }); };
  globalThis.toldOfCode = () => told;
})()"""


@dataclass
class Gate:
    """A ship of so many tickets that boards, and who works at its side."""

    departure_id: int
    gate_id: int
    officer: str
    signed: list[str]
    phone: Phone
    code: str
    cookie: dict[str, str]

    @property
    def pack(self) -> str:
        """The address of its pack."""
        return f"/api/v1/departures/{self.departure_id}/pack?gate_id={self.gate_id}"


def prepare(url: str, tickets: int) -> Gate:
    """A voyage with so many tickets, in parties of four, under the shipped rules."""
    with running(settings_for(url)) as app:
        upgrade()
        load_shipped(read_sets())
        voyage = factories.a_voyage(places=tickets, departs_at=clock.now() + timedelta(minutes=90))
        departure = factories.departure_of(voyage)
        gate = factories.a_gate(departure.call.port)
        signed = book(voyage, tickets // 4, 4)
        officer, supervisor = factories.a_user(Role.OFFICER), a_guarantor()
        phone = a_phone(officer, supervisor)
        code, cookie = make_enrolment_code(supervisor.id), session_cookie(app, officer, "http://127.0.0.1")
        db.session.refresh(phone.device)
        db.session.expunge(phone.device)
        return Gate(departure.id, gate.id, officer.username, signed, phone, code, cookie)


class Asking:
    """Requests of the phone, signed, in the name of its officer."""

    def __init__(self, port: int, gate: Gate) -> None:
        self.port, self.phone = port, gate.phone
        self.token = sign_in(port, gate.officer)

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[dict[str, Any], int, float]:
        """The answer, its bytes as they were sent (compressed), and the seconds until the last one."""
        headers = {
            "Authorization": f"Bearer {self.token}", "Accept-Encoding": "gzip", "Content-Type": "application/json",
            **self.phone.header(method, path, body),
        }  # fmt: skip
        line = HTTPConnection("127.0.0.1", self.port, timeout=120)
        began = time.perf_counter()
        line.request(method, path, body or None, headers)
        answer = line.getresponse()
        raw, packed = answer.read(), answer.headers.get("Content-Encoding") == "gzip"
        took = time.perf_counter() - began
        line.close()
        if answer.status != 200:
            raise RuntimeError(raw[:400])
        return json.loads(gzip.decompress(raw) if packed else raw), len(raw), took


def measure_packs(asking: Asking, gate: Gate, tickets: int, hello_ms: float) -> None:
    """The whole pack, what of it is sent when one more is aboard, and what both cost."""
    name, meter = f"gate_pack_{tickets}", Meter()
    pack, sent, took = asking.ask("GET", gate.pack)
    used = meter.used() * 1000
    tell(f"{name}.kilobytes", sent / 1000, "kB")
    tell(f"{name}.seconds", took, "s")
    tell(f"{name}.cpu", used, "CPU-ms")
    tell(f"{name}.hellos", used / hello_ms, "hellos")
    asking.ask("POST", "/api/v1/scans", _scan(gate, gate.signed.pop()))
    meter = Meter()
    later, sent, took = asking.ask("GET", f"{gate.pack}&version={pack['version']}")
    used = meter.used() * 1000
    if (len(later["parts"]), later["head"]) != (1, None):
        raise RuntimeError("more has changed than one part")
    tell(f"{name}.change.kilobytes", sent / 1000, "kB")
    tell(f"{name}.change.seconds", took, "s")
    tell(f"{name}.change.hellos", used / hello_ms, "hellos")


def measure_upload(asking: Asking, gate: Gate, hello_ms: float) -> None:
    """All the scans of a boarding without a signal, in the batches of a phone; everybody comes aboard."""
    scans = [_kept(gate, gate.signed.pop()) for _ in range(UPLOADED)]
    meter, began = Meter(), time.perf_counter()
    for at in range(0, UPLOADED, BATCH):
        body = json.dumps({"scans": scans[at : at + BATCH], "unsent": UPLOADED - at}).encode()
        results = asking.ask("POST", "/api/v1/scans/uploads", body)[0]["results"]
        if any((one["answer"] or {}).get("verdict") != "pass" for one in results):
            raise RuntimeError(next(one for one in results if (one["answer"] or {}).get("verdict") != "pass"))
    tell("gate_upload.seconds", time.perf_counter() - began, "s")
    tell("gate_upload.scan", meter.used() / UPLOADED * 1000, "CPU-ms")
    tell("gate_upload.hellos", meter.used() / UPLOADED * 1000 / hello_ms, "hellos")


def _scan(gate: Gate, signed: str) -> bytes:
    return json.dumps(_question(gate, signed)).encode()


def _kept(gate: Gate, signed: str) -> dict[str, Any]:
    told = {"device_verdict": "pass", "device_reason": "admitted", "scanned_at": clock.now().isoformat()}
    return {**_question(gate, signed), **told}


def _question(gate: Gate, signed: str) -> dict[str, Any]:
    at = {"departure_id": gate.departure_id, "gate_id": gate.gate_id}
    return {"id": str(uuid4()), "showing_id": str(uuid4()), "shown": signed, "said": COMPARED, **at}


@contextmanager
def officers_phone(port: int, gate: Gate) -> Iterator[Page]:
    """A phone at the gate that has its pack and whose officer has begun duty."""
    address = f"http://127.0.0.1:{port}"
    with chromium.browser("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream") as browser:
        context = browser.new_context(viewport={"width": 360, "height": 740})
        context.add_cookies([{"name": gate.cookie["name"], "value": gate.cookie["value"], "url": address}])
        context.add_init_script(EYES)
        page = context.new_page()
        install(page, address)
        page.goto(f"{address}/gate/perangkat#{gate.code}")
        page.fill("#name", "HP ukur")
        page.click("#enrol button")
        page.wait_for_selector("#state:has-text('Perangkat terdaftar')")
        page.goto(f"{address}/gate/{gate.departure_id}/{gate.gate_id}")
        begin_duty(page)
        page.wait_for_selector("#data:has-text('data pukul')", timeout=FIRST_PACK_MS)
        yield page


def cut_and_slow(page: Page) -> None:
    """From now on there is no signal, and a slow phone."""
    page.context.set_offline(True)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})


def measure_verdicts(page: Page, gate: Gate, tickets: int) -> None:
    """From the frame in which a code is seen to its verdict, for people who are only looked at, then let aboard.

    The browser slows a page and not its workers: the decoder, which is one, is counted as if it were slowed as well.
    """
    decoding, judging, took, plain, compared = [], [], [], [], []
    for signed in [gate.signed.pop() for _ in range(SHOWN)]:
        began = time.perf_counter()
        time.sleep(NEXT_SECONDS)
        told = _show(page, signed)
        decoding.append(SLOWED * (told["decoded"] - told["frame"]))
        judging.append(told["verdict"] - told["decoded"])
        took.append(decoding[-1] + judging[-1])
        plain.append(time.perf_counter() - began)
        if told["look"] != "compare":
            raise RuntimeError((told, page.inner_text("#verdict-panel")))
        page.evaluate("() => awaitAnswer()")
        page.click("#answers .gate-answer-main")
        if (told := _told(page))["look"] != "pass":
            raise RuntimeError((told, page.inner_text("#verdict-panel")))
        compared.append(time.perf_counter() - began)
    name = f"gate_verdict_{tickets}"
    for part, spent in ((".decoding", decoding), (".judging", judging), ("", took)):
        tell(f"{name}{part}.p50", percentile(spent, 0.5), "ms")
        tell(f"{name}{part}.p95", percentile(spent, 0.95), "ms")
    tell(f"{name}.people_to_verdict", MINUTE * SHOWN / sum(plain), "a minute")
    tell(f"{name}.people_compared", MINUTE * SHOWN / sum(compared), "a minute")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    tell(f"gate_memory_{tickets}.heap", metrics["JSHeapUsedSize"] / 1e6, "MB")


def _show(page: Page, signed: str) -> dict[str, Any]:
    rows = [[bool(dark) for dark in row] for row in qr.matrix(signed)]
    page.evaluate("(rows) => showCode(rows)", rows)
    return _told(page)


def _told(page: Page) -> dict[str, Any]:
    for _ in range(400):
        told: dict[str, Any] = page.evaluate("() => toldOfCode()")
        if told["verdict"]:
            return told
        time.sleep(0.02)
    raise RuntimeError("no verdict")


def main() -> None:
    """Measure all of it, or for one size of ship."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, nargs="*", default=SIZES)
    sizes = parser.parse_args().tickets
    for tickets in sizes:
        with yardstick(1) as hello, database(os.environ.get("DATABASE_URL", "")) as url:
            gate = prepare(url, tickets)
            with web(url) as port:
                with officers_phone(port, gate) as page:
                    cut_and_slow(page)
                    measure_verdicts(page, gate, tickets)
                # Without the browser, which computes as well.
                asking = Asking(port, gate)
                measure_packs(asking, gate, tickets, hello.cpu_ms)
                if tickets == sizes[0]:
                    measure_upload(asking, gate, hello.cpu_ms)


if __name__ == "__main__":
    main()
