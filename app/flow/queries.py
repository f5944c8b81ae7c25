"""The numbers on the board and in the reports."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app import clock
from app.boarding.models import Departure, DepartureState
from app.boarding.queries import list_departures
from app.booking.queries import list_places_between
from app.db import db
from app.schedule.models import Port, PortCall, Season, Voyage
from app.seats.models import LegLoad, PlaceKind

LATE = timedelta(minutes=15)
"""A departure moved by this much or more is late. Dermaga's own: no source gives the port's minute."""

NEARLY_FULL_PERCENT = 95
"""From this share of the ceiling on, the gate is about to stop. Dermaga's own."""

NO_CEILING_AHEAD = timedelta(days=2)
"""So long before departure a ship without a documented capacity is a matter for somebody. Dermaga's own."""


class Need(StrEnum):
    """Why a departure needs a person who decides."""

    NOT_LEFT = "not_left"
    """Its time has passed, boarding is closed, and nobody has said that it left."""
    FULL = "full"
    """As many souls aboard as may sail: the gate turns everybody away."""
    OVER_PROMISED = "over_promised"
    """More souls were promised a place than may sail."""
    NEARLY_FULL = "nearly_full"
    NO_CEILING = "no_ceiling"
    """It leaves soon and no paper says how many may sail: nobody may board."""
    LATE = "late"
    """Its time was moved back."""
    EARLY = "early"
    """It leaves before its time: whoever comes by the old one misses it."""


@dataclass(frozen=True)
class DepartureRow:
    """One departure as it stands: a state, not a step. Counts are of souls or places at `as_of`."""

    departure_id: int
    voyage_id: int
    call_id: int
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
    """Its place among the departures of its season, from 1; 0 outside of one."""
    calls: int
    quota: int
    sold: int
    held: int
    remaining: int
    vehicles_quota: int
    """Vehicles are counted by themselves, and in none of the sums above."""
    vehicles_remaining: int
    on_sale: bool
    """False where no capacity is documented, so that nothing is sold."""
    boarded: int
    refused: int
    aboard: int
    certificate: int | None
    dispensation: int | None
    ceiling: int
    boarding_from: datetime | None
    """When boarding opens or has opened; None while the time of departure is not known at all."""
    boarding_until: datetime | None
    needs: tuple[Need, ...]
    """What somebody must look at, the gravest first; empty once the ship has left."""


@dataclass(frozen=True)
class Share:
    """A part of the souls admitted."""

    name: str
    boarded: int
    percent: int


@dataclass(frozen=True)
class Board:
    """The departures of one port in a window, and their sums."""

    season: Season | None
    rows: list[DepartureRow]
    as_of: datetime

    @property
    def version(self) -> int:
        """Milliseconds of `as_of`: of two states, the one with the lower number is the older."""
        return int(self.as_of.timestamp() * 1000)

    @property
    def calls(self) -> int:
        """Departures shown."""
        return len(self.rows)

    @property
    def boarded(self) -> int:
        """Souls admitted so far, over all departures shown."""
        return sum(row.boarded for row in self.rows)

    @property
    def left(self) -> int:
        """Departures that have left."""
        return sum(row.state == DepartureState.LEFT for row in self.rows)

    @property
    def operators(self) -> list[Share]:
        """Souls admitted by operator, the largest share first."""
        return _shares((row.operator, row.boarded) for row in self.rows)

    @property
    def destinations(self) -> list[Share]:
        """Souls admitted by the furthest port that the ship goes to from here, the largest share first."""
        return _shares((row.to_port.name, row.boarded) for row in self.rows)


def _shares(counts: Iterable[tuple[str, int]]) -> list[Share]:
    """One share per name; a percentage is rounded, 0 while nobody has boarded."""
    counted: Counter[str] = Counter()
    for name, boarded in counts:
        counted[name] += boarded
    whole = counted.total()
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Share(name, boarded, round(100 * boarded / whole) if whole else 0) for name, boarded in ordered]


def list_seasons() -> list[Season]:
    """All seasons, the newest first."""
    return list(db.session.scalars(select(Season).order_by(Season.first_day.desc())))


def find_season(today: date, port_name: str = "") -> Season | None:
    """The season that `today` is in, else the next one to come, else the last one; None without any.

    Of the port of that name where one is given.
    """
    seasons = [s for s in list_seasons() if port_name in ("", s.port.name)]
    coming = [s for s in seasons if s.last_day >= today]
    return coming[-1] if coming else (seasons[0] if seasons else None)


