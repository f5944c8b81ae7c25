"""The times of one call: the tide that the ship waits for, what is expected, and what has happened."""

from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.boarding.actions.call_times import ask_times
from app.boarding.actions.call_times import change_times as save_times
from app.errors import NotFound, Refusal, or_refuse
from app.schedule.models import PortCall, Voyage
from app.schedule.queries import get_voyage
from app.schedule.timing import CallTimes
from app.web import words
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import TimesIn
from app.web.forms import Form
from app.web.guard import user

MOMENTS = (
    "revised_arrival",
    "revised_departure",
    "tide_from",
    "tide_until",
    "actual_arrival",
    "actual_departure",
)


@bp.get(f"/pelayaran/<{ID}:voyage_id>/singgah/<{ID}:call_id>")
@only_administrator
def times(voyage_id: int, call_id: int) -> str:
    """The form with all that is said of one call's times."""
    found, call = _call(voyage_id, call_id)
    return _page(found, call, Form(labels=_labels(), defaults=_present(call)))


@bp.post(f"/pelayaran/<{ID}:voyage_id>/singgah/<{ID}:call_id>")
@only_administrator
def change_times(voyage_id: int, call_id: int) -> tuple[str, int] | Response:
    """Give the call its times, with their cause; every open board shows them."""
    found, call = _call(voyage_id, call_id)
    form = Form({**_unasked(found, call), **request.form.to_dict()}, _labels())
    given = form.load(TimesIn())
    if given is None:
        return _page(found, call, form), 422
    present = _present(call)
    said: dict[str, Any] = {"cause": given["cause"], "reason": given["reason"]}
    for name in MOMENTS:
        # A moment that was not touched keeps the seconds that the form does not show.
        untouched = form.value(name) == present[name]
        said[name] = getattr(call, name) if untouched else _aware(given[name], call)
    times, later_too, asking = CallTimes(**said), given["later_too"], request.form.get("asking", "").strip()
    try:
        if asking:
            ask_times(call_id, times, user().id, asking, later_too=later_too)
            return go(
                "voyage", _("Sudah diminta. Rekan lain mengonfirmasinya di sini atau di papan."), voyage_id=voyage_id
            )
        changed = save_times(call_id, times, user().id, later_too=later_too)
    except NotFound:
        raise
    except Refusal as refusal:
        form.refuse(refusal, "asking" if refusal.code == "step_reason_missing" else None)
        by_two = bool(asking) or refusal.code == "needs_second_person"
        return _page(*_call(voyage_id, call_id), form, by_two=by_two), refusal.status
    return go("voyage", _told(changed), voyage_id=voyage_id)


def _aware(moment: datetime | None, call: PortCall) -> datetime | None:
    return moment.replace(tzinfo=call.port.tz) if moment else None


def _told(call: PortCall) -> str:
    if call.revised_departure and not call.actual_departure:
        return _("Waktu baru: %(at)s.", at=words.at(call.revised_departure, call.port))
    return _("Waktu di %(port)s sudah disimpan.", port=call.port.name)


def _call(voyage_id: int, call_id: int) -> tuple[Voyage, PortCall]:
    found = get_voyage(voyage_id)
    call = or_refuse(found.call_of(call_id), "call_not_found")
    return found, call


def _present(call: PortCall) -> dict[str, str]:
    """Fill the form with the call: moments to the minute on the port's clock."""
    shown = {"cause": call.cause, "reason": call.reason}
    for name in MOMENTS:
        moment: datetime | None = getattr(call, name)
        shown[name] = f"{words.local(moment, call.port):%Y-%m-%dT%H:%M}" if moment else ""
    return shown


def _unasked(found: Voyage, call: PortCall) -> dict[str, str]:
    """Keep as it is what the form does not ask for at this call."""
    present = _present(call)
    return {name: present[name] for name in MOMENTS if name not in _asked(found, call)}


def _asked(found: Voyage, call: PortCall) -> list[str]:
    first, last = found.calls[0] is call, found.calls[-1] is call
    hidden = ["revised_arrival", "actual_arrival"] if first and not call.arrives_at else []
    if last and not call.departs_at:
        hidden += ["revised_departure", "tide_from", "tide_until", "actual_departure"]
    return [name for name in MOMENTS if name not in hidden]


def _labels() -> dict[str, str]:
    return {
        "revised_departure": _("Berangkat, waktu baru"),
        "revised_arrival": _("Tiba, waktu baru"),
        "cause": _("Sebab"),
        "reason": _("Keterangan"),
        "later_too": _("Singgah berikutnya"),
        "tide_from": _("Pasang mulai"),
        "tide_until": _("Pasang sampai"),
        "actual_arrival": _("Sudah tiba"),
        "actual_departure": _("Sudah berangkat"),
        "asking": _("Alasan untuk orang kedua"),
    }


def _page(found: Voyage, call: PortCall, form: Form, *, by_two: bool = False) -> str:
    causes = [("", _("Tidak ada perubahan")), *((cause, str(text)) for cause, text in words.CAUSES.items())]
    return render_template(
        "admin/times.html",
        voyage=found,
        call=call,
        form=form,
        causes=causes,
        asked=_asked(found, call),
        now_there=f"{words.local(clock.now(), call.port):%Y-%m-%dT%H:%M}",
        later=found.calls[-1] is not call,
        by_two=by_two,
    )
