"""Copy a voyage to other days: one copy, or a pattern of them, all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from app.db import action, db
from app.errors import Refusal
from app.planning.actions.voyages import build, plan_of
from app.planning.leg_capacity import add_shares, shares_on
from app.schedule.models import PortCall, Voyage
from app.schedule.overlap import find_other_voyage, meet
from app.schedule.plans import NUMBER_MAX, VoyagePlan
from app.schedule.queries import get_voyage
from app.seats.models import LegLoad


@dataclass(frozen=True)
class Copies:
    """The copies that were made, and those that were there already."""

    made: list[Voyage]
    left: list[Voyage]


@dataclass(frozen=True)
class Foreseen:
    """One day of a pattern before anything is made."""

    day: date
    copy: Voyage | None
    """The copy that is there already: nothing more is made for this day."""
    others: int
    """Other departures of the ship from the same port on this day."""
    sails: str = ""
    """The number of the voyage that the ship still makes then: the copy would be refused with `ship_sails_then`."""


@action
def copy_voyage(voyage_id: int, days: Sequence[date], *, with_places: bool = False) -> Copies:
    """Make the voyage again on these days of its first departure, at the same hours on each port's own clock.

    All of them or none. The number of a copy is made of the day and of the voyage that it is a copy of, so that the
    same days again make nothing more. `with_places`: with the quotas of every channel as they are here. Raises
    NotFound `voyage_not_found`; Refusal `no_first_day` for a voyage whose first call has no day, and with places
    `copy_not_on_sale` and `copy_over_ceiling`, naming the `day`, where no paper of the ship speaks of that day or
    it allows fewer persons; `ship_sails_then` where the ship is under way then.
    """
    template = get_voyage(voyage_id)
    shares = shares_on(leg.id for leg in template.legs) if with_places else {}
    copies, own_day = Copies([], []), first_day(template)
    for day in sorted(set(days)):
        plan = _plan(template, day)
        before = db.session.scalar(select(Voyage).where(Voyage.number == plan.number))
        if before is not None or day == own_day:
            copies.left.append(before or template)
            continue
        made = build(plan)
        copies.made.append(made)
        for old, leg in zip(template.legs, made.legs, strict=True):
            if not shares.get(old.id):
                continue
            load = db.session.get(LegLoad, leg.id)
            if load is None:
                raise Refusal("copy_not_on_sale", field="with_places", day=day)
            if not add_shares(load, shares[old.id]):
                raise Refusal("copy_over_ceiling", field="with_places", day=day, ceiling=load.ceiling)
    return copies


def foresee(voyage_id: int, days: Sequence[date]) -> list[Foreseen]:
    """Foresee what `copy_voyage` would find on these days, in their order.

    Raises as it does, save for `ship_sails_then`.
    """
    template = get_voyage(voyage_id)
    plans = {day: _plan(template, day) for day in sorted(set(days))}
    numbers = {day: plan.number for day, plan in plans.items()}
    found = db.session.scalars(select(Voyage).where(Voyage.number.in_(numbers.values())))
    copies = {voyage.number: voyage for voyage in found}
    first = template.calls[0]
    sets_out = list(
        db.session.scalars(
            select(PortCall.day)
            .join(Voyage, PortCall.voyage_id == Voyage.id)
            .where(Voyage.ship_id == template.ship_id, Voyage.number.not_in(copies), PortCall.port_id == first.port_id)
            .where(PortCall.day.in_(days), PortCall.planned_departure.is_not(None))
        )
    )
    fresh = {day: plan for day, plan in plans.items() if plan.number not in copies and day != first_day(template)}
    sails = _sails(fresh)
    return [
        Foreseen(day, copies.get(number), sets_out.count(day), sails.get(day, "")) for day, number in numbers.items()
    ]


def _sails(plans: Mapping[date, VoyagePlan]) -> dict[date, str]:
    """Where the ship makes another voyage then, that is there or that an earlier one of these days will be: which."""
    found: dict[date, str] = {}
    made: list[VoyagePlan] = []
    for day, plan in plans.items():
        if plan.ship_id is None:
            continue
        other = find_other_voyage(plan.ship_id, plan.calls) or next(
            (p for p in made if meet(plan.calls, p.calls)), None
        )
        if other is None:
            made.append(plan)
        else:
            found[day] = other.number
    return found


def first_day(voyage: Voyage) -> date:
    """The planned local day of its first departure. Raises Refusal `no_first_day`."""
    first = voyage.calls[0] if voyage.calls else None
    day = plan_of(voyage).calls[0].day(first.port.tz) if first else None
    if day is None:
        raise Refusal("no_first_day", field="day")
    return day


def _plan(template: Voyage, day: date) -> VoyagePlan:
    plan, by = plan_of(template), (day - first_day(template)).days
    zones = [call.port.tz for call in template.calls]
    # Another day has another tide: the window of the old one would keep the ship waiting at the wrong hour.
    calls = tuple(
        replace(call.shifted(by, zone), tide_from=None, tide_until=None)
        for call, zone in zip(plan.calls, zones, strict=True)
    )
    ends = f"{template.calls[0].port.name}/{template.calls[-1].port.name}"
    name = template.ship.name if template.ship else template.operator.name
    number = f"{day}/{name}/{ends}"[: NUMBER_MAX - 12] + f"/{template.id}"
    return replace(plan, calls=calls, number=number, source_url=template.source_url, note=template.note)
