"""Every place explained: the open sum of a voyage from the ship's papers to what is left, and the rows behind it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext

from app import clock
from app.accounts.models import Role
from app.booking.inventory.breakdown import KEPT, explain, list_rows, sum_legs
from app.booking.inventory.place_rows import FareClassOnSale
from app.booking.models import Booking, BookingState
from app.errors import or_refuse
from app.flow.recount import recount_voyage
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.models import CapacityCertificate, Dispensation, PlaceKind
from app.seats.queries import list_all_allotments, papers_of
from app.web.guard import only, user
from app.web.official.door import bp

_ = lazy_gettext

PARTS: dict[str, tuple[Any, Any]] = {
    "certificate": (_("Sertifikat"), _("orang menurut sertifikat keselamatan")),
    "dispensation": (_("Dispensasi"), _("lebih (atau kurang) menurut surat dispensasi")),
    "not_in_classes": (_("Tidak masuk kelas"), _("batas kapal yang tidak dibagi menjadi ranjang atau kursi")),
    "quota": (_("Kuota kelas"), _("semua saluran bersama")),
    "others": (_("Saluran lain"), _("disisihkan untuk loket, agen, program gratis dan cadangan, belum diambil")),
    "unreleased": (_("Belum dilepas"), _("belum dijual menurut rencana bertahap")),
    "held": (_("Belum dibayar"), _("dipesan dan belum dibayar, semua saluran")),
    "sold": (_("Terjual"), _("sudah dikonfirmasi, semua saluran")),
    "aside": (_("Untuk daftar tunggu"), _("disisihkan sebentar untuk rombongan pertama yang menunggu")),
    "restricted": (_("Dibatasi aturan"), _("belum terjual, tetapi di atas bagian tempat yang boleh dijual")),
    "blocked": (_("Tertutup batas kapal"), _("belum terjual, tetapi kapal tidak boleh membawa orang lagi")),
}
"""The name of each step of the sum, and its meaning."""

STEPS = {"held": "belum-dibayar", "sold": "terjual", "blocked": "semua"}
"""The rows behind a step."""

TITLES: dict[str, Any] = {
    "semua": _("Semua"), "terjual": _("Terjual"), "belum-dibayar": _("Belum dibayar"),
    "ranjang": _("Di ranjang atau kursi"),
    "bayi": _("Bayi di pangkuan"), "tanpa-ranjang": _("Tanpa ranjang"), "di-kendaraan": _("Di kendaraan"),
}  # fmt: skip
"""Parts of a sum whose rows an address may ask for, and their names."""


def _counted(asked: str) -> tuple[str, Callable[[Booking], int]]:
    """The number that the rows are behind, and how much of it a booking is."""

    def places(booking: Booking) -> int:
        return booking.places

    def of_kind(kind: PlaceKind) -> Callable[[Booking], int]:
        return lambda booking: booking.places if booking.fare_class.kind == kind else 0

    counts: dict[str, tuple[str, Callable[[Booking], int]]] = {
        "terjual": ("sold", lambda booking: booking.places if booking.state == BookingState.CONFIRMED else 0),
        "belum-dibayar": ("held", lambda booking: booking.places if booking.state == BookingState.HELD else 0),
        "ranjang": ("in_beds", of_kind(PlaceKind.BED)),
        "bayi": ("infants", lambda booking: booking.infants),
        "tanpa-ranjang": ("without_bed", of_kind(PlaceKind.NON_SEAT)),
        "di-kendaraan": ("in_vehicles", lambda booking: booking.vehicle_persons or 0),
    }
    return counts.get(asked, ("places", places))


@bp.get("/kelola/pelayaran/<int(max=2147483647):voyage_id>/penjelasan")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def explanation(voyage_id: int) -> str:
    """The sums of every leg, as numbers and as a picture, and whether the counters are what one would count."""
    recounted = recount_voyage(voyage_id)
    found = get_voyage(voyage_id)
    return render_template(
        "official/explanation.html",
        told=explain(found),
        voyage=found,
        parts=PARTS,
        steps=STEPS,
        kept=KEPT,
        differences=recounted,
        recounted_at=clock.now(),
        papers=_papers(found),
        allotments=list_all_allotments([leg.id for leg in found.legs]),
    )


@dataclass(frozen=True)
class Paper:
    """One paper of the ship; `counts` when a leg sets out on one of its days."""

    kind: Any
    letter: str
    persons: int
    first: date
    last: date
    counts: bool


def _papers(voyage: Voyage) -> list[Paper]:
    if voyage.ship_id is None:
        return []
    days = [call.day for call in voyage.calls[:-1] if call.day]
    papers = papers_of(voyage.ship_id)
    kinds: tuple[tuple[Any, Sequence[CapacityCertificate | Dispensation]], ...] = (
        (_("Sertifikat"), papers.certificates),
        (_("Dispensasi"), papers.dispensations),
    )
    return [
        Paper(
            kind, getattr(p, "letter", ""), p.persons, p.valid_from, p.valid_to,
            any(p.valid_from <= day <= p.valid_to for day in days),
        )
        for kind, found in kinds
        for p in found
    ]  # fmt: skip


@bp.get("/kelola/pelayaran/<int(max=2147483647):voyage_id>/penjelasan/<int(max=2147483647):leg_id>")
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def explanation_rows(voyage_id: int, leg_id: int) -> str:
    """The bookings behind a step of one leg's sum; officials see masked names."""
    found = get_voyage(voyage_id)
    leg = or_refuse(next((leg for leg in found.legs if leg.id == leg_id), None), "voyage_not_found")
    asked = request.args.get("bagian", "semua")
    asked = asked if asked in TITLES else "semua"
    number, counts = _counted(asked)
    kelas = request.args.get("kelas", "")
    classes = [row.fare_class for row in sum_legs([found])[leg_id].classes]
    chosen = [one for one in classes if _is_of(one, kelas)]
    calls = {call.id: call for call in found.calls}
    bookings = list_rows(found, leg, fare_class_ids=[one.id for one in chosen] if kelas else None)
    return render_template(
        "official/explanation_rows.html",
        voyage=found,
        start=calls[leg.from_call_id],
        end=calls[leg.to_call_id],
        leg=leg,
        rows=[(booking, n) for booking in bookings if (n := counts(booking))],
        asked=asked,
        number=number,
        titles=TITLES,
        kelas=kelas,
        which=", ".join(one.name for one in chosen),
        masks=user().role != Role.ADMINISTRATOR,
        as_of=clock.now(),
    )


def _is_of(fare_class: FareClassOnSale, asked: str) -> bool:
    """Whether the class was asked for: by its id, as one of those for persons, or with all."""
    if asked == "orang":
        return fare_class.kind != PlaceKind.VEHICLE
    return asked in ("", str(fare_class.id))
