"""Word what exactly a step about a voyage would do, for the person who confirms it."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.boarding.models import DepartureStep, Step
from app.disruption.actions.voyage_changes import preview
from app.disruption.approval import change_from
from app.errors import Refusal
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import list_ships
from app.seats.queries import list_all_allotments
from app.web import words
from app.web.words import ngettext, sentence


def told_about(step: DepartureStep) -> list[str]:
    """Tell what is asked for and whom it touches, line by line; nothing for a step at a departure, told by its name."""
    voyage = step.voyage
    if voyage is None:
        return []
    details = step.details or {}
    if step.step == Step.TIMES:
        return _times(voyage, details)
    told = {Step.CANCEL: _cause, Step.SWAP: _ship, Step.LOWER: _quotas}[Step(step.step)](voyage, details)
    return [*told, _affected(step, voyage)] if step.state == "waits" else told


def _cause(_voyage: Voyage, details: dict[str, Any]) -> list[str]:
    return [str(words.CAUSES[details["cause"]])]


def _ship(voyage: Voyage, details: dict[str, Any]) -> list[str]:
    names = {ship.id: ship.name for ship in list_ships()}
    return [_("Kapal pengganti: %(ship)s", ship=names.get(details["ship_id"], "?")), *_quotas(voyage, details)]


def _quotas(voyage: Voyage, details: dict[str, Any]) -> list[str]:
    ends = {leg.id: (leg.from_call_id, leg.to_call_id) for leg in voyage.legs}
    calls = {call.id: call.port.name for call in voyage.calls}
    given = {tuple(row[:3]): row[3] for row in details["given"]}
    told = []
    for place in list_all_allotments(list(ends)):
        key = (place.leg_id, place.fare_class_id, place.channel_id)
        if key in given:
            start, end = ends[place.leg_id]
            told.append(f"{calls[start]} → {calls[end]}, {place.fare_class.name}: {place.quota} → {given[key]}")
    return told


def _times(voyage: Voyage, details: dict[str, Any]) -> list[str]:
    call = next((call for call in voyage.calls if call.id == details.get("call_id")), None)
    if call is None:
        return []
    names = {
        "revised_arrival": _("Tiba, waktu baru"),
        "revised_departure": _("Berangkat, waktu baru"),
        "actual_arrival": _("Sudah tiba"),
        "actual_departure": _("Sudah berangkat"),
    }
    told = [call.port.name]
    for name, label in names.items():
        if name == "actual_arrival" and call.actual_arrival and not details.get(name):
            told.append(_("Catatan tiba dihapus"))
        elif details.get(name):
            told.append(f"{label}: {_at(details[name], call)}")
    return told


def _at(moment: str, call: PortCall) -> str:
    return words.at(datetime.fromisoformat(moment), call.port)


def _affected(step: DepartureStep, voyage: Voyage) -> str:
    """How many would lose their places now."""
    try:
        souls = preview(voyage.id, change_from(Step(step.step), step.details or {}, step.reason)).souls
    except Refusal as refusal:
        return sentence(refusal.code, refusal.details)
    return ngettext("%(num)s orang kehilangan tempat", "%(num)s orang kehilangan tempat", souls)
