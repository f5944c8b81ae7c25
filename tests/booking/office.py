"""What the house does: quotas, channels, another ship, a voyage called off, the way out, the gate, and its chores."""

from datetime import timedelta
from random import Random
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.boarding.actions.departure import open_boarding
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.boarding.models import Verdict
from app.booking.actions.hold import expire_holds
from app.booking.models import Booking
from app.booking.waitlist.actions import lapse_closed, make_offers
from app.db import db
from app.disruption.actions.rebooking import choose_refund, pay_refunds, rebook
from app.disruption.actions.voyage_changes import cancel_voyage, lower_quota, preview, swap_ship
from app.disruption.plan import Cancellation, Change, Lowering, Swap
from app.schedule.models import PortCall
from app.seats.actions.allotments import move_places
from app.seats.actions.quotas import set_quota
from app.seats.models import Allotment
from tests.booking.ledger import Party, Refused, Trip
from tests.booking.scene import FEW, NUMBERS, TRIPS, Scene, code_of
from tests.factories import a_gate, departure_of
from tests.seats.oracle import BED, VEHICLE, Oracle, Shelf, Spot

KINDS, CHANNELS, PLACES = st.integers(1, 4), st.integers(1, 3), st.integers(-1, 12)


class Office(Scene):
    """Administrators, officers at the counter and at the gate, and what runs from time to time."""

    # Chores, on which nothing depends

    @rule(which=st.sets(TRIPS))
    def do_the_chores(self, which: set[int]) -> None:
        """What is free on these voyages goes to those who wait; on none: what has ended, and who waits in vain goes."""
        if which:
            self.ledger.touch([self.trips[n] for n in which], self.now)
            make_offers([self.trips[n].id for n in which])
        else:
            self.sweep()
            self.ledger.lapse(self.now)
            lapse_closed()

    def sweep(self) -> None:
        """Holds that have ended are given back, and offered to those who wait."""
        over = {p.trip for p in self.ledger.parties if p.state == "held" != p.state_at(self.now)}
        self.ledger.touch(over, self.now)
        expire_holds()

    # Quotas

    @rule(trip=TRIPS, kind=KINDS, channel=CHANNELS, quota=PLACES)
    def set_quota_of(self, trip: int, kind: int, channel: int, quota: int) -> None:
        """More or fewer places in one channel, on all legs or on none."""
        world = self.trips[trip].world
        if kind not in world.classes or self.flows(world, kind):
            return
        self.sweep()
        expected = self.quota_answer(world, kind, channel, quota)
        assert code_of(lambda: set_quota(self.trips[trip].id, kind, quota, channel)) == expected
        if expected == "done":
            for leg in range(self.trips[trip].legs):
                self.shelf(world, (leg, kind, channel)).quota = quota

    @rule(trip=TRIPS, kind=KINDS, source=CHANNELS, to=CHANNELS, places=st.integers(1, 4))
    def move_places_between_channels(self, trip: int, kind: int, source: int, to: int, places: int) -> None:
        """Only what nobody has, on every leg or on none."""
        world, legs = self.trips[trip].world, range(self.trips[trip].legs)
        if kind not in world.classes or self.flows(world, kind):
            return
        self.sweep()
        left = [self.unsold(world, (leg, kind, source)) for leg in legs]
        expected = "same_channel" if source == to else "done" if min(left) >= places else "not_free"
        assert code_of(lambda: move_places(self.trips[trip].id, kind, source, to, places)) == expected
        if expected == "done":
            for leg in legs:
                world.shelves[leg, kind, source].quota -= places
                self.shelf(world, (leg, kind, to)).quota += places

    @staticmethod
    def shelf(world: Oracle, spot: Spot) -> Shelf:
        """Made where there is none."""
        return world.shelves.setdefault(spot, Shelf(0))

    def unsold(self, world: Oracle, spot: Spot) -> int:
        """Of a shelf, on sale or not."""
        return world.shelves[spot].quota - world.taken(*spot, self.now) if spot in world.shelves else 0

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

    # Decisions that take places from people

    @rule(trip=TRIPS, seed=NUMBERS, quota=st.integers(0, 6))
    def sell_fewer(self, trip: int, seed: int, quota: int) -> None:
        """On some legs, also fewer than are sold."""
        random, mine = Random(seed), self.trips[trip]
        kind, channel = random.choice(sorted(mine.world.classes)), random.choice((1, 1, 2, 3))
        spots = [spot for spot in mine.world.shelves if spot[1:] == (kind, channel) and random.random() < 0.7]
        if not spots or self.flows(mine.world, kind):
            return
        quotas = dict.fromkeys(spots, quota)

        def fits(stay: list[Party]) -> bool:
            return all(self.places_of(stay, spot) <= most for spot, most in quotas.items())

        def wanted() -> None:
            if mine.world.called_off:
                raise Refused("voyage_cancelled")
            if any(quota > mine.world.shelves[spot].quota for spot in spots):
                raise Refused("quota_not_lower")

        legs = [leg.id for leg in self.voyages[trip].legs]
        change = Lowering({(legs[leg], kind, channel): quota for leg, kind, channel in spots}, "penjatahan")
        if self.decide(mine, change, wanted, fits):
            for spot in spots:
                mine.world.shelves[spot].quota = quota
            self.decided(mine)

    @rule(trip=TRIPS, ship=TRIPS)
    def swap_the_ship(self, trip: int, ship: int) -> None:
        """For a smaller or a larger one: the quotas are fitted to it."""
        mine, persons, ship_id = self.trips[trip], (3, 12, 60)[ship], self.ships[trip][ship].id
        before = dict(mine.world.shelves)

        def fits(stay: list[Party]) -> bool:
            return all(self.souls_of(stay, leg) <= persons for leg in range(mine.legs))

        def wanted() -> None:
            if mine.world.called_off:
                raise Refused("voyage_cancelled")
            if self.voyages[trip].ship_id == ship_id:
                raise Refused("same_ship")

        if self.decide(mine, Swap(ship_id, "kapal rusak"), wanted, fits):
            mine.world.ceilings = [persons] * mine.legs
            self.read_quotas(trip)
            for leg in range(mine.legs):
                beds = [n for n, what in mine.world.classes.items() if what == BED]
                on_sale, had = (
                    sum(s.quota for (at, kind, _), s in shelves.items() if at == leg and kind in beds)
                    for shelves in (mine.world.shelves, before)
                )
                assert on_sale <= persons
                assert on_sale <= had
            self.decided(mine)

    @rule(trip=TRIPS, luck=st.integers(0, 1))
    def call_off(self, trip: int, luck: int) -> None:
        """Everybody loses the place, and nobody is sold another one. A second time nothing more happens."""
        mine = self.trips[trip]
        if mine.world.called_off:
            assert not cancel_voyage(mine.id, "weather", "ombak besar").affected
        elif luck == 0 and self.decide(mine, Cancellation("tide", "air surut"), lambda: None, lambda stay: not stay):
            mine.world.called_off = True
            self.decided(mine)

    def decide(self, trip: Trip, change: Change, wanted: object, fits: object) -> bool:
        """Look, then do what was shown. Whoever is aboard a ship that sails stays, and nobody goes in vain."""
        told, riders = self.ledger.attempt(wanted), self.ledger.riders(trip, self.now)
        must_stay = [] if isinstance(change, Cancellation) else [party for party in riders if self.is_aboard(party)]
        if told == "done" and not fits(must_stay):
            told = "below_aboard"
        shown: list[object] = []
        assert code_of(lambda: shown.append(preview(trip.id, change))) == told
        if told != "done":
            assert code_of(lambda: self.carry_out(trip, change, None)) == told
            return False
        [plan] = shown
        asked = db.session.execute(db.select(Booking.request_id).where(Booking.id.in_(plan.seen)))
        affected = {row.request_id for row in asked}
        assert self.carry_out(trip, change, plan.seen).seen == plan.seen
        leaving = [party for party in riders if party.request_id in affected]
        assert len(leaving) == len(affected), "whoever was displaced had a place"
        stay = [party for party in riders if party not in leaving]
        assert not {party for party in leaving if party in must_stay}
        assert fits(stay)
        assert not any(fits([*stay, party]) for party in leaving), "somebody went in vain"
        self.passed = self.ledger.notice([trip], self.now)
        self.ledger.displace(leaving)
        return True

    @staticmethod
    def carry_out(trip: Trip, change: Change, seen: object) -> object:
        """The action for it."""
        if isinstance(change, Swap):
            return swap_ship(trip.id, change.ship_id, change.reason, seen=seen)
        if isinstance(change, Lowering):
            return lower_quota(trip.id, change.given, change.reason, seen=seen)
        return cancel_voyage(trip.id, change.cause, change.reason, seen=seen)

    def decided(self, trip: Trip) -> None:
        """Whatever it left free goes to those who wait."""
        self.ledger.offer([trip], self.now, self.passed)

    @staticmethod
    def is_aboard(party: Party) -> bool:
        """Somebody of them."""
        return any(person.aboard for person in party.travelers.values())

    @staticmethod
    def places_of(parties: list[Party], spot: Spot) -> int:
        """Of the shelf, taken by these."""
        leg, kind, channel = spot
        sales = (p.sale for p in parties if (p.sale.kind, p.sale.channel) == (kind, channel))
        return sum(sale.places for sale in sales if sale.first <= leg < sale.last)

    @staticmethod
    def souls_of(parties: list[Party], leg: int) -> int:
        """Of these, on that leg."""
        return sum(p.sale.souls for p in parties if p.sale.first <= leg < p.sale.last)

    def read_quotas(self, trip: int) -> None:
        """As the application has fitted them: how, is proved in test_selection.py."""
        legs = [leg.id for leg in self.voyages[trip].legs]
        for row in db.session.scalars(db.select(Allotment).where(Allotment.leg_id.in_(legs))):
            shelf = self.trips[trip].world.shelves[legs.index(row.leg_id), row.fare_class_id, row.channel_id]
            shelf.quota, shelf.flowed = row.quota, row.flowed

    # The way out

    @precondition(lambda self: any(p.way_out is not None for p in self.ledger.parties))
    @rule(number=FEW, trip=TRIPS)
    def give_another_voyage(self, number: int, trip: int) -> None:
        """In the same class between the same ports, before those who wait: they had bought it."""
        party = self.a_lost_party(number)
        others = [t for t in self.trips if t.legs >= party.sale.last and not t.world.called_off and number % 4]
        other = others[trip % len(others)] if others else self.trips[trip]
        if party.sale.last > other.legs:
            return
        ends = other.call_ids[party.sale.first], other.call_ids[party.sale.last]
        code, made = self.code(party), []
        before = party.way_out
        request = f"instead-of-{party.request_id}"
        if (
            self.both(
                lambda: self.ledger.rebook(party, other, self.now, request),
                lambda: made.append(rebook(code, *ends, self.keyring)),
            )
            and before != "moved"
        ):
            new = self.ledger.parties[[p.asked_as for p in self.ledger.parties].index(request)]
            new.asked_as = made[0].request_id
            self.learn_tickets(new)

    @precondition(lambda self: any(p.way_out is not None for p in self.ledger.parties))
    @rule(number=FEW, paid=st.booleans())
    def want_the_money(self, number: int, paid: bool) -> None:
        """Chosen by the travelers; given by an officer."""
        party = self.a_lost_party(number)
        code = self.code(party)
        self.both(
            lambda: self.ledger.refund(party, paid=paid),
            lambda: pay_refunds(code, self.officer_id) if paid else choose_refund(code),
        )

    def a_lost_party(self, number: int) -> Party:
        """Mostly one for whom nothing was found yet."""
        lost = [p for p in self.ledger.parties if p.way_out is not None]
        lost = [p for p in lost if not p.way_out and number % 4] or lost
        return lost[number % len(lost)]

    # The gate

    @rule(trip=TRIPS, seed=NUMBERS)
    def board_until_the_cut_off(self, trip: int, seed: int) -> None:
        """The ship is to leave in half an hour, some are aboard, and the places of the others go to standby."""
        random, mine = Random(seed), self.trips[trip]
        if mine.world.called_off or seed % 2:
            return
        mine.departs[0] = self.now + timedelta(minutes=29)
        db.session.get(PortCall, mine.call_ids[0]).revised_departure = mine.departs[0]
        db.session.commit()
        open_boarding(departure_of(self.voyages[trip]).id, self.officer_id)
        here = [p for p in self.ledger.riders(mine, self.now) if p.state == "confirmed" and p.sale.first == 0]
        people = [person for party in here for person in party.travelers.values() if not person.aboard]
        for person in random.sample(people, min(len(people), random.randint(0, 3))):
            assert self.shown(trip, person.serial) == Verdict.PASS
            person.aboard = True
        departure_id = departure_of(self.voyages[trip]).id
        self.both(lambda: self.ledger.do_not_come(mine, self.now), lambda: release_no_shows(departure_id))

    @precondition(lambda self: any(person.void for person in self.people))
    @rule(trip=TRIPS, number=NUMBERS)
    def show_an_old_code(self, trip: int, number: int) -> None:
        """Of somebody who does not travel on it any more, or whose name was put right: it admits nobody."""
        void = [serial for person in self.people for serial in person.void]
        assert self.shown(trip, void[number % len(void)]) in {Verdict.REFUSE, Verdict.HOLD}

    def shown(self, trip: int, serial: str) -> str:
        """The verdict on it at the first call of a voyage."""
        voyage = self.voyages[trip]
        gate = a_gate(voyage.calls[0].port)
        departure_id = departure_of(voyage).id
        return scan(
            Showing(str(uuid4()), serial, departure_id, gate.id, self.officer_id, self.now), self.keyring
        ).verdict
