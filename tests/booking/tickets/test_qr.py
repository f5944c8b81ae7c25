"""The drawing of a ticket's code: its form, its weight, and that a reader of codes reads it."""

import json
import re
from xml.etree.ElementTree import Element, fromstring

import pytest
from qrcode.exceptions import DataOverflowError

from app.booking.tickets import qr
from app.booking.tickets.code import sign
from app.config import ROOT
from tests import node
from tests.golden.make_tickets import ADULT, BOOK, keyring

TEXT = sign(ADULT, keyring(2))
LONGEST = "DG1:" + "%" * 150
DRAWN = [(qr.svg_for_screen, 41, True), (qr.svg_for_paper, 49, False)]
ZXING = ROOT / "node_modules" / "zxing-wasm"

READ = """
import { readFileSync } from "node:fs";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
const wasmBinary = readFileSync("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm");
prepareZXingModule({ overrides: { wasmBinary } });
const told = [];
for (const modules of JSON.parse(readFileSync(0))) {
  const box = 4, quiet = 4, size = (modules.length + 2 * quiet) * box;
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  modules.forEach((row, y) => row.forEach((black, x) => {
    for (let i = 0; black && i < box * box; i++) {
      const [px, py] = [(x + quiet) * box + i % box, (y + quiet) * box + Math.floor(i / box)];
      data.fill(0, 4 * (py * size + px), 4 * (py * size + px) + 3);
    }
  }));
  const [code] = await readBarcodes({ width: size, height: size, data }, { formats: ["QRCode"], textMode: "Plain" });
  told.push(code && [code.text, `${code.version}-${code.ecLevel}`]);
}
console.log(JSON.stringify(told));
"""


def element(svg: str) -> Element:
    return fromstring(svg)  # noqa: S314  # our own drawing


def modules_of(svg: str) -> list[list[bool]]:
    """What the path paints, module by module, without the quiet zone."""
    root = element(svg)
    size = int(root.attrib["viewBox"].split()[2]) - 8
    rows = [[False] * size for _ in range(size)]
    (path,) = [element for element in root if element.tag.endswith("path")]
    x = y = 0
    for step, first, second in re.findall(r"([Mmh])(\d+)(?: ([\d.]+))?", path.attrib["d"]):
        if step == "M":
            x, y = int(first), int(float(second))
        elif step == "m":
            x += int(first)
        else:
            rows[y - 4][x - 4 : x - 4 + int(first)] = [True] * int(first)
            x += int(first)
    return rows


@pytest.mark.parametrize(("draw", "size", "screen"), DRAWN)
def test_the_picture_paints_exactly_the_modules(draw, size, screen):
    modules = qr.matrix(TEXT, screen)
    assert [len(row) for row in modules] == [size] * size
    assert modules_of(draw(TEXT)) == modules


@pytest.mark.parametrize(("draw", "size", "screen"), DRAWN)
def test_the_picture_is_light_scalable_and_carries_no_style(draw, size, screen):
    svg = draw(LONGEST, "Tiket")
    root = element(svg)
    side = str(size + 8)
    assert root.attrib["viewBox"] == f"0 0 {side} {side}"
    assert (root.attrib["role"], root.attrib["aria-label"]) == ("img", "Tiket")
    assert not {"width", "height"} & set(root.attrib)
    assert "style" not in svg
    assert (root[0].attrib["width"], root[0].attrib["fill"]) == (side, "#fff")
    assert len(svg) < 8_000


def test_a_title_cannot_break_out_of_the_picture():
    root = element(qr.svg_for_screen(TEXT, 'Budi "<script>" & Siti'))
    assert root.attrib["aria-label"] == 'Budi "<script>" & Siti'
    assert len(root) == 2


def test_the_longest_ticket_fits_both_forms_and_a_longer_text_neither():
    for _, size, screen in DRAWN:
        assert len(qr.matrix(LONGEST, screen)) == size
        with pytest.raises(DataOverflowError):
            qr.matrix(LONGEST + "%%%%", screen)


def test_a_text_outside_the_alphanumeric_mode_is_refused():
    with pytest.raises(ValueError, match="mode"):
        qr.matrix(TEXT.lower())


@pytest.mark.skipif(not ZXING.exists(), reason="the browser libraries are not installed (make test does)")
def test_a_reader_of_codes_reads_every_good_golden_ticket_from_screen_and_paper():
    texts = [line["text"] for line in json.loads(BOOK.read_text())["tickets"] if "serial" in line["expect"]]
    pictures = [qr.matrix(text, screen) for text in texts for screen in (True, False)]
    told = node.run("--input-type=module", "--eval", READ, stdin=json.dumps(pictures))
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout) == [[text, form] for text in texts for form in ("6-M", "8-Q")]
