"""The quotas of a voyage in one table: classes by channels, leg by leg, with their sums, changed all together."""

from collections.abc import Mapping

from flask import render_template, request
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from app import clock
from app.booking.eligibility.decrees import restrictions_on
from app.errors import NotFound, Refusal
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage
from app.seats.actions.quotas import Place, set_quota_table
from app.seats.models import FareClass
from app.seats.queries import list_all_allotments, list_channels, list_fare_classes, list_loads
from app.web.admin.door import ID, bp, go, only_administrator
from app.web.admin.schemas import PERSONS_MAX, Count
from app.web.forms import Form, say
from app.web.words import channel_name


@bp.get(f"/pelayaran/<{ID}:voyage_id>/kuota")
@only_administrator
def quota_table(voyage_id: int) -> str:
    """The table, with classes that the voyage has; all classes with `?kelas=semua`."""
    return _page(get_voyage(voyage_id))


@bp.post(f"/pelayaran/<{ID}:voyage_id>/kuota")
@only_administrator
def change_quota_table(voyage_id: int) -> tuple[str, int] | Response:
    """Set what was changed, all or nothing; what somebody else has changed meanwhile is told at its field.

    With `all_legs` the first leg's numbers are meant for every leg.
    """
    found, typed = get_voyage(voyage_id), request.form.to_dict()
    form = Form(typed, _labels(found))
    first = found.legs[0].id if typed.get("all_legs") else None
    wanted: dict[Place, int] = {}
    for name in form.labels:
        place = _place(name)
        source = _name((first or place[0], *place[1:]))
        if text := typed.get(source, "").strip():
            try:
                wanted[place] = min(Count().deserialize(text), PERSONS_MAX)
            except ValidationError as error:
                form.errors[source] = say(str(error.messages[0]))
    if form.errors:
        return _page(found, form), 422
    try:
        changed = set_quota_table(voyage_id, wanted, _seen(form.value("seen")))
    except NotFound:
        raise
    except Refusal as refusal:
        where = refusal.details
        at = (where["leg_id"], where["fare_class_id"], where["channel_id"]) if "leg_id" in where else None
        form.refuse(refusal, _name(at) if at else "")
        # Sent again, it is a change of what is shown now.
        form.typed = {name: value for name, value in typed.items() if name != "seen"}
        return _page(get_voyage(voyage_id), form), refusal.status
    told = _("Kuota sudah disimpan.") if changed else _("Tidak ada angka yang diubah.")
    return go("allotments", told, voyage_id=voyage_id)


def _name(place: Place) -> str:
    return "quota_{}_{}_{}".format(*place)


def _place(name: str) -> Place:
    leg_id, fare_class_id, channel_id = (int(part) for part in name.split("_")[1:])
    return leg_id, fare_class_id, channel_id


def _seen(text: str) -> dict[Place, int]:
    """Write down what the form was filled with: `12.1.2=30 12.1.3=0`."""
    found: dict[Place, int] = {}
    for part in text.split():
        place, _sep, quota = part.partition("=")
        numbers = place.split(".")
        if quota.isdecimal() and len(numbers) == 3 and all(n.isdecimal() and len(n) < 10 for n in numbers):
            found[int(numbers[0]), int(numbers[1]), int(numbers[2])] = int(quota)
    return found


def _labels(found: Voyage) -> dict[str, str]:
    classes, channels = list_fare_classes(), list_channels()
    return {
        _name((leg_id, kind.id, channel.id)): (
            f"{kind.name}, {channel_name(channel)}, {start.port.name} → {end.port.name}"
        )
        for leg_id, start, end in found.leg_ends()
        for kind in classes
        for channel in channels
    }


def _page(found: Voyage, form: Form | None = None) -> str:
    leg_ids = [leg.id for leg in found.legs]
    allotments = {(a.leg_id, a.fare_class_id, a.channel_id): a for a in list_all_allotments(leg_ids)}
    present: Mapping[Place, int] = {place: a.quota for place, a in allotments.items()}
    form = form or Form(labels=_labels(found))
    seen = " ".join("{}.{}.{}={}".format(*place, quota) for place, quota in sorted(present.items()))
    form.defaults = {**{_name(place): quota for place, quota in present.items()}, "seen": seen}
    here = {class_id for _, class_id, _ in present} | {_place(name)[1] for name in form.errors if name in form.labels}
    every: list[FareClass] = list_fare_classes()
    shown = [kind for kind in every if kind.id in here or not here or request.args.get("kelas") == "semua"]
    return render_template(
        "admin/quota_table.html",
        voyage=found,
        legs=found.leg_ends(),
        classes=shown,
        more=len(shown) < len(every),
        channels=list_channels(),
        allotments=allotments,
        loads=list_loads(leg_ids),
        form=form,
        name=_name,
        restrictions=restrictions_on(found.calls[:-1]),
        as_of=clock.now(),
    )
