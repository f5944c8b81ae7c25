"""Things for tests, made by plain functions with good defaults. All names are invented."""

import os
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Literal
from uuid import uuid4

from flask import current_app

from app import clock
from app.accounts.actions import create_user
from app.accounts.models import Role, User
from app.boarding.models import Departure, Gate, Stage
from app.booking.actions import payment as bookings
from app.booking.actions.hold import hold
from app.booking.models import Booking, DocumentKind, PaymentMethod, Ticket
from app.booking.queries import get_booking
from app.booking.travelers import Traveler
from app.db import db
from app.fares.models import Tariff
from app.schedule.days import port_day
from app.schedule.models import Leg, Operator, Port, PortCall, Ship, Voyage
from app.schedule.queries import find_same_departure
from app.seats.actions.programme_opening import Opening, open_programme
from app.seats.models import ONLINE, Allotment, Channel, ChannelKind, FareClass, FreeProgramme, LegLoad, PlaceKind
from app.seats.programmes import list_programmes_on

_numbers = count(1)
# Each process has people of its own, so that several may book on one voyage.
_people = count()


def _number_people() -> None:
    global _people
    _people = count(os.getpid() % 9000 * 11_000)


_number_people()
os.register_at_fork(after_in_child=_number_people)

PASSWORD = "kata sandi uji"

PORTS = {"Sampit": "IDSMQ", "Semarang": "IDSRG", "Surabaya": "IDSUB", "Kumai": "IDKUM"}

KM_LAWIT = (
    "Kumai", "Surabaya", "Sampit", "Semarang", "Kumai", "Semarang", "Karimunjawa", "Semarang", "Sampit", "Surabaya",
    "Kumai",
)  # fmt: skip
"""The stops of a real voyage that calls at most of its ports more than once."""


def a_port(name: str = "Sampit", zone: str = "Asia/Jakarta") -> Port:
    """The port of that name, with two gangways; made when it is not there."""
    port = db.session.scalar(db.select(Port).where(Port.name == name))
    if port is None:
        port = Port(code=PORTS.get(name, f"X{next(_numbers):04}"), name=name, zone=zone)
        gates = [Gate(port=port, name=f"{name} · Tangga kapal {letter}") for letter in "AB"]
        db.session.add_all([port, *gates])
        db.session.commit()
    return port


def a_gate(port: Port | None = None, stage: Stage = Stage.GANGWAY) -> Gate:
    """A gate of that port at that stage; where it has none (every port has gangways), one is made."""
    port = port or a_port()
    here = db.select(Gate).where(Gate.port_id == port.id, Gate.stage == stage).order_by(Gate.name)
    gate = db.session.scalars(here).first()
    if gate is None:
        gate = Gate(port=port, name=f"{port.name} · {stage.capitalize()}", stage=stage)
        db.session.add(gate)
        db.session.commit()
    return gate


def a_fare_class(number: int = 1, name: str = "Ekonomi", kind: PlaceKind = PlaceKind.BED) -> FareClass:
    """The fare class of that id."""
    found = db.session.get(FareClass, number)
    if found is None:
        found = FareClass(id=number, code=name.lower(), name=name, kind=kind)
        db.session.add(found)
        db.session.commit()
    return found


def a_ship(name: str = "KM Uji Coba", operator: str = "PT Pelayaran Uji") -> Ship:
    """The ship of that name."""
    ship = db.session.scalar(db.select(Ship).where(Ship.name == name))
    if ship is None:
        owner = db.session.scalar(db.select(Operator).where(Operator.name == operator))
        ship = Ship(name=name, operator=owner or Operator(code=f"U{next(_numbers)}", name=operator))
        db.session.add(ship)
        db.session.commit()
    return ship


def _a_ship_free_at(port: Port, departs_at: datetime) -> Ship:
    """KM Uji Coba, or another of its series where that leaves the port at that minute."""
    ship = a_ship()
    for number in count(2):
        if find_same_departure(ship.id, port.id, departs_at) is None:
            break
        ship = a_ship(f"KM Uji Coba {number}")
    return ship


