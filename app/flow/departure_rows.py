"""One departure as it stands: its times, its places, its people, and why somebody must look at it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from app.boarding.models import Departure, DepartureState, DepartureStep
from app.boarding.no_shows import cut_off
from app.boarding.passenger_counts import Group, PassengerCounts, PeopleCounts, count_people
from app.boarding.queries import departures_with_requests, list_all_waiting
from app.booking.inventory.breakdown import LegSum, sum_legs
from app.schedule.models import Port, PortCall, Voyage

LATE = timedelta(minutes=15)
"""A departure moved by this much or more is late. Dermaga's own: no source gives the port's minute."""

NEARLY_FULL_PERCENT = 95
"""From this share of the ceiling on, the gate is about to stop. Dermaga's own."""

NO_CEILING_AHEAD = timedelta(days=2)
"""So long before departure a ship without a documented capacity is a matter for somebody. Dermaga's own."""


class Need(StrEnum):
    """Why a departure needs a person who decides."""

    REQUESTED = "requested"
    """An officer has asked for something that takes a second person."""
    NOT_LEFT = "not_left"
    """Its time has passed, boarding is closed, and nobody has said that it left."""
    FULL = "full"
    """As many souls aboard as may sail: the gate turns everybody away."""
    OVER_PROMISED = "over_promised"
    """More souls were promised a place than may sail."""
    NEARLY_FULL = "nearly_full"
    NO_CEILING = "no_ceiling"
    """It leaves soon and no paper says how many may sail: nobody may board."""
    WAITED_FOR = "waited_for"
    """No place is left to be had, and people wait for one."""
    NO_SHOWS = "no_shows"
    """The cut-off has passed and some have not come: their places can go to those who stand by."""
    DISPLACED = "displaced"
    """People lost their places to a decision and have no way out yet."""
    LATE = "late"
    """Its time was moved back."""
    EARLY = "early"
    """It leaves before its time: whoever comes by the old one misses it."""


def _for_the_board(meaning: str) -> Any:
    """A number that is counted where the official's board asks for it, and 0 elsewhere; the board's shape tells it."""
    return field(default=0, metadata={"description": meaning})


@dataclass(frozen=True)
class DepartureRow:
    """One departure as it stands: a state, not a step. Counts are of souls or places at `as_of`."""

    departure_id: int
    voyage_id: int
    call_id: int
    leg_id: int
    """The leg on which it sets out; 0 for none."""
    ship: str
    operator: str
    from_port: Port
    to_port: Port
    """The furthest port that one can go to from here, before the ship is back."""
    next_port: Port
    """Where the ship calls next. Places are counted as far as there: who gets off there frees them again."""
    day: date | None
    departs_at: datetime | None
    planned_at: datetime | None
    time_known: bool
    planned_known: bool
    """Whether the plan names a time; else it is the end of its day."""
    change: str
    """How the departure was moved: `late`, `early`, `named`; empty where it was not, or once the ship has left."""
    cause: str
    reason: str
    cancel_cause: str
    """Why the voyage was called off; empty while it is to sail."""
    cancel_reason: str
    tide_from: datetime | None
    tide_until: datetime | None
    state: DepartureState
    call_number: int
    """Its place among the departures of its season that were not called off, from 1; 0 for no place."""
    calls: int
    """How many those are."""
    quota: int
    """Places for persons of all channels: sold, held, kept and remaining together."""
    sold: int
    held: int
    kept: int
    """Neither sold nor held, and not to be had online now."""
    remaining: int
    vehicles_quota: int
    """Vehicles are counted by themselves, and in none of the sums above."""
    vehicles_remaining: int
    on_sale: bool
    """False where no capacity is documented, so that nothing is sold."""
    boarded: int
    refused: int
    """Showings at the ship's side that did not admit; the people among them are `turned_away`."""
    taken: int
    """Souls who have a place, of the ceiling."""
    aboard: int
    certificate: int | None
    dispensation: int | None
    ceiling: int
    boarding_from: datetime | None
    """When boarding opens or has opened; None while the time of departure is not known at all."""
    boarding_until: datetime | None
    needs: tuple[Need, ...]
    """The needs for a look, the gravest first."""
    expected: int = _for_the_board("People with a good ticket who have not come aboard, until the ship leaves.")
    absent: int = _for_the_board("People who did not come.")
    turned_away: int = _for_the_board(
        "People shown at the ship's side and not admitted, who are aboard no ship on that ticket."
    )
    waiting: int = _for_the_board("People who wait for a journey from here.")
    displaced: int = _for_the_board("People who lost their place to a decision and have no way out yet.")
    destinations: tuple[tuple[str, int], ...] = ()
    """People admitted here by the port that they go to."""


