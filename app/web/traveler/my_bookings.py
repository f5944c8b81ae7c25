"""Bookings and waiting-list places that this browser knows; each with its state, and until when."""

from dataclasses import dataclass
from datetime import datetime

from flask import session
from flask_babel import gettext as _

from app import clock
from app.booking.actions.journey_overlap import minutes_of
from app.booking.models import OPEN, Booking, BookingState, Displacement
from app.booking.queries import list_bookings_by_code
from app.booking.waitlist.models import WaitingEntry, WaitingState
from app.booking.waitlist.queries import list_calls, list_entries_by_code, state_at
from app.disruption.queries import list_displacements
from app.schedule.models import PortCall
from app.web.traveler.status import change_word


@dataclass(frozen=True)
class Mine:
    """One of them: the journey, and its state in a word with the meaning's shape (`pass`, `hold`, `refuse` or none).

    `told` says what to do next; `until` by when.
    """

    code: str
    start: PortCall
    end: PortCall
    shape: str
    state: str
    told: str = ""
    until: datetime | None = None


def list_my_bookings() -> list[Mine]:
    """The bookings that were made or opened here: first those that lost their places, then the newest."""
    codes = session.get("bookings", [])
    found = {booking.code: booking for booking in list_bookings_by_code(codes)}
    lost = list_displacements([booking.id for booking in found.values()])
    mine = [_told(found[code], lost.get(found[code].id)) for code in reversed(codes) if code in found]
    return sorted(mine, key=lambda row: row.shape != "refuse")


@dataclass(frozen=True)
class Twice:
    """People of an order who are on another order of this browser at the same time."""

    names: str
    other: Booking


def list_twice(booking: Booking) -> list[Twice]:
    """List who of the order also travels, by this browser's other orders, while its ship is under way.

    Asks about no others.

    One of the two cannot be paid, or not be used: a person is in one place at a time.
    """
    time = minutes_of(booking.from_call, booking.to_call)
    codes = [code for code in session.get("bookings", []) if code != booking.code]
    if time is None or not codes:
        return []
    numbers = {person.document_number for person in booking.passengers}
    answer, now = [], clock.now()
    for other in list_bookings_by_code(codes):
        theirs = minutes_of(other.from_call, other.to_call)
        if theirs is None or other.state_at(now) not in {BookingState.CONFIRMED, *OPEN}:
            continue
        names = [person.name for person in other.passengers if person.document_number in numbers]
        if names and theirs[0] < time[1] and theirs[1] > time[0] and other.voyage.cancelled_at is None:
            answer.append(Twice(", ".join(names), other))
    return answer


def list_my_waits() -> list[Mine]:
    """The places on the waiting list that were taken or opened here, the newest first."""
    codes = session.get("waiting", [])
    found = {entry.code: entry for entry in list_entries_by_code(codes)}
    calls = list_calls(*found.values())
    waits = [found[code] for code in reversed(codes) if code in found]
    return [_told_wait(entry, *calls[entry.choices[0].id][1:3]) for entry in waits]


def _told(booking: Booking, lost: Displacement | None) -> Mine:
    start, end, now = booking.from_call, booking.to_call, clock.now()
    state = booking.state_at(now)

    def mine(shape: str, word: str, told: str = "", until: datetime | None = None) -> Mine:
        return Mine(booking.code, start, end, shape, word, told, until)

    if lost is not None and not lost.way_out:
        told = _("uang kembali: ambil di loket") if lost.refund_chosen_at else _("pilih kapal lain atau uang kembali")
        return mine("refuse", _("Tempat hilang"), told if booking.amount_idr != 0 else _("pilih kapal lain"))
    if state in {BookingState.CONFIRMED, *OPEN} and booking.voyage.cancelled_at:
        return mine("refuse", _("Pelayaran dibatalkan"))
    if state in OPEN:
        word = _("Belum dibayar") if booking.payment else _("Belum selesai")
        return mine("hold", word, _("bayar di loket") if booking.payment else _("lanjutkan"), booking.expires_at)
    if state == BookingState.CONFIRMED:
        gone = start.actual_departure or (start.departs_at and start.departs_at <= now)
        if gone:
            return mine("", _("Sudah berangkat"))
        changed = change_word(booking)
        return mine("hold", changed) if changed else mine("pass", _("Dikonfirmasi"))
    if lost is not None and lost.way_out == "moved":
        return mine("", _("Sudah pindah kapal"))
    return mine("", _("Waktu habis") if state == BookingState.EXPIRED else _("Selesai"))


def _told_wait(entry: WaitingEntry, start: PortCall, end: PortCall) -> Mine:
    state = state_at(entry, clock.now())
    if state == WaitingState.OFFERED and entry.booking is not None:
        if entry.booking.payment:
            word, told = _("Belum dibayar"), _("bayar di loket")
        else:
            word, told = _("Ada tempat"), _("ambil")
        shape = "hold" if entry.booking.payment else "pass"
        return Mine(entry.code, start, end, shape, word, told, entry.booking.expires_at)
    words = {WaitingState.WAITING: ("hold", _("Menunggu")), WaitingState.SERVED: ("pass", _("Sudah dapat"))}
    return Mine(entry.code, start, end, *words.get(state, ("", _("Selesai"))))