def a_voyage(
    *stops: str,
    places: int = 100,
    ceiling: int | None = None,
    departs_at: datetime | None = None,
    ship: Ship | None = None,
) -> Voyage:
    """A voyage from Sampit to Semarang (or along `stops`), tomorrow, with `places` in economy on each leg."""
    names = stops or ("Sampit", "Semarang")
    departs_at = departs_at or clock.now() + timedelta(days=1)
    ship = ship or _a_ship_free_at(a_port(names[0]), departs_at)
    a_fare_class()
    voyage = Voyage(number=f"uji-{next(_numbers)}", operator=ship.operator, ship=ship)
    for position, name in enumerate(names):
        moment = departs_at + timedelta(days=position)
        departs = moment if position < len(names) - 1 else None
        arrives = moment - timedelta(hours=2) if position else None
        port = a_port(name)
        voyage.calls.append(
            PortCall(
                position=position,
                port=port,
                day=port_day(departs or arrives or moment, port.tz),
                planned_departure=departs,
                planned_arrival=arrives,
            )
        )
    db.session.add(voyage)
    db.session.flush()
    for start, end in zip(voyage.calls, voyage.calls[1:], strict=False):
        leg = Leg(voyage=voyage, position=start.position, from_call_id=start.id, to_call_id=end.id)
        db.session.add_all([leg, Departure(call_id=start.id)])
        db.session.flush()
        db.session.add(Allotment(leg_id=leg.id, fare_class_id=1, quota=places))
        db.session.add(LegLoad(leg_id=leg.id, ceiling=ceiling or places, certificate=ceiling or places))
    db.session.commit()
    return voyage


def on_sale(
    voyage: Voyage,
    fare_class: FareClass,
    quota: int,
    channel: Channel | None = None,
    positions: Iterable[int] | None = None,
) -> None:
    """Places of that class and channel on every leg of a voyage, or on those at `positions`."""
    for leg in voyage.legs:
        if positions is None or leg.position in positions:
            channel_id = channel.id if channel else ONLINE
            db.session.add(Allotment(leg_id=leg.id, fare_class_id=fare_class.id, channel_id=channel_id, quota=quota))
    db.session.commit()


def a_motorcycle_class() -> FareClass:
    """A class of vehicles."""
    return a_fare_class(6, "Kendaraan roda dua", PlaceKind.VEHICLE)


def a_channel(kind: ChannelKind = ChannelKind.COUNTER, name: str = "", sponsor: str = "") -> Channel:
    """A channel of that kind, the one that is there unless it is to have a name; a free programme has a sponsor."""
    found = db.session.scalars(db.select(Channel).where(Channel.kind == kind)).first()
    if found and not name:
        return found
    if kind == ChannelKind.FREE:
        sponsor = sponsor or "Sponsor Uji"
    channel = Channel(kind=kind, name=name or f"Saluran {next(_numbers)}", sponsor=sponsor)
    db.session.add(channel)
    db.session.commit()
    return channel


def departure_of(voyage: Voyage, position: int = 0) -> Departure:
    """The departure of a voyage from its call at `position`."""
    call = voyage.calls[position]
    return db.session.scalars(db.select(Departure).where(Departure.call_id == call.id)).one()


def a_user(role: Role = Role.OFFICER, username: str = "", *, days: float = 2, by: User | None = None) -> User:
    """A user of that role, with PASSWORD, whom `by` made so many days ago (a second person must be known for one)."""
    number = next(_numbers)
    name = username or f"{role}-{number}"
    since = clock.now() - timedelta(days=days)
    return create_user(name, f"Nama {number}", role, PASSWORD, by.id if by else None, known_since=since, as_typed=True)


def a_nik(number: int, birth: date = date(1994, 3, 15)) -> str:
    """The NIK of woman number so-and-so of that day: a hundred million of them are all different."""
    district, serial = divmod(number, 9999)
    return f"62{district % 10_000:04}{birth.day + 40:02}{birth:%m%y}{serial + 1:04}"


def a_traveler(name: str = "Siti Uji", *, infant: bool = False, **changes: object) -> Traveler:
    """A woman of 30 with a possible NIK; an infant is nine months old and named by the family card."""
    today = clock.now().date()
    birth = today - timedelta(days=280) if infant else date(1994, 3, 15)
    values: dict[str, object] = {
        "name": name,
        "document_kind": DocumentKind.KK if infant else DocumentKind.KTP,
        "document_number": a_nik(next(_people), birth),
        "birth_date": birth,
        "sex": "P",
        "infant": infant,
    }
    return Traveler(**{**values, **changes})  # type: ignore[arg-type]


