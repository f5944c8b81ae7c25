"""Free places: only where an official opened a programme, to so many people, once for each, by family."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app
from sqlalchemy.exc import IntegrityError

from app import clock
from app.booking.actions import payment
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.hold import hold
from app.booking.actions.move import move_passengers
from app.booking.models import Booking, BookingState, PaymentMethod
from app.booking.queries import get_booking
from app.booking.wanted_journey import WantedJourney
from app.db import action, db
from app.errors import Refusal
from app.seats.actions.programme_opening import Opening, close_programme, open_programme
from app.seats.models import ChannelKind, FreeClaim, FreeProgramme
from tests import factories
from tests.conftest import Clock
from tests.factories import a_channel, a_fare_class, a_free_booking, a_programme, a_traveler, a_user, a_voyage, on_sale
from tests.processes import at_once
from tests.races.payer import take_money

pytestmark = pytest.mark.both_engines

CARD = "6202010101200001"


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as told:
        deed()
    return told.value.code


def ask(voyage_id: int, channel_id: int, adults: int = 1, infants: int = 0) -> str:
    return hold(str(uuid4()), voyage_id, 1, adults, infants, channel_id=channel_id).code


def registered(voyage_id: int, channel_id: int, adults: int = 1, card: str = CARD, **person: object) -> str:
    """A family that has asked for free places, and comes to the counter with its cards."""
    code = ask(voyage_id, channel_id, adults)
    people = [a_traveler(f"Penumpang {n}", **(person if n == 0 else {})) for n in range(adults)]
    payment.name_travelers(code, "+6281200000001", people, card)
    payment.choose_payment(code, PaymentMethod.FREE)
    return code


def counted() -> int:
    """How many have a place; as many as there are claims."""
    db.session.rollback()
    db.session.expire_all()
    [programme] = db.session.scalars(db.select(FreeProgramme))
    assert programme.taken == len(db.session.scalars(db.select(FreeClaim)).all())
    return programme.taken


def test_where_nobody_opened_a_programme_nothing_is_free(app: Flask) -> None:
    voyage = a_voyage()
    booking = factories.a_booking(voyage, payment=None)
    assert refused(lambda: payment.choose_payment(booking.code, PaymentMethod.FREE)) == "payment_not_open"
    channel = a_channel(ChannelKind.FREE)
    on_sale(voyage, a_fare_class(), 5, channel)
    assert refused(lambda: ask(voyage.id, channel.id)) == "programme_not_open"


def test_a_free_ticket_is_made_when_an_officer_has_seen_the_cards_and_not_before(app: Flask) -> None:
    voyage = a_voyage()
    channel_id = a_programme(voyage).channel_id
    booking = get_booking(registered(voyage.id, channel_id, 2))
    assert (booking.state, booking.payment, booking.amount_idr) == (BookingState.HELD, PaymentMethod.FREE, 0)
    assert (counted(), [p.ticket.signed for p in booking.passengers if p.ticket]) == (0, ["", ""])
    paid = factories.pay(booking.code)
    assert (paid.state, paid.amount_idr, counted()) == (BookingState.CONFIRMED, 0, 2)
    assert all(p.ticket and p.ticket.signed for p in paid.passengers)


def test_a_programme_asks_for_the_family_card_and_knows_it_from_a_nik(app: Flask) -> None:
    voyage = a_voyage()
    code = ask(voyage.id, a_programme(voyage).channel_id)
    person = a_traveler()
    for card, told in (("", "family_card_missing"), (person.document_number, "family_card_is_nik")):
        naming = refused(lambda card=card: payment.name_travelers(code, "+6281200000001", [person], card))  # type: ignore[misc]
        assert naming == told
    assert payment.name_travelers(code, "+6281200000001", [person], CARD).family_card == CARD


def test_four_of_a_family_go_and_the_fifth_does_not_however_they_book(app: Flask) -> None:
    voyage = a_voyage()
    channel_id = a_programme(voyage).channel_id
    assert refused(lambda: ask(voyage.id, channel_id, 5)) == "programme_family"
    assert refused(lambda: ask(voyage.id, channel_id, 3, 2)) == "programme_family"
    factories.pay(registered(voyage.id, channel_id, 3))
    two = registered(voyage.id, channel_id, 2)
    assert refused(lambda: factories.pay(two)) == "programme_family"
    assert get_booking(two).state == BookingState.HELD
    factories.pay(registered(voyage.id, channel_id, 1))
    factories.pay(registered(voyage.id, channel_id, 4, "6202010101200002"))
    assert counted() == 8


def test_one_person_goes_once_on_whatever_voyage_of_the_programme(app: Flask) -> None:
    first, second = a_voyage(), a_voyage(departs_at=clock.now() + timedelta(days=9))
    programme = a_programme(first)
    on_sale(second, a_fare_class(), 5, programme.channel)
    who = a_traveler()
    same = {"document_number": who.document_number}
    factories.pay(registered(first.id, programme.channel_id, **same))
    again = registered(second.id, programme.channel_id, card="6202010101200002", **same)
    assert refused(lambda: factories.pay(again)) == "programme_person"


def test_who_cancels_makes_room_for_another_and_who_moves_stays_counted(app: Flask) -> None:
    first, second = a_voyage(), a_voyage(departs_at=clock.now() + timedelta(days=9))
    programme = a_programme(first, quota=2)
    on_sale(second, a_fare_class(), 5, programme.channel)
    booking = a_free_booking(first, 2, family_card=CARD)
    assert refused(lambda: ask(first.id, programme.channel_id)) == "programme_full"
    cancel_passengers(booking.code, [0])
    assert counted() == 1
    keyring, target = current_app.extensions["keyring"], WantedJourney(second.id, 1)
    moved = move_passengers(booking.code, [1], target, keyring, str(uuid4()))
    assert (moved.channel_id, moved.payment, moved.family_card) == (programme.channel_id, PaymentMethod.FREE, CARD)
    assert counted() == 1
    a_free_booking(first, family_card="6202010101200002")
    assert refused(lambda: ask(first.id, programme.channel_id)) == "programme_full"


def test_when_it_is_over_nothing_is_given_in_any_way(app: Flask, clock: Clock) -> None:
    voyage, later = a_voyage(), a_voyage(departs_at=clock() + timedelta(days=40))
    programme = a_programme(voyage)
    on_sale(later, a_fare_class(), 5, programme.channel)
    moving, waits = a_free_booking(later), registered(later.id, programme.channel_id, card="6202010101200009")
    unsaid = ask(later.id, programme.channel_id)
    payment.name_travelers(unsaid, "+6281200000002", [a_traveler()], "6202010101200008")
    close_programme(programme.channel_id)
    keyring = current_app.extensions["keyring"]
    assert refused(lambda: ask(voyage.id, programme.channel_id)) == "programme_not_open"
    assert refused(lambda: payment.choose_payment(unsaid, PaymentMethod.FREE)) == "payment_not_open"
    assert refused(lambda: factories.pay(waits)) == "payment_not_open"
    move = WantedJourney(voyage.id, 1)
    assert refused(lambda: move_passengers(moving.code, [0], move, keyring, str(uuid4()))) == "programme_not_open"
    now = clock()
    for opens, closes in ((1, 2), (-2, -1)):
        window = now + timedelta(days=opens), now + timedelta(days=closes)
        open_programme(programme.channel_id, Opening(100, 4, *window), a_user().id)
        assert refused(lambda: ask(voyage.id, programme.channel_id)) == "programme_not_open"


def test_an_opening_that_cannot_be_is_refused(app: Flask) -> None:
    programme, now = a_programme(), clock.now()
    agent, good = a_channel(ChannelKind.AGENT), (now, now + timedelta(days=1))
    told = [
        (agent.id, Opening(1, 1, *good), "programme_channel"),
        (programme.channel_id, Opening(0, 1, *good), "programme_quota"),
        (programme.channel_id, Opening(1, 5, *good), "programme_per_family"),
        (programme.channel_id, Opening(1, 4, now, now), "programme_window"),
    ]
    for channel_id, opening, code in told:
        assert refused(lambda c=channel_id, o=opening: open_programme(c, o, 1)) == code  # type: ignore[misc]


def test_the_tables_themselves_keep_quota_person_and_family(app: Flask) -> None:
    programme = a_programme(quota=1)

    @action
    def written(**claim: object) -> None:
        told = {"document_number": str(uuid4())[:16], "family_card": CARD, "number": 1, **claim}
        db.session.add(FreeClaim(programme_id=programme.id, **told))

    @action
    def taken(people: int) -> None:
        db.session.execute(db.update(FreeProgramme).values(taken=people))

    written(document_number="A")
    wrong = [
        lambda: written(document_number="A", number=2),
        lambda: written(number=1),
        lambda: written(number=5),
        lambda: taken(2),
        lambda: taken(-1),
    ]
    for deed in wrong:
        with pytest.raises(IntegrityError):
            deed()


@pytest.mark.race
@pytest.mark.parametrize("quota", [3, 50])
def test_of_many_at_many_counters_no_more_go_than_may(app: Flask, database_url: str, quota: int) -> None:
    voyage, other = a_voyage(), a_voyage(departs_at=clock.now() + timedelta(days=20))
    channel = a_programme(voyage).channel
    on_sale(other, a_fare_class(), 5, channel)
    # Three each of two families that may send two, and one person with a third card on two ships.
    codes = [registered(voyage.id, channel.id, 1, card) for card in (CARD, "6202010101200002") for _ in range(3)]
    who = a_traveler().document_number
    codes += [registered(v.id, channel.id, 1, "6202010101200003", document_number=who) for v in (voyage, other)]
    db.session.execute(db.update(FreeProgramme).values(quota=quota, per_family=2))
    officer_id = a_user().id
    db.session.commit()
    payers = at_once(take_money, database_url, [(officer_id, code) for code in codes])
    told = Counter(line for payer in payers for line in payer.rest())
    assert told["confirmed"] == counted() == min(quota, 5)
    assert set(told) <= {"confirmed", "programme_full", "programme_family", "programme_person"}
    confirmed = list(db.session.scalars(db.select(Booking).where(Booking.state == BookingState.CONFIRMED)))
    assert len(confirmed) == told["confirmed"]
    assert max(Counter(booking.family_card for booking in confirmed).values()) <= 2
