"""A ledger of places and of the waiting list, as one would keep it with pencil and paper.

Nothing here is taken from the application, and nothing is counted: what a voyage may sell is worked out from the list
of its sales (tests/seats/oracle.py), who comes next from the list of those who wait. What cannot be done raises
Refused, and then nothing was written down.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

from tests.seats.oracle import EVERYBODY, VEHICLE, Oracle, Sale

CLOSES = timedelta(minutes=60)
"""So long before a departure nothing is sold or changed any more."""
CUT_OFF = timedelta(minutes=30)
"""So long before it whoever stands by at the port goes before those who wait elsewhere."""
HOLD, COUNTER, OFFER = timedelta(minutes=15), timedelta(hours=24), timedelta(minutes=60)
"""How long places stay held while names are typed, until the money comes, for whoever waited."""
OFFERS = 3
"""So many offers may end unused."""


class Refused(Exception):
    """It cannot be done, for the reason of that code."""


@dataclass(eq=False)
class Trip:
    """A voyage: what it may sell, and its times by call."""

    id: int
    call_ids: list[int]
    world: Oracle
    departs: list[datetime]
    """As best known, from every call but the last."""
    planned: list[datetime | None]
    arrives: list[datetime]
    """By the plan, at every call; the first one has none and any moment stands there."""

    @property
    def legs(self) -> int:
        """How many it has."""
        return len(self.world.ceilings)

    def closes(self, first: int) -> datetime:
        """When the sale of journeys that begin with this leg ends."""
        return self.departs[first] - CLOSES

    def lasts(self, first: int, last: int) -> tuple[datetime, datetime]:
        """From when until when somebody is on the way."""
        return self.planned[first] or self.departs[first], self.arrives[last]


Choice = tuple[Trip, int, int, int]
"""A journey: the voyage, its first leg, the leg after the last, and a class."""


@dataclass(eq=False)
class Person:
    """Somebody who was named on a booking."""

    who: Any
    """As typed."""
    state: str = "travels"
    serial: str = ""
    """Of the good ticket; empty where there is none (any more)."""
    void: list[str] = field(default_factory=list)
    """Serials that must admit nobody."""
    aboard: bool = False
    counts: bool = False
    """Whether no other journey at that time is possible."""
    corrections: int = 0
    name: str = ""
    """As it is spelled now."""
    again: "Person | None" = None
    """The same person on the booking that took this one's place."""

    def __post_init__(self) -> None:
        self.name = self.name or self.who.name

    def ends(self, state: str) -> None:
        """No travelling on this booking any more."""
        self.state = state
        if self.serial:
            self.void.append(self.serial)
        self.serial = ""


@dataclass(eq=False)
class Group:
    """Some who wait, in the order of their coming."""

    request_id: str
    phone: str
    places: int
    infants: int
    partial: bool
    standby: bool
    choices: list[Choice]
    """The dearest wish first."""
    state: str = "waiting"
    offers: int = 0
    party: "Party | None" = None
    """What they were offered, or bought."""
    id: int = 0
    code: str = ""
    """As they were told when they came."""


@dataclass(eq=False)
class Party:
    """Who was granted places, as they remember it themselves."""

    asked_as: str
    trip: Trip
    sale: Sale
    people: dict[int, Person] = field(default_factory=dict)
    """By their position on the booking."""
    state: str = "held"
    payment: str | None = None
    seen: bool = False
    """Confirmed by an officer."""
    confirmed_at: datetime | None = None
    wish: Any = None
    """What they asked for, where they did so themselves."""
    group: Group | None = None
    """Whom it was offered to,"""
    offer: int = 0
    """and as which offer to them."""
    way_out: str | None = None
    """Where the office took their places: empty as long as nothing was found."""
    goes_with: Trip | None = None
    """The other voyage that was given to those who lost their places."""
    code: str = ""

    @property
    def request_id(self) -> str:
        """How the tables know it."""
        return f"offer-{self.group.id}-{self.offer}" if self.group else self.asked_as

    @property
    def travelers(self) -> dict[int, Person]:
        """Those who travel."""
        return {n: person for n, person in self.people.items() if person.state == "travels"}

    @property
    def vehicle(self) -> bool:
        """Whether the place is one on the deck."""
        return self.trip.world.classes[self.sale.kind] == VEHICLE

    def state_at(self, now: datetime) -> str:
        """As they would say: a hold that has ended is no hold."""
        over = self.state == "held" and self.sale.until is not None and self.sale.until <= now
        return "expired" if over else self.state

    def lasts(self) -> tuple[datetime, datetime]:
        """From when until when they are on the way."""
        return self.trip.lasts(self.sale.first, self.sale.last)


