"""Three voyages in the tables and in a ledger, and what must be true of the two all the time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from app import models
from app.booking.inventory.availability import list_places
from app.booking.models import Booking, Displacement, Passenger, Ticket
from app.booking.waitlist.models import WaitingEntry
from app.db import db
from app.errors import Refusal
from app.flow.recount import recount
from app.schedule.models import Ship, Voyage
from app.seats.models import CapacityCertificate
from tests.booking.ledger import Choice, Ledger, Party, Person, Trip, overlaps
from tests.conftest import Clock
from tests.factories import a_ship
from tests.seats.oracle import VEHICLE, a_world
from tests.seats.worlds import in_tables

KEPT = {"channel", "release_plan", "app_user", "rule_set", "travel_rule", "proposal", "user_change"}
"""Tables whose rows belong to the house and not to an example."""

NUMBERS = st.integers(0, 2**16)
FEW = st.integers(0, 255)
TRIPS = st.integers(0, 2)


def code_of(call: Callable[[], Any]) -> str:
    """The code with which it is refused; `done` when it is not."""
    try:
        call()
    except Refusal as refusal:
        return refusal.code
    return "done"


class Scene(RuleBasedStateMachine):
    """What the rules of the other files need."""

    app: Flask
    clock: Clock
    start: datetime
    officer_id: int

    @initialize(seed=NUMBERS)
    def three_voyages(self, seed: int) -> None:
        """Made anew in empty tables, with ships that could take the place of theirs."""
        db.session.rollback()
        with db.engine.begin() as connection:
            for table in reversed(models.metadata.sorted_tables):
                if table.name not in KEPT:
                    connection.execute(table.delete())
        db.session.remove()
        self.clock.moment = self.start
        self.keyring = self.app.extensions["keyring"]
        self.random = Random(seed)
        self.voyages: list[Voyage] = []
        self.ledger = Ledger([])
        for size in self.random.sample((4, 7, 12, 25), 3):
            world = a_world(self.random, self.start, sizes=(size,))
            world.shares = {}  # decrees have a proof of their own: tests/seats/test_oracle.py
            voyage = in_tables(world, self.clock)
            self.voyages.append(voyage)
            calls = voyage.calls
            self.ledger.trips.append(
                Trip(
                    voyage.id,
                    [call.id for call in calls],
                    world,
                    [call.departs_at for call in calls[:-1] if call.departs_at],
                    [call.planned_departure for call in calls[:-1]],
                    [call.planned_arrival or self.start for call in calls],
                )
            )
        self.ships = [[self.a_ship_for(persons, n) for persons in (3, 12, 60)] for n in range(len(self.voyages))]
        self.first_sales()

    def first_sales(self) -> None:
        """What is sold before anything else happens."""

    @staticmethod
    def a_ship_for(persons: int, number: int) -> Ship:
        """With papers for so many, and for one voyage alone: two could leave at one time."""
        ship = a_ship(f"KM {persons} {number}")
        day = datetime(2020, 1, 1).date()  # noqa: DTZ001 - a day of a paper has no zone
        papers = {"valid_from": day, "valid_to": day.replace(year=2090)}
        db.session.add(CapacityCertificate(ship_id=ship.id, persons=persons, **papers))
        db.session.commit()
        return ship

    @property
    def now(self) -> datetime:
        """By the application's clock."""
        return self.clock.moment

    @property
    def trips(self) -> list[Trip]:
        """All three."""
        return self.ledger.trips

    def a_party(self, number: int, *states: str) -> Party:
        """One of those who came: mostly one of whom it makes sense, sometimes whatever became of them."""
        fit = [p for p in self.ledger.parties if p.state_at(self.now) in states]
        among = fit if fit and number % 8 else self.ledger.parties
        return among[number % len(among)]

    def a_journey(self, random: Random, trip: Trip) -> Choice:
        """Some legs of it, in some class."""
        first, last = sorted(random.sample(range(trip.legs + 1), 2))
        return trip, first, last, random.choice(sorted(trip.world.classes))

    def an_id(self, random: Random) -> str:
        """For a request that has never been made."""
        so_far = len(self.ledger.parties) + len(self.ledger.groups)
        return str(UUID(int=random.getrandbits(96) << 32 | so_far, version=4))

    def code(self, party: Party) -> str:
        """Of its booking, once there is one."""
        if not party.code:
            asked = db.select(Booking.code).where(Booking.request_id == party.request_id)
            party.code = db.session.scalars(asked).one()
        return party.code

    def both(self, wanted: Callable[[], Any], done: Callable[[], Any], *, by_code: bool = True) -> bool:
        """Do it in the ledger and in the application: both can, or neither can, for the same reason. Whether it was."""
        told = self.ledger.attempt(wanted)
        answer = code_of(done)
        assert answer == told if by_code else (answer == "done") == (told == "done"), (told, answer)
        return told == "done"

    def learn_tickets(self, party: Party) -> None:
        """The serials of those who have tickets now; whoever had one before keeps it."""
        rows = db.session.execute(
            db.select(Passenger.position, Ticket.serial)
            .join(Ticket, Ticket.passenger_id == Passenger.id)
            .join(Booking, Booking.id == Passenger.booking_id)
            .where(Booking.request_id == party.request_id, Ticket.signed != "", Ticket.void_at.is_(None))
        )
        found = {row.position: row.serial for row in rows}
        assert found.keys() == party.travelers.keys()
        for position, person in party.travelers.items():
            assert person.serial in {"", found[position]}, "tickets stay what they were"
            assert found[position] not in person.void
            person.serial = found[position]

    @property
    def people(self) -> list[Person]:
        """Everybody who was named by somebody."""
        return [person for party in self.ledger.parties for person in party.people.values()]

    # What must be true all the time

    @invariant()
    def the_tables_and_the_ledger_agree(self) -> None:
        """One after the other, so that what is told of a fault names the step and not each of these."""
        self.every_counter_is_what_one_would_count()
        self.every_channel_is_told_what_is_left()
        self.every_booking_is_what_its_party_remembers()
        self.nobody_is_lost()
        self.those_who_wait_stand_as_they_came()
        self.nobody_is_above_a_ceiling_or_in_a_place_too_many()
        self.nobody_is_on_two_journeys_at_once()
        self.every_good_ticket_is_of_somebody_who_travels()

    def every_counter_is_what_one_would_count(self) -> None:
        """`flask recount` finds nothing."""
        assert [str(difference) for difference in recount()] == []

    def every_channel_is_told_what_is_left(self) -> None:
        """The screen and the ledger agree."""
        db.session.rollback()
        db.session.expire_all()
        for channel in (1, 2, 3):
            shown = list_places(self.voyages, channel)
            for voyage, trip in zip(self.voyages, self.trips, strict=True):
                is_sold = trip.closes(0) > self.now
                expected = {
                    kind: left if is_sold else 0
                    for kind in trip.world.classes
                    if (left := trip.world.remaining(0, trip.legs, kind, channel, self.now)) is not None
                }
                assert {p.fare_class.id: p.remaining for p in shown[voyage.id]} == expected

    def every_booking_is_what_its_party_remembers(self) -> None:
        """Who has what on which legs, in which class and channel, until when: and there is no other booking."""
        bookings = {b.request_id: b for b in db.session.scalars(db.select(Booking))}
        assert bookings.keys() == {party.request_id for party in self.ledger.parties}
        for party in self.ledger.parties:
            booking, sale, over = bookings[party.request_id], party.sale, {"cancelled", "expired"}
            # A hold that ended before it was given back is either: nobody can tell.
            mine, theirs = party.state_at(self.now), str(booking.state_at(self.now))
            assert mine == theirs or {mine, theirs} <= over
            assert (booking.voyage_id, booking.fare_class_id, booking.channel_id) == (
                party.trip.id,
                sale.kind,
                sale.channel,
            )
            ends = [party.trip.call_ids.index(call) for call in (booking.from_call_id, booking.to_call_id)]
            assert ends == [sale.first, sale.last]
            if mine not in over:
                assert (booking.places, booking.souls, booking.expires_at) == (sale.places, sale.souls, sale.until)

    def nobody_is_lost(self) -> None:
        """Whoever was to travel does, or it is written down why not and what comes instead."""
        rows = db.session.execute(
            db.select(Booking.request_id, Passenger.position, Passenger.document_number, Passenger.state)
            .join(Booking, Booking.id == Passenger.booking_id)
            .where(Booking.confirmed_at.is_not(None) | (Booking.state == "held") | (Passenger.state == "displaced"))
        )
        kept = {(row.request_id, row.position): (row.document_number, row.state) for row in rows}
        remembered = {
            (party.request_id, n): (person.who.document_number, person.state)
            for party in self.ledger.parties
            for n, person in party.people.items()
            if party.confirmed_at or party.state == "held" or person.state == "displaced"
        }
        assert kept == remembered
        listed = {
            row.request_id: row.way_out
            for row in db.session.execute(
                db.select(Booking.request_id, Displacement.way_out).join(Booking, Booking.id == Displacement.booking_id)
            )
        }
        assert listed == {p.request_id: p.way_out for p in self.ledger.parties if p.way_out is not None}
        for party in self.ledger.parties:
            for person in party.people.values():
                assert person.state != "moved" or person.again
                assert person.state != "displaced" or party.way_out is not None
                assert person.state != "displaced" or party.way_out != "moved" or person.again

    def those_who_wait_stand_as_they_came(self) -> None:
        """And have been offered what the ledger says, in its order."""
        rows = db.session.execute(
            db.select(WaitingEntry.code, WaitingEntry.state, WaitingEntry.offers, Booking.request_id)
            .outerjoin(Booking, Booking.id == WaitingEntry.booking_id)
            .order_by(WaitingEntry.id)
        )
        expected = [(g.code, g.state, g.offers, g.party and g.party.request_id) for g in self.ledger.groups]
        assert [tuple(row) for row in rows] == expected

    def nobody_is_above_a_ceiling_or_in_a_place_too_many(self) -> None:
        """Said by the ledger's own lists, so that the two cannot be wrong together."""
        for trip in self.trips:
            world = trip.world
            for leg, ceiling in enumerate(world.ceilings):
                assert world.souls(leg, self.now) <= ceiling
            for leg, kind in {(leg, kind) for leg, kind, _ in world.shelves}:
                shelves = [(k, shelf) for k, shelf in world.shelves.items() if k[:2] == (leg, kind)]
                assert sum(world.taken(*k, self.now) for k, _ in shelves) <= sum(shelf.quota for _, shelf in shelves)
                if world.classes[kind] == VEHICLE:
                    continue
                assert all(world.taken(*k, self.now) <= world.ceilings[leg] for k, _ in shelves)

    def nobody_is_on_two_journeys_at_once(self) -> None:
        """Whatever was booked, moved or given instead."""
        assert list(overlaps(self.ledger.parties, self.now)) == []

    def every_good_ticket_is_of_somebody_who_travels(self) -> None:
        """And of a booking that is paid, once it is signed; every other one that was ever given out is void."""
        signed = db.session.execute(
            db.select(Ticket.serial, Booking.request_id, Ticket.void_at)
            .join(Passenger, Ticket.passenger_id == Passenger.id)
            .join(Booking, Passenger.booking_id == Booking.id)
            .where(Ticket.signed != "")
        ).all()
        known = {
            person.serial: party.request_id
            for party in self.ledger.parties
            if party.state == "confirmed"
            for person in party.travelers.values()
        }
        assert {row.serial: row.request_id for row in signed if row.void_at is None} == known
        assert {row.serial for row in signed if row.void_at} == {s for person in self.people for s in person.void}

    def time_goes_on(self, minutes: int) -> None:
        """Never so far that a ship leaves by itself."""
        if self.now - self.start < timedelta(days=30):
            self.clock.forward(minutes=minutes)
