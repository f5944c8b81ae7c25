"""A change of a journey, as a traveler reads it first: what is true, why, what one can do, and until when."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import url_for
from flask_babel import gettext as _

from app.booking.actions import cancellation
from app.booking.models import OPEN, Booking, BookingState
from app.booking.money.models import Refund
from app.web import changes
from app.web.words import at, last_day, leaves_at, rupiah, why

MOVED = {"late", "early", "named"}
"""Changes of a departure that people must hear of."""


@dataclass(frozen=True)
class Notice:
    """One thing that has changed. `word` is the change in a word, for lists; `shape` its meaning."""

    shape: Literal["pass", "hold", "refuse", ""]
    word: str
    what: str
    why: str = ""
    todo: str = ""
    link: tuple[str, str] | None = None
    """Where one can do something about it: the address and its words."""


def notices_of(booking: Booking, now: datetime, refunds: Iterable[Refund] = ()) -> list[Notice]:
    """List the changes about a held or confirmed booking's journey, the most urgent first; then owed money.

    A journey that was called off or taken away has pages of its own.
    """
    found: list[Notice] = []
    if booking.state_at(now) in {*OPEN, BookingState.CONFIRMED} and booking.voyage.cancelled_at is None:
        if booking.from_call.change in MOVED:
            found.append(_of_the_hour(booking))
        if _sails_on_another_ship(booking):
            found.append(_of_the_ship(booking))
    return found + _of_the_money(booking, refunds)


def change_word(booking: Booking) -> str:
    """The change of a booking that still travels, in a word; empty where nothing has changed."""
    if booking.from_call.change in MOVED - {"named"}:
        return _("Terlambat") if booking.from_call.change == "late" else _("Lebih awal")
    return _("Kapal diganti") if _sails_on_another_ship(booking) else ""


def version_of(booking: Booking, now: datetime, notices: Iterable[Notice]) -> str:
    """A word that is another one whenever the booking's page says something else."""
    call = booking.from_call
    tickets = [(p.name, p.ticket.serial, p.boarded_at) if p.ticket else p.name for p in booking.passengers]
    people = [(p.position, p.state) for p in booking.former_passengers]
    said = (
        booking.state_at(now), booking.payment, booking.amount_idr, booking.expires_at, booking.voyage.cancelled_at,
        booking.voyage.ship_id, call.departs_at, call.change, call.reason, call.tide_from, call.actual_departure,
        tickets, people, list(notices),
    )  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _sails_on_another_ship(booking: Booking) -> bool:
    swapped = booking.voyage.ship_swapped_at
    known = booking.voyage.ship_before and swapped is not None and booking.created_at <= swapped
    return bool(known) and not booking.from_call.actual_departure


def _of_the_hour(booking: Booking) -> Notice:
    call = booking.from_call
    new = leaves_at(call.departs_at, call.port)
    reason = why(call.cause, call.reason)
    because = _("Karena %(words)s.", words=reason.rstrip(".")) if reason else ""
    if call.change == "named":
        return Notice("", _("Jam diumumkan"), _("Jam berangkat sudah diumumkan: %(at)s.", at=new), because)
    assert call.planned_departure is not None  # noqa: S101 - what was moved had a plan
    before = (at if call.precision == "minute" else last_day)(call.planned_departure, call.port)
    if call.change == "late":
        what = _("Kapal terlambat. Berangkat %(new)s, semula %(before)s.", new=new, before=before)
        todo = _("Tiket tetap berlaku. Datang untuk jam yang baru.")
    else:
        what = _("Kapal berangkat lebih awal: %(new)s, semula %(before)s.", new=new, before=before)
        todo = _("Datang lebih awal. Sesudah kapal berangkat, tiket tidak dapat dipakai.")
    return Notice("hold", change_word(booking), what, because, *_what_one_may_do(booking, todo))


def _of_the_ship(booking: Booking) -> Notice:
    voyage = booking.voyage
    now = voyage.ship.name if voyage.ship else _("kapal lain")
    what = _("Kapal diganti: Anda naik %(new)s, bukan %(before)s.", new=now, before=voyage.ship_before)
    because = _("Karena %(words)s.", words=voyage.ship_swap_reason.rstrip(".")) if voyage.ship_swap_reason else ""
    todo = _("Tiket dan kodenya tetap berlaku.")
    return Notice("hold", _("Kapal diganti"), what, because, *_what_one_may_do(booking, todo))


def _what_one_may_do(booking: Booking, todo: str) -> tuple[str, tuple[str, str] | None]:
    """Tell what to do, and for a ticket that can still be changed until when and where."""
    if booking.state != BookingState.CONFIRMED:
        return _("Periksa dahulu jam dan kapalnya sebelum membayar."), None
    if not changes.is_open(booking):
        return todo, None
    closes = cancellation.closes_at(booking)
    if closes:
        until = at(closes, booking.from_call.port)
        todo += " " + _("Tidak bisa ikut? Pindah kapal atau batalkan sampai %(at)s.", at=until)
    return todo, (url_for("traveler.changes", code=booking.code), _("Pindah kapal atau batalkan"))


def _of_the_money(booking: Booking, refunds: Iterable[Refund]) -> list[Notice]:
    port, refunds = booking.from_call.port, list(refunds)
    counter = _("Loket Pelabuhan %(port)s", port=port.name)
    owed = [refund for refund in refunds if refund.paid_at is None and refund.amount_idr != 0]
    if owed:
        amounts = [refund.amount_idr for refund in owed]
        if None in amounts:
            what = _("Ada uang kembali untuk Anda di %(counter)s. Loket menghitung jumlahnya.", counter=counter)
        else:
            total = rupiah(sum(amount or 0 for amount in amounts))
            what = _("Uang kembali %(amount)s menunggu di %(counter)s.", amount=total, counter=counter)
        return [Notice("hold", _("Uang kembali"), what, todo=_("Bawa kode pesanan dan dokumen Anda."))]
    paid = [refund for refund in refunds if refund.paid_at is not None]
    if paid:
        last = max(refund.paid_at for refund in paid if refund.paid_at)
        what = _("Uang kembali sudah dibayar di loket %(at)s.", at=at(last, port))
        return [Notice("pass", _("Uang kembali"), what)]
    return []
