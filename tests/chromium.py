"""The real browser of the tests: where it is, and how it is started."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    """The path of a Chromium or Chrome on this machine; None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def executable() -> str:
    """The path of the browser; raises FileNotFoundError where there is none."""
    path = find()
    if path is None:
        raise FileNotFoundError("no Chromium on this machine: `make test` installs it")
    return path


def launch(playwright: "Playwright", *, args: tuple[str, ...] = (), **options: Any) -> "Browser":
    """A headless browser with a profile of its own; `args` are further flags, `options` playwright's."""
    return playwright.chromium.launch(executable_path=executable(), args=[*FLAGS, *args], **options)


def fake_camera(film: Path) -> tuple[str, ...]:
    """The flags that show `film` (.mjpeg or .y4m, repeated for ever) to whoever asks for a camera."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
