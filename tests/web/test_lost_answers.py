"""Forms whose answer was lost: sent again, or from a page that was opened anew, they tell what has happened."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.boarding.models import Scan
from app.booking.actions.cancellation import cancel_passengers
from app.booking.models import Booking, PaymentMethod
from app.booking.money.models import Refund
from app.db import db
from app.rules.models import Exemption
from tests import factories
from tests.boarding.test_gate_rules import in_force
from tests.conftest import Clock
from tests.web.test_gate import Pier, hidden
from tests.web.test_gate_rules import NAMES, answers, named


@pytest.fixture
def pier(client: FlaskClient, clock: Clock) -> Pier:
    return Pier(client, clock)


def send(pier: Pier, path: str, page: str, **data: str) -> TestResponse:
    """Send the form of a page; what is answered is not followed, as if it had never come."""
    return pier.client.post(path, data={**hidden(page), **data})


def test_a_serial_whose_answer_was_lost_is_told_as_recorded_from_a_page_opened_anew(pier: Pier) -> None:
    serial = pier.a_serial()
    send(pier, pier.page, pier.client.get(pier.page).text, shown=serial)
    again = pier.show(serial).text
    assert "NAIK" in again
    pier.clock.forward(seconds=30)
    assert "TOLAK" in pier.show(serial).text, "the verdict was seen: now it is a used ticket"
    assert db.session.query(Scan).filter_by(verdict="pass").count() == 1


def test_an_answer_whose_verdict_was_lost_is_told_as_recorded_from_a_page_opened_anew(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    serial = pier.a_serial()
    pier.client.post(pier.page, data=answers(pier.show(serial).text)["Nama cocok"])
    assert "NAIK" in pier.show(serial).text
    assert "TOLAK" in pier.show(serial).text


def test_what_was_recorded_at_the_post_and_judged_is_told_from_the_post_opened_anew(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    serial = pier.a_serial()
    pier.show(serial)
    post = f"{pier.page}/periksa/{serial}"
    page = pier.client.get(post).text
    pier.clock.forward(seconds=1)
    send(pier, post, page, identity_name_matches="true", judge="1")
    page = pier.client.get(post).text
    again = pier.client.post(pier.page, data={**hidden(page), "shown": serial}, follow_redirects=True).text
    assert "NAIK" in again
    assert db.session.query(Scan).filter_by(verdict="pass").count() == 1


def test_an_exemption_sent_again_is_the_one_that_is_there(pier: Pier) -> None:
    in_force(named(1, NAMES[0]))
    db.session.get_one(User, pier.officer.id).may_exempt = True
    db.session.commit()
    serial = pier.a_serial()
    pier.show(serial)
    post = f"{pier.page}/periksa/{serial}"
    given = {"rule": "uji-1", "reason": "KTP terbakar", "exemption_letter": "B-7/KSOP"}
    page = pier.client.get(post).text
    codes = [send(pier, f"{post}/pengecualian", page, **given).status_code for _ in range(2)]
    assert codes == [303, 303]
    assert db.session.query(Exemption).count() == 1
    other = {**given, "letter": "lain", "reason": "alasan lain"}
    assert send(pier, f"{post}/pengecualian", page, **other).status_code == 409


def test_money_boarding_and_departure_sent_again_happen_once(pier: Pier) -> None:
    factories.pelni_fares()
    voyage = factories.a_voyage(departs_at=pier.clock() + timedelta(days=2))
    unpaid = factories.a_booking(voyage, payment=PaymentMethod.COUNTER)
    paid = factories.a_paid_booking(voyage, adults=2)
    cancel_passengers(paid.code, [1])
    refund = db.session.query(Refund).one()
    # Boarding is opened hours ahead, and a ship leaves within the hour of its plan.
    today = factories.a_voyage(departs_at=pier.clock() + timedelta(hours=5))
    later = f"/gate/{factories.departure_of(today).id}/{pier.gate.id}"
    page = pier.client.get(f"/loket/{unpaid.code}").text
    for path, data in (
        (f"/loket/{unpaid.code}/payment", {}),
        (f"/loket/pengembalian/{refund.id}", {"amount_idr": "100000"}),
        (f"{later}/boarding", {}),
        (f"{pier.page}/leaving", {}),
    ):
        pier.clock.forward(minutes=10)
        first = send(pier, path, page, **data)
        moments = _moments(unpaid, refund)
        pier.clock.forward(minutes=1)
        again = send(pier, path, page, **data)
        assert (first.status_code, again.status_code) == (303, 303), path
        assert _moments(unpaid, refund) == moments, path


def _moments(booking: Booking, refund: Refund) -> list[object]:
    db.session.expire_all()
    kept = db.session.get_one(Booking, booking.id), db.session.get_one(Refund, refund.id)
    return [kept[0].confirmed_at, kept[1].paid_at]
