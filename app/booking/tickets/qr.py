"""Drawing the signed text of a ticket as a QR code: fixed size, one light SVG, no picture library."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup
from qrcode import ERROR_CORRECT_M, ERROR_CORRECT_Q, QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

QUIET = 4
"""White modules around the code, as the standard asks."""

MASK = 2
"""Fixed: trying all eight takes eight times as long, and a signature looks like noise under any of them."""

_SVG = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img" aria-label="{title}">'
    '<rect width="{size}" height="{size}" fill="#fff"/>'
    '<path stroke="#000" shape-rendering="crispEdges" d="{path}"/></svg>'
)


def matrix(text: str, screen: bool = True) -> list[list[bool]]:
    """Rows of modules, True for black, without the quiet zone: 41 x 41 for a screen, 49 x 49 for paper.

    Version 6 at level M, or version 8 at level Q, which stands a crease. Raises ValueError for characters
    outside the alphanumeric mode and DataOverflowError for more than 154 of them (157 on paper).
    """
    code = QRCode(
        version=6 if screen else 8,
        error_correction=ERROR_CORRECT_M if screen else ERROR_CORRECT_Q,
        mask_pattern=MASK,
    )
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    return code.modules


def svg_for_screen(text: str, title: str = "QR") -> Markup:
    """An SVG element for a page; `title` is what a screen reader says. CSS gives it its size."""
    return _svg(text, True, title)


def svg_for_paper(text: str, title: str = "QR") -> Markup:
    """The same for a printed page: larger, and readable with a quarter of it spoilt."""
    return _svg(text, False, title)


def svg_of_address(address: str, title: str = "QR") -> Markup:
    """The same for an address, which a phone's own camera opens; as large as it needs."""
    code = QRCode(error_correction=ERROR_CORRECT_M)
    code.add_data(address)
    code.make(fit=True)
    return _SVG.format(size=len(code.modules) + 2 * QUIET, title=title, path="".join(_strokes_of(code.modules)))


def _svg(text: str, screen: bool, title: str) -> Markup:
    size, path = _strokes(text, screen)
    return _SVG.format(size=size, title=title, path=path)


@lru_cache(maxsize=1024)
def _strokes(text: str, screen: bool) -> tuple[int, str]:
    """The size of the picture, and one path of strokes as wide as a module: half as long as one of outlines.

    A ticket's code never changes and its page is opened again and again; drawing it is most of that page.
    """
    modules = matrix(text, screen)
    return len(modules) + 2 * QUIET, "".join(_strokes_of(modules))


def _strokes_of(modules: list[list[bool]]) -> Iterator[str]:
    for y, row in enumerate(modules):
        step = f"M{QUIET} {y + QUIET}.5"
        for black, run in groupby(row):
            length = len(list(run))
            step += f"h{length}" if black else f"m{length} 0"
        yield step