def a_hold(voyage: Voyage, adults: int = 1, infants: int = 0, fare_class_id: int = 1) -> Booking:
    """Places held on the whole voyage."""
    return get_booking(hold(str(uuid4()), voyage.id, fare_class_id, adults, infants).code)


def pay(code: str) -> Booking:
    """The booking of that code (or page), confirmed by an officer: paid at the counter, or free by its programme."""
    officer_id = db.session.scalar(db.select(User.id).where(User.role == Role.OFFICER).limit(1)) or a_user().id
    return bookings.confirm_payment(code.rsplit("/", 1)[-1], officer_id, current_app.extensions["keyring"])


def a_booking(
    voyage: Voyage | None = None,
    adults: int = 1,
    infants: int = 0,
    *,
    payment: PaymentMethod | Literal["paid"] | None = "paid",
) -> Booking:
    """A booking with its passengers named: paid at the counter; COUNTER: to be paid there; None: not chosen."""
    booking = a_hold(voyage or a_voyage(), adults, infants)
    booking = bookings.name_travelers(booking.code, "+6281200000001", travelers_of(booking))
    if payment is None:
        return booking
    booking = bookings.choose_payment(booking.code, PaymentMethod.COUNTER)
    return pay(booking.code) if payment == "paid" else booking


def a_paid_booking(voyage: Voyage | None = None, adults: int = 1, infants: int = 0) -> Booking:
    """A booking that was paid at the counter."""
    return a_booking(voyage, adults, infants)


def travelers_of(booking: Booking) -> list[Traveler]:
    """People for each place of a hold, infants last."""
    travelers = [a_traveler(f"Penumpang {n + 1}") for n in range(booking.places)]
    return travelers + [a_traveler(f"Bayi {n + 1}", infant=True) for n in range(booking.infants)]


def a_programme(voyage: Voyage | None = None, quota: int = 100, per_family: int = 4, places: int = 50) -> FreeProgramme:
    """A free programme that is open for a month, with places in economy on the whole voyage where one is given."""
    channel, now = a_channel(ChannelKind.FREE), clock.now()
    if voyage is not None:
        on_sale(voyage, a_fare_class(), places, channel)
        for load in db.session.scalars(db.select(LegLoad).where(LegLoad.leg_id.in_([leg.id for leg in voyage.legs]))):
            load.ceiling, load.certificate = load.ceiling + places, load.certificate + places
        db.session.commit()
    opening = Opening(quota, per_family, now - timedelta(days=1), now + timedelta(days=30))
    return open_programme(channel.id, opening, a_user(Role.ADMINISTRATOR).id)


def a_free_booking(voyage: Voyage | None = None, adults: int = 1, infants: int = 0, family_card: str = "") -> Booking:
    """A confirmed booking in a free programme on the voyage, which is opened where there is none."""
    voyage = voyage or a_voyage()
    programme = next(iter(list_programmes_on(voyage.id)), None) or a_programme(voyage)
    held = hold(str(uuid4()), voyage.id, 1, adults, infants, channel_id=programme.channel_id)
    travelers = travelers_of(get_booking(held.code))
    card = family_card or f"6202{next(_people) % 10**12:012}"
    bookings.name_travelers(held.code, "+6281200000001", travelers, card)
    bookings.choose_payment(held.code, PaymentMethod.FREE)
    return pay(held.code)


def pelni_fares(adult: int = 200_000, infant: int | None = 20_000) -> None:
    """The ships of the tests sail for Pelni, whose terms are documented, from Sampit to Semarang at these fares."""
    ship = a_ship()
    ship.operator.code = "PELNI"
    a_fare_class()
    start, end = a_port("Sampit"), a_port("Semarang")
    for who, amount in (("adult", adult), ("infant", infant)):
        if amount is None:
            continue
        db.session.add(
            Tariff(
                operator_id=ship.operator_id,
                from_port_id=start.id,
                to_port_id=end.id,
                fare_class_id=1,
                passenger_type=who,
                amount_idr=amount,
                valid_from=date(2020, 1, 1),
                source_url="https://example.org",
            )
        )
    db.session.commit()


def tickets_of(booking: Booking) -> list[Ticket]:
    """The tickets of a booking in the order of its passengers."""
    return [p.ticket for p in booking.passengers if p.ticket]
