"""The frame of the official's doors: sections of the board, and what its script needs."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app
from flask_babel import gettext as _
from flask_login import current_user

from app import clock
from app.boarding.models import DepartureState
from app.flow.departure_rows import DepartureRow
from app.live.tokens import new_token
from app.schedule.days import local_day
from app.schedule.models import Port
from app.web import words
from app.web.official.departure_words import COUNTDOWN, STATES
from app.web.words.figures import hour_separator
from app.web.words.language import language

bp = Blueprint("official", __name__)

SECTIONS = ("now", "coming", "later", "left", "cancelled")
"""Where a departure stands on the board, in its order."""

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
    """Where the row stands by itself: it happens now, comes, has left, or was called off."""
    own = {DepartureState.OPEN: "coming", DepartureState.LEFT: "left", DepartureState.CANCELLED: "cancelled"}
    return own.get(row.state, "now")


def is_over(row: DepartureRow) -> bool:
    """Whether nobody comes to the port for it any more: it has left, or was called off and its time has passed."""
    if row.state == DepartureState.CANCELLED:
        return not (row.departs_at and row.departs_at > clock.now())
    return row.state == DepartureState.LEFT


def clock_time(moment: datetime, port: Port) -> str:
    """`13.00.05 WIB`, in English `13:00:05 WIB`."""
    separator = hour_separator()
    return f"{words.local(moment, port):%H{separator}%M{separator}%S} {words.zone_name(port.zone)}"


def stream_url(topic: str) -> str:
    """Where this visitor's browser hears the news of `topic`; the board's address is good for a few minutes."""
    asked = {"topic": topic}
    if topic != "public":
        asked["token"] = new_token(str(current_app.secret_key), topic, current_user.session_id)
    return f"{words.live_url()}/stream?{urlencode(asked)}"


def for_the_script(topic: str, poll: str, port: Port) -> dict[str, Any]:
    """Give the page's script what it needs to follow `topic` and to say it in the page's language."""
    return {
        "topic": topic,
        "stream": stream_url(topic),
        "poll": poll,
        "language": language(),
        "zone": port.zone,
        "zone_name": words.zone_name(port.zone),
        **_words_of_the_script(language()),
    }


@lru_cache(maxsize=8)
def _words_of_the_script(_language: str) -> dict[str, Any]:
    return {
        "states": {state: {"text": str(text), "tag": tag} for state, (text, tag) in STATES.items()},
        "says": {
            "lost": _("Terputus, data per %(time)s", time="{time}"),
            "signed_out": _("Anda sudah keluar. Muat ulang halaman ini untuk masuk lagi."),
            "was": _("semula %(at)s", at="{time}"),
            "tide": _("menunggu pasang %(window)s", window="{window}"),
            "changes": {change: str(text) for change, text in words.CHANGES.items()},
            "causes": {cause: str(text) for cause, text in words.CAUSES.items()},
            "night": _("%(before)s malam menuju %(day)s", before="{before}", day="{day}"),
            "no_time": _("jam belum diumumkan"),
            "countdown": {name: str(text) for name, text in COUNTDOWN.items()},
            "certificate": _("tidak ada suratnya"),
            "dispensation": _("tidak ada"),
        },
    }


@bp.app_template_filter()
def masked(name: str) -> str:
    """`Siti Uji` as `S••• U•••`: enough to tell two scans apart, not enough to know who it was."""
    return " ".join(f"{part[0]}•••" for part in name.split())


def countdown(moment: datetime | None, now: datetime) -> str:
    """`2 jam 15 menit lagi`, `lewat 24 menit`: how long until a moment, or since. telling.mjs writes the same."""
    if moment is None:
        return ""
    minutes = int((moment - now).total_seconds() / 60)
    days, rest = divmod(abs(minutes), 24 * 60)
    parts = {"days": days, "hours": rest // 60, "minutes": rest % 60 if not days else 0}
    span = " ".join(str(COUNTDOWN[name]).replace("{n}", str(n)) for name, n in parts.items() if n)
    if not span:
        return str(COUNTDOWN["now"])
    return str(COUNTDOWN["ahead" if minutes > 0 else "past"]).replace("{span}", span)


def day_in(moment: datetime, port: Port) -> str:
    """The day of a moment on the port's calendar: `Min, 7 Apr 2024`."""
    return words.day(local_day(moment, port.tz))


for _filter in (clock_time, day_in, countdown):
    bp.add_app_template_filter(_filter)
