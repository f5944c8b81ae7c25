"""Places that a ship has and no quota offers: a larger ship raises no quota by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.schedule.models import PortCall, Voyage
from app.seats.models import Allotment, PlaceKind
from app.seats.queries import list_loads
from app.seats.stocks import Key


@dataclass(frozen=True)
class Unoffered:
    """A leg whose quotas for persons are together below what the ship may carry."""

    start: PortCall
    end: PortCall
    quota: int
    ceiling: int

    @property
    def places(self) -> int:
        """How many stay unsold until somebody changes a quota."""
        return self.ceiling - self.quota


def list_unoffered(
    voyage: Voyage, places: Iterable[Allotment], ceilings: Mapping[int, int], after: Mapping[Key, int] | None = None
) -> list[Unoffered]:
    """The legs of a voyage with such places under these ceilings; `after` are quotas that are going to change."""
    sums = dict.fromkeys(ceilings, 0)
    for p in places:
        if p.fare_class.kind != PlaceKind.VEHICLE and p.leg_id in sums:
            sums[p.leg_id] += (after or {}).get((p.leg_id, p.fare_class_id, p.channel_id), p.quota)
    calls = {call.id: call for call in voyage.calls}
    return [
        Unoffered(calls[leg.from_call_id], calls[leg.to_call_id], sums[leg.id], ceilings[leg.id])
        for leg in voyage.legs
        if leg.id in sums and sums[leg.id] < ceilings[leg.id]
    ]


def unoffered_since_swap(voyage: Voyage, places: Iterable[Allotment]) -> list[Unoffered]:
    """The same as it is now, for a voyage that got another ship and still sells."""
    if voyage.ship_swapped_at is None or voyage.cancelled_at or any(call.actual_departure for call in voyage.calls):
        return []
    loads = list_loads([leg.id for leg in voyage.legs])
    return list_unoffered(voyage, places, {leg_id: load.ceiling for leg_id, load in loads.items()})
