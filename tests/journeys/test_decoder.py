"""The decoder of the gate's page reads QR codes in a real browser under a strict policy."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import qrcode

from app.config import ROOT
from tests import chromium
from tests.journeys.camera import film

pytestmark = pytest.mark.browser

POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'"
TEXT = "DMG1" + "QWERTY0123456789$%*+-./: " * 5
PAGE = b"<!doctype html><title>camera</title><video muted></video>"

READ_CAMERA = """async () => {
  const worker = new Worker("/static/js/gate/decoder.worker.mjs", {type: "module"});
  const video = document.querySelector("video");
  video.srcObject = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 480}});
  await video.play();
  const [width, height] = [video.videoWidth, video.videoHeight];
  const canvas = new OffscreenCanvas(width, height).getContext("2d", {willReadFrequently: true});
  const read = (id) => new Promise((tell, fail) => {
    worker.onmessage = (message) => tell(message.data);
    worker.onerror = () => fail(new Error("the worker did not start"));
    canvas.drawImage(video, 0, 0);
    const data = canvas.getImageData(0, 0, width, height).data.buffer;
    worker.postMessage({id, width, height, data}, [data]);
  });
  await read(1);
  const began = performance.now();
  return {width, height, answer: await read(2), milliseconds: performance.now() - began};
}"""


class Pages(SimpleHTTPRequestHandler):
    """Serves static/ as the application does: every answer with the policy (a worker obeys its own)."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_GET(self) -> None:
        if self.path != "/":
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=str(ROOT)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_ticket_sized_code_before_the_camera_is_read_and_nothing_comes_from_elsewhere(site, tmp_path: Path):
    code = qrcode.QRCode(version=6, error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=6)
    code.add_data(TEXT)
    shown = film(code.make_image().get_image(), tmp_path / "ticket.mjpeg", away_seconds=0)
    with (
        chromium.browser(*chromium.fake_camera(shown)) as browser,
    ):
        page = browser.new_page()
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(site)
        seen = page.evaluate(READ_CAMERA)
    assert seen["answer"] == {"id": 2, "texts": [TEXT]}
    assert (seen["width"], seen["height"]) == (640, 480)
    assert all(url.startswith(site) for url in asked), asked
    assert any(url.endswith("zxing_reader.wasm") for url in asked), asked
    assert not faults
