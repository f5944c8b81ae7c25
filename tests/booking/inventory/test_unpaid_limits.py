"""What strangers keep of a ship without paying is bounded, and nobody is turned away for it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.hold import Held, Wish, hold_all
from app.booking.actions.payment import choose_payment, confirm_payment, name_travelers, release
from app.booking.models import Booking, BookingState, PaymentMethod
from app.booking.queries import get_booking
from app.booking.waitlist.actions import join, make_offers
from app.booking.waitlist.models import WaitingChoice, WaitingEntry
from app.booking.waitlist.queries import voyages_with_offers_due
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.errors import Refusal
from app.flow.recount import recount
from app.seats.models import Allotment
from tests.conftest import Clock, running, settings_for
from tests.factories import a_booking, a_motorcycle_class, a_nik, a_traveler, a_user, a_voyage, on_sale

PHONE = "+6281200000001"


@pytest.fixture
def bounded(database_url: str, clock: Clock) -> Iterator[Callable[..., Flask]]:
    """Start an application with these bounds; afterwards every counter is what one would count."""
    begun = []

    def start(**bounds: int) -> Flask:
        begun.append(running(settings_for(database_url, **bounds)))
        return begun[-1].__enter__()

    yield start
    assert [str(difference) for difference in recount()] == []
    begun[-1].__exit__(None, None, None)


def ask(voyage, *wanted: tuple[str, int], visitor: str = "") -> list[str]:
    """What becomes of wishes for so many places from these addresses, each by another browser unless it is named."""
    wishes = [
        Wish(str(uuid4()), voyage.id, 1, places, asker=address, visitor=visitor or str(uuid4()))
        for address, places in wanted
    ]
    return [answer.state.value if isinstance(answer, Held) else answer.code for answer in hold_all(wishes)]


def order(voyage, places: int = 1, address: str = "a", visitor: str = "") -> Held:
    [answer] = hold_all([Wish(str(uuid4()), voyage.id, 1, places, asker=address, visitor=visitor or str(uuid4()))])
    assert isinstance(answer, Held)
    return answer


def named(order: Held, first: int, phone: str = PHONE) -> Booking:
    people = [a_traveler(document_number=a_nik(first + n)) for n in range(order.places)]
    return name_travelers(order.code, phone, people)


def kept() -> int:
    db.session.expire_all()
    return int(db.session.scalar(db.select(db.func.sum(Allotment.held))) or 0)


def test_unpaid_holds_are_at_most_their_share_of_what_is_not_sold(bounded) -> None:
    bounded(unpaid_percent=50)
    voyage = a_voyage(places=20)
    assert ask(voyage, ("a", 6), ("b", 4), ("c", 1)) == ["held", "held", "noted"]
    assert kept() == 10


def test_one_address_keeps_its_share_whatever_its_browsers_are(bounded) -> None:
    bounded(address_percent=5, address_places=16)
    voyage = a_voyage(places=1000)
    assert ask(voyage, *[("a", 8)] * 3, ("b", 8)) == ["held", "held", "noted", "held"]
    small = a_voyage(places=200)
    assert ask(small, *[("a", 5)] * 3) == ["held", "held", "noted"], "five per cent are ten"


@pytest.mark.parametrize(("places", "kept_by_one"), [(20, 4), (40, 4), (60, 6), (80, 8), (159, 8), (200, 10)])
@pytest.mark.one_engine
def test_of_a_small_ship_one_address_keeps_a_tenth_or_a_family_s_places(
    bounded: Callable[..., Flask], places: int, kept_by_one: int
) -> None:
    bounded(address_percent=5, address_places=16)
    ask(a_voyage(places=places), *[("a", size) for size in (8, 5, 4, 3, 2, 1, 1)])
    assert kept() == kept_by_one


@pytest.mark.one_engine
def test_of_a_deck_one_address_keeps_one_vehicle(bounded: Callable[..., Flask]) -> None:
    bounded(address_percent=5, address_places=16)
    voyage = a_voyage(places=10, ceiling=60)
    deck = a_motorcycle_class()
    on_sale(voyage, deck, 30)
    wishes = [
        Wish(str(uuid4()), voyage.id, deck.id, 1, asker="a", visitor=str(n), vehicle_plate=f"KH {n} AB") for n in (1, 2)
    ]
    answers = hold_all(wishes)
    assert [answer.state if isinstance(answer, Held) else answer.code for answer in answers] == ["held", "noted"]


@pytest.mark.race
def test_no_more_than_its_share_is_kept_when_an_address_asks_many_times_at_once(bounded) -> None:
    app = bounded(address_percent=5, address_places=16)
    voyage_id = a_voyage(places=1000).id
    wishes = [Wish(str(uuid4()), voyage_id, 1, 8, asker="a", visitor=str(uuid4())) for _ in range(8)]

    def run(wish: Wish) -> str:
        with app.app_context():
            [answer] = hold_all([wish])
            assert isinstance(answer, Held)
            return answer.state.value

    with ThreadPoolExecutor(len(wishes)) as pool:
        assert sorted(pool.map(run, wishes)) == ["held"] * 2 + ["noted"] * 6


def test_one_browser_keeps_one_booking_of_an_address_s_share(bounded) -> None:
    bounded(address_percent=5, address_places=16)
    assert ask(a_voyage(places=1000), *[("a", 4)] * 3, visitor="me") == ["held", "held", "noted"]


def test_who_lets_holds_end_or_gives_them_back_unused_is_only_noted_for_a_while(bounded, clock: Clock) -> None:
    bounded(unused_holds=2, pause_minutes=60)
    voyage = a_voyage(places=100)
    release(order(voyage, visitor="me").code)
    order(voyage, visitor="me")
    clock.forward(minutes=16)
    assert order(voyage, visitor="me").state == BookingState.NOTED
    assert order(voyage, visitor="neighbour").state == BookingState.HELD
    clock.forward(minutes=60)
    assert order(voyage, visitor="me").state == BookingState.HELD


def test_what_is_only_noted_becomes_a_ticket_when_it_is_paid(bounded) -> None:
    app = bounded(unpaid_percent=0)
    booking = named(order(a_voyage(places=5), 2), 1)
    assert (booking.state, kept()) == ("noted", 0)
    booking = choose_payment(booking.code, PaymentMethod.COUNTER)
    assert booking.state == BookingState.NOTED
    booking = confirm_payment(booking.code, a_user().id, app.extensions["keyring"])
    assert (booking.state, booking.passengers[0].ticket.signed != "") == ("confirmed", True)
    assert db.session.execute(db.select(Allotment.held, Allotment.sold)).one() == (0, 2)


def test_what_is_only_noted_is_sold_out_like_anything_else(bounded) -> None:
    app = bounded(unpaid_percent=0)
    voyage = a_voyage(places=2)
    late = named(order(voyage, 2), 1)
    for number in (5, 6):
        confirm_payment(named(order(voyage), number).code, a_user().id, app.extensions["keyring"])
    with pytest.raises(Refusal) as refused:
        confirm_payment(late.code, a_user().id, app.extensions["keyring"])
    assert refused.value.code == "sold_out"
    assert ask(voyage, ("a", 1)) == ["sold_out"]


def test_what_is_only_noted_can_be_given_back_and_ends(bounded, clock: Clock) -> None:
    bounded(unpaid_percent=0)
    voyage = a_voyage(places=2, departs_at=clock.moment + timedelta(days=9))
    assert release(order(voyage).code).state == BookingState.CANCELLED
    late = order(voyage)
    clock.forward(hours=25)
    with pytest.raises(Refusal) as refused:
        named(late, 1)
    assert refused.value.code == "hold_expired"


def test_a_noted_order_is_held_as_soon_as_the_share_is_free_again(bounded) -> None:
    bounded(address_percent=1)
    voyage = a_voyage(places=100)
    first, second = order(voyage, 8), order(voyage, 2)
    assert named(second, 10).state == BookingState.NOTED
    release(first.code)
    assert named(second, 10).state == BookingState.HELD
    assert kept() == 2


def test_those_who_wait_for_the_counter_are_at_most_their_share(bounded) -> None:
    bounded(counter_percent=20)
    voyage = a_voyage(places=20)
    states = []
    for n in range(3):
        booking = named(order(voyage, 2, address=f"address {n}"), 10 * n)
        states.append(choose_payment(booking.code, PaymentMethod.COUNTER).state)
    assert states == ["held", "held", "noted"]
    assert kept() == 4


def test_people_who_have_paid_before_are_proved(bounded) -> None:
    app = bounded(unpaid_percent=0)
    paid = named(order(a_voyage(), 1), 1)
    confirm_payment(paid.code, a_user().id, app.extensions["keyring"])
    later = a_voyage(departs_at=paid.created_at + timedelta(days=20))
    assert named(order(later, 1), 1).state == BookingState.HELD
    assert named(order(later, 1), 2).state == BookingState.NOTED, "another person of that telephone"
    assert named(order(later, 1), 1, "+6281200000002").state == BookingState.NOTED, "or of another telephone"


def test_holds_are_shorter_when_a_ship_is_nearly_full(bounded, clock: Clock) -> None:
    bounded(hold_minutes_full=8, counter_hours_full=3)
    voyage = a_voyage(places=16, departs_at=clock.moment + timedelta(days=9))
    first = order(voyage, 8)
    assert first.expires_at == clock.moment + timedelta(minutes=15)
    assert order(voyage, 7).expires_at == clock.moment + timedelta(minutes=15), "half full"
    assert order(voyage, 1).expires_at == clock.moment + timedelta(minutes=9)
    waits = choose_payment(named(first, 1).code, PaymentMethod.COUNTER)
    assert waits.expires_at == clock.moment + timedelta(hours=3)


def test_the_same_request_is_the_same_noted_order(bounded) -> None:
    bounded(unpaid_percent=0)
    wish = Wish(str(uuid4()), a_voyage().id, 1, 1, asker="a", visitor="b")
    [first], [again] = hold_all([wish]), hold_all([wish])
    assert isinstance(first, Held)
    assert isinstance(again, Held)
    assert (first.code, first.new, again.code, again.new) == (again.code, True, first.code, False)
    assert get_booking(first.code).state == BookingState.NOTED


@pytest.mark.both_engines
def test_one_person_keeps_places_on_few_unpaid_orders_of_a_browser_and_is_still_sold_a_ticket(
    bounded: Callable[..., Flask], clock: Clock
) -> None:
    app = bounded(person_limit=2)
    voyage, keyring = a_voyage(places=400), app.extensions["keyring"]
    by_one = [named(order(voyage, visitor="home"), 1, phone=f"+628120000001{n}") for n in range(3)]
    assert [booking.state for booking in by_one] == ["held", "held", "noted"]
    assert kept() == 2
    assert named(order(voyage, visitor="stranger"), 1).state == "held", "nothing is told of what others ordered"
    theirs = named(order(voyage, visitor="home"), 1)
    assert theirs.state == "noted", "and nobody is turned away"
    paid = confirm_payment(choose_payment(theirs.code, PaymentMethod.COUNTER).code, a_user().id, keyring)
    assert paid.state == "confirmed"
    clock.forward(hours=1)
    assert named(order(voyage, visitor="home"), 1, phone="+6281200000099").state == "held", "the others have ended"


@pytest.mark.both_engines
def test_whatever_keeps_no_cookie_at_an_address_has_the_limits_of_one_phone_and_one_person(
    bounded: Callable[..., Flask], clock: Clock
) -> None:
    app = bounded(contact_limit=5, person_limit=2, unused_holds=100)
    voyages = [a_voyage(places=400), a_voyage(places=400), a_voyage(places=400)]

    def by_program(number: int, places: int = 1, address: str = "a") -> Held:
        return order(voyages[number], places, address, visitor=address)

    assert [by_program(0, 3).state, by_program(1, 3).state] == ["held", "noted"], "six persons are more than five"
    assert [by_program(1, 2).state, by_program(2, 1).state] == ["held", "noted"], "and three orders more than two"
    assert by_program(2, 2, "b").state == "held", "at another address"
    assert [order(voyages[2], 2, visitor=browser).state for browser in "xy"] == ["held"] * 2, "and for its browsers"
    paid = named(by_program(2), 1)
    assert confirm_payment(paid.code, a_user().id, app.extensions["keyring"]).state == "confirmed", "nobody is shut out"
    clock.forward(hours=1)
    assert by_program(1, 2).state == "held"


@pytest.mark.both_engines
def test_a_program_without_a_cookie_learns_nothing_of_others_by_the_numbers_it_types(
    bounded: Callable[..., Flask],
) -> None:
    bounded(contact_limit=4, person_limit=3)
    voyage = a_voyage(places=400)
    named(order(voyage, 2, visitor="a"), 1)
    theirs, unknown = order(voyage, visitor="a"), order(voyage, visitor="a")
    assert named(theirs, 1).state == named(unknown, 50, phone="+6281200000099").state == "held"
    noted = [order(voyage, visitor="a"), order(voyage, visitor="a")]
    assert {each.state for each in noted} == {"noted"}
    assert named(noted[0], 1).state == named(noted[1], 70, phone="+6281200000098").state == "noted"


@pytest.mark.both_engines
def test_a_strangers_orders_do_not_use_up_the_limit_of_a_phone_number(bounded: Callable[..., Flask]) -> None:
    bounded(contact_limit=3)
    voyage = a_voyage(places=400)
    for n in range(3):
        named(order(voyage, 3, address=f"stranger {n}"), 10 * n + 10)
    assert named(order(voyage, 3, visitor="home"), 1).state == "held"
    with pytest.raises(Refusal) as refused:
        named(order(voyage, 1, visitor="home"), 5)
    assert refused.value.code == "contact_limit"


@pytest.mark.both_engines
def test_whoever_types_a_strangers_number_learns_nothing_of_what_its_holder_has_booked(
    bounded: Callable[..., Flask],
) -> None:
    app = bounded(contact_limit=3)
    voyage = a_voyage(places=400)
    own = named(order(voyage, 3, visitor="holder"), 1)
    confirm_payment(own.code, a_user().id, app.extensions["keyring"])
    assert named(order(voyage, 3, visitor="stranger"), 10).state == "held", "as for a number that nobody has used"
    with pytest.raises(Refusal) as refused:
        named(order(voyage, 1, visitor="holder"), 20)
    assert refused.value.code == "contact_limit"


# One known person, or the waiting list, is no way around the shares


def a_known_person(app: Flask) -> Booking:
    """Number one of PHONE, who has paid for a journey twenty days before the others."""
    paid = named(order(a_voyage(), 1), 1)
    return confirm_payment(paid.code, a_user().id, app.extensions["keyring"])


@pytest.mark.both_engines
def test_a_known_person_exempts_one_unpaid_order_and_the_next_count_as_a_stranger_s(
    bounded: Callable[..., Flask], clock: Clock
) -> None:
    known = a_known_person(bounded(address_percent=1))
    voyage = a_voyage(places=100, departs_at=known.created_at + timedelta(days=20))
    order(voyage, 8)
    family = [order(voyage, 2) for _ in range(4)]
    people = [[a_traveler(document_number=a_nik(number)) for number in (1, 10 + n)] for n in range(4)]
    orders = [name_travelers(held.code, PHONE, who) for held, who in zip(family, people, strict=True)]
    assert [(booking.state, booking.proved) for booking in orders] == [("held", True)] + [("noted", False)] * 3
    assert name_travelers(family[0].code, PHONE, people[0]).proved, "written down again"
    release(family[0].code)
    assert name_travelers(family[1].code, PHONE, people[1]).state == "held"
    clock.forward(hours=1)
    assert named(order(voyage, 2), 1).proved, "the other has ended"


def test_one_known_person_among_many_exempts_nothing(bounded: Callable[..., Flask]) -> None:
    known = a_known_person(bounded(unpaid_percent=0))
    voyage = a_voyage(places=100, departs_at=known.created_at + timedelta(days=20))
    assert [named(order(voyage, places), 1).state for places in (8, 3, 2)] == ["noted", "noted", "held"]


@pytest.mark.parametrize("waits", [False, True])
def test_an_order_that_is_named_anew_without_the_known_person_is_bounded_again(
    bounded: Callable[..., Flask], waits: bool
) -> None:
    known = a_known_person(bounded(address_percent=1))
    voyage = a_voyage(places=100, departs_at=known.created_at + timedelta(days=20))
    order(voyage, 8)
    exempt = named(order(voyage, 2), 1)
    if waits:
        choose_payment(exempt.code, PaymentMethod.COUNTER)
    people = [a_traveler(document_number=a_nik(number)) for number in (20, 21)]
    assert name_travelers(exempt.code, PHONE, people).state == "noted"
    assert kept() == 8


def test_whoever_has_cancelled_since_is_not_known(bounded: Callable[..., Flask]) -> None:
    known = a_known_person(bounded(unpaid_percent=0))
    voyage = a_voyage(places=100, departs_at=known.created_at + timedelta(days=20))
    cancel_passengers(known.code, [known.passengers[0].position])
    assert named(order(voyage, 1), 1).state == "noted"


def wait(voyage, address: str, number: int, places: int = 8) -> WaitingEntry:
    return join(str(uuid4()), f"+62813{number:08}", places, 0, [WantedJourney(voyage.id, 1)], asker=address)


@pytest.mark.both_engines
def test_groups_that_wait_are_given_their_address_s_share_and_those_behind_are_served(
    bounded: Callable[..., Flask],
) -> None:
    bounded(address_percent=5, address_places=16)
    voyage = a_voyage(places=400)
    full = [a_booking(voyage, 8) for _ in range(50)]
    crowd = [wait(voyage, "one", n) for n in range(40)]
    others = [wait(voyage, f"home {n}", 100 + n) for n in range(3)]
    for booking in full:
        cancel_passengers(booking.code, [person.position for person in booking.passengers])
    make_offers([voyage.id])
    db.session.expire_all()
    assert [entry.state for entry in others] == ["offered"] * 3
    assert [entry.state for entry in crowd] == ["offered"] * 2 + ["waiting"] * 38, "in their places"
    assert voyages_with_offers_due() == []
    assert ask(voyage, ("one", 8), ("two", 8)) == ["noted", "held"], "an offer counts for its address"
    bought = crowd[0].booking
    assert bought is not None
    release(bought.code)
    make_offers([voyage.id])
    db.session.expire_all()
    assert sum(entry.state == "offered" for entry in crowd) == 2


@pytest.mark.both_engines
def test_an_offer_beyond_the_counter_s_share_is_noted_and_its_group_waits_again(
    bounded: Callable[..., Flask],
) -> None:
    app = bounded(counter_percent=20)
    voyage = a_voyage(places=20)
    full = [a_booking(voyage, 4) for _ in range(5)]
    first, second = wait(voyage, "one", 1, 4), wait(voyage, "two", 2, 4)
    for booking in full[:2]:
        cancel_passengers(booking.code, [person.position for person in booking.passengers])
    make_offers([voyage.id])
    db.session.expire_all()
    offers = [entry.booking for entry in (first, second)]
    states = []
    for n, offer in enumerate(offers):
        assert offer is not None
        people = [a_traveler(document_number=a_nik(500 + 10 * n + m)) for m in range(4)]
        name_travelers(offer.code, offer.phone, people)
        states.append(choose_payment(offer.code, PaymentMethod.COUNTER).state)
    assert states == ["held", "noted"]
    db.session.expire_all()
    assert (first.state, second.state, kept()) == ("offered", "waiting", 4)
    assert offers[1] is not None
    assert name_travelers(offers[1].code, second.phone, people).state == "noted"
    confirm_payment(offers[1].code, a_user().id, app.extensions["keyring"])
    db.session.expire_all()
    assert second.state == "served"


def noted_offer(voyage, full: list[Booking]) -> tuple[WaitingEntry, Booking]:
    """A group of four that waits again, with its first offer written down and only noted."""
    other, entry = wait(voyage, "one", 1, 4), wait(voyage, "two", 2, 4)
    for booking in full:
        cancel_passengers(booking.code, [person.position for person in booking.passengers])
    make_offers([voyage.id])
    db.session.expire_all()
    for n, each in enumerate((other, entry)):
        assert each.booking is not None
        people = [a_traveler(document_number=a_nik(500 + 10 * n + m)) for m in range(4)]
        offer = name_travelers(each.booking.code, each.phone, people)
        choose_payment(offer.code, PaymentMethod.COUNTER)
    db.session.expire_all()
    assert (entry.state, offer.state) == ("waiting", "noted")
    return entry, offer


@pytest.mark.both_engines
def test_a_group_that_pays_for_its_noted_offer_has_the_places_of_its_newer_one(bounded: Callable[..., Flask]) -> None:
    app = bounded(counter_percent=20)
    voyage = a_voyage(places=20)
    entry, noted = noted_offer(voyage, [a_booking(voyage, 4) for _ in range(5)][:2])
    behind = wait(voyage, "three", 3, 4)
    make_offers([voyage.id])
    db.session.expire_all()
    assert (entry.state, behind.state) == ("offered", "waiting")
    newer = entry.booking
    assert newer is not None
    assert newer.id != noted.id
    assert confirm_payment(noted.code, a_user().id, app.extensions["keyring"]).state == "confirmed"
    db.session.expire_all()
    assert (entry.state, entry.booking_id, newer.state, behind.state) == ("served", noted.id, "cancelled", "waiting")
    assert kept() == 4, "those of the other group alone"


@pytest.mark.both_engines
def test_a_group_whose_newer_offer_is_all_that_is_left_is_told_to_pay_for_that(bounded: Callable[..., Flask]) -> None:
    app = bounded(counter_percent=20)
    voyage, later = a_voyage(places=20), a_voyage(places=4, departs_at=None)
    full = [a_booking(voyage, 4) for _ in range(5)]
    entry, noted = noted_offer(voyage, full[:2])
    db.session.add(WaitingChoice(entry_id=entry.id, rank=1, voyage_id=later.id, from_call_id=later.calls[0].id,
                                 to_call_id=later.calls[-1].id, fare_class_id=1))  # fmt: skip
    db.session.commit()
    make_offers([later.id])
    a_booking(voyage, 4)
    db.session.expire_all()
    assert entry.state == "offered"
    assert entry.booking is not None
    code = entry.booking.code
    with pytest.raises(Refusal, match="newer_offer") as refused:
        confirm_payment(noted.code, a_user().id, app.extensions["keyring"])
    assert refused.value.details == {"offer": code}
    db.session.expire_all()
    assert (entry.state, get_booking(code).state) == ("offered", "held"), "nothing has changed"


@pytest.mark.both_engines
def test_a_group_that_takes_fewer_places_is_offered_what_its_address_has_left(bounded: Callable[..., Flask]) -> None:
    bounded(address_percent=5, address_places=10)
    voyage = a_voyage(places=200)
    full = [a_booking(voyage, 8) for _ in range(25)]
    first = wait(voyage, "one", 1, 8)
    fewer = join(str(uuid4()), "+628130000002", 8, 0, [WantedJourney(voyage.id, 1)], partial=True, asker="one")
    last = join(str(uuid4()), "+628130000003", 8, 0, [WantedJourney(voyage.id, 1)], partial=True, asker="one")
    for booking in full[:4]:
        cancel_passengers(booking.code, [person.position for person in booking.passengers])
    make_offers([voyage.id])
    db.session.expire_all()
    assert [entry.booking and entry.booking.places for entry in (first, fewer, last)] == [8, 2, None]
    assert voyages_with_offers_due() == []


@pytest.mark.both_engines
def test_nothing_is_set_aside_for_a_group_whose_address_keeps_its_share(bounded: Callable[..., Flask]) -> None:
    bounded(address_percent=5, address_places=10, aside_minutes=30)
    voyage = a_voyage(places=200)
    full = [a_booking(voyage, 8) for _ in range(25)]
    first, second = wait(voyage, "one", 1), wait(voyage, "one", 2)
    for booking, persons in ((full[0], 8), (full[1], 4)):
        cancel_passengers(booking.code, [person.position for person in booking.passengers[:persons]])
    make_offers([voyage.id])
    db.session.expire_all()
    assert [first.state, second.state] == ["offered", "waiting"]
    assert ask(voyage, ("two", 4)) == ["held"], "an address that may have no more keeps nothing from others"


@pytest.mark.both_engines
def test_a_group_larger_than_the_share_of_an_address_is_told_before_it_waits_in_vain(
    bounded: Callable[..., Flask],
) -> None:
    bounded(address_percent=5, address_places=16)
    voyage = a_voyage(places=40)
    for _ in range(5):
        a_booking(voyage, 8)
    with pytest.raises(Refusal, match="group_above_share") as refused:
        wait(voyage, "one", 1, 6)
    assert refused.value.details == {"places": 4, "voyage_id": voyage.id}
    choice = [WantedJourney(voyage.id, 1)]
    assert join(str(uuid4()), PHONE, 6, 0, choice, partial=True, asker="one").state == "waiting"
    assert join(str(uuid4()), PHONE, 6, 0, choice).state == "waiting", "written down by an officer"
