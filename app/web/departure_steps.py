"""Steps at a departure that one person or two may do, for the pages of officers and of officials."""

from typing import Any

from flask import Flask, flash, request
from flask_babel import gettext as _

from app import clock, config
from app.accounts.second_person import require_second_person
from app.boarding.actions import departure as departure_actions
from app.boarding.groups.models import letter_of
from app.boarding.models import Departure, DepartureStep, Step
from app.boarding.queries import find_taken, list_requests, list_requests_of
from app.disruption.actions.confirmation import settle as settle_step
from app.errors import Refusal
from app.web.guard import user
from app.web.step_words import told_about
from app.web.words import sentence


def ways_of(departure: Departure, step: Step) -> dict[str, Any]:
    """For a page about OPEN or LEAVE: whether it can be done, undone, and by how many; `barred` says why not.

    `asked`: a colleague has asked a second person for it, who is to confirm that and not to ask again.
    """
    now = clock.now()
    wanted = Step(f"undo_{step}") if find_taken(departure, step) else step
    told: dict[str, Any] = {"undoes": wanted != step, "undo_minutes": config.current().undo_minutes, "barred": ""}
    told["asked"] = any(one.step == wanted for one in waiting(departure))
    try:
        told["alone"] = departure_actions.suffices_alone(departure, wanted, user().id, now)
    except Refusal as refusal:
        told |= {"alone": False, "barred": sentence(refusal.code, refusal.details)}
    return told


def waiting(departure: Departure) -> list[DepartureStep]:
    """List what waits for a second person here."""
    return list_requests(departure.id, clock.now())


def waiting_about(voyage_id: int) -> list[DepartureStep]:
    """List what waits about a whole voyage."""
    return list_requests_of(voyage_id, clock.now())


def bar_of(asked: DepartureStep) -> str:
    """Why the reader may not be the second person for this, and who may; empty for one who may."""
    now = clock.now()
    if asked.due_at and asked.due_at <= now:
        return ""
    try:
        require_second_person(user(), [asked.asked_by], now)
    except Refusal as refusal:
        return sentence(refusal.code, refusal.details)
    return ""


def settle(request_id: int, departure_id: int | None = None) -> None:
    """Confirm or decline as the button says."""
    confirms = request.form.get("answer") == "confirm"
    settled = settle_step(request_id, user().id, confirms=confirms, departure_id=departure_id)
    if confirms:
        flash(_("Sudah dikonfirmasi dan dijalankan."))
    elif settled.asked_by == user().id:
        flash(_("Permintaan Anda ditarik kembali; tidak ada yang berubah."))
    else:
        flash(_("Permintaan ditolak; tidak ada yang berubah."))


def step_words(step: str) -> str:
    """Name a step."""
    return {
        Step.OPEN: _("buka naik kapal lebih awal"),
        Step.LEAVE: _("kapal berangkat"),
        Step.UNDO_OPEN: _("batalkan pembukaan naik kapal"),
        Step.UNDO_LEAVE: _('batalkan "kapal berangkat"'),
        Step.RELEASE: _("berikan tempat yang tidak datang"),
        Step.CANCEL: _("batalkan pelayaran"),
        Step.SWAP: _("ganti kapal"),
        Step.LOWER: _("turunkan kuota"),
        Step.TIMES: _("ubah waktu"),
    }[Step(step)]


def register(app: Flask) -> None:
    """Give the pages the words."""
    app.add_template_filter(step_words)
    app.add_template_filter(letter_of, "group_letter")
    app.add_template_global(waiting, "waiting_steps")
    app.add_template_global(departure_actions.opens_at_earliest, "opens_at_earliest")
    app.add_template_global(bar_of, "bar_of")
    app.add_template_global(waiting_about, "waiting_about")
    app.add_template_global(told_about, "told_about")