def board(season: Season) -> Board:
    """Everything the board shows for a season's departures from its port."""
    now = clock.now()
    departures = list_departures(season.first_day, season.last_day, season.port_id)
    return Board(season, _rows(departures, now, {d.id: n for n, d in enumerate(departures, 1)}), now)


def board_of_port(port: Port) -> Board:
    """The board of the port's season at hand; without any, of its departures in the coming days."""
    season = find_season(clock.now().astimezone(port.tz).date(), port.name)
    return board(season) if season else coming_departures(port_id=port.id)


def coming_departures(days: int = 14, port_id: int | None = None) -> Board:
    """Departures of today and the `days` after it, from one port or all: what the public sees."""
    now = clock.now()
    today = now.date()
    departures = list_departures(today - timedelta(days=1), today + timedelta(days=days), port_id)
    return Board(None, _rows(departures, now, {}), now)


def rows_of_voyages(voyage_ids: Iterable[int]) -> list[DepartureRow]:
    """The present rows of all departures of these voyages (for live news; without call numbers)."""
    statement = (select(Departure).join(PortCall, Departure.call_id == PortCall.id).order_by(Departure.id)).where(
        PortCall.voyage_id.in_(set(voyage_ids))
    )
    return _rows(list(db.session.scalars(statement)), clock.now(), {})


def _rows(departures: Sequence[Departure], now: datetime, numbers: dict[int, int]) -> list[DepartureRow]:
    ids = {d.call.voyage_id for d in departures}
    voyages = {v.id: v for v in db.session.scalars(select(Voyage).where(Voyage.id.in_(ids)))}
    nexts = [_next_call(voyages[d.call.voyage_id], d.call) for d in departures]
    places = list_places_between(
        [(voyages[d.call.voyage_id], d.call, call) for d, call in zip(departures, nexts, strict=True)]
    )
    legs = {leg.from_call_id: leg.id for v in voyages.values() for leg in v.legs}
    loads = {x.leg_id: x for x in db.session.scalars(select(LegLoad).where(LegLoad.leg_id.in_(legs.values())))}
    rows = []
    for departure, next_call, offered in zip(departures, nexts, places, strict=True):
        call, voyage = departure.call, voyages[departure.call.voyage_id]
        load = loads.get(legs.get(call.id, 0))
        classes = [p for p in offered if p.kind != PlaceKind.VEHICLE]
        vehicles = [p for p in offered if p.kind == PlaceKind.VEHICLE]
        ahead = voyage.ahead_of(call)
        state = DepartureState.CANCELLED if voyage.cancelled_at else departure.state(now)
        opens, closes = departure.boarding_window() or (None, None)
        rows.append(
            DepartureRow(
                departure_id=departure.id,
                voyage_id=voyage.id,
                call_id=call.id,
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
                state=state,
                call_number=numbers.get(departure.id, 0),
                calls=len(numbers),
                quota=sum(p.quota for p in classes),
                sold=sum(p.sold for p in classes),
                held=sum(p.held for p in classes),
                remaining=sum(p.remaining for p in classes),
                vehicles_quota=sum(p.quota for p in vehicles),
                vehicles_remaining=sum(p.remaining for p in vehicles),
                on_sale=bool(offered),
                boarded=departure.boarded,
                refused=departure.refused,
                aboard=load.aboard if load else 0,
                certificate=load.certificate if load else None,
                dispensation=load.dispensation if load else None,
                ceiling=load.ceiling if load else 0,
                boarding_from=opens,
                boarding_until=closes,
                needs=() if voyage.cancelled_at else tuple(_needs(departure, load, now)),
            )
        )
    return rows


def _next_call(voyage: Voyage, call: PortCall) -> PortCall:
    """The call that comes after this one; a last call is followed by itself."""
    return next((later for later in voyage.calls if later.position > call.position), call)


def _needs(departure: Departure, load: LegLoad | None, now: datetime) -> Iterator[Need]:
    call, state = departure.call, departure.state(now)
    if state == DepartureState.LEFT:
        return
    if state == DepartureState.CLOSED:
        yield Need.NOT_LEFT
    ceiling = load.ceiling if load else 0
    if load and load.promised > ceiling:
        yield Need.OVER_PROMISED
    if load and ceiling and state == DepartureState.BOARDING:
        if load.aboard >= ceiling:
            yield Need.FULL
        elif load.aboard * 100 >= ceiling * NEARLY_FULL_PERCENT:
            yield Need.NEARLY_FULL
    if not ceiling and call.departs_at and call.departs_at - now <= NO_CEILING_AHEAD:
        yield Need.NO_CEILING
    if call.departs_at and call.planned_departure and call.departs_at - call.planned_departure >= LATE:
        yield Need.LATE
    if call.change == "early":
        yield Need.EARLY
