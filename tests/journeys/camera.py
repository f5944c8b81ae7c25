"""A film of somebody who shows a ticket, for the browser's fake camera."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from app.booking.tickets import qr

FRAMES_PER_SECOND = 30
SIZE = (640, 480)
MODULE_PIXELS = 9


def film(picture: Image.Image, path: Path, *, shown_seconds: float = 2, away_seconds: float = 4) -> Path:
    """Write a .mjpeg film to `path`: `picture` held up, then taken away; the browser repeats it.

    Held up again it is a new showing: a ticket that was admitted the first time is refused the second time.
    """
    frame = Image.new("RGB", SIZE, "white")
    shown = picture.convert("RGB")
    shown.thumbnail(SIZE)
    frame.paste(shown, ((SIZE[0] - shown.width) // 2, (SIZE[1] - shown.height) // 2))
    held, empty = _jpeg(frame), _jpeg(Image.new("RGB", SIZE, "white"))
    frames = [held] * round(shown_seconds * FRAMES_PER_SECOND) + [empty] * round(away_seconds * FRAMES_PER_SECOND)
    path.write_bytes(b"".join(frames))
    return path


def code_of(text: str) -> Image.Image:
    """The code that stands for `text`, as a ticket shows it."""
    modules = qr.matrix(text)
    code = Image.new("1", (len(modules), len(modules)))
    code.putdata([0 if black else 1 for row in modules for black in row])
    return code.resize((code.width * MODULE_PIXELS, code.height * MODULE_PIXELS))


def _jpeg(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()