@dataclass
class Ledger:
    """Everything that was agreed so far."""

    trips: list[Trip]
    parties: list[Party] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def attempt(self, deed: Callable[[], Any]) -> str:
        """`done`, or the code with which it is refused; then everything is as before."""
        things = [*self.parties, *(p.sale for p in self.parties), *self.groups]
        things += [person for party in self.parties for person in party.people.values()]
        before = [(thing, {k: _copied(v) for k, v in vars(thing).items()}) for thing in things]
        lists: list[list[Any]] = [self.parties, self.groups, *(trip.world.sales for trip in self.trips)]
        lengths = [len(one) for one in lists]
        try:
            deed()
        except Refused as refused:
            for thing, values in before:
                vars(thing).update(values)
            for one, length in zip(lists, lengths, strict=True):
                del one[length:]
            return str(refused)
        return "done"

    # What ends by itself, and who comes next

    def notice(self, trips: Collection[Trip], now: datetime) -> set[Group]:
        """Holds past their end are over. Returns the groups whose offer was among them: this once they are passed."""
        passed = set()
        for party in self.parties:
            if party.trip in trips and party.state == "held" and party.state_at(now) == "expired":
                party.state = "expired"
                passed |= self.unused(party)
        return passed

    @staticmethod
    def unused(party: Party, *, taken_away: bool = False) -> set[Group]:
        """An offer was not taken up: its group waits where it stood, but not for ever, unless it could not help it."""
        group = party.group
        if group is None or group.state != "offered":
            return set()
        group.state, group.party = "lapsed" if group.offers >= OFFERS and not taken_away else "waiting", None
        return {group}

    def offer(self, trips: Collection[Trip], now: datetime, passed: Iterable[Group]) -> None:
        """What is free on these voyages goes to those who wait: the first who fits has it, and so on."""
        done = set(passed)
        near = {trip for trip in trips if any(now < at <= now + CUT_OFF for at in trip.departs)}
        for among, groups in ((near, [g for g in self.groups if g.standby]), (trips, self.groups)):
            for group in groups:
                if group.state == "waiting" and group not in done and self._served(group, among, now):
                    done.add(group)

    def touch(self, trips: Collection[Trip], now: datetime) -> None:
        """What ended on these voyages goes to those who wait."""
        self.offer(trips, now, self.notice(trips, now))

    def _served(self, group: Group, trips: Collection[Trip], now: datetime) -> bool:
        for choice in group.choices:
            trip, first, last, kind = choice
            share = self.share(group, choice, now) if trip in trips else None
            if share is None:
                continue
            until = min(now + OFFER, self.until(group, trip, first))
            sale = Sale(first, last, kind, EVERYBODY, share[0], sum(share), until)
            trip.world.sales.append(sale)
            group.offers += 1
            group.state, group.party = "offered", Party("", trip, sale, group=group, offer=group.offers)
            self.parties.append(group.party)
            return True
        return False

    @staticmethod
    def until(group: Group, trip: Trip, first: int) -> datetime:
        """Until when a place from there is still given to them."""
        return trip.departs[first] if group.standby else trip.closes(first)

    def share(self, group: Group, choice: Choice, now: datetime) -> tuple[int, int] | None:
        """Places and infants that this group can be given."""
        trip, first, last, kind = choice
        if trip.world.called_off or self.until(group, trip, first) <= now:
            return None
        beds, souls = self.free(trip, first, last, kind, now)
        if beds >= group.places and souls >= group.places + group.infants:
            return group.places, group.infants
        places = min(beds, souls, group.places)
        if not group.partial or places < 1:
            return None
        return places, min(group.infants, places, souls - places)

    @staticmethod
    def free(trip: Trip, first: int, last: int, kind: int, now: datetime) -> tuple[int, int]:
        """Places and souls that everybody could have over these legs."""
        legs = range(first, last)
        beds = min(trip.world.places_left(leg, kind, EVERYBODY, now) for leg in legs)
        return beds, max(0, min(trip.world.souls_left(leg, kind, now) for leg in legs))

    # What travelers do

    def ask(self, trip: Trip, sale: Sale, now: datetime) -> None:
        """Take places; `sale` is among the sales then."""
        if trip.world.called_off:
            raise Refused("voyage_cancelled")
        if trip.closes(sale.first) <= now:
            raise Refused("sale_closed")
        answer = trip.world.answer(sale, now)
        if answer != "held":
            raise Refused(answer)

    def name(self, party: Party, travelers: Sequence[Any], now: datetime) -> None:
        """Say who travels."""
        self.must_be_held(party, now)
        if len(travelers) != party.sale.souls:
            raise Refused("vehicle_party" if party.vehicle else "wrong_party")
        kept = {n: person for n, person in party.people.items() if person.state != "travels"}
        positions = (n for n in count() if n not in kept)
        party.people = kept | {n: Person(who) for n, who in zip(positions, travelers, strict=False)}

    @staticmethod
    def must_be_held(party: Party, now: datetime) -> None:
        """Or it cannot be named or paid."""
        state = party.state_at(now)
        if state != "held":
            lost = "hold_expired"
            if party.way_out is not None:
                lost = "places_taken_back"
            elif state == "cancelled":
                moved = any(person.state == "moved" for person in party.people.values())
                lost = "order_moved" if moved else "order_cancelled"
            raise Refused("already_confirmed" if state == "confirmed" else lost)

    def take_time(
        self, travelers: Sequence[Any], lasts: tuple[datetime, datetime], party: Party, *, seen: bool
    ) -> list[Person]:
        """None of them travels elsewhere at that time; claims that no officer has seen give way to one that he sees.

        Those whose claim gives way.
        """
        weak = []
        numbers = {who.document_number for who in travelers}
        for other in self.parties:
            if other is party or other.state != "confirmed":
                continue
            starts, ends = other.lasts()
            if not (starts < lasts[1] and lasts[0] < ends):
                continue
            for person in other.people.values():
                if person.state != "travels" or not person.counts or person.who.document_number not in numbers:
                    continue
                if not seen:
                    raise Refused("at_the_counter")
                if other.seen or person.aboard:
                    raise Refused("already_travels")
                weak.append(person)
        return weak

    def pay(self, party: Party, method: str, now: datetime, *, officer: bool = False) -> None:
        """Confirm, or put the end off until the money must be there."""
        if officer and party.state == "confirmed":
            return
        if not officer and party.payment == method and party.state_at(now) in {"held", "confirmed"}:
            return
        self.must_be_held(party, now)
        if not party.travelers:
            raise Refused("travelers_missing")
        if method == "free":
            # Nobody has opened a programme here.
            raise Refused("payment_not_open")
        if officer:
            whose = [person.who for person in party.travelers.values()]
            for person in self.take_time(whose, party.lasts(), party, seen=officer):
                person.counts = False
            party.seen = officer
            for person in party.people.values():
                person.counts = True
            party.state, party.confirmed_at, party.sale.until = "confirmed", now, None
            if party.group is not None:
                party.group.state = "served"
        elif party.payment is None and party.sale.until is not None:
            later = min(now + COUNTER, party.trip.closes(party.sale.first))
            party.sale.until = max(party.sale.until, later)
        party.payment = method

    def release(self, party: Party, now: datetime) -> None:
        """Give a hold back."""
        if party.state == "confirmed":
            raise Refused("already_confirmed")
        if party.state != "held":
            return
        party.state, party.sale.gone = "cancelled", True
        if party.group is not None:
            passed = self.unused(party)
            self.offer([party.trip], now, passed | self.notice([party.trip], now))

    def cancel(self, party: Party, positions: Collection[int], now: datetime) -> None:
        """Some of a booking do not travel."""
        leaving = [p for p in self.chosen(party, positions, but="cancelled") if p.state == "travels"]
        if not leaving:
            return
        if party.state_at(now) != "held":
            self.must_be_open(party, leaving, now)
        passed = self.notice([party.trip], now)
        passed |= self.let_go(party, leaving, "cancelled")
        self.offer([party.trip], now, passed)

    @staticmethod
    def chosen(party: Party, positions: Collection[int], but: str = "") -> list[Person]:
        """Those at these positions, all of whom travel or were `but` that before."""
        if not positions or not set(positions) <= party.people.keys():
            raise Refused("passenger_not_found")
        people = [party.people[n] for n in sorted(positions)]
        if any(person.state not in {"travels", but} for person in people):
            raise Refused("no_longer_travels")
        return people

    @staticmethod
    def must_be_open(party: Party, people: Iterable[Person], now: datetime) -> None:
        """Or nothing about these people can be changed."""
        state = party.state_at(now)
        if state != "confirmed":
            raise Refused("not_confirmed" if state == "held" else "no_longer_travels")
        if any(person.aboard for person in people):
            raise Refused("already_aboard")
        if party.trip.closes(party.sale.first) <= now:
            raise Refused("changes_closed")

    def let_go(self, party: Party, leaving: Collection[Person], state: str) -> set[Group]:
        """These do not travel on it any more. Returns the group whose offer it was, when none of them is left."""
        passed: set[Group] = set()
        stay = [person for person in party.travelers.values() if person not in leaving]
        infants = sum(person.who.infant for person in stay)
        if not stay:
            if party.state == "held":
                passed = self.unused(party, taken_away=state == "displaced")
            party.state, party.sale.gone = "cancelled", True
        elif infants > len(stay) - infants:
            raise Refused("infant_needs_adult")
        else:
            party.sale.places = 1 if party.vehicle else len(stay) - infants
            party.sale.souls = len(stay)
        for person in leaving:
            person.ends(state)
        return passed

    def move(
        self,
        party: Party,
        positions: Collection[int],
        to: Choice,
        request_id: str,
        now: datetime,
        officer: bool,
    ) -> None:
        """Some of a booking take another journey: new places first, or nothing happens."""
        trip, first, last, kind = to
        moving = self.chosen(party, positions)
        self.must_be_open(party, moving, now)
        if (party.trip, party.sale.first, party.sale.last, party.sale.kind) == to:
            raise Refused("same_journey")
        infants = sum(person.who.infant for person in moving)
        if party.vehicle and len(moving) != party.sale.souls:
            raise Refused("vehicle_moves_whole")
        if infants > len(moving) - infants:
            raise Refused("infant_needs_adult")
        seen = officer or party.seen
        weak = self.take_time([p.who for p in moving], trip.lasts(first, last), party, seen=seen)
        both = {party.trip, trip}
        passed = self.notice(both, now)
        self.offer(both, now, passed)
        self.let_go(party, moving, "moved")
        places = 1 if party.vehicle else len(moving) - infants
        sale = self._first_of(
            [Sale(first, last, kind, c, places, len(moving), None) for c in dict.fromkeys((party.sale.channel, 1))],
            trip,
            party.vehicle,
            now,
        )
        if not officer:
            raise Refused("pay_at_counter")
        self._travel_again(party, request_id, trip, sale, dict(enumerate(moving)), now, weak, seen=seen)
        self.offer(both, now, passed)

    def _first_of(self, sales: Sequence[Sale], trip: Trip, vehicle: bool, now: datetime) -> Sale:
        """The first of these that there are places for."""
        if vehicle != (trip.world.classes.get(sales[0].kind) == VEHICLE):
            raise Refused("vehicle")
        for sale in sales:
            try:
                self.ask(trip, sale, now)
                return sale
            except Refused:
                if sale is sales[-1]:
                    raise
        raise AssertionError

    def _travel_again(
        self,
        party: Party,
        request_id: str,
        trip: Trip,
        sale: Sale,
        people: Mapping[int, Person],
        now: datetime,
        weak: Iterable[Person],
        *,
        seen: bool,
    ) -> None:
        for person in weak:
            person.counts = False
        new = Party(request_id, trip, sale, state="confirmed", payment=party.payment, confirmed_at=now, seen=seen)
        for position, person in people.items():
            new.people[position] = person.again = Person(person.who, name=person.name, counts=True)
        self.parties.append(new)

    def correct(self, party: Party, position: int, officer: bool, now: datetime) -> None:
        """A name is put right, by another spelling: the code is a new one."""
        [person] = self.chosen(party, [position])
        self.must_be_open(party, [person], now)
        if person.corrections and not officer:
            raise Refused("corrected_before")
        person.corrections += 1
        person.name = " ".join(reversed(person.name.split()))
        person.ends("travels")

    # What the office does

    def displace(self, parties: Iterable[Party]) -> None:
        """These lose their places, and are in the list of those for whom a way out is looked for."""
        for party in parties:
            party.way_out = "none_needed" if party.state == "held" else ""
            self.let_go(party, party.travelers.values(), "displaced")

    def riders(self, trip: Trip, now: datetime) -> list[Party]:
        """Everybody who has places on it."""
        return [p for p in self.parties if p.trip is trip and p.state_at(now) in {"held", "confirmed"}]

    def rebook(self, party: Party, trip: Trip, now: datetime, request_id: str) -> None:
        """Those who lost their places travel on another voyage, in their class: they had bought it."""
        if party.way_out is None:
            raise Refused("booking_not_found")
        if party.way_out == "moved" and party.goes_with is trip:
            return
        if party.way_out:
            raise Refused("already_settled")
        people = {n: p for n, p in party.people.items() if p.state == "displaced"}
        sale = party.sale
        whose = [p.who for p in people.values()]
        weak = self.take_time(whose, trip.lasts(sale.first, sale.last), party, seen=party.seen)
        passed = self.notice([trip], now)
        wanted = [Sale(sale.first, sale.last, sale.kind, c, sale.places, sale.souls, None) for c in (sale.channel, 1)]
        mine = min(trip.world.places_left(leg, sale.kind, sale.channel, now) for leg in range(sale.first, sale.last))
        taken = wanted[0 if mine >= sale.places else 1]
        self.ask(trip, taken, now)
        self._travel_again(party, request_id, trip, taken, people, now, weak, seen=party.seen)
        party.way_out, party.goes_with = "moved", trip
        self.offer([trip], now, passed)

    @staticmethod
    def refund(party: Party, *, paid: bool) -> None:
        """They want the money; or have it."""
        if party.way_out is None:
            raise Refused("booking_not_found")
        owed = party.payment == "counter"
        if party.way_out == "refunded" or (party.way_out == "none_needed" and not paid):
            return
        if party.way_out:
            raise Refused("already_settled")
        if paid and not owed:
            raise Refused("nothing_owed")
        if paid or not owed:
            party.way_out = "refunded" if paid else "none_needed"

    def do_not_come(self, trip: Trip, now: datetime) -> None:
        """Whoever was to board at the first call, and is not aboard, does not travel; those who stand by go first."""
        if trip.world.called_off:
            raise Refused("voyage_cancelled")
        if not any(person.aboard for p in self.parties if p.trip is trip for person in p.people.values()):
            raise Refused("nobody_boarded")
        bought = [p for p in self.riders(trip, now) if p.sale.first == 0 and p.state == "confirmed"]
        late = trip.departs[0] - CUT_OFF
        absent = {
            party: [person for person in party.travelers.values() if not person.aboard]
            for party in bought
            if party.confirmed_at is not None and party.confirmed_at < late
        }
        if not any(absent.values()):
            return
        passed = self.notice([trip], now)
        for party, people in ((party, people) for party, people in absent.items() if people):
            with suppress(Refused):  # infants are aboard, and who is absent is their grown-up: an officer's affair
                self.let_go(party, people, "no_show")
        self.offer([trip], now, passed)

    # What those who wait do

    def join(self, group: Group, now: datetime) -> None:
        """Wait at the end of the list."""
        trips = {choice[0] for choice in group.choices}
        passed = self.notice(trips, now)
        for trip, first, last, kind in group.choices:
            if trip.world.called_off:
                raise Refused("voyage_cancelled")
            if any((leg, kind, EVERYBODY) not in trip.world.shelves for leg in range(first, last)):
                raise Refused("not_on_sale")
            if trip.world.classes[kind] == VEHICLE:
                raise Refused("no_list_for_vehicles")
        for trip, first, last, kind in () if group.partial else group.choices:
            if any(self.most(trip, leg, kind, group.infants) < group.places for leg in range(first, last)):
                raise Refused("group_too_large")
        if all(self.until(group, trip, first) <= now for trip, first, _, _ in group.choices):
            raise Refused("sale_closed")
        for other in self.groups:
            same = other.phone == group.phone and trips & {choice[0] for choice in other.choices}
            if same and other.state in {"waiting", "offered"}:
                raise Refused("already_waiting")
        self.offer(trips, now, passed)
        for trip, first, last, kind in group.choices:
            beds, souls = self.free(trip, first, last, kind, now)
            fits = beds >= group.places and souls >= group.places + group.infants
            if trip.closes(first) > now and fits:
                raise Refused("book_at_once")
        self.groups.append(group)
        self.offer(trips, now, passed)

    @staticmethod
    def most(trip: Trip, leg: int, kind: int, infants: int) -> int:
        """So many places could be had with these infants if nobody had any, in all channels together."""
        world = trip.world
        quotas = [shelf.quota for (at, k, _), shelf in world.shelves.items() if (at, k) == (leg, kind)]
        return min(sum(quotas), world.ceilings[leg] - infants)

    def withdraw(self, group: Group, now: datetime) -> None:
        """Wait no more."""
        trips = [group.party.trip] if group.party else []
        passed = self.notice(trips, now)
        if group.state == "served":
            raise Refused("already_confirmed")
        if group.state == "offered" and group.party is not None:
            party = group.party
            self.let_go(party, party.travelers.values(), "cancelled")
            group.state = "withdrawn"
        elif group.state == "waiting":
            group.state = "withdrawn"
        self.offer(trips, now, {*passed, group})

    def lapse(self, now: datetime) -> None:
        """Whoever waits for nothing that could still be had waits no more."""
        for group in self.groups:
            open_ones = [
                trip for trip, first, _, _ in group.choices
                if not trip.world.called_off and self.until(group, trip, first) > now
            ]  # fmt: skip
            if group.state == "waiting" and not open_ones:
                group.state = "lapsed"


def _numbers(people: Mapping[int, Person]) -> set[str]:
    return {person.who.document_number for person in people.values()}


def _copied(value: Any) -> Any:
    """A value that later changes do not reach."""
    if isinstance(value, list):
        return list(value)
    return dict(value) if isinstance(value, dict) else value


def overlaps(parties: Iterable[Party], now: datetime) -> Iterator[str]:
    """Whoever is on two journeys at once that are paid; an unseen claim that has given way does not count."""
    journeys: dict[str, list[tuple[datetime, datetime]]] = {}
    for party in parties:
        if party.state_at(now) == "confirmed":
            for number in _numbers({n: person for n, person in party.travelers.items() if person.counts}):
                journeys.setdefault(number, []).append(party.lasts())
    for number, times in journeys.items():
        times.sort()
        if any(one[1] > other[0] for one, other in pairwise(times)):
            yield number
