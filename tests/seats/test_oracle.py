"""Places are refused only where a leg has none, and never taken there: 10,000 random voyages."""

from datetime import UTC, datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Role
from app.booking.actions.hold import Held, hold_all
from app.booking.actions.payment import confirm_payment, name_travelers, release
from app.booking.inventory.availability import list_places
from app.db import db
from app.schedule.models import Voyage
from app.seats.models import PlaceKind
from app.seats.places import Room, SoldOut
from app.seats.stocks import Stock, restrict, stock_of
from tests.conftest import Clock
from tests.factories import a_traveler, a_user
from tests.seats.oracle import (
    Oracle,
    Sale,
    Spot,
    a_wish,
    a_world,
    beds_needed,
    by_leg,
    refused_by_fragments,
)
from tests.seats.worlds import asked, in_tables

pytestmark = pytest.mark.long

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VOYAGES = 10_000
HOLD = timedelta(minutes=15)
CLASSES = {1: "Ekonomi", 2: "Kelas 1", 3: "Non-seat", 4: "Golongan IV"}


class Shop:
    """The application's own counters of one voyage, kept in memory instead of in tables."""

    def __init__(self, world: Oracle) -> None:
        self.world = world
        self.rows = {
            spot: SimpleNamespace(
                kind=world.classes[spot[1]],
                quota=shelf.quota,
                held=0,
                sold=0,
                flowed=0,
                flow_back_minutes=shelf.leaves_minutes_before,
                steps=shelf.steps,
            )
            for spot, shelf in world.shelves.items()
        }
        self.free = dict(enumerate(world.ceilings))
        self.held: list[Sale] = []

    def open(self, now: datetime) -> Room:
        """As a transaction begins: what has ended is given back, what others left unsold flows back."""
        stocks: dict[Spot, Stock] = {spot: stock_of(row, now, self.world.sets_out) for spot, row in self.rows.items()}
        room = Room(stocks, dict(self.free))
        for sale in [s for s in self.held if s.until is not None and s.until <= now]:
            self.held.remove(sale)
            room.give_back(range(sale.first, sale.last), sale.kind, sale.places, sale.souls, sale.channel)
        room.flow_back()
        restrict(room.stocks, self.world.shares)
        return room

    def close(self, room: Room) -> None:
        """As it ends: the counters are written, if their tables would let them."""
        for spot, now in room.stocks.items():
            row = self.rows[spot]
            assert min(now.held, now.sold, now.flowed) >= 0
            assert now.held + now.sold <= now.quota
            assert now.flowed <= now.quota
            row.quota, row.held, row.sold, row.flowed = now.quota, now.held, now.sold, now.flowed
        assert min(room.souls.values()) >= 0
        self.free = dict(room.souls)


def test_accepted_is_what_every_leg_has_room_for_over_10_000_random_voyages() -> None:
    told: dict[str, int] = {}
    for seed in range(VOYAGES):
        try:
            _one_voyage(Random(seed), told)
        except AssertionError as fault:
            raise AssertionError(f"voyage {seed}: {fault}") from fault
    assert min(told[answer] for answer in ("held", "sold_out", "ship_full")) > VOYAGES, told
    assert told["restricted_by_rule"] > VOYAGES // 3, told


def _one_voyage(random: Random, told: dict[str, int]) -> None:
    now = NOW
    world = a_world(random, now)
    shop = Shop(world)
    for _ in range(random.randint(1, 4)):
        room = shop.open(now)
        for _ in range(random.randint(1, 9)):
            _some_wish(random, world, shop, room, now, told)
        _some_change(random, world, shop, room, now)
        shop.close(room)
        shown = {spot: (row.held, row.sold) for spot, row in shop.rows.items()}
        assert shown == by_leg(world, now), "counters"
        now += timedelta(minutes=random.choice((1, 15, 16, 600, 3000, 9000)))


def _some_wish(random: Random, world: Oracle, shop: Shop, room: Room, now: datetime, told: dict[str, int]) -> None:
    wish = a_wish(random, world, now + HOLD)
    expected = world.answer(wish, now)
    try:
        room.take(range(wish.first, wish.last), wish.kind, wish.places, wish.souls, wish.channel)
        answer = "held"
        shop.held.append(wish)
    except SoldOut as refusal:
        answer = refusal.code
    assert answer == expected, wish
    told[answer] = told.get(answer, 0) + 1


