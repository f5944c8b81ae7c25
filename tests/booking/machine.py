"""Everything that people can do, one after the other in any order, beside an oracle that only knows lists.

The machine is a person without manners: it repeats, comes too late, asks for too much. After every step the tables'
counters are counted again, and what every channel is told to be left is what the oracle works out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from flask import Flask, current_app
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from app import config, models
from app.booking.actions import choose_payment, confirm_payment, name_travelers, release
from app.booking.holding import Held, Wish, expire_holds, hold_all
from app.booking.models import Booking, BookingState, Passenger, PaymentMethod, Ticket
from app.booking.queries import get_booking, list_places
from app.db import db
from app.errors import Refusal
from app.flow.recount import recount
from app.schedule.models import Voyage
from app.seats.actions import set_quota
from tests.conftest import Clock
from tests.factories import a_traveler
from tests.seats.oracle import BED, VEHICLE, Oracle, Sale, Shelf, a_wish, a_world
from tests.seats.worlds import asked, in_tables

KEPT = {"channel", "release_plan", "app_user"}
"""Tables whose rows belong to the house and not to an example."""


@dataclass(eq=False)
class Party:
    """Who was granted places, as they remember it themselves."""

    wish: Wish
    code: str
    voyage: int
    sale: Sale
    told_until: datetime | None
    named: bool = False
    state: str = BookingState.HELD
    payment: str | None = None
    serials: list[str] = field(default_factory=list)
    """Of their tickets, once they are paid."""

    def state_at(self, now: datetime) -> str:
        """As they would say: a hold that has ended is no hold."""
        over = self.state == BookingState.HELD and self.sale.until is not None and self.sale.until <= now
        return BookingState.EXPIRED if over else self.state


def refusal_of(call: Any) -> str:
    """The code with which it is refused; `done` when it is not."""
    try:
        call()
    except Refusal as refusal:
        return refusal.code
    return "done"


class Port(RuleBasedStateMachine):
    """Two voyages, those who want to travel on them, and the office."""

    app: Flask
    clock: Clock
    start: datetime
    officer_id: int

    @initialize(seed=st.integers(0, 2**16))
    def two_voyages(self, seed: int) -> None:
        """Made anew in empty tables."""
        db.session.rollback()
        with db.engine.begin() as connection:
            for table in reversed(models.metadata.sorted_tables):
                if table.name not in KEPT:
                    connection.execute(table.delete())
        db.session.remove()
        self.clock.moment = self.start
        self.random = Random(seed)
        self.worlds: list[Oracle] = []
        self.voyages: list[Voyage] = []
        for _ in range(2):
            world = a_world(self.random, self.start, sizes=(8, 20, 45))
            self.worlds.append(world)
            self.voyages.append(in_tables(world, self.clock))
        self.parties: list[Party] = []

    @property
    def now(self) -> datetime:
        """By the application's clock."""
        return self.clock.moment

    def some_party(self, number: int) -> Party:
        """One of those who came, whatever became of them; the later ones more often."""
        return self.parties[-1 - number % len(self.parties)]

    # What travelers do

    @rule(voyage=st.integers(0, 1), seed=st.integers(0, 2**16), many=st.integers(1, 5))
    def ask_for_places(self, voyage: int, seed: int, many: int) -> None:
        """Some ask in the same moment."""
        random, world = Random(seed), self.worlds[voyage]
        until = self.now + timedelta(minutes=config.current().hold_minutes)
        sales = [a_wish(random, world, until) for _ in range(many)]
        wishes = [asked(random, self.voyages[voyage], world, sale) for sale in sales]
        known = {party.wish.request_id for party in self.parties}
        fresh = [(w, s) for w, s in zip(wishes, sales, strict=True) if w.request_id not in known]
        expected = [self.expected(world, sale) for _, sale in fresh]
        answers = hold_all([wish for wish, _ in fresh])
        assert [a.code if isinstance(a, Refusal) else "held" for a in answers] == expected
        for (wish, sale), answer in zip(fresh, answers, strict=True):
            if isinstance(answer, Held):
                assert answer.expires_at == until
                assert answer.new
                self.parties.append(Party(wish, answer.code, voyage, sale, until))

    def expected(self, world: Oracle, sale: Sale) -> str:
        """What the oracle would answer."""
        return "voyage_cancelled" if world.called_off else world.answer(sale, self.now)

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 4))
    def ask_again(self, number: int) -> None:
        """The same request: the same booking, no place more, no minute longer."""
        party = self.some_party(number)
        [answer] = hold_all([party.wish])
        assert isinstance(answer, Held)
        assert (answer.code, answer.new) == (party.code, False)
        assert answer.expires_at == party.sale.until

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 4), short=st.booleans())
    def say_who_travels(self, number: int, short: bool) -> None:
        """Everybody by name; or one too few."""
        party = self.some_party(number)
        travelers = self.travelers(party.sale)
        expected = self.held_or(party)
        if short and len(travelers) > 1:
            travelers.pop(0)
            expected = "wrong_party" if expected == "done" else expected
        assert refusal_of(lambda: name_travelers(party.code, "+6281200000001", travelers)) == expected
        party.named |= expected == "done"

    def travelers(self, sale: Sale) -> list[Any]:
        """As many as were held; everybody in a vehicle is an adult."""
        vehicle = self.is_vehicle(sale)
        adults = sale.souls if vehicle else sale.places
        return [a_traveler() for _ in range(adults)] + [
            a_traveler(infant=True) for _ in range(0 if vehicle else sale.souls - sale.places)
        ]

    def is_vehicle(self, sale: Sale) -> bool:
        """Whether the class is one of vehicles."""
        return self.worlds[0].classes.get(sale.kind) == VEHICLE or self.worlds[1].classes.get(sale.kind) == VEHICLE

    def held_or(self, party: Party) -> str:
        """`done` for what a hold may do, else how it is refused."""
        state = party.state_at(self.now)
        if state == BookingState.CONFIRMED:
            return "already_confirmed"
        return "done" if state == BookingState.HELD else "hold_expired"

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 4))
    def travel_free(self, number: int) -> None:
        """The free programme: confirmed at once."""
        party, keyring = self.some_party(number), current_app.extensions["keyring"]
        expected = self.held_or(party)
        if party.payment == PaymentMethod.FREE and party.state_at(self.now) == BookingState.CONFIRMED:
            expected = "done"
        elif expected == "done" and not party.named:
            expected = "travelers_missing"
        assert refusal_of(lambda: choose_payment(party.code, PaymentMethod.FREE, keyring)) == expected
        if expected == "done":
            self.paid(party, PaymentMethod.FREE)

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 4))
    def pay_at_the_counter_later(self, number: int) -> None:
        """Held until the counter's end, which choosing again does not move."""
        party, keyring = self.some_party(number), current_app.extensions["keyring"]
        state, expected = party.state_at(self.now), self.held_or(party)
        if party.payment == PaymentMethod.COUNTER and state in {BookingState.CONFIRMED, BookingState.HELD}:
            expected = "done"
        elif expected == "done" and not party.named:
            expected = "travelers_missing"
        assert refusal_of(lambda: choose_payment(party.code, PaymentMethod.COUNTER, keyring)) == expected
        if expected == "done" and party.payment is None:
            party.payment = PaymentMethod.COUNTER
            party.sale.until = self.now + timedelta(hours=config.current().counter_hours)

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 4))
    def give_back(self, number: int) -> None:
        """Before the end of the hold, after it, or twice."""
        party = self.some_party(number)
        expected = "already_confirmed" if party.state == BookingState.CONFIRMED else "done"
        assert refusal_of(lambda: release(party.code)) == expected
        if party.state == BookingState.HELD and expected == "done":
            party.sale.gone = True
            party.state = BookingState.CANCELLED

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 1), method=st.sampled_from(PaymentMethod))
    def buy(self, number: int, method: PaymentMethod) -> None:
        """As most people do: everybody named, and paid at once."""
        self.say_who_travels(number, short=False)
        if method == PaymentMethod.FREE:
            self.travel_free(number)
        else:
            self.take_the_money(number)

    # What the house does

    @precondition(lambda self: self.parties)
    @rule(number=st.integers(0, 4))
    def take_the_money(self, number: int) -> None:
        """An officer confirms."""
        party, keyring = self.some_party(number), current_app.extensions["keyring"]
        expected = "done" if party.state == BookingState.CONFIRMED else self.held_or(party)
        if expected == "done" and party.state != BookingState.CONFIRMED and not party.named:
            expected = "travelers_missing"
        assert refusal_of(lambda: confirm_payment(party.code, self.officer_id, keyring)) == expected
        if expected == "done" and party.state != BookingState.CONFIRMED:
            self.paid(party, PaymentMethod.COUNTER)

    def paid(self, party: Party, method: str) -> None:
        """They have tickets from now on."""
        party.state, party.payment, party.sale.until = BookingState.CONFIRMED, method, None
        booking = get_booking(party.code)
        serials = [p.ticket.serial for p in booking.passengers if p.ticket and p.ticket.signed]
        assert len(serials) == party.sale.souls
        assert party.serials in ([], serials), "tickets stay what they were"
        party.serials = serials

    @rule(minutes=st.sampled_from((1, 14, 15, 16, 300, 1440, 4320)))
    def time_passes(self, minutes: int) -> None:
        """Never so far that a ship leaves."""
        if self.now - self.start < timedelta(days=30):
            self.clock.forward(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        """What nothing depends on."""
        expire_holds()

    @rule(voyage=st.integers(0, 1), kind=st.integers(1, 4), channel=st.integers(1, 3), quota=st.integers(-1, 12))
    def set_quota_of(self, voyage: int, kind: int, channel: int, quota: int) -> None:
        """More or fewer places in one channel, on all legs or on none."""
        world, legs = self.worlds[voyage], range(len(self.worlds[voyage].ceilings))
        if kind not in world.classes or self.flows(world, kind):
            return
        expire_holds()
        expected = self.quota_answer(world, kind, channel, quota)
        voyage_id = self.voyages[voyage].id
        assert refusal_of(lambda: set_quota(voyage_id, kind, quota, channel)) == expected
        if expected == "done":
            for leg in legs:
                world.shelves.setdefault((leg, kind, channel), Shelf(0)).quota = quota

    @staticmethod
    def flows(world: Oracle, kind: int) -> bool:
        """Whether places of that class move between channels by themselves: then a quota is not what was typed."""
        return any(s.leaves_minutes_before is not None for (_, cls, _), s in world.shelves.items() if cls == kind)

    def quota_answer(self, world: Oracle, kind: int, channel: int, quota: int) -> str:
        """By leg in order: is it a number, does it fit under the ceiling, is it no less than what is taken?"""
        if quota < 0:
            return "count"
        same = [k for k, what in world.classes.items() if what == world.classes[kind]]
        for leg, ceiling in enumerate(world.ceilings):
            before = sum(s.quota for (at, cls, _), s in world.shelves.items() if at == leg and cls in same)
            present = world.shelves.get((leg, kind, channel), Shelf(0)).quota
            after = before - present + quota
            if world.classes[kind] != VEHICLE and after > max(ceiling, before):
                return "over_ceiling"
            if quota < world.taken(leg, kind, channel, self.now):
                return "below_taken"
        return "done"

    # What must be true all the time

    @invariant()
    def every_counter_is_what_one_would_count(self) -> None:
        """`flask recount` finds nothing."""
        assert [str(difference) for difference in recount()] == []

    @invariant()
    def every_channel_is_told_what_is_left(self) -> None:
        """The screen and the oracle agree."""
        db.session.rollback()
        db.session.expire_all()
        for channel in (1, 2, 3):
            shown = list_places(self.voyages, channel)
            for voyage, world in zip(self.voyages, self.worlds, strict=True):
                last = len(world.ceilings)
                expected = {
                    kind: left
                    for kind in world.classes
                    if (left := world.remaining(0, last, kind, channel, self.now)) is not None
                }
                assert {p.fare_class.id: p.remaining for p in shown[voyage.id]} == expected

    @invariant()
    def every_booking_stands_where_its_party_says(self) -> None:
        """In the tables and for the traveler."""
        bookings = {b.code: b for b in db.session.scalars(db.select(Booking))}
        assert len({party.wish.request_id for party in self.parties}) == len(self.parties)
        for party in self.parties:
            booking, over = bookings[party.code], {BookingState.CANCELLED, BookingState.EXPIRED}
            # A hold that ended before it was given back is either: nobody can tell.
            mine, theirs = party.state_at(self.now), booking.state_at(self.now)
            assert mine == theirs or {mine, theirs} <= over
            assert booking.request_id == party.wish.request_id

    @invariant()
    def nobody_is_above_a_ceiling_or_in_a_bed_too_many(self) -> None:
        """Said by the oracle's own lists, so that the two cannot be wrong together."""
        for world in self.worlds:
            for leg, ceiling in enumerate(world.ceilings):
                assert world.souls(leg, self.now) <= ceiling
                beds = sum(s.quota for (at, k, _), s in world.shelves.items() if at == leg and world.classes[k] == BED)
                assert beds <= max(ceiling, beds)

    @invariant()
    def every_good_ticket_is_of_somebody_who_travels(self) -> None:
        """And of a booking that is paid, once it is signed."""
        signed = db.session.execute(
            db.select(Ticket.serial, Booking.code, Booking.state)
            .join(Passenger, Ticket.passenger_id == Passenger.id)
            .join(Booking, Passenger.booking_id == Booking.id)
            .where(Ticket.signed != "", Ticket.void_at.is_(None))
        ).all()
        known = {serial: party.code for party in self.parties for serial in party.serials}
        assert {row.serial: row.code for row in signed} == known
