"""Times with their zone, days, money, numbers, and the names of what every port has, as visitors read them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_domain, get_locale, gettext
from flask_babel import lazy_gettext as _

from app import clock
from app.booking.models import OPEN, Booking, BookingState, Displacement
from app.schedule.days import Zoned, is_midnight, local_day, port_day
from app.schedule.models import Port
from app.seats.models import Channel
from app.web.words.language import KEPT, language, written

MORNING = 4
"""The hour at which a night is over: before it people say which night they mean."""

_ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}

CAUSES: dict[str, Any] = {
    "tide": _("pasang surut"),
    "weather": _("cuaca"),
    "technical": _("teknis"),
    "order": _("perintah otoritas"),
}
"""Why a time has changed, by the code of its cause."""

CHANGES: dict[str, Any] = {
    "late": _("Terlambat"),
    "early": _("Lebih awal"),
    "named": _("Jam diumumkan"),
}
"""How a time has changed. Leaving early is told as loudly as leaving late: whoever comes on time misses the ship."""

CHANNELS = {"Online": _("Online"), "Loket": _("Loket"), "Agen": _("Agen"), "Cadangan": _("Cadangan")}
"""The channels that every port has, by the names they have in the tables; no other can take one of them."""


def zone_name(zone: str) -> str:
    """WIB, WITA or WIT."""
    return _ZONES.get(zone, zone)


def day(value: date | None) -> str:
    """`Min, 7 Apr 2024`."""
    return written(value, "EEE, d MMM y") if value else ""


def local(moment: datetime, port: Zoned) -> datetime:
    """The moment on the port's clock."""
    return moment.astimezone(port.tz)


def at(moment: datetime | None, port: Zoned) -> str:
    """`Min, 7 Apr 2024 13.00 WIB` on the port's clock; `Rabu malam, 16 Des 2026, pukul 24.00 WIB (Kamis 00.00)`."""
    if moment is None:
        return ""
    on = port_day(moment, port.tz)
    if not is_midnight(moment, port.tz):
        return f"{day(on)} {hour(moment, port)}"
    return str(
        gettext(
            "%(weekday)s malam, %(date)s, pukul %(hour)s (%(next)s)",
            weekday=written(on, "EEEE"),
            date=written(on, "d MMM y"),
            hour=hour(moment, port),
            next=night(moment, port),
        )
    )


def hour(moment: datetime | None, port: Zoned) -> str:
    """`13.00 WIB`, in English `13:00 WIB`; midnight is `24.00 WIB`, of the day that it ends."""
    return "" if moment is None else _hour(language(), moment, port.zone)


@lru_cache(maxsize=KEPT)
def _hour(spoken: str, moment: datetime, zone: str) -> str:
    here = moment.astimezone(ZoneInfo(zone))
    shown = "24" if is_midnight(moment, here.tzinfo or UTC) else f"{here:%H}"
    return f"{shown}{_separator(spoken)}{here:%M} {zone_name(zone)}"


def night(moment: datetime | None, port: Zoned) -> str:
    """Which night an hour is in: `Kamis 00.00` of 24.00 on Wednesday, `Rabu malam menuju Kamis` of 02.00 on Thursday.

    Empty by day.
    """
    if moment is None or local(moment, port).hour >= MORNING:
        return ""
    name = written(local_day(moment, port.tz), "EEEE")
    if is_midnight(moment, port.tz):
        return f"{name} 00{hour_separator()}00"
    before = written(local_day(moment, port.tz) - timedelta(days=1), "EEEE")
    return str(gettext("%(before)s malam menuju %(day)s", before=before, day=name))


def leaves_at(moment: datetime | None, port: Port) -> str:
    """`at`, and of the small hours which night they are in: people come to the port the evening before."""
    if moment is None or is_midnight(moment, port.tz):
        return at(moment, port)
    which = night(moment, port)
    return f"{at(moment, port)} ({which})" if which else at(moment, port)


def hour_separator() -> str:
    """The sign between hours and minutes in the reader's language."""
    return _separator(language())


@lru_cache(maxsize=KEPT)
def _separator(_language: str) -> str:
    locale = get_locale()
    return ":" if locale and ":" in locale.time_formats["short"].pattern else "."


def window(start: datetime | None, end: datetime | None, port: Port, on: date | None = None) -> str:
    """`13.00–15.00 WIB` on the port's clock; with its day where that is not the day `on`."""
    if start is None or end is None:
        return ""
    first = port_day(start, port.tz)
    if first != port_day(end, port.tz):
        return f"{at(start, port)} – {at(end, port)}"
    ahead = "" if first == on else f"{day(first)} "
    return f"{ahead}{hour(start, port).split(' ')[0]}–{hour(end, port)}"


def last_day(moment: datetime, port: Port) -> str:
    """The day that ends at `moment` (a plan that names no time is the end of its day)."""
    return day(port_day(moment, port.tz))


def why(cause: str, reason: str = "") -> str:
    """`cuaca: ombak 3 meter`: the cause of a change in its word, and what else was said of it."""
    word = str(CAUSES.get(cause, ""))
    return f"{word}: {reason}" if word and reason else word or reason


def how_changed(change: str) -> str:
    """`Terlambat`, or nothing for what is no change."""
    return str(CHANGES.get(change, ""))


def said(sentence: Mapping[str, str]) -> str:
    """A sentence that is kept in several languages, in the reader's; where that is missing, in Indonesian."""
    return sentence.get(language()) or sentence["id"]


def rupiah(amount: int | None) -> str:
    """`Rp290.000`, in English `Rp290,000`; where no source gives the amount, says so."""
    return str(gettext("belum diumumkan")) if amount is None else f"Rp{number(amount)}"


def number(value: int) -> str:
    """`9.900`, in English `9,900`."""
    return f"{value:,}".replace(",", _group(language()))


@lru_cache(maxsize=KEPT)
def _group(_language: str) -> str:
    locale = get_locale()
    return str(locale.number_symbols["latn"]["group"]) if locale else "."


def ngettext(one: str, several: str, count: int, **more: Any) -> str:
    """A sentence about so many things, with `num` as `number` writes it."""
    text = get_domain().get_translations().ungettext(one, several, count)
    return str(text % {"num": number(count), **more})


def channel_name(channel: Channel) -> str:
    """A channel as pages name it: one that every port has in the reader's language, a port's own as it is called."""
    return str(CHANNELS.get(channel.name, channel.name))


def ship_booked(booking: Booking, lost: Displacement | None = None) -> str:
    """The ship of a booking as its people knew it; empty where it ended, and another ship may have come since."""
    voyage = booking.voyage
    if lost is not None:
        return lost.ship_name
    travels = booking.state_at(clock.now()) in {*OPEN, BookingState.CONFIRMED}
    if not travels and voyage.ship_swapped_at is not None and booking.created_at <= voyage.ship_swapped_at:
        return ""
    return voyage.ship.name if voyage.ship else gettext("Kapal belum disebut")
