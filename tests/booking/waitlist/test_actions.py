"""Freed places go to those who wait, in their order, before anybody else can have them."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app import clock as app_clock
from app.booking.actions import payment
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.hold import expire_holds, hold
from app.booking.inventory.availability import list_places
from app.booking.inventory.breakdown import sum_legs
from app.booking.inventory.lock import lock, locked_bookings
from app.booking.inventory.release import let_go
from app.booking.models import Booking, BookingState, PassengerState, PaymentMethod
from app.booking.queries import get_booking
from app.booking.waitlist.actions import join, lapse_closed, make_offers, withdraw
from app.booking.waitlist.models import WaitingEntry, WaitingState
from app.booking.waitlist.queries import closed_entries, get_entry, list_entries, standings, voyages_with_offers_due
from app.booking.wanted_journey import WantedJourney
from app.db import action, db
from app.errors import Refusal
from app.flow.recount import recount
from app.schedule.models import Voyage
from app.seats.actions.allotments import move_places, stage
from app.seats.models import ONLINE, Allotment, FareClass, LegLoad, PlaceKind
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.conftest import Clock, running, settings_for
from tests.factories import a_booking, a_channel, a_fare_class, a_hold, a_traveler, a_voyage, on_sale, pay
from tests.queries import queries_counted

COUNTER = 2
_phones = iter(range(10_000_000))


def a_wait(*voyages: Voyage, places: int = 1, infants: int = 0, **changes: object) -> WaitingEntry:
    """A group at the end of the list of these voyages, in this order."""
    phone = str(changes.pop("phone", f"+62812{next(_phones):08}"))
    choices = changes.pop("choices", [WantedJourney(voyage.id, 1) for voyage in voyages])
    return join(str(changes.pop("request_id", uuid4())), phone, places, infants, choices, **changes)  # type: ignore[arg-type]


def a_full_voyage(places: int = 4, **more: object) -> tuple[Voyage, list[Booking]]:
    """A voyage whose places are all sold, one by one."""
    voyage = a_voyage(places=places, **more)  # type: ignore[arg-type]
    return voyage, [a_booking(voyage) for _ in range(places)]


@action
def cancel(booking_ids: list[int]) -> None:
    """Let everybody on these bookings of one voyage go; nobody is asked who waits."""
    bookings, now = locked_bookings(booking_ids), app_clock.now()
    counters = lock({booking.voyage_id for booking in bookings}, now)
    for booking in bookings:
        let_go(booking, booking.passengers, PassengerState.CANCELLED, counters, now)
    counters.room.write()


def states(*entries: WaitingEntry) -> list[str]:
    db.session.rollback()
    db.session.expire_all()
    return [entry.state for entry in entries]


def refusal(code: str) -> object:
    return pytest.raises(Refusal, match=f"^{code}$")


def try_to_buy(voyage: Voyage, adults: int = 1) -> str:
    """`held`, or why not."""
    try:
        hold(str(uuid4()), voyage.id, 1, adults)
    except Refusal as refused:
        return refused.code
    return "held"


def test_a_cancelled_place_goes_to_who_waits_and_not_to_the_next_buyer(app: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage()
    first, second = a_wait(voyage), a_wait(voyage)
    cancel([sold[0].id])
    assert try_to_buy(voyage) == "sold_out"
    assert states(first, second) == ["offered", "waiting"]
    offer = first.booking
    assert offer is not None
    assert (offer.state, offer.places, offer.phone) == (BookingState.HELD, 1, first.phone)
    assert offer.expires_at == clock() + timedelta(minutes=60)


def test_a_group_that_does_not_fit_keeps_its_turn_and_the_next_is_asked(app: Flask) -> None:
    voyage, sold = a_full_voyage(8)
    eight, three, two, one = (a_wait(voyage, places=n) for n in (8, 3, 2, 1))
    cancel([b.id for b in sold[:2]])
    assert make_offers([voyage.id]) == 1
    assert states(eight, three, two, one) == ["waiting", "waiting", "offered", "waiting"]
    cancel([b.id for b in sold[2:]])
    make_offers([voyage.id])
    # Six are free now: the three, then the one; the eight still come first when all eight are free.
    assert states(eight, three, two, one) == ["waiting", "offered", "offered", "offered"]


def test_beds_that_nobody_on_the_list_can_use_are_sold_to_the_public(app: Flask) -> None:
    voyage, sold = a_full_voyage(8)
    eight = a_wait(voyage, places=8)
    cancel([b.id for b in sold[:2]])
    assert try_to_buy(voyage, 2) == "held"
    assert states(eight) == ["waiting"]


def test_a_partial_group_takes_what_there_is_and_its_infants_within(app: Flask) -> None:
    voyage, sold = a_full_voyage(4)
    group = a_wait(voyage, places=4, infants=3, partial=True)
    cancel([b.id for b in sold[:2]])
    make_offers([voyage.id])
    assert states(group) == ["offered"]
    assert group.booking is not None
    # Two souls were freed under the ceiling, and two beds: no infant can come along.
    assert (group.booking.places, group.booking.infants) == (2, 0)


def test_souls_count_too(app: Flask) -> None:
    voyage, sold = a_full_voyage(4)
    parents, single = a_wait(voyage, places=1, infants=1), a_wait(voyage)
    cancel([sold[0].id])
    make_offers([voyage.id])
    assert states(parents, single) == ["waiting", "offered"]


def test_an_offer_that_ends_unused_goes_on_and_the_group_keeps_its_position(app: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage()
    first, second = a_wait(voyage), a_wait(voyage)
    cancel([sold[0].id])
    make_offers([voyage.id])
    clock.forward(minutes=60)
    assert expire_holds() == 1
    assert states(first, second) == ["waiting", "offered"]
    assert (first.booking_id, first.offers) == (None, 1)
    cancel([sold[1].id])
    make_offers([voyage.id])
    assert states(first, second) == ["offered", "offered"]


def test_a_buyer_who_comes_when_an_offer_has_just_ended_finds_it_offered_to_the_next(app: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage()
    first, second = a_wait(voyage), a_wait(voyage)
    cancel([sold[0].id])
    make_offers([voyage.id])
    clock.forward(minutes=60)
    assert try_to_buy(voyage) == "sold_out"
    assert states(first, second) == ["waiting", "offered"]


def test_after_three_unused_offers_a_group_has_lapsed(app: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage(departs_at=clock() + timedelta(days=3))
    entry = a_wait(voyage)
    cancel([sold[0].id])
    for number in (1, 2, 3):
        make_offers([voyage.id])
        assert (states(entry), entry.offers) == (["offered"], number)
        clock.forward(minutes=60)
        expire_holds()
    assert states(entry) == ["lapsed"]
    assert entry.ended_at == clock()


def test_an_offer_given_back_goes_to_the_next_at_once(app: Flask) -> None:
    voyage, sold = a_full_voyage()
    first, second = a_wait(voyage), a_wait(voyage)
    cancel([sold[0].id])
    make_offers([voyage.id])
    db.session.expire_all()
    assert first.booking is not None
    payment.release(first.booking.code)
    assert states(first, second) == ["waiting", "offered"]
    payment.release(get_booking(second.booking.code).code)  # type: ignore[union-attr]
    assert states(first, second) == ["offered", "waiting"]


def test_an_offer_that_is_paid_serves_the_group(app: Flask) -> None:
    voyage, sold = a_full_voyage()
    entry = a_wait(voyage)
    cancel([sold[0].id])
    make_offers([voyage.id])
    db.session.expire_all()
    assert entry.booking is not None
    code = entry.booking.code
    payment.name_travelers(code, entry.phone, [a_traveler()])
    pay(code)
    assert states(entry) == ["served"]
    cancel([entry.booking.id])
    assert states(entry) == ["served"]
    with refusal("already_confirmed"):
        withdraw(entry.code)


def test_who_withdraws_waits_no_more_and_gives_an_offer_to_the_next(app: Flask) -> None:
    voyage, sold = a_full_voyage()
    first, second, third = (a_wait(voyage) for _ in range(3))
    assert withdraw(second.code).state == WaitingState.WITHDRAWN
    cancel([sold[0].id])
    make_offers([voyage.id])
    assert states(first, second, third) == ["offered", "withdrawn", "waiting"]
    withdraw(first.code)
    withdraw(first.code)
    assert states(first, second, third) == ["withdrawn", "withdrawn", "offered"]
    assert a_wait(voyage, phone=first.phone).state == "waiting"


def test_several_voyages_the_dearest_wish_first_and_one_offer_only(app: Flask) -> None:
    (one, sold_one), (two, sold_two) = a_full_voyage(), a_full_voyage()
    entry, other = a_wait(two, one), a_wait(one)
    cancel([sold_one[0].id])
    cancel([sold_two[0].id])
    make_offers([one.id, two.id])
    assert states(entry, other) == ["offered", "offered"]
    assert (entry.booking.voyage_id, other.booking.voyage_id) == (two.id, one.id)  # type: ignore[union-attr]


def test_a_journey_over_several_legs_needs_each_of_them(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=1)
    first, middle, last = voyage.calls
    for start, end in ((first, middle), (middle, last)):
        hold(str(uuid4()), voyage.id, 1, 1, from_call_id=start.id, to_call_id=end.id)
    whole = a_wait(voyage)
    second = a_wait(choices=[WantedJourney(voyage.id, 1, middle.id, last.id)])
    held = db.session.scalars(db.select(Booking).order_by(Booking.id)).all()
    payment.release(held[1].code)
    make_offers([voyage.id])
    assert states(whole, second) == ["waiting", "offered"]


def test_one_may_join_only_where_places_are_not_to_be_had(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=2)
    with refusal("book_at_once"):
        a_wait(voyage, places=2)
    a_hold(voyage)
    assert a_wait(voyage, places=2).state == "waiting"
    partial = a_wait(voyage, places=2, partial=True)
    assert states(partial) == ["offered"]
    assert partial.booking.places == 1  # type: ignore[union-attr]


def test_what_cannot_be_waited_for_is_said(app: Flask, clock: Clock) -> None:
    voyage, _ = a_full_voyage()
    soon, _ = a_full_voyage(departs_at=clock() + timedelta(hours=2))
    gone, _ = a_full_voyage()
    gone.cancelled_at, gone.cancel_cause = clock(), "weather"
    db.session.add(FareClass(id=9, code="motor", name="Motor", kind=PlaceKind.VEHICLE))
    db.session.flush()
    db.session.add(Allotment(leg_id=voyage.legs[0].id, fare_class_id=9, quota=1))
    a_fare_class(2, "Kelas I")
    db.session.commit()
    clock.forward(minutes=61)
    tries: dict[str, tuple[object, ...]] = {
        "sale_closed": (soon,),
        "voyage_cancelled": (gone,),
        "choices": (),
    }
    for code, voyages in tries.items():
        with refusal(code):
            a_wait(*voyages)  # type: ignore[arg-type]
    for code, choice in {
        "voyage_not_found": WantedJourney(99_999, 1),
        "not_on_sale": WantedJourney(voyage.id, 2),
        "no_list_for_vehicles": WantedJourney(voyage.id, 9),
    }.items():
        with refusal(code):
            a_wait(choices=[choice])
    for places, infants in ((0, 0), (9, 0), (2, 3), (5, 4)):
        with refusal("infants_on_laps" if infants > places else "party_size"):
            a_wait(voyage, places=places, infants=infants)


def test_a_group_larger_than_the_class_or_the_ship_is_told_that_it_would_wait_in_vain(app: Flask) -> None:
    voyage, _ = a_full_voyage(3)
    on_sale(voyage, a_fare_class(2, "Kelas I"), 3, a_channel())
    on_sale(voyage, a_fare_class(2), 2)
    for places, infants, class_id in ((4, 0, 1), (3, 1, 1), (6, 0, 2)):
        with refusal("group_too_large") as refused:
            a_wait(places=places, infants=infants, choices=[WantedJourney(voyage.id, class_id)])
        assert refused.value.details["places"] == 3
    assert a_wait(voyage, places=4, partial=True).state == "waiting"
    assert a_wait(voyage, places=3).state == "waiting"


def test_who_withdraws_after_the_offer_has_ended_lets_the_next_have_it(app: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage()
    first, second = a_wait(voyage), a_wait(voyage)
    cancel([sold[0].id])
    make_offers([voyage.id])
    clock.forward(minutes=60)
    assert withdraw(first.code).state == WaitingState.WITHDRAWN
    assert states(first, second) == ["withdrawn", "offered"]


def test_one_phone_waits_once_for_each_voyage_and_one_request_is_one_entry(app: Flask) -> None:
    (one, _), (two, _) = a_full_voyage(), a_full_voyage()
    request_id = str(uuid4())
    entry = a_wait(one, phone="+6281200000009", request_id=request_id)
    assert a_wait(one, phone="+6281200000009", request_id=request_id).id == entry.id
    with refusal("already_waiting"):
        a_wait(two, one, phone="+6281200000009")
    assert a_wait(two, phone="+6281200000009").state == "waiting"
    assert a_wait(one, phone="+6281200000009", asker="elsewhere").state == "waiting", "a stranger keeps nobody out"


def test_those_whose_last_voyage_has_closed_have_lapsed(app: Flask, clock: Clock) -> None:
    (soon, _), (later, _) = a_full_voyage(departs_at=clock() + timedelta(hours=2)), a_full_voyage()
    first, both = a_wait(soon), a_wait(soon, later)
    standby = a_wait(soon, standby=True)
    clock.forward(minutes=60)
    assert closed_entries(clock()) == [first.id]
    assert lapse_closed() == 1
    assert states(first, both, standby) == ["lapsed", "waiting", "waiting"]
    clock.forward(minutes=60)
    assert lapse_closed() == 1
    assert states(both, standby) == ["waiting", "lapsed"]


def test_after_the_sale_has_closed_places_go_to_standby_until_the_ship_leaves(app: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage(departs_at=clock() + timedelta(hours=2))
    leaves = clock() + timedelta(hours=2)
    waits, standby = a_wait(voyage), a_wait(voyage, standby=True)
    clock.forward(minutes=95)
    cancel([sold[0].id])
    make_offers([voyage.id])
    assert states(waits, standby) == ["waiting", "offered"]
    offer = standby.booking
    assert offer is not None
    assert offer.expires_at == leaves
    payment.name_travelers(offer.code, standby.phone, [a_traveler()])
    held = payment.choose_payment(offer.code, PaymentMethod.COUNTER)
    assert held.expires_at == leaves
    lapse_closed()


def test_the_chore_finds_only_voyages_where_somebody_can_be_served(app: Flask) -> None:
    (one, sold), (two, more) = a_full_voyage(), a_full_voyage()
    a_wait(one, places=2)
    a_wait(two, places=2)
    assert voyages_with_offers_due() == []
    cancel([sold[0].id])
    cancel([b.id for b in more[:2]])
    assert voyages_with_offers_due() == [two.id]
    make_offers([two.id])
    assert voyages_with_offers_due() == []


def test_a_sale_costs_no_query_more_where_all_is_sold_or_nobody_waits(app: Flask) -> None:
    voyage, _ = a_full_voyage()
    open_voyage = a_voyage(places=50)
    try_to_buy(voyage), try_to_buy(open_voyage)
    with queries_counted() as q:
        try_to_buy(voyage)
    assert not [s for s in q.statements if s.startswith("SELECT waiting_")], q
    a_wait(voyage)
    with queries_counted() as q:
        try_to_buy(voyage)
    assert not [s for s in q.statements if s.startswith("SELECT waiting_")], q
    with queries_counted() as q:
        try_to_buy(open_voyage)
    assert not [s for s in q.statements if s.startswith("SELECT waiting_")], q


@pytest.fixture
def aside(database_url: str, clock: Clock) -> Iterator[Flask]:
    """An application that sets places aside for half an hour."""
    with running(settings_for(database_url, aside_minutes=30)) as app:
        yield app
        assert recount() == []


def test_a_group_is_not_starved_where_places_come_free_one_by_one(aside: Flask) -> None:
    voyage, sold = a_full_voyage(3)
    pair, single = a_wait(voyage, places=2), a_wait(voyage)
    for booking, expected in zip(sold, (["waiting"] * 2, ["offered", "waiting"], ["offered"] * 2), strict=True):
        cancel([booking.id])
        make_offers(voyages_with_offers_due())
        assert states(pair, single) == expected
        assert voyages_with_offers_due() == [], "nothing is done over and over meanwhile"


def test_what_is_set_aside_is_told_to_a_buyer_who_may_join_the_list(aside: Flask) -> None:
    voyage, sold = a_full_voyage(2)
    a_wait(voyage, places=2)
    cancel([sold[0].id])
    with refusal("set_aside") as refused:
        a_hold(voyage)
    assert refused.value.details == {"minutes": 30, "retry_after_seconds": 1800}
    assert a_wait(voyage).state == WaitingState.WAITING


def test_what_is_set_aside_is_in_no_count_of_what_anybody_may_buy(aside: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage(2)
    a_wait(voyage, places=2)
    cancel([sold[0].id])
    make_offers(voyages_with_offers_due())
    [places], [found] = list_places([voyage])[voyage.id], sum_legs([voyage]).values()
    assert (places.remaining, found.remaining) == (0, 0)
    assert [(term.part, term.amount) for term in found.terms if term.part == "aside"] == [("aside", -1)]
    assert found.terms[-1].left == 0
    clock.forward(minutes=30)
    [places], [found] = list_places([voyage])[voyage.id], sum_legs([voyage]).values()
    assert (places.remaining, found.remaining) == (1, 1)


def test_nothing_is_set_aside_for_a_group_that_a_rule_refuses_now(aside: Flask, clock: Clock) -> None:
    """Groups are sold no tickets in the last ten hours; single buyers are."""
    late = {"<": [{"var": "voyage.minutes_to_departure"}, 600]}
    logic = {"if": [late, {"<=": [{"var": "ticket.party"}, 1]}, True]}
    in_force(a_rule(where={"stage": ["sale"]}, logic=logic))
    voyage, sold = a_full_voyage(2, departs_at=clock() + timedelta(hours=10, minutes=10))
    pair = a_wait(voyage, places=2)
    cancel([sold[0].id])
    make_offers(voyages_with_offers_due())
    assert list_places([voyage])[voyage.id][0].remaining == 0
    clock.forward(minutes=15)
    [places], [found] = list_places([voyage])[voyage.id], sum_legs([voyage]).values()
    assert (places.remaining, found.remaining) == (1, 1)
    assert a_hold(voyage).state == BookingState.HELD
    assert states(pair) == ["waiting"]


def test_places_are_set_aside_once_and_not_for_long(aside: Flask, clock: Clock) -> None:
    voyage, sold = a_full_voyage(2)
    pair, single = a_wait(voyage, places=2), a_wait(voyage)
    cancel([sold[0].id])
    make_offers(voyages_with_offers_due())
    clock.forward(minutes=30)
    make_offers(voyages_with_offers_due())
    assert states(pair, single) == ["waiting", "offered"]
    withdraw(single.code)
    a_hold(voyage)


def test_groups_of_one_address_wait_in_turns_with_the_others(app: Flask) -> None:
    voyage, sold = a_full_voyage(6)
    crowd = [a_wait(voyage, asker="one") for _ in range(10)]
    others = [a_wait(voyage, asker=f"home {n}") for n in range(3)]
    in_order = [*crowd[:4], *others, *crowd[4:]]
    assert [entry.id for entry in list_entries(voyage.id)] == [entry.id for entry in in_order]
    assert [stand.groups for entry in in_order for stand in standings(entry)] == list(range(13))
    cancel([booking.id for booking in sold])
    make_offers([voyage.id])
    assert states(*in_order) == ["offered"] * 6 + ["waiting"] * 7


def test_an_address_with_an_officer_s_groups_and_on_other_voyages_is_not_behind(app: Flask) -> None:
    one, _ = a_full_voyage(1)
    other, _ = a_full_voyage(1)
    for _ in range(5):
        a_wait(one, asker="one")
    assert [a_wait(one).turn, a_wait(other, asker="one").turn, a_wait(one, other, asker="one").turn] == [0, 0, 1]


def test_more_wait_than_are_read_at_once_and_the_order_holds(app: Flask) -> None:
    voyage, sold = a_full_voyage(3)
    others = [a_wait(voyage, places=3) for _ in range(70)]
    last = a_wait(voyage, places=2)
    cancel([b.id for b in sold[:2]])
    # Groups of three are not even read while two places are free.
    with queries_counted() as q:
        assert try_to_buy(voyage, 2) == "sold_out"
    assert len([s for s in q.statements if s.startswith("SELECT waiting_entry.id")]) == 1, q
    assert states(last) == ["offered"]
    assert set(states(*others)) == {"waiting"}


def test_wishes_that_fit_nowhere_are_passed_over_page_by_page(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=1)
    first, middle, last = voyage.calls
    held = hold(str(uuid4()), voyage.id, 1, 1, from_call_id=first.id, to_call_id=middle.id)
    hold(str(uuid4()), voyage.id, 1, 1, from_call_id=middle.id, to_call_id=last.id)
    for _ in range(70):
        a_wait(voyage)
    short = a_wait(choices=[WantedJourney(voyage.id, 1, first.id, middle.id)])
    payment.release(held.code)
    make_offers([voyage.id])
    assert states(short) == ["offered"]


def test_the_position_counts_those_before_for_the_same_class_and_legs(app: Flask) -> None:
    voyage = a_voyage("Sampit", "Semarang", "Surabaya", places=4)
    first, middle, last = voyage.calls
    hold(str(uuid4()), voyage.id, 1, 4)
    a_wait(voyage, places=3, infants=1)
    a_wait(choices=[WantedJourney(voyage.id, 1, first.id, middle.id)])
    a_wait(
        choices=[WantedJourney(voyage.id, 1, middle.id, last.id), WantedJourney(voyage.id, 1, first.id, last.id)],
        places=2,
    )
    gone = a_wait(voyage)
    withdraw(gone.code)
    entry = a_wait(
        choices=[WantedJourney(voyage.id, 1, middle.id, last.id), WantedJourney(voyage.id, 1, first.id, middle.id)]
    )
    a_wait(voyage)
    entry = get_entry(entry.code)
    with queries_counted() as q:
        found = standings(entry)
    assert q.count <= 4, q
    assert [(s.groups, s.persons) for s in found] == [(2, 6), (3, 7)]
    assert [(s.voyages, s.open) for s in found] == [(0, True)] * 2


def test_the_chance_is_counted_on_the_last_voyages_that_left(app: Flask, clock: Clock) -> None:
    given_back = (3, 1, 0, 2)
    for days, number in enumerate(given_back):
        _, sold = a_full_voyage(4, departs_at=clock() + timedelta(hours=3 + days))
        cancel([b.id for b in sold[:number]])
    a_voyage(departs_at=clock() + timedelta(hours=4))  # nothing was ever sold on it
    elsewhere, sold = a_full_voyage(4, departs_at=clock() + timedelta(hours=4))
    elsewhere.calls[1].port = a_voyage("Sampit", "Surabaya").calls[1].port
    db.session.commit()
    cancel([b.id for b in sold])
    clock.forward(hours=10)
    voyage, _ = a_full_voyage()
    a_wait(voyage)
    entry = a_wait(voyage, places=1)
    # One stands before, so two must come back: on two of the four.
    assert [(s.enough, s.voyages) for s in standings(entry)] == [(2, 4)]


def test_officers_see_who_waits_with_standby_first(app: Flask) -> None:
    voyage, _ = a_full_voyage()
    other, _ = a_full_voyage()
    first, standby = a_wait(voyage, other), a_wait(voyage, standby=True)
    withdraw(a_wait(voyage).code)
    assert [entry.id for entry in list_entries(voyage.id)] == [standby.id, first.id]


def test_a_raised_quota_is_offered_to_who_waits(app: Flask) -> None:
    voyage, _ = a_full_voyage(2)
    entry = a_wait(voyage, places=2)
    db.session.scalars(db.select(Allotment)).one().quota = 4
    db.session.scalars(db.select(LegLoad)).one().ceiling = 4
    db.session.commit()
    assert try_to_buy(voyage) == "sold_out"
    assert states(entry) == ["offered"]


def test_what_is_given_back_to_a_channel_after_its_moment_is_offered_at_once(app: Flask, clock: Clock) -> None:
    voyage = a_voyage(places=2, departs_at=clock() + timedelta(days=3))
    move_places(voyage.id, 1, ONLINE, COUNTER, 2)
    stage(voyage.id, 1, COUNTER, None, 24 * 60)
    sold = get_booking(hold(str(uuid4()), voyage.id, 1, 2, channel_id=COUNTER).code)
    payment.name_travelers(sold.code, "+6281200000001", [a_traveler(), a_traveler()])
    pay(sold.code)
    entry = a_wait(voyage, places=2)
    clock.forward(days=2, minutes=1)
    cancel_passengers(sold.code, [0, 1])
    assert states(entry) == ["offered"]
