"""One voyage's allotments as a scheme for others: quotas, release plans and flow-back of every class and channel."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select

from app import clock, outbox
from app.db import action, db
from app.errors import Refusal
from app.events import PlacesChanged
from app.schedule.days import earliest_day, latest_day
from app.schedule.models import Voyage
from app.schedule.queries import get_voyage, list_voyages
from app.seats.actions.allotments import add_empty, locked_allotments
from app.seats.models import Allotment, FareClass, LegLoad, PlaceKind
from app.seats.queries import list_all_allotments, list_loads

AHEAD = timedelta(days=366)
"""So far ahead other voyages are looked for."""

Place = tuple[int, int]
"""Fare class and channel."""

Terms = tuple[int, int | None, int | None]
"""Quota, release plan, and minutes before departure at which what is unsold flows back."""

NOTHING: Terms = (0, None, None)


class Fit(StrEnum):
    """Whether a voyage can take the scheme."""

    CHANGES = "changes"
    SAME = "same"
    NOT_ON_SALE = "not_on_sale"
    OVER_CEILING = "over_ceiling"
    BELOW_TAKEN = "below_taken"
    FLOWED = "flowed"
    """Unsold places have gone back to the online channel already."""


@dataclass(frozen=True)
class SchemeTarget:
    """Another voyage of the same ship along the same ports, and what the scheme would change on it."""

    voyage: Voyage
    fit: Fit
    changes: Mapping[Place, tuple[Terms, Terms]]
    """The quotas that were and would be, of the first leg on which they differ."""
    limit: int = 0
    """The ceiling or the places taken that are in the way."""


def list_targets(voyage_id: int) -> list[SchemeTarget]:
    """The coming voyages that can take this one's scheme or cannot, in the order in which they leave.

    Raises NotFound; Refusal `scheme_empty` where there are no allotments, `scheme_flowed`.
    """
    source = get_voyage(voyage_id)
    others = _others(source)
    legs = [leg.id for voyage in [source, *others] for leg in voyage.legs]
    return _judge(source, others, _by_leg(list_all_allotments(legs)), list_loads(legs))


@action
def apply_scheme(voyage_id: int, target_ids: Collection[int]) -> list[Voyage]:
    """Give these voyages the quotas, release plans and flow-back of this one, leg by leg: all of them or none.

    A class that another sells and this one does not is no longer sold. Those that have the scheme already stay as they
    are, so that twice is once; those that were changed come back. Raises NotFound; Refusal `scheme_empty`,
    `scheme_flowed`, `scheme_nobody`, and `scheme_unfit` with the `number` of the first voyage that cannot take it.
    """
    source, wanted_ids = get_voyage(voyage_id), set(target_ids)
    others = [voyage for voyage in _others(source) if voyage.id in wanted_ids]
    if not others or len(others) != len(wanted_ids):
        raise Refusal("scheme_nobody", field="to")
    legs = [leg.id for voyage in [source, *others] for leg in voyage.legs]
    found = locked_allotments(legs)
    # Read only now that they are locked: what somebody else has just sold or swapped is among them.
    targets = _judge(source, others, _by_leg(found.values()), list_loads(legs))
    unfit = next((t for t in targets if t.fit not in (Fit.CHANGES, Fit.SAME)), None)
    if unfit is not None:
        raise Refusal("scheme_unfit", field="to", number=unfit.voyage.number)
    scheme = _scheme(source, _by_leg(found.values()))
    changed = [target.voyage for target in targets if target.fit == Fit.CHANGES]
    for voyage in changed:
        for leg, wanted in zip(voyage.legs, scheme, strict=True):
            for (leg_id, *place), allotment in found.items():
                if leg_id == leg.id and tuple(place) not in wanted:
                    _set(allotment, NOTHING)
            for (class_id, channel_id), terms in wanted.items():
                _set(found.get((leg.id, class_id, channel_id)) or add_empty(leg.id, class_id, channel_id), terms)
        outbox.record(PlacesChanged(voyage.id))
    return changed


def _others(source: Voyage) -> list[Voyage]:
    """The coming voyages of the ship along the same ports."""
    now = clock.now()
    if source.ship_id is None or not source.calls:
        return []
    ports = [call.port_id for call in source.calls]
    found = list_voyages(earliest_day(now) - timedelta(days=1), latest_day(now) + AHEAD, ports[0])
    return [
        voyage
        for voyage in found
        if (voyage.ship_id, voyage.cancelled_at) == (source.ship_id, None)
        and voyage.id != source.id
        and [call.port_id for call in voyage.calls] == ports
        and (start := voyage.calls[0].departs_at) is not None
        and start > now
        and voyage.calls[0].actual_departure is None
    ]


def _judge(
    source: Voyage,
    others: Sequence[Voyage],
    found: Mapping[int, Sequence[Allotment]],
    loads: Mapping[int, LegLoad],
) -> list[SchemeTarget]:
    scheme = _scheme(source, found)
    kinds = {kind.id: kind.kind for kind in db.session.scalars(select(FareClass))}
    return [_target(voyage, scheme, found, loads, kinds) for voyage in others]


def _scheme(source: Voyage, found: Mapping[int, Sequence[Allotment]]) -> list[dict[Place, Terms]]:
    """Read the allotments of each leg."""
    rows = [a for leg in source.legs for a in found.get(leg.id, ())]
    if not any(a.quota for a in rows):
        raise Refusal("scheme_empty")
    if any(a.flowed for a in rows):
        raise Refusal("scheme_flowed")
    return [
        {
            (a.fare_class_id, a.channel_id): (a.quota, a.release_plan_id, a.flow_back_minutes)
            for a in found.get(leg.id, ())
        }
        for leg in source.legs
    ]


def _target(
    voyage: Voyage,
    scheme: Sequence[Mapping[Place, Terms]],
    found: Mapping[int, Sequence[Allotment]],
    loads: Mapping[int, LegLoad],
    kinds: Mapping[int, str],
) -> SchemeTarget:
    changes: dict[Place, tuple[Terms, Terms]] = {}
    for leg, wanted in zip(voyage.legs, scheme, strict=True):
        present = {(a.fare_class_id, a.channel_id): a for a in found.get(leg.id, ())}
        load = loads.get(leg.id)
        if load is None:
            return SchemeTarget(voyage, Fit.NOT_ON_SALE, {})
        if any(a.flowed for a in present.values()):
            return SchemeTarget(voyage, Fit.FLOWED, {})
        sums: dict[str, int] = defaultdict(int)
        for (class_id, _), (quota, *_rest) in wanted.items():
            sums[kinds[class_id]] += quota
        if any(total > load.ceiling for kind, total in sums.items() if kind != PlaceKind.VEHICLE):
            return SchemeTarget(voyage, Fit.OVER_CEILING, {}, load.ceiling)
        for place in sorted(present.keys() | wanted.keys()):
            allotment, after = present.get(place), wanted.get(place, NOTHING)
            taken = allotment.held + allotment.sold if allotment else 0
            if after[0] < taken:
                return SchemeTarget(voyage, Fit.BELOW_TAKEN, {}, taken)
            before = _terms(allotment)
            if before != after:
                changes.setdefault(place, (before, after))
    return SchemeTarget(voyage, Fit.CHANGES if changes else Fit.SAME, changes)


def _terms(allotment: Allotment | None) -> Terms:
    return (allotment.quota, allotment.release_plan_id, allotment.flow_back_minutes) if allotment else NOTHING


def _set(allotment: Allotment, terms: Terms) -> None:
    allotment.quota, allotment.release_plan_id, allotment.flow_back_minutes = terms


def _by_leg(allotments: Collection[Allotment]) -> dict[int, list[Allotment]]:
    rows: dict[int, list[Allotment]] = defaultdict(list)
    for allotment in allotments:
        rows[allotment.leg_id].append(allotment)
    return dict(rows)
