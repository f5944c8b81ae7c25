"""Looking for a ship: the front page, and the voyages of a day."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, request
from flask_babel import gettext as _

from app import clock, config
from app.flow.queries import find_season
from app.schedule.models import Port, PortCall
from app.schedule.queries import list_ports, list_voyages
from app.web.forms import Form
from app.web.guard import public
from app.web.journeys import Journey, journeys_along, list_ends
from app.web.today import today
from app.web.traveler.door import bp

NEXT = 6
"""Departures on the front page."""

AHEAD_DAYS = 45
"""How far the front page looks, and the search for the nearest day with places."""

AROUND_DAYS = 3
"""Days shown on each side of the day that was asked for."""


@dataclass(frozen=True)
class SearchDay:
    """The voyages that leave on one day."""

    day: date
    voyages: int
    """Those that were not called off."""
    cancelled: int
    remaining: int


@bp.get("/")
@public
def home() -> str:
    """The search form, and the departures that come next."""
    ports = list_ports()
    here = next((p for p in ports if p.name == config.current().port_name), None)
    now = today(here)
    voyages = list_voyages(now - timedelta(days=1), now + timedelta(days=AHEAD_DAYS), here.id if here else None)
    journeys = journeys_along([ends for ends in list_ends(voyages[: 4 * NEXT], here) if not left(ends[1])][:NEXT])
    first = next((j for j in journeys if j.open and j.remaining), None)
    form = Form(
        defaults={
            "dari": here.code if here else "",
            "ke": first.end.port.code if first else next((p.code for p in ports if p != here), ""),
            "hari": (first.start.day if first else None) or now,
        }
    )
    return render_template(
        "traveler/home.html",
        form=form,
        ports=ports,
        today=now,
        journeys=journeys,
        season=find_season(now),
        here=here,
    )


@bp.get("/cari")
@public
def search() -> str | tuple[str, int]:
    """The voyages of the day that was asked for, and how it looks on the days around it."""
    ports = list_ports()
    labels = {"dari": _("Dari"), "ke": _("Ke"), "hari": _("Hari")}
    form = Form(request.args, labels)
    start, end = _port(form, "dari", ports), _port(form, "ke", ports)
    if start and start == end:
        form.errors["ke"] = _("Asal dan tujuan sama. Pilih pelabuhan lain.")
    now = today(start)
    day = _day(form, now)
    if form.errors or not (start and end and day):
        return render_template("traveler/search.html", form=form, ports=ports, today=now, day=None), 422
    first = max(now, day - timedelta(days=AROUND_DAYS))
    last = day + timedelta(days=AROUND_DAYS)
    journeys = journeys_along(list_ends(list_voyages(first, last, start.id, end.id), start, end))
    days = [_told(first + timedelta(days=n), journeys) for n in range((last - first).days + 1)]
    that_day = [j for j in journeys if j.start.day == day]
    nearest = None if any(j.open and j.remaining for j in that_day) else _nearest(day, now, start, end)
    return render_template(
        "traveler/search.html", form=form, ports=ports, today=now, day=day, start=start, end=end,
        days=days, journeys=that_day, nearest=nearest,
    )  # fmt: skip


def left(call: PortCall) -> bool:
    """Whether the ship has left this call, or should have."""
    return bool(call.actual_departure) or call.departs_at is None or call.departs_at <= clock.now()


def _told(day: date, journeys: list[Journey]) -> SearchDay:
    those = [journey for journey in journeys if journey.start.day == day]
    cancelled = sum(journey.cancelled for journey in those)
    return SearchDay(
        day, len(those) - cancelled, cancelled, sum(journey.remaining for journey in those if journey.open)
    )


def _port(form: Form, name: str, ports: list[Port]) -> Port | None:
    typed = form.value(name).strip().lower()
    port = next((p for p in ports if typed in {p.code.lower(), p.name.lower()}), None)
    if port is None:
        form.errors[name] = _("Pilih pelabuhan dari daftar.")
    return port


def _day(form: Form, now: date) -> date | None:
    try:
        day = date.fromisoformat(form.value("hari"))
    except ValueError:
        form.errors["hari"] = _("Tulis hari seperti 2026-11-27, atau pilih dari kalender.")
        return None
    if day < now:
        form.errors["hari"] = _("Hari itu sudah lewat. Pilih hari ini atau sesudahnya.")
    elif day > now + timedelta(days=730):
        form.errors["hari"] = _("Hari itu terlalu jauh. Pilih hari dalam dua tahun ini.")
    return day


def _nearest(day: date, now: date, start: Port, end: Port) -> Journey | None:
    """The journey with places on the day nearest to `day`, the later one of two; None where there is none."""
    first, last = max(now, day - timedelta(days=AHEAD_DAYS)), day + timedelta(days=AHEAD_DAYS)
    journeys = journeys_along(list_ends(list_voyages(first, last, start.id, end.id), start, end))
    free = [(abs((j.start.day - day).days), j.start.day < day, j) for j in journeys
            if j.start.day and j.open and j.remaining]  # fmt: skip
    return min(free, key=lambda found: found[:2])[2] if free else None
