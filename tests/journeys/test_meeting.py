"""Two officers' phones without a signal that meet: each reads the other's screen with its camera."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Page

from app.boarding.models import Scan
from app.db import db
from tests import factories
from tests.journeys.camera import film
from tests.journeys.gangway import PASS, REFUSE, Gangway, officers_phone
from tests.journeys.test_offline_gate import ready, show, unsent

pytestmark = pytest.mark.browser


class Phone:
    """A phone whose camera sees what is held in front of it."""

    def __init__(self, page: Page, seen: Path) -> None:
        self.page, self.seen = page, seen

    def shown(self, code: str) -> Image.Image:
        """A picture of a code on its screen."""
        if not self.page.locator(code).is_visible():
            self.page.click("#meeting")
        self.page.wait_for_selector(f"{code}:visible")
        return Image.open(BytesIO(self.page.locator(code).screenshot()))

    def reads(self, picture: Image.Image, words: str) -> None:
        """Hold a picture in front of its camera, which a page opens anew, until the panel says so."""
        film(picture, self.seen.with_suffix(".new"), away_seconds=1).replace(self.seen)
        self.page.reload()
        self.page.wait_for_selector(f"#meeting-panel:has-text('{words}')", timeout=20_000)


@contextmanager
def two_phones(address: str, gangway: Gangway, folder: Path) -> Iterator[tuple[Phone, Phone]]:
    """Two enrolled phones at one gangway, each with a pack that knows the other, and then without a signal."""
    with ExitStack() as stack:
        phones = []
        for number in (1, 2):
            seen = folder / f"seen-{number}.mjpeg"
            shutil.copy(gangway.nothing, seen)
            phones.append(Phone(stack.enter_context(officers_phone(address, gangway, seen)), seen))
        for phone in phones:
            ready(phone.page)
        for phone in phones:
            with phone.page.expect_response(lambda answer: "/pack" in answer.url) as told:
                phone.page.reload()
            told.value.finished()
            phone.page.wait_for_timeout(1000)  # until it is on its disk
            phone.page.context.set_offline(True)
        yield phones[0], phones[1]


def test_after_one_look_at_each_other_both_refuse_what_the_other_let_in_and_the_copy_is_listed(
    app: Flask, address: str, gangway: Gangway, tmp_path: Path
) -> None:
    [mine, theirs] = [one.serial for one in factories.tickets_of(factories.a_booking(gangway.departure.call.voyage, 2))]
    copied = gangway.ticket.serial
    with two_phones(address, gangway, tmp_path) as (one, other):
        for phone, serials in ((one, [mine, copied]), (other, [theirs, copied])):
            for serial in serials:
                show(phone.page, serial, PASS)
        other.reads(one.shown("#meeting-aboard"), "HP uji terbaca: 2 orang naik lewat HP itu")
        one.reads(other.shown("#meeting-aboard"), "HP uji terbaca: 2 orang naik lewat HP itu")
        for phone in (one, other):
            assert phone.page.locator("#copies li").count() == 1
            assert copied in phone.page.inner_text("#copies")
            assert "jam belum diketahui" in phone.page.inner_text("#copies")
        other.reads(one.shown("#meeting-times"), "1 tiket ganda")
        one.reads(other.shown("#meeting-times"), "1 tiket ganda")
        for phone, first in ((one, "Lebih dulu: HP ini"), (other, "Lebih dulu: HP uji")):
            told = phone.page.inner_text("#copies")
            assert first in told
            assert gangway.gate.name in told
            assert "jam belum diketahui" not in told
        for phone, serial in ((one, theirs), (other, mine)):
            told = show(phone.page, serial, REFUSE)
            assert "Sudah naik lewat HP lain: HP uji" in told
        for phone in (one, other):
            phone.page.context.set_offline(False)
            unsent(phone.page, 0)
    db.session.rollback()
    passes = db.session.scalars(db.select(Scan.serial).where(Scan.verdict == "pass"))
    assert sorted(passes) == sorted([mine, theirs, copied])
    called_back = db.select(Scan.serial).where(Scan.verdict != "pass", Scan.device_verdict == "pass")
    assert list(db.session.scalars(called_back)) == [copied], "the copy is to be called back"
