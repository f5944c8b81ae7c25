"""What those do who want to travel: they ask, name, pay, give back, change their mind, wait, and stop waiting."""

from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.booking.actions.cancellation import cancel_passengers, correct_name
from app.booking.actions.hold import Held, hold_all
from app.booking.actions.move import move_passengers
from app.booking.actions.payment import choose_payment, confirm_payment, name_travelers, release
from app.booking.models import PaymentMethod
from app.booking.waitlist import actions
from app.booking.waitlist.models import WaitingEntry
from app.booking.wanted_journey import WantedJourney
from app.errors import Refusal
from tests.booking.ledger import HOLD, Choice, Group, Party, Trip
from tests.booking.scene import FEW, NUMBERS, TRIPS, Scene, code_of
from tests.factories import a_traveler
from tests.seats.oracle import EVERYBODY, VEHICLE, Sale, a_wish
from tests.seats.worlds import asked

PHONES = [f"+62812000000{n:02}" for n in range(30)]


class Travelers(Scene):
    """People without manners: they repeat, come too late, ask for too much."""

    def first_sales(self) -> None:
        """Enough that ships are nearly full, that some wait, and that there is somebody who can change their mind."""
        for trip in range(len(self.trips)):
            for bought in (True, self.random.random() < 0.5):
                self.ask_for_places(trip, self.random.getrandbits(16), 5)
                if bought:
                    self.all_buy(offered=True)
            for seed in (self.random.getrandbits(16) for _ in range(4)):
                self.wait(trip, trip, seed, partial=seed % 3 == 0, standby=seed % 5 == 0)

    @rule(trip=TRIPS, seed=NUMBERS, many=st.integers(1, 5))
    def ask_for_places(self, trip: int, seed: int, many: int) -> None:
        """Some ask in the same moment; whoever waits goes before them."""
        random, wanted = Random(seed), self.trips[trip]
        sales = [a_wish(random, wanted.world, self.now + HOLD) for _ in range(many)]
        waited = [c for g in self.ledger.groups if g.state == "waiting" for c in g.choices if c[0] is wanted]
        if waited and seed % 2:
            # Whoever would rather not wait behind these.
            _, first, last, kind = random.choice(waited)
            sales[0] = Sale(first, last, kind, EVERYBODY, 1, 1, self.now + HOLD)
        wishes = [asked(random, self.voyages[trip], wanted.world, sale) for sale in sales]
        if {wish.request_id for wish in wishes} & {party.request_id for party in self.ledger.parties}:
            return
        self.ledger.touch([wanted], self.now)
        expected = []
        for wish, sale in zip(wishes, sales, strict=True):
            sale.until = min(self.now + HOLD, wanted.closes(sale.first))
            told = self.ledger.attempt(lambda sale=sale: self.ledger.ask(wanted, sale, self.now))
            expected.append(told)
            if told == "done":
                self.ledger.parties.append(Party(wish.request_id, wanted, sale, wish=wish))
        answers = hold_all(wishes)
        assert [a.code if isinstance(a, Refusal) else "done" for a in answers] == expected
        assert all(answer.new for answer in answers if isinstance(answer, Held))

    @precondition(lambda self: self.ledger.parties)
    @rule(number=FEW)
    def ask_again(self, number: int) -> None:
        """The same request: the same booking, no place more, no minute longer."""
        party = self.a_party(number)
        if party.wish is not None:
            [answer] = hold_all([party.wish])
            assert isinstance(answer, Held)
            assert (answer.code, answer.new, answer.expires_at) == (self.code(party), False, party.sale.until)

    @precondition(lambda self: self.ledger.parties)
    @rule(number=FEW, short=st.booleans(), known=NUMBERS)
    def say_who_travels(self, number: int, short: bool, known: int) -> None:
        """Everybody by name; or one too few; or with somebody who may be on another ship then."""
        party = self.a_party(number, "held")
        travelers = self.travelers(party)
        if short and len(travelers) > 1:
            travelers.pop(0)
        elif known % 3 == 0 and self.people:
            other = self.people[known % len(self.people)].who
            if not other.infant:
                travelers[0] = other
        self.named(party, travelers)

    def named(self, party: Party, travelers: list[Any]) -> None:
        """By these."""
        code = self.code(party)
        self.both(
            lambda: self.ledger.name(party, travelers, self.now),
            lambda: name_travelers(code, "+6281200000001", travelers),
        )

    def travelers(self, party: Party) -> list[Any]:
        """As many as were held; everybody in a vehicle is an adult."""
        adults = party.sale.souls if party.vehicle else party.sale.places
        return [a_traveler(infant=n >= adults) for n in range(party.sale.souls)]

    @precondition(lambda self: self.ledger.parties)
    @rule(number=FEW, method=st.sampled_from([*PaymentMethod, None]))
    def choose_how_to_pay(self, number: int, method: PaymentMethod | None) -> None:
        """An officer confirms at once; choosing the counter again moves no end."""
        party = self.a_party(number, "held")
        if method is None:
            self.paid(party)
        else:
            self.chosen(party, method)

    def chosen(self, party: Party, method: PaymentMethod) -> None:
        """This way of paying."""
        code = self.code(party)
        self.both(lambda: self.ledger.pay(party, method, self.now), lambda: choose_payment(code, method))

    def paid(self, party: Party) -> None:
        """At the counter."""
        code = self.code(party)
        if self.both(
            lambda: self.ledger.pay(party, "counter", self.now, officer=True),
            lambda: confirm_payment(code, self.officer_id, self.keyring),
        ):
            self.learn_tickets(party)

    @rule(offered=st.booleans())
    def all_buy(self, offered: bool) -> None:
        """Most people go on with what they hold, also those who waited for it."""
        held = [p for p in self.ledger.parties if p.state_at(self.now) == "held" and (offered or p.group is None)]
        for party in held[-4:]:
            if not party.travelers:
                self.named(party, self.travelers(party))
            self.paid(party)

    @precondition(lambda self: self.ledger.parties)
    @rule(number=FEW)
    def give_back(self, number: int) -> None:
        """Before the end of the hold, after it, or twice."""
        party = self.a_party(number, "held")
        code = self.code(party)
        self.both(lambda: self.ledger.release(party, self.now), lambda: release(code))

    # What they change

    @precondition(lambda self: self.ledger.parties)
    @rule(number=FEW, seed=NUMBERS)
    def do_not_travel(self, number: int, seed: int) -> None:
        """One, some or all of a booking; perhaps some of them once more."""
        party = self.a_party(number, "confirmed")
        self.cancelled(party, self.some_of(party, Random(seed)))

    @precondition(lambda self: any(self.is_wanted(party) for party in self.ledger.parties))
    @rule(number=FEW, more=st.booleans())
    def stay_at_home(self, number: int, more: bool) -> None:
        """All of them, where others wait for just that."""
        wanted = [party for party in self.ledger.parties if self.is_wanted(party)]
        for party in (wanted[number % len(wanted) :] + wanted)[: 1 + more]:
            self.cancelled(party, list(party.travelers))

    def cancelled(self, party: Party, positions: list[int]) -> None:
        """These of them."""
        code = self.code(party)
        self.both(
            lambda: self.ledger.cancel(party, positions, self.now),
            lambda: cancel_passengers(code, positions),
        )

    def is_wanted(self, party: Party) -> bool:
        """Whether somebody waits for what they have."""
        mine = party.trip, party.sale.first, party.sale.last, party.sale.kind
        return (party.state, party.sale.channel) == ("confirmed", EVERYBODY) and any(
            group.state == "waiting" and mine in group.choices for group in self.ledger.groups
        )

    @staticmethod
    def some_of(party: Party, random: Random) -> list[int]:
        """Mostly of those who travel."""
        there = list(party.travelers if random.random() < 0.9 else party.people) or [0]
        return there if random.random() < 0.4 else random.sample(there, random.randint(1, len(there)))

    @precondition(lambda self: self.ledger.parties)
    @rule(number=FEW, trip=TRIPS, seed=NUMBERS, officer=st.booleans())
    def take_another_ship(self, number: int, trip: int, seed: int, officer: bool) -> None:
        """Or another class, or other legs of the same one: the new places in the moment they leave the old ones."""
        random, party = Random(seed), self.a_party(number, "confirmed")
        positions, code = self.some_of(party, random), self.code(party)
        to = self.an_open_journey(random, self.trips[trip], party, len(positions))
        request_id, by = self.an_id(random), self.officer_id if officer else None
        target = WantedJourney(to[0].id, to[3], to[0].call_ids[to[1]], to[0].call_ids[to[2]])

        def move() -> object:
            return move_passengers(code, positions, target, self.keyring, request_id, by)

        moved = self.both(
            lambda: self.ledger.move(party, positions, to, request_id, self.now, officer), move, by_code=False
        )
        if moved:
            self.learn_tickets(next(p for p in self.ledger.parties if p.request_id == request_id))
            assert code_of(move) == "done", "a second time it is the same booking"

    def an_open_journey(self, random: Random, trip: Trip, party: Party, places: int) -> Choice:
        """Mostly one with room for so many."""
        for _ in range(8):
            choice = self.a_journey(random, trip)
            like = (trip.world.classes[choice[3]] == VEHICLE) == party.vehicle
            if like and min(self.ledger.free(*choice, self.now)) >= places:
                break
        return choice

    @precondition(lambda self: self.ledger.parties)
    @rule(number=FEW, seed=NUMBERS, officer=st.booleans())
    def put_a_name_right(self, number: int, seed: int, officer: bool) -> None:
        """The words in another order; the old code is void at once."""
        party = self.a_party(number, "confirmed")
        [position] = Random(seed).sample(list(party.travelers) or [0], 1)
        name = self.name_of(party, position)
        code, by = self.code(party), self.officer_id if officer else None
        if self.both(
            lambda: self.ledger.correct(party, position, officer, self.now),
            lambda: correct_name(code, position, name, self.keyring, by),
        ):
            self.learn_tickets(party)

    @staticmethod
    def name_of(party: Party, position: int) -> str:
        """Spelled the other way round than it is now."""
        person = party.people.get(position)
        return " ".join(reversed(person.name.split())) if person else "SITI"

    # Those who wait

    @rule(trip=TRIPS, other=TRIPS, seed=NUMBERS, partial=st.booleans(), standby=st.booleans())
    def wait(self, trip: int, other: int, seed: int, partial: bool, standby: bool) -> None:
        """For a journey, or for whichever of two is free first."""
        random = Random(seed)
        places, infants = random.choice((1, 1, 1, 1, 2, 2, 3, 5)), random.choice((0, 0, 0, 0, 1))
        wanted = [self.a_full_journey(random, self.trips[n], places) for n in {trip, other}]
        group = Group(self.an_id(random), random.choice(PHONES), places, infants, partial, standby and seed % 2, wanted)
        choices = [WantedJourney(t.id, k, t.call_ids[f], t.call_ids[u]) for t, f, u, k in wanted]

        def come() -> WaitingEntry:
            how = {"partial": group.partial, "standby": group.standby}
            return actions.join(group.request_id, group.phone, places, infants, choices, **how)

        if self.both(lambda: self.ledger.join(group, self.now), come, by_code=len(wanted) == 1):
            entry = come()
            group.id, group.code = entry.id, entry.code

    def a_full_journey(self, random: Random, trip: Trip, places: int) -> Choice:
        """Mostly one that so many cannot book, for only then is there a list."""
        here = [p for p in self.ledger.riders(trip, self.now) if p.sale.channel == EVERYBODY and not p.vehicle]
        for _ in range(8):
            choice = self.a_journey(random, trip)
            if here:
                # What somebody has who may let go of it.
                sale = random.choice(here).sale
                choice = (trip, sale.first, sale.last, sale.kind)
            on_sale = all((leg, choice[3], 1) in trip.world.shelves for leg in range(choice[1], choice[2]))
            bed = trip.world.classes[choice[3]] != VEHICLE
            if bed and on_sale and self.ledger.free(*choice, self.now)[0] < places:
                break
        return choice

    @precondition(lambda self: self.ledger.groups)
    @rule(number=FEW)
    def stop_waiting(self, number: int) -> None:
        """What was offered goes to the next."""
        group = self.ledger.groups[-1 - number % len(self.ledger.groups)]
        self.both(lambda: self.ledger.withdraw(group, self.now), lambda: actions.withdraw(group.code))

    @rule(minutes=st.sampled_from((1, 14, 15, 16, 59, 61, 300, 1440, 4320)))
    def time_passes(self, minutes: int) -> None:
        """Holds end, stages come, places flow back."""
        self.time_goes_on(minutes)
