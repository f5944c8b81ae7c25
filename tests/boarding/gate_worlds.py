"""Departures of chance for `make gate-trace`: who travels, what is wrong with their tickets, and what happens there."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from flask import Flask

from app.accounts.models import Role, User
from app.boarding.actions.call_times import change_times
from app.boarding.actions.departure import depart, open_boarding
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.models import Departure, Gate, Stage
from app.booking.actions.cancellation import cancel_passengers, correct_name
from app.booking.actions.documents import enter_document, say
from app.booking.actions.hold import hold
from app.booking.actions.move import move_passengers
from app.booking.actions.payment import choose_payment, name_travelers
from app.booking.models import Booking, DocumentKind, PaymentMethod, Ticket
from app.booking.queries import get_booking
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.disruption.actions.voyage_changes import cancel_voyage
from app.errors import Refusal
from app.rules.actions.exemptions import grant_exemption
from app.rules.queries import find_set_in_force
from app.schedule.models import Voyage
from app.schedule.timing import CallTimes
from app.seats.models import LegLoad
from tests import factories
from tests.conftest import Clock

PORTS = (
    ("Sampit", "Asia/Jakarta"),
    ("Kumai", "Asia/Pontianak"),
    ("Makassar", "Asia/Makassar"),
    ("Biak", "Asia/Jayapura"),
)
OPERATORS = ("PELNI", "DLU", "ASDP")
DAYS = (
    (2014, 6, 1), (2019, 6, 1), (2021, 5, 10), (2021, 11, 10), (2022, 3, 22), (2022, 4, 17), (2022, 4, 21),
    (2022, 4, 27), (2022, 6, 1), (2022, 8, 1), (2022, 8, 20), (2022, 9, 10), (2023, 7, 1), (2026, 3, 20),
)  # fmt: skip
"""Days of sailing under each of the shipped sets, and one before the first."""
BORN_YEARS_AGO = (1, 4, 7, 12, 16, 17, 18, 30, 62)
ROUTINE = {
    "identity.name_matches": True,
    "identity.number_matches": True,
    "identity.person_matches": True,
    "ticket.exchanged": True,
    "person.health_app": True,
}
SAYINGS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("identity.name_matches", (True, True, False, None)),
    ("identity.number_matches", (True, False, None)),
    ("identity.person_matches", (True, False)),
    ("ticket.exchanged", (True, False)),
    ("person.health_app", (True, False, None)),
    ("person.doses", (0, 1, 2, 3, 4, None)),
    ("person.special_condition", (True, False)),
    ("baggage.kg", (10, 45, None)),
    ("goods", ([], ["narcotics"], ["household"])),
    ("documents", ([], None)),
)
"""What an officer may say of somebody."""


@dataclass
class World:
    """A departure of chance with its gates, an officer and the tickets that may be shown there."""

    departure: Departure
    voyage: Voyage
    gates: list[Gate]
    officer: User
    official: User
    leaves: datetime
    zone: str
    tickets: list[tuple[str, str]] = field(default_factory=list)
    """Serial and code of each that was ever given out for it."""
    strangers: list[tuple[str, str]] = field(default_factory=list)
    """The same of other voyages."""


class Maker:
    """Makes worlds out of one generator of chance."""

    def __init__(self, app: Flask, clock: Clock, random: Random) -> None:
        self.app, self.clock, self.r = app, clock, random
        self.keyring = app.extensions["keyring"]
        self.count = 0

    def world(self) -> World:
        """A departure, sold two days before, with people on it."""
        r = self.r
        self.count += 1
        name, zone = r.choice(PORTS)
        # No two ships of one berth in one minute: each world has an hour of its own.
        leaves = datetime(*r.choice(DAYS), r.randrange(24), r.choice((0, 7, 30)), tzinfo=UTC)
        self.clock.moment = leaves - timedelta(days=2, hours=3)
        port = factories.a_port(name, zone)
        ship = factories.a_ship(f"KM Jejak {self.count}", f"PT Jejak {self.count % 3}")
        ship.operator.code = OPERATORS[self.count % 3]
        onward = ("Semarang", "Surabaya") if r.random() < 0.5 else ("Semarang",)
        before = ("Ende",) if r.random() < 0.2 else ()
        first = leaves - timedelta(days=len(before))
        souls = r.choice((60, 12))
        voyage = factories.a_voyage(*before, name, *onward, places=60, ceiling=60, departs_at=first, ship=ship)
        call = voyage.calls[len(before)]
        departure = db.session.scalars(db.select(Departure).where(Departure.call_id == call.id)).one()
        gates = [factories.a_gate(port, stage) for stage in Stage]
        world = World(departure, voyage, gates, self._user(), self._user(Role.OFFICIAL), leaves, zone)
        self._sell(world, len(before))
        for act in (self._exempt, self._exempt, self._correct):
            with suppress(Refusal):
                act(world)
        hours = r.choice((-30, -5, 5, 30, 75))
        second = factories.a_ship(f"KM Lain {self.count}", ship.operator.name)
        other = factories.a_voyage(name, "Semarang", departs_at=leaves + timedelta(hours=hours), ship=second)
        world.strangers += self._codes(factories.a_booking(other, 2))
        with suppress(Refusal):
            self._move(world, other)
        with suppress(Refusal):
            self._move_here(world, factories.a_booking(other, 2), call.id)
        if souls == 12:
            for leg in voyage.legs[len(before) :]:
                load = db.session.get(LegLoad, leg.id)
                assert load is not None
                load.set_ceiling(r.randrange(1, 8), None)
            db.session.commit()
        return world

    def happen(self, world: World) -> None:
        """Something that the device learns with its next pack only."""
        r = self.r
        kind = r.randrange(10)
        with suppress(Refusal):
            if kind < 4:
                self._say(world)
            elif kind < 6:
                self._exempt(world)
            elif kind == 6:
                self._sell_one(world, world.departure.call.position)
            elif kind == 7 and r.random() < 0.5:
                self._open(world)
            elif kind == 7:
                self._delay(world)
            elif kind == 8:
                self._correct(world)
            else:
                self._end(world)
        db.session.expire_all()

    def _open(self, world: World) -> None:
        open_boarding(world.departure.id, world.officer.id)

    def _delay(self, world: World) -> None:
        call = world.departure.call
        told = {name: getattr(call, name) for name in CallTimes.__dataclass_fields__}
        revised = world.leaves + timedelta(minutes=self.r.choice((-20, 15, 40, 90)))
        told |= {"revised_departure": revised, "cause": "weather", "reason": "ombak"}
        change_times(call.id, CallTimes(**told), world.officer.id)

    def _end(self, world: World) -> None:
        """Now and then it is over: the ship leaves, who is not there loses the place, or nobody sails."""
        kind = self.r.randrange(30)
        if kind < 4:
            depart(world.departure.id, world.officer.id, None)
        elif kind < 7:
            release_no_shows(world.departure.id)
        elif kind == 7:
            cancel_voyage(world.voyage.id, "weather", "ombak tinggi")

    def sell_late(self, world: World) -> None:
        """To people at the counter, some of whom have not paid yet; and hours that change in the morning."""
        r = self.r
        with suppress(Refusal):
            self._sell(world, world.departure.call.position)
        for chance, act in ((0.4, self._delay), (0.3, self._open)):
            if r.random() < chance:
                with suppress(Refusal):
                    act(world)
        db.session.expire_all()

    def _user(self, role: Role = Role.OFFICER) -> User:
        found = db.session.scalar(db.select(User).where(User.role == role).limit(1))
        found = found or factories.a_user(role)
        found.may_exempt = role == Role.OFFICIAL
        db.session.commit()
        return found

    def _sell(self, world: World, position: int) -> None:
        for _ in range(self.r.randrange(5, 9)):
            self._sell_one(world, position)

    def _sell_one(self, world: World, position: int) -> None:
        r = self.r
        people = [self._person() for _ in range(r.choice((1, 1, 2, 3)))]
        adults = 1 + len(people)
        infants = int(r.random() < 0.3)
        calls = world.voyage.calls
        start = r.choice((0, position)) if r.random() < 0.3 else position
        end = r.randrange(start + 1, len(calls))
        held = hold(
            str(uuid4()), world.voyage.id, 1, adults, infants, from_call_id=calls[start].id, to_call_id=calls[end].id
        )
        travelers = [
            factories.a_traveler(f"Penumpang {letter}", **one)
            for letter, one in zip("ABCDEFGH", [{}, *people, *[{"infant": True}] * infants], strict=False)
        ]
        booking = name_travelers(held.code, "+6281200000001", travelers, at_counter=True)
        codes = self._codes(booking)
        if r.random() < 0.08:
            choose_payment(booking.code, PaymentMethod.COUNTER)
        elif r.random() > 0.03:
            booking = factories.pay(booking.code)
        world.tickets += codes
        if r.random() < 0.15:
            with suppress(Refusal):
                cancel_passengers(booking.code, [r.randrange(1, adults)], world.officer.id)
        for person in booking.passengers:
            if r.random() < 0.3:
                self._say_ahead(person.id)

    def _person(self) -> dict[str, Any]:
        years = self.r.choice(BORN_YEARS_AGO)
        today = self.clock.moment.date()
        birth = today.replace(year=today.year - years, day=min(today.day, 28))
        if years >= 17:
            kind = self.r.choice((DocumentKind.KTP, DocumentKind.SIM, DocumentKind.PASSPORT))
        else:
            kind = self.r.choice((DocumentKind.KIA, DocumentKind.KK))
        told: dict[str, Any] = {"birth_date": birth, "document_kind": kind}
        if kind in (DocumentKind.SIM, DocumentKind.PASSPORT):
            told["document_number"] = (
                f"{self.r.randrange(10**11, 10**12)}"
                if kind == DocumentKind.SIM
                else f"X{self.r.randrange(10**6, 10**7)}"
            )
        else:
            told["document_number"] = factories.a_nik(self.r.randrange(10**8), birth)
        return told

    def _say_ahead(self, passenger_id: int) -> None:
        r, now = self.r, self.clock.moment
        with suppress(Refusal):
            say(passenger_id, {r.choice(("person.doses", "person.pregnant_weeks")): r.randrange(4)}, None)
            say(passenger_id, {"person.special_condition": r.random() < 0.3}, None)
            taken = now - timedelta(minutes=r.randrange(1, 4000))
            enter_document(passenger_id, r.choice(("pcr", "antigen")), taken, result=r.choice(("negative", "positive")))
            if r.random() < 0.5:
                enter_document(
                    passenger_id, r.choice(("doctor_letter", "travel_letter")), taken, issuer="government_hospital"
                )

    def _say(self, world: World) -> None:
        ticket = self._ticket(world)
        fact, values = self.r.choice(SAYINGS)
        say(ticket.passenger_id, {fact: self.r.choice(values)}, world.officer.id)

    def _exempt(self, world: World) -> None:
        found = find_set_in_force(world.leaves)
        if found is None:
            return
        allowed = [rule["code"] for rule in found.bodies if rule.get("exemption")]
        code = self.r.choice(allowed)
        grant_exemption(self._ticket(world).id, code, "Keluarga dekat", "B-1", world.official.id, found.id)

    def _correct(self, world: World) -> None:
        ticket = self._ticket(world)
        person = ticket.passenger
        correct_name(person.booking.code, person.position, f"{person.name}q", self.keyring, world.officer.id)
        world.tickets += self._codes(person.booking)

    def _move(self, world: World, other: Voyage) -> None:
        ticket = self._ticket(world)
        booking = ticket.passenger.booking
        to, key = WantedJourney(other.id, 1), str(uuid4())
        moved = move_passengers(booking.code, [ticket.passenger.position], to, self.keyring, key, world.officer.id)
        world.strangers += self._codes(moved)

    def _move_here(self, world: World, booking: Booking, call_id: int) -> None:
        """Whoever was moved to this voyage may still show the ticket of the one before."""
        before = self._codes(booking)
        to, key = WantedJourney(world.voyage.id, 1, call_id, world.voyage.calls[-1].id), str(uuid4())
        moved = move_passengers(booking.code, [0], to, self.keyring, key, world.officer.id)
        world.tickets += [*self._codes(moved), before[0]]

    def _ticket(self, world: World) -> Ticket:
        serial, _ = self.r.choice(world.tickets)
        return db.session.scalars(db.select(Ticket).where(Ticket.serial == serial)).one()

    @staticmethod
    def _codes(booking: Booking) -> list[tuple[str, str]]:
        db.session.refresh(booking)
        return [(ticket.serial, ticket.signed) for ticket in factories.tickets_of(get_booking(booking.code))]
