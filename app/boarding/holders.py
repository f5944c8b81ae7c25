"""Hold what a scan is judged by: the gate at a departure at a moment, and the ticket that was shown with its holder."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.boarding.models import BoardingTimes, Stage
from app.booking.eligibility.persons import Booked, Person, is_free
from app.booking.eligibility.voyage_facts import Sailing
from app.booking.models import OPEN, BookingState


@dataclass(frozen=True)
class PortClock:
    """The clock of a port."""

    zone: str

    @property
    def tz(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True)
class Place:
    """A gate at a departure at a moment, with the load of the leg on which the ship sets out there."""

    now: datetime
    sailing: Sailing
    departure_id: int
    call_id: int
    voyage_id: int
    port_id: int
    planned: datetime | None
    revised: datetime | None
    actual: datetime | None
    precision: str
    opened_at: datetime | None
    gate_id: int
    gate_name: str
    stage: str
    gate_port_id: int
    zone: str
    leg_id: int | None
    leg_ends: int | None
    """The call to which that leg leads."""
    aboard: int | None
    """Empty where nothing may be carried."""
    ceiling: int | None
    works_at: int | None
    """Whether the officer may work at its port: not where it is 1."""

    @property
    def times(self) -> BoardingTimes:
        """The moments by which people board."""
        return BoardingTimes(self.planned, self.revised, self.actual, self.precision, self.opened_at)

    @property
    def clock(self) -> PortClock:
        """The clock at the gate."""
        return PortClock(self.zone)


@dataclass(frozen=True)
class Holder:
    """A ticket that was shown, with its passenger and booking; and where it has passed."""

    ticket_id: int
    serial: str
    issued_at: datetime | None
    void_at: datetime | None
    passenger_id: int
    name: str
    document_kind: str
    document_number: str
    birth_date: date
    infant: bool
    state: str
    """The passenger's."""
    booking_id: int
    booking_code: str
    voyage_id: int
    from_call_id: int
    to_call_id: int
    to_port: str
    kept_state: str
    """The booking's, as it was kept."""
    is_over: bool | None
    """Whether the time has come at which it was to be paid."""
    payment: str | None
    souls: int
    vehicle_plate: str | None
    fare_code: str
    fare_name: str
    channel_kind: str
    party: int
    """Persons who travel on the booking now."""
    said: bool
    """Whether anything was ever said about the passenger, any paper shown, any exemption granted."""
    shown: bool
    exempted: bool
    used_id: str | None
    """The scan that admitted the ticket: the last one at the ship's side, else the first one at this stage."""
    used_stage: str | None
    used_at: datetime | None
    used_gate: str | None
    used_showing_id: str | None
    used_departure_id: int | None
    used_gate_id: int | None
    used_officer_id: int | None
    off_id: str | None
    """The scan with which the passenger stepped off and has not come back, at which departure and when."""
    off_departure_id: int | None
    off_at: datetime | None

    def is_back_at(self, place: Place) -> bool:
        """Whether this is somebody who stepped off at this call and stands at the ship again."""
        return self.off_departure_id == place.departure_id and self.off_at is not None and self.off_at <= place.now

    def is_aboard_at(self, place: Place) -> bool:
        """Whether the passenger was aboard by that moment, and has not stepped off."""
        if self.voyage_id != place.voyage_id:
            return False
        boarded = self.used_stage == Stage.GANGWAY and self.used_at is not None and self.used_at <= place.now
        return boarded and self.off_id is None

    @property
    def booking_state(self) -> BookingState:
        """The booking's state as it is true at that moment (`Booking.state_at`)."""
        return BookingState.EXPIRED if self.is_over and self.kept_state in OPEN else BookingState(self.kept_state)

    @property
    def person(self) -> Person:
        """The passenger as the rules see one."""
        return Person(
            self.passenger_id,
            self.birth_date,
            self.infant,
            bool(self.name),
            self.document_kind,
            self.ticket_id,
            self.issued_at,
        )

    def booked(self, place: Place) -> Booked:
        """The order as the rules see it at this place, from which the journey sets out."""
        departs_at = place.sailing.departs_at
        free = is_free(self.payment, self.channel_kind)
        return Booked(self.to_port, self.fare_code, self.booking_state, free, self.party, place.planned, departs_at)


class Found(NamedTuple):
    """The place, the holders of the tickets that are there by serial, and what was asked under the scan's id."""

    place: Place
    holders: dict[str, Holder]
    question: str | None
