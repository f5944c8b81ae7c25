"""The frame of these doors, and the words in which a departure is told, by the page and by its script."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from app import clock
from app.boarding.models import DepartureState
from app.flow.queries import DepartureRow
from app.live.tokens import new_token
from app.schedule.models import Port
from app.web import words
from app.web.official.telling import NEEDS, STATES

bp = Blueprint("official", __name__)

SECTIONS = ("needs", "now", "coming", "later", "left")
"""Where a departure stands on the board, the most urgent first."""

COMING = 12
"""So many of the coming departures are in sight; the others are folded."""


def sections(rows: Iterable[DepartureRow]) -> dict[str, list[DepartureRow]]:
    """The rows by the place where they stand; those that have left with the latest first."""
    found: dict[str, list[DepartureRow]] = {name: [] for name in SECTIONS}
    for row in rows:
        name = section(row)
        if name == "coming" and len(found["coming"]) >= COMING:
            name = "later"
        found[name].append(row)
    found["left"].reverse()
    return found


def section(row: DepartureRow) -> str:
    """Where the row stands by itself: it needs somebody, happens now, comes, or is over."""
    if row.needs:
        return "needs"
    if row.state == DepartureState.CANCELLED:
        return "coming" if row.departs_at and row.departs_at > clock.now() else "left"
    return {DepartureState.OPEN: "coming", DepartureState.LEFT: "left"}.get(row.state, "now")


def clock_time(moment: datetime, port: Port) -> str:
    """`13.00.05 WIB`, in English `13:00:05 WIB`."""
    separator = ":" if str(get_locale()) == "en" else "."
    return f"{words.local(moment, port):%H{separator}%M{separator}%S} {words.zone_name(port.zone)}"


def stream_url(topic: str) -> str:
    """Where this visitor's browser hears the news of `topic`; the board's address is good for a few minutes."""
    asked = {"topic": topic}
    if topic != "public":
        asked["token"] = new_token(str(current_app.secret_key), topic)
    return f"{words.live_url()}/stream?{urlencode(asked)}"


def for_the_script(topic: str, poll: str, port: Port) -> dict[str, Any]:
    """What the page's script needs to follow `topic` and to say it in the page's language."""
    return {
        "topic": topic,
        "stream": stream_url(topic),
        "poll": poll,
        "language": str(get_locale()),
        "zone": port.zone,
        "zone_name": words.zone_name(port.zone),
        "states": {state: {"text": str(text), "tag": tag} for state, (text, tag) in STATES.items()},
        "needs": {need: {"text": str(text), "tag": tag} for need, (text, tag) in NEEDS.items()},
        "says": {
            "lost": _("Terputus, data per %(time)s", time="{time}"),
            "signed_out": _("Anda sudah keluar. Muat ulang halaman ini untuk masuk lagi."),
            "was": _("semula %(at)s", at="{time}"),
            "tide": _("menunggu pasang %(window)s", window="{window}"),
            "changes": {change: str(text) for change, text in words.CHANGES.items()},
            "causes": {cause: str(text) for cause, text in words.CAUSES.items()},
            "night": _("%(before)s malam menuju %(day)s", before="{before}", day="{day}"),
            "no_time": _("jam belum diumumkan"),
            "certificate": _("tidak didokumentasikan"),
            "dispensation": _("tidak ada"),
        },
    }


@bp.app_template_filter()
def masked(name: str) -> str:
    """`Siti Uji` as `S••• U•••`: enough to tell two scans apart, not enough to know who it was."""
    return " ".join(f"{part[0]}•••" for part in name.split())


def day_in(moment: datetime, port: Port) -> str:
    """The day of a moment on the port's calendar: `Min, 7 Apr 2024`."""
    return words.day(words.local(moment, port).date())


for _filter in (clock_time, day_in):
    bp.add_app_template_filter(_filter)
