"""The numbers on the board and in the reports."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app import clock
from app.boarding.models import DepartureState, DepartureStep
from app.boarding.queries import list_departures, list_departures_of
from app.db import db
from app.flow.departure_rows import DepartureRow, departure_rows
from app.schedule.days import earliest_day, latest_day, local_day
from app.schedule.models import Port, PortCall, Season
from app.schedule.queries import IS_PORT_ASKED_FOR, port_asked_for


@dataclass(frozen=True)
class SeasonShare:
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
        """Departures shown that were not called off."""
        return sum(row.state != DepartureState.CANCELLED for row in self.rows)

    @property
    def boarded(self) -> int:
        """Souls admitted so far, over all departures shown."""
        return sum(row.boarded for row in self.rows)

    @property
    def left(self) -> int:
        """Departures that have left."""
        return sum(row.state == DepartureState.LEFT for row in self.rows)

    @property
    def operators(self) -> list[SeasonShare]:
        """Souls admitted by operator, the largest share first."""
        return _shares((row.operator, row.boarded) for row in self.rows)

    @property
    def destinations(self) -> list[SeasonShare]:
        """Souls admitted by the port that their own tickets go to, the largest share first."""
        return _shares(pair for row in self.rows for pair in row.destinations)


def _shares(counts: Iterable[tuple[str, int]]) -> list[SeasonShare]:
    """One share per name; a percentage is rounded, 0 while nobody has boarded."""
    counted: Counter[str] = Counter()
    for name, boarded in counts:
        counted[name] += boarded
    whole = counted.total()
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return [SeasonShare(name, boarded, round(100 * boarded / whole) if whole else 0) for name, boarded in ordered]


def list_seasons() -> list[Season]:
    """All seasons, the newest first."""
    return list(db.session.scalars(_SEASONS))


_SEASONS = select(Season).order_by(Season.first_day.desc())


def find_season(today: date, port_name: str = "") -> Season | None:
    """The season that `today` is in, else the next one to come, else the last one; None without any.

    Of the port of that name where one is given.
    """
    return _at_hand([s for s in list_seasons() if port_name in ("", s.port.name)], today)


def _at_hand(seasons: list[Season], today: date) -> Season | None:
    coming = [s for s in seasons if s.last_day >= today]
    return coming[-1] if coming else (seasons[0] if seasons else None)


def find_port_with_seasons(name: str) -> tuple[Port, list[Season]] | None:
    """The port of that code or name with its seasons, the newest first, in one query; None where there is no such."""
    rows = db.session.execute(_PORT_AND_SEASONS, port_asked_for(name)).all()
    return (rows[0][0], [season for _, season in rows if season is not None]) if rows else None


_PORT_AND_SEASONS = (
    select(Port, Season)
    .select_from(Port)
    .outerjoin(Season, Season.port_id == Port.id)
    .where(IS_PORT_ASKED_FOR)
    .options(contains_eager(Season.port))
    .order_by(Season.first_day.desc())
)


def board_of_port(
    port: Port, seasons: list[Season] | None = None, waiting: Sequence[DepartureStep] | None = None
) -> Board:
    """The board of the port's season at hand; without any, of its departures in the coming days.

    `seasons` of the port and the steps `waiting` for a second person, if they were read already.
    """
    today, now = local_day(clock.now(), port.tz), clock.now()
    season = find_season(today, port.name) if seasons is None else _at_hand(seasons, today)
    if season is None:
        return coming_departures(port_id=port.id, people=True, waiting=waiting)
    departures = list_departures(season.first_day, season.last_day, season.port_id)
    return Board(season, departure_rows(departures, now, numbered=True, waiting=waiting), now)


def coming_departures(
    days: int = 14,
    port_id: int | None = None,
    *,
    people: bool = False,
    waiting: Sequence[DepartureStep] | None = None,
) -> Board:
    """Departures from each port's yesterday until `days` after its today, from one port or all: what the public sees.

    With `people` those are counted as well whom only the official's board tells of.
    """
    now = clock.now()
    found = list_departures(earliest_day(now) - timedelta(days=1), latest_day(now) + timedelta(days=days), port_id)
    departures = [departure for departure in found if _is_at_hand(departure.call, now, days)]
    return Board(None, departure_rows(departures, now, people=people, waiting=waiting), now)


def _is_at_hand(call: PortCall, now: datetime, days: int) -> bool:
    today = local_day(now, call.port.tz)
    return call.day is not None and today - timedelta(days=1) <= call.day <= today + timedelta(days=days)


def rows_of_voyages(voyage_ids: Iterable[int]) -> list[DepartureRow]:
    """The present rows of all departures of these voyages (for live news; without call numbers)."""
    return departure_rows(list_departures_of(set(voyage_ids)), clock.now())
