"""What holds a second before an edge of time, exactly on it, and a second after: one table for all clocks.

A span begins with its first moment and ends before its last one, so that two who ask in the same moment get the same
answer. What somebody may do "at the latest" or "within" some time may still be done exactly then.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask, current_app

from app import config
from app.accounts.models import Role
from app.accounts.second_person import KNOWN_FOR, require_second_person
from app.boarding.actions.departure import ask_second_person, depart, open_boarding, undo
from app.boarding.actions.no_show_release import release_no_shows
from app.boarding.models import REQUEST_LASTS, DepartureState, Step
from app.boarding.no_shows import cut_off
from app.booking.actions import cancellation
from app.booking.actions.hold import hold
from app.booking.actions.payment import choose_payment, confirm_payment, name_travelers
from app.booking.inventory.availability import list_places
from app.booking.models import Booking, BookingState, PaymentMethod, sale_closes_at
from app.booking.money.refunds import RefundTerms, list_refunds
from app.booking.queries import get_booking
from app.booking.waitlist.models import WaitingState
from app.booking.waitlist.queries import state_at
from app.db import db
from app.disruption.actions.confirmation import settle
from app.disruption.queries import is_open
from app.errors import NotFound, Refusal
from app.schedule.departure_window import leaving_window
from app.schedule.models import Voyage

from app.web.journeys import sells  # isort: skip
from app.web import changes  # isort: skip
from tests import factories
from tests.booking.waitlist.test_actions import a_full_voyage, a_wait
from tests.conftest import Clock

SECOND = timedelta(seconds=1)
ENDS_BEFORE = (True, False, False)
"""Until the moment, which is no part of it."""
AT_THE_LATEST = (True, True, False)
FROM = (False, True, True)

Trial = tuple[datetime, Callable[[], object]]
"""The edge, and what is tried around it: true, or no Refusal, is yes."""


def a_voyage() -> Voyage:
    return factories.a_voyage(departs_at=factories.clock.now() + timedelta(days=3))


def departs(voyage: Voyage) -> datetime:
    moment = voyage.calls[0].departs_at
    assert moment is not None
    return moment


def sale(clock: Clock) -> Trial:
    voyage = a_voyage()
    return edge(sale_closes_at(voyage.calls[0])), lambda: hold(str(uuid4()), voyage.id, 1, 1, 0)


def sale_as_shown(clock: Clock) -> Trial:
    call = a_voyage().calls[0]
    return edge(sale_closes_at(call)), lambda: agree(sells(call), is_open(call, clock()))


def cancelling(clock: Clock) -> Trial:
    booking = factories.a_booking(a_voyage())
    return edge(cancellation.closes_at(booking)), lambda: cancellation.cancel_passengers(booking.code, [0])


def cancelling_as_shown(clock: Clock) -> Trial:
    booking = factories.a_booking(a_voyage())
    return edge(cancellation.closes_at(booking)), lambda: changes.is_open(booking)


def refund_terms(clock: Clock) -> Trial:
    moment = clock()
    return moment - timedelta(hours=5), lambda: RefundTerms(50, 5).percent_at(clock(), moment)


def refund(clock: Clock) -> Trial:
    factories.pelni_fares()
    booking = factories.a_booking(a_voyage())

    def paid_back() -> bool:
        cancellation.cancel_passengers(booking.code, [0])
        amounts = [found.amount_idr for found in list_refunds(booking.id).values()]
        assert amounts in ([100_000], [0])
        return amounts == [100_000]

    return departs(booking.voyage) - timedelta(hours=5), paid_back


def a_hold_ends(clock: Clock) -> Trial:
    booking = factories.a_hold(a_voyage())
    return edge(booking.expires_at), lambda: agree(
        booking.state_at(clock()) == BookingState.HELD, list_places([booking.voyage])[booking.voyage_id][0].held == 1
    )


def naming_in_a_hold(clock: Clock) -> Trial:
    booking = factories.a_hold(a_voyage())
    people = factories.travelers_of(booking)
    return edge(booking.expires_at), lambda: name_travelers(booking.code, "+6281200000001", people)


def paying_at_the_counter(clock: Clock) -> Trial:
    booking = factories.a_booking(a_voyage(), payment=PaymentMethod.COUNTER)
    officer, keyring = factories.a_user(), current_app.extensions["keyring"]
    return edge(booking.expires_at), lambda: confirm_payment(booking.code, officer.id, keyring)


def an_offer_ends(clock: Clock) -> Trial:
    voyage, sold = a_full_voyage(departs_at=clock() + timedelta(days=3))
    entry = a_wait(voyage)
    cancellation.cancel_passengers(sold[0].code, [0])
    db.session.expire_all()
    assert entry.booking is not None
    ends, code = edge(entry.booking.expires_at), entry.booking.code

    def still_offered() -> bool:
        return agree(state_at(entry, clock()) == WaitingState.OFFERED, may(lambda: named(get_booking(code))))

    return ends, still_offered


def a_programme_gives(clock: Clock) -> Trial:
    voyage = a_voyage()
    programme = factories.a_programme(voyage)
    programme.closes_at = clock() + timedelta(hours=3)
    db.session.commit()
    return programme.closes_at, lambda: hold(str(uuid4()), voyage.id, 1, 1, 0, channel_id=programme.channel_id)


def a_programme_opens(clock: Clock) -> Trial:
    programme = factories.a_programme(a_voyage())
    programme.opens_at = clock() + timedelta(hours=3)
    return programme.opens_at, lambda: programme.is_open(clock())


def boarding_opens(clock: Clock) -> Trial:
    departure = factories.departure_of(a_voyage())
    window = departure.boarding_window()
    assert window is not None
    return window[0], lambda: departure.state(clock()) == DepartureState.BOARDING


def boarding_ends(clock: Clock) -> Trial:
    departure = factories.departure_of(a_voyage())
    window = departure.boarding_window()
    assert window is not None
    return window[1], lambda: departure.state(clock()) == DepartureState.BOARDING


def opening_early_alone(clock: Clock) -> Trial:
    departure, officer = factories.departure_of(a_voyage()), factories.a_user()
    window = departure.boarding_window()
    assert window is not None
    first = window[0] - timedelta(minutes=config.current().open_early_minutes)
    return first, lambda: open_boarding(departure.id, officer.id)


def leaving_early_alone(clock: Clock) -> Trial:
    departure, officer = factories.departure_of(a_voyage()), factories.a_user()
    window = leaving_window(departure.call)
    assert window is not None
    return window[0], lambda: depart(departure.id, officer.id)


def leaving_late_alone(clock: Clock) -> Trial:
    departure, officer = factories.departure_of(a_voyage()), factories.a_user()
    window = leaving_window(departure.call)
    assert window is not None
    return window[1], lambda: depart(departure.id, officer.id)


def a_moment_to_come(clock: Clock) -> Trial:
    """An hour that was typed: it has come exactly now."""
    departure, officer = factories.departure_of(a_voyage()), factories.a_user()
    typed = departs(departure.call.voyage)
    return typed, lambda: depart(departure.id, officer.id, typed)


def undoing(clock: Clock) -> Trial:
    departure, officer = factories.departure_of(a_voyage()), factories.a_user()
    clock.moment = departs(departure.call.voyage)
    depart(departure.id, officer.id)
    within = timedelta(minutes=config.current().undo_minutes)
    return clock() + within, lambda: undo(departure.id, Step.LEAVE, officer.id)


def a_request_waits(clock: Clock) -> Trial:
    departure, officer, second = factories.departure_of(a_voyage()), factories.a_user(), factories.a_user(Role.OFFICIAL)
    clock.moment = departs(departure.call.voyage) - timedelta(hours=10)
    asked = ask_second_person(departure.id, Step.LEAVE, officer.id, "Ombak naik")
    return clock() + REQUEST_LASTS, lambda: settle(asked.id, second.id, confirms=False)


def a_second_person_is_known(clock: Clock) -> Trial:
    second, first = factories.a_user(days=0), factories.a_user()
    return clock() + KNOWN_FOR, lambda: require_second_person(second, [first.id], clock())


def giving_away_no_shows(clock: Clock) -> Trial:
    voyage = a_voyage()
    factories.a_booking(voyage)
    departure = factories.departure_of(voyage)
    departure.boarded = 1
    db.session.commit()

    def due() -> bool:
        try:
            release_no_shows(departure.id)
        except Refusal as refusal:
            if refusal.code != "before_cut_off":
                raise AssertionError(refusal.code) from refusal
            return False
        finally:
            departure.boarded = 0
            db.session.commit()
        return True

    return edge(cut_off(departure)), due


EDGES: dict[Callable[[Clock], Trial], tuple[bool, bool, bool]] = {
    sale: ENDS_BEFORE,
    sale_as_shown: ENDS_BEFORE,
    cancelling: ENDS_BEFORE,
    cancelling_as_shown: ENDS_BEFORE,
    refund_terms: AT_THE_LATEST,
    refund: AT_THE_LATEST,
    a_hold_ends: ENDS_BEFORE,
    naming_in_a_hold: ENDS_BEFORE,
    paying_at_the_counter: ENDS_BEFORE,
    an_offer_ends: ENDS_BEFORE,
    a_programme_opens: FROM,
    a_programme_gives: ENDS_BEFORE,
    boarding_opens: FROM,
    boarding_ends: ENDS_BEFORE,
    opening_early_alone: FROM,
    leaving_early_alone: FROM,
    leaving_late_alone: AT_THE_LATEST,
    a_moment_to_come: FROM,
    undoing: AT_THE_LATEST,
    a_request_waits: AT_THE_LATEST,
    a_second_person_is_known: FROM,
    giving_away_no_shows: FROM,
}


@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize("arrange", EDGES, ids=lambda arrange: arrange.__name__)
def test_what_holds_exactly_on_an_edge_of_time_and_a_second_beside_it(
    app: Flask, clock: Clock, arrange: Callable[[Clock], Trial], seconds: int
) -> None:
    shipped = config.Settings()
    bounds = ("open_early_minutes", "leave_early_minutes", "leave_late_hours", "undo_minutes", "no_show_minutes")
    config.use(replace(config.current(), **{name: getattr(shipped, name) for name in bounds}))
    moment, trial = arrange(clock)
    clock.moment = moment + seconds * SECOND
    assert may(trial) == EDGES[arrange][seconds + 1]


def may(trial: Callable[[], object]) -> bool:
    """Whether it is done, or true."""
    try:
        answer = trial()
    except NotFound:
        raise
    except Refusal:
        return False
    return answer is None or bool(answer)


def agree(*readers: bool) -> bool:
    """The one answer of those who read the same clock."""
    assert len(set(readers)) == 1, readers
    return readers[0]


def edge(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment


def named(booking: Booking) -> Booking:
    name_travelers(booking.code, "+6281200000001", factories.travelers_of(booking))
    return choose_payment(booking.code, PaymentMethod.COUNTER)