def _some_change(random: Random, world: Oracle, shop: Shop, room: Room, now: datetime) -> None:
    """Some pay, some give their hold back, some who have paid do not travel."""
    for sale in [s for s in world.sales if s.counts(s.first, now) and random.random() < 0.3]:
        legs, count = range(sale.first, sale.last), (sale.kind, sale.places)
        if sale.until is None:
            room.give_back_sold(legs, *count, sale.souls, sale.channel)
            sale.gone = True
            continue
        shop.held.remove(sale)
        if random.random() < 0.7:
            room.sell(legs, *count, sale.channel)
            sale.until = None
        else:
            room.give_back(legs, *count, sale.souls, sale.channel)
            sale.gone = True


def test_everybody_accepted_has_one_bed_for_the_whole_journey_and_numbered_beds_would_refuse_some() -> None:
    refused_elsewhere = 0
    for seed in range(2000):
        random = Random(seed)
        legs, beds = random.randint(2, 10), random.randint(1, 12)
        room = Room(
            {(leg, 1, 1): Stock(PlaceKind.BED, beds, 0, 0) for leg in range(legs)}, dict.fromkeys(range(legs), beds)
        )
        wishes = [tuple(sorted(random.sample(range(legs + 1), 2))) for _ in range(beds * 4)]
        journeys: list[tuple[int, int]] = []
        for first, last in wishes:
            full = any(sum(f <= leg < t for f, t in journeys) == beds for leg in range(first, last))
            try:
                room.take(range(first, last), 1, 1, 1)
                journeys.append((first, last))
                assert not full, (seed, first, last)
            except SoldOut:
                assert full, (seed, first, last)
        assert beds_needed(journeys, beds) <= beds
        refused_elsewhere += refused_by_fragments(wishes, beds)
    assert refused_elsewhere > 500, "so many were turned away from free beds by numbering them"


@pytest.mark.parametrize("part", range(4))
def test_the_tables_answer_as_the_oracle_does(app: Flask, clock: Clock, part: int) -> None:
    keyring, start = app.extensions["keyring"], clock.moment
    officer_id = a_user(Role.OFFICER).id
    for seed in range(part * 40, part * 40 + 40):
        random = Random(seed)
        clock.moment = start
        world = a_world(random, clock.moment)
        voyage = in_tables(world, clock)
        codes: dict[str, Sale] = {}
        for _ in range(random.randint(1, 3)):
            wishes = [a_wish(random, world, clock.moment + HOLD) for _ in range(random.randint(1, 9))]
            expected = [world.answer(wish, clock.moment) for wish in wishes]
            answers = hold_all([asked(random, voyage, world, wish) for wish in wishes])
            assert [a.code if not isinstance(a, Held) else "held" for a in answers] == expected, seed
            codes |= {a.code: w for a, w in zip(answers, wishes, strict=True) if isinstance(a, Held)}
            for code in random.sample(sorted(codes), min(2, len(codes))):
                _go_on(random, codes[code], code, clock, keyring, officer_id)
            _shown_is_true(voyage, world, clock)
            clock.forward(minutes=random.choice((1, 15, 600, 9000)))
            _shown_is_true(voyage, world, clock)  # also while nobody has noticed yet which holds have ended


def _go_on(random: Random, sale: Sale, code: str, clock: Clock, keyring: Any, officer_id: int) -> None:
    """Pay, or give back; whoever comes too late or twice changes nothing."""
    if sale.gone or sale.until is None or sale.until <= clock.moment:
        return
    if random.random() < 0.3:
        release(code)
        sale.gone = True
        return
    infants = sale.souls - sale.places
    travelers = [a_traveler() for _ in range(sale.places)] + [a_traveler(infant=True) for _ in range(infants)]
    if sale.kind == 4:
        travelers = [a_traveler() for _ in range(sale.souls)]
    name_travelers(code, "+6281200000001", travelers)
    confirm_payment(code, officer_id, keyring)
    sale.until = None


def _shown_is_true(voyage: Voyage, world: Oracle, clock: Clock) -> None:
    db.session.rollback()
    db.session.expire_all()
    for channel in (1, 2, 3):
        shown = {p.fare_class.id: p.remaining for p in list_places([voyage], channel)[voyage.id]}
        expected = {
            kind: left
            for kind in world.classes
            if (left := world.remaining(0, len(world.ceilings), kind, channel, clock.moment)) is not None
        }
        assert shown == expected
