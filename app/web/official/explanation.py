"""Every place explained: the open sum of a voyage from the ship's papers to what is left, and the rows behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext

from app import clock
from app.accounts.models import Role
from app.booking.explaining import explain, list_rows
from app.errors import NotFound
from app.flow.recount import recount_voyage
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.models import CapacityCertificate, Dispensation
from app.seats.queries import list_all_allotments, papers_of
from app.web.guard import only, user
from app.web.official.door import bp

_ = lazy_gettext

PARTS: dict[str, tuple[Any, Any]] = {
    "certificate": (_("Sertifikat"), _("orang menurut sertifikat keselamatan")),
    "dispensation": (_("Dispensasi"), _("lebih (atau kurang) menurut surat dispensasi")),
    "not_in_classes": (_("Tidak masuk kelas"), _("batas kapal yang tidak dibagi menjadi ranjang atau kursi")),
    "quota": (_("Kuota kelas"), _("semua saluran bersama")),
    "others": (_("Saluran lain"), _("disisihkan untuk loket, agen, program gratis dan cadangan")),
    "unreleased": (_("Belum dilepas"), _("ditahan rencana pelepasan bertahap")),
    "held": (_("Ditahan"), _("pemesan yang belum membayar")),
    "sold": (_("Terjual"), _("sudah dikonfirmasi")),
    "restricted": (_("Dibatasi aturan"), _("belum terjual, tetapi di atas bagian tempat yang boleh dijual")),
    "blocked": (_("Tertutup batas kapal"), _("belum terjual, tetapi kapal tidak boleh membawa orang lagi")),
}
"""What each step of the sum is called, and what it means."""

ROWS = {"ditahan": (True, True), "terjual": (False, True), "saluran-lain": (None, False), "semua": (None, None)}
"""What may be asked for in the address of the rows behind a step: held or not, online or not."""

STEPS = {"held": "ditahan", "sold": "terjual", "others": "saluran-lain", "blocked": "semua"}
"""The rows behind a step."""


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
    leg = next((leg for leg in found.legs if leg.id == leg_id), None)
    if leg is None:
        raise NotFound("voyage_not_found")
    asked = request.args.get("bagian", "semua")
    held, online = ROWS.get(asked, ROWS["semua"])
    calls = {call.id: call for call in found.calls}
    return render_template(
        "official/explanation_rows.html",
        voyage=found,
        start=calls[leg.from_call_id],
        end=calls[leg.to_call_id],
        leg=leg,
        rows=list_rows(found, leg, held=held, online=online),
        asked=asked if asked in ROWS else "semua",
        masks=user().role != Role.ADMINISTRATOR,
        as_of=clock.now(),
    )
