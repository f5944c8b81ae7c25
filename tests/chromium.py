"""The real browser of the tests: where it is, and how it is started."""

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Playwright

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


_driver: list["Playwright"] = []
_browser: list["Browser"] = []


def _drive() -> "Playwright":
    from playwright.sync_api import sync_playwright

    if not _driver:
        _driver.append(sync_playwright().start())
        atexit.register(stop)
    return _driver[0]


def _start(args: tuple[str, ...]) -> "Browser":
    return _drive().chromium.launch(executable_path=executable(), args=[*FLAGS, *args])


def start_on(profile: Path, **options: Any) -> "BrowserContext":
    """Start a headless browser of its own that keeps everything in the folder `profile`, as a phone's does."""
    return _drive().chromium.launch_persistent_context(
        profile, executable_path=executable(), args=list(FLAGS), **options
    )


@contextmanager
def browser(*args: str) -> Iterator["Browser"]:
    """A headless browser in which nothing was opened yet: the one of this process, or one of its own for further flags.

    Each context has a profile of its own, and is closed at the end.
    """
    if not args and not (_browser and _browser[0].is_connected()):
        _browser[:] = [_start(())]
    mine = _start(args) if args else _browser[0]
    try:
        yield mine
    finally:
        for context in mine.contexts:
            context.close()
        if args:
            mine.close()


def stop() -> None:
    """Stop what was started for the tests of this process."""
    while _browser:
        _browser.pop().close()
    while _driver:
        _driver.pop().stop()


def fake_camera(film: Path) -> tuple[str, ...]:
    """The flags that show `film` (.mjpeg or .y4m, repeated for ever) to whoever asks for a camera."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )
