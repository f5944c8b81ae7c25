"""Orders that kept no places and were never paid do not stay for ever, and whatever was dealt with does."""

from uuid import uuid4

from app.booking.actions.hold import Held, Wish, hold_all
from app.booking.actions.payment import confirm_payment, give_code_back, name_travelers
from app.booking.eligibility.models import Statement
from app.booking.models import Booking, Passenger, Ticket
from app.db import db
from app.flow.recount import recount
from app.retention.actions import delete_noted, has_noted_to_delete
from tests.conftest import Clock, running, settings_for
from tests.factories import a_nik, a_traveler, a_user, a_voyage


def orders() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Booking.code)))


def test_what_ended_noted_is_deleted_with_its_people_after_its_time_and_nothing_else(
    database_url: str, clock: Clock
) -> None:
    with running(settings_for(database_url, unpaid_percent=1, noted_kept_hours=48)) as app:
        voyage, officer = a_voyage(places=50), a_user()

        def order(number: int, *, names: bool = True) -> str:
            [held] = hold_all([Wish(str(uuid4()), voyage.id, 1, 2, asker="a", visitor=str(uuid4()))])
            assert isinstance(held, Held)
            assert held.state == "noted"
            if names:
                people = [a_traveler(document_number=a_nik(number + n)) for n in (1, 2)]
                name_travelers(held.code, f"+62812000000{number}", people)
            return held.code

        paid, shown, _, _ = order(10), order(20), order(30), order(40, names=False)
        confirm_payment(paid, officer.id, app.extensions["keyring"])
        someone = db.session.scalars(db.select(Passenger).join(Passenger.booking).where(Booking.code == shown)).first()
        assert someone is not None
        give_code_back(someone.id, officer.id)
        ended = max(when for when in db.session.scalars(db.select(Booking.expires_at)) if when)
        clock.moment = ended
        clock.forward(hours=47)
        assert not has_noted_to_delete()
        assert delete_noted() == 0
        clock.forward(hours=1)
        assert has_noted_to_delete()
        assert [delete_noted(1), delete_noted(), delete_noted()] == [1, 1, 0]
        assert sorted(orders()) == sorted([paid, shown])
        assert db.session.query(Passenger).count() == db.session.query(Ticket).count() == 4
        known = set(db.session.scalars(db.select(Passenger.id)))
        assert set(db.session.scalars(db.select(Statement.passenger_id))) <= known
        assert recount() == []