def departure_rows(
    departures: Sequence[Departure],
    now: datetime,
    *,
    numbered: bool = False,
    people: bool = True,
    waiting: Sequence[DepartureStep] | None = None,
) -> list[DepartureRow]:
    """The rows of these departures; `numbered` in their order, where they are all of a season.

    With `people` those are counted as well whom only the official's board tells of, and what waits for a second
    person: `waiting`, if it was read already.
    """
    voyages = {d.call.voyage_id: d.call.voyage for d in departures}
    counted = departures if people else []
    sums, found = sum_legs(voyages.values()), count_people([d.id for d in counted], [d.call_id for d in counted])
    if counted and waiting is None:
        waiting = list_all_waiting(now)
    requests = departures_with_requests(counted, waiting or ())
    legs = {leg.from_call_id: leg.id for v in voyages.values() for leg in v.legs}
    sailing = [d.id for d in departures if numbered and voyages[d.call.voyage_id].cancelled_at is None]
    numbers = {departure_id: number for number, departure_id in enumerate(sailing, 1)}
    rows = []
    for departure in departures:
        voyage = voyages[departure.call.voyage_id]
        told = _row(departure, voyage, sums.get(legs.get(departure.call_id, 0)), now)
        told = replace(told, call_number=numbers.get(departure.id, 0), calls=len(numbers), **_counts(departure, found))
        asked = (Need.REQUESTED,) if departure.id in requests else ()
        rows.append(replace(told, needs=(*asked, *_needs(departure, told, now))))
    return rows


def _counts(departure: Departure, found: PeopleCounts) -> dict[str, Any]:
    """The people of one departure, as its row names them."""
    passengers = found.passengers.get(departure.id, PassengerCounts())
    return {
        "expected": passengers.groups[Group.EXPECTED],
        "absent": passengers.groups[Group.ABSENT],
        "turned_away": passengers.groups[Group.TURNED_AWAY],
        "waiting": found.waiting.get(departure.call_id, 0),
        "displaced": found.displaced.get(departure.call_id, 0),
        "destinations": tuple(sorted(passengers.destinations.items())),
    }


def _row(departure: Departure, voyage: Voyage, leg: LegSum | None, now: datetime) -> DepartureRow:
    """The departure as its own row and that of its leg tell it."""
    call, next_call = departure.call, _next_call(voyage, departure.call)
    ahead = voyage.ahead_of(call)
    opens, closes = departure.boarding_window() or (None, None)
    return DepartureRow(
        departure_id=departure.id,
        voyage_id=voyage.id,
        call_id=call.id,
        leg_id=leg.leg_id if leg else 0,
        ship=voyage.ship.name if voyage.ship else "",
        operator=voyage.operator.name,
        from_port=call.port,
        to_port=(ahead[-1] if ahead else next_call).port,
        next_port=next_call.port,
        day=call.day,
        departs_at=call.departs_at,
        planned_at=call.planned_departure,
        time_known=call.time_known,
        planned_known=call.precision == "minute",
        change=call.change,
        cause=call.cause,
        reason=call.reason,
        cancel_cause=voyage.cancel_cause,
        cancel_reason=voyage.cancel_reason,
        tide_from=call.tide_from,
        tide_until=call.tide_until,
        state=DepartureState.CANCELLED if voyage.cancelled_at else departure.state(now),
        call_number=0,
        calls=0,
        quota=leg.quota if leg else 0,
        sold=leg.sold if leg else 0,
        held=leg.held if leg else 0,
        kept=leg.kept if leg else 0,
        remaining=leg.remaining if leg else 0,
        vehicles_quota=sum(row.quota for row in leg.for_vehicles) if leg else 0,
        vehicles_remaining=sum(row.remaining for row in leg.for_vehicles) if leg else 0,
        on_sale=bool(leg and leg.classes),
        boarded=departure.boarded,
        refused=departure.refused,
        taken=leg.taken if leg else 0,
        aboard=leg.aboard if leg else 0,
        certificate=leg.certificate if leg else None,
        dispensation=leg.dispensation if leg else None,
        ceiling=leg.ceiling if leg else 0,
        boarding_from=opens,
        boarding_until=closes,
        needs=(),
    )


def _next_call(voyage: Voyage, call: PortCall) -> PortCall:
    """The call that comes after this one; a last call is followed by itself."""
    return next((later for later in voyage.calls if later.position > call.position), call)


def _needs(departure: Departure, row: DepartureRow, now: datetime) -> Iterator[Need]:
    """List what calls for a look: people without a way out whatever becomes of the ship, the rest until it leaves."""
    if row.state not in (DepartureState.LEFT, DepartureState.CANCELLED):
        yield from _needs_before_leaving(departure, row, now)
    if row.displaced:
        yield Need.DISPLACED


def _needs_before_leaving(departure: Departure, row: DepartureRow, now: datetime) -> Iterator[Need]:
    if row.state == DepartureState.CLOSED:
        yield Need.NOT_LEFT
    if row.taken > row.ceiling:
        yield Need.OVER_PROMISED
    if row.ceiling and row.state == DepartureState.BOARDING:
        if row.aboard >= row.ceiling:
            yield Need.FULL
        elif row.aboard * 100 >= row.ceiling * NEARLY_FULL_PERCENT:
            yield Need.NEARLY_FULL
    if not row.ceiling and row.departs_at and row.departs_at - now <= NO_CEILING_AHEAD:
        yield Need.NO_CEILING
    at = cut_off(departure)
    if row.expected and row.boarded and at and at <= now:
        yield Need.NO_SHOWS
    if row.waiting and row.on_sale and not row.remaining:
        yield Need.WAITED_FOR
    if row.change == "late" and row.departs_at and row.planned_at and row.departs_at - row.planned_at >= LATE:
        yield Need.LATE
    if row.change == "early":
        yield Need.EARLY
