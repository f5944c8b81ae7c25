"""One id stands for one question: sent again it has the same answer, and another question under it is refused."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask, current_app
from sqlalchemy import text

from app import clock as app_clock
from app.boarding.actions.scan import scan
from app.boarding.judgement import Showing
from app.boarding.models import Scan
from app.booking.actions.hold import Wish, hold, hold_all
from app.booking.actions.move import move_passengers
from app.booking.models import Booking, PaymentMethod
from app.booking.waitlist.actions import join
from app.booking.waitlist.models import WaitingEntry
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.errors import Refusal
from app.keys import Keyring
from tests import factories

pytestmark = pytest.mark.both_engines

Ask = Callable[..., str]
"""Asks under one id; keywords change the question. The answer's own name."""


def a_hold_question() -> tuple[Ask, dict[str, dict[str, Any]]]:
    voyage, other = factories.a_voyage("Sampit", "Kumai", "Semarang", places=9), factories.a_voyage(places=9)
    factories.on_sale(voyage, factories.a_fare_class(2, "Kelas 1"), 5)
    factories.on_sale(voyage, factories.a_motorcycle_class(), 5)
    agents = factories.a_channel()
    asked = {"request_id": str(uuid4()), "voyage_id": voyage.id, "fare_class_id": 1, "adults": 2, "infants": 1}
    others = {
        "another voyage": {"voyage_id": other.id},
        "another class": {"fare_class_id": 2},
        "more people": {"adults": 3},
        "fewer infants": {"infants": 0},
        "another start": {"from_call_id": voyage.calls[1].id},
        "another end": {"to_call_id": voyage.calls[1].id},
        "another channel": {"channel_id": agents.id},
        "a vehicle": {"vehicle_plate": "KH 1234 AB"},
    }
    return lambda **changes: hold(**{**asked, **changes}).code, others


def a_join_question() -> tuple[Ask, dict[str, dict[str, Any]]]:
    voyage, other = factories.a_voyage(places=2), factories.a_voyage(places=2)
    for full in (voyage, other):
        factories.a_hold(full, 2)
    choice = WantedJourney(voyage.id, 1)
    asked = {
        "request_id": str(uuid4()), "phone": "+6281200000001", "adults": 2, "infants": 0, "choices": [choice],
        "partial": False, "standby": False,
    }  # fmt: skip
    others = {
        "another phone": {"phone": "+6281200000002"},
        "fewer places": {"adults": 1},
        "an infant": {"infants": 1},
        "another voyage": {"choices": [WantedJourney(other.id, 1)]},
        "one voyage more": {"choices": [choice, WantedJourney(other.id, 1)]},
        "fewer are welcome": {"partial": True},
        "at the port": {"standby": True},
    }
    return lambda **changes: join(**{**asked, **changes}).code, others


def a_move_question() -> tuple[Ask, dict[str, dict[str, Any]]]:
    factories.pelni_fares()
    booking, someone = factories.a_booking(adults=2), factories.a_booking(adults=2)
    new, other = factories.a_voyage(places=9), factories.a_voyage(places=9)
    asked = {
        "code": booking.code, "positions": [0], "to": WantedJourney(new.id, 1), "request_id": str(uuid4()),
        "keyring": current_app.extensions["keyring"], "officer_id": None,
    }  # fmt: skip
    others = {
        "another booking": {"code": someone.code},
        "another person": {"positions": [1]},
        "one person more": {"positions": [0, 1]},
        "another voyage": {"to": WantedJourney(other.id, 1)},
        "another end": {"to": WantedJourney(new.id, 1, to_call_id=new.calls[0].id)},
        "an officer": {"officer_id": factories.a_user().id},
    }
    return lambda **changes: move_passengers(**{**asked, **changes}).code, others


def a_scan_question() -> tuple[Ask, dict[str, dict[str, Any]]]:
    booking = factories.a_booking(adults=2, payment=PaymentMethod.FREE)
    [ticket, another] = factories.tickets_of(booking)
    other = factories.a_voyage()
    asked = {
        "scan_id": str(uuid4()), "shown": ticket.serial, "departure_id": factories.departure_of(booking.voyage).id,
        "gate_id": factories.a_gate().id, "officer_id": factories.a_user().id, "scanned_at": app_clock.now(),
        "said": {}, "seen": [],
    }  # fmt: skip
    others = {
        "another ticket": {"shown": another.serial},
        "the code of it": {"shown": ticket.signed},
        "no ticket": {"shown": "6202015503940002"},
        "another departure": {"departure_id": factories.departure_of(other).id},
        "another gate": {"gate_id": factories.a_gate(factories.a_port("Kumai")).id},
        "another officer": {"officer_id": factories.a_user().id},
        "something said": {"said": {"identity.name_matches": True}},
        "something seen": {"seen": [1]},
    }

    def ask(**changes: Any) -> str:
        keyring = changes.pop("keyring", current_app.extensions["keyring"])
        answer = scan(Showing(**{**asked, **changes}), keyring)
        return f"{answer.scan_id} {answer.verdict} {answer.reason} {answer.serial}"

    return ask, others


QUESTIONS = {
    "hold": (a_hold_question, Booking),
    "join": (a_join_question, WaitingEntry),
    "move": (a_move_question, Booking),
    "scan": (a_scan_question, Scan),
}


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_id_repeats_its_answer_for_the_same_question_alone(app: Flask, kind: str) -> None:
    make, model = QUESTIONS[kind]
    ask, others = make()
    first = ask()
    kept = db.session.query(model).count()
    for name, changes in others.items():
        with pytest.raises(Refusal) as refused:
            ask(**changes)
        assert (refused.value.code, refused.value.status) == ("request_id_reused", 409), name
        db.session.rollback()
    assert ask() == first
    assert db.session.query(model).count() == kept


@pytest.mark.parametrize("kind", QUESTIONS)
def test_an_answer_without_a_kept_question_is_not_repeated(app: Flask, kind: str) -> None:
    make, model = QUESTIONS[kind]
    ask, _ = make()
    ask()
    db.session.execute(text(f"UPDATE {model.__tablename__} SET question = ''"))
    db.session.commit()
    with pytest.raises(Refusal, match="request_id_reused"):
        ask()


def test_a_move_and_a_hold_do_not_answer_for_each_other(app: Flask) -> None:
    factories.pelni_fares()
    booking, voyage, key = factories.a_booking(), factories.a_voyage(places=9), str(uuid4())
    move_passengers(booking.code, [0], WantedJourney(voyage.id, 1), app.extensions["keyring"], key)
    with pytest.raises(Refusal, match="request_id_reused"):
        hold(key, voyage.id, 1, 1)


def test_two_questions_under_one_id_in_the_same_moment_are_one_answer_and_one_refusal(app: Flask) -> None:
    voyage, key = factories.a_voyage(places=9), str(uuid4())
    answers = hold_all([Wish(key, voyage.id, 1, adults) for adults in (2, 3, 2)])
    told = [answer.code if isinstance(answer, Refusal) else answer.places for answer in answers]
    assert told == [2, "request_id_reused", 2]
    assert db.session.query(Booking).count() == 1


def test_a_scan_is_known_again_after_a_new_key_came(app: Flask) -> None:
    ask, _ = a_scan_question()
    keyring = app.extensions["keyring"]
    first = ask()
    newer = Keyring({**keyring.keys, keyring.current_id + 1: Ed25519PrivateKey.generate()})
    assert ask(keyring=newer) == first


def test_what_was_typed_at_a_gate_cannot_be_guessed_back(app: Flask) -> None:
    ask, _ = a_scan_question()
    typed = "6202015503940002"
    ask(shown=typed)
    [kept] = db.session.scalars(db.select(Scan))
    stranger = Keyring({1: Ed25519PrivateKey.generate()})
    assert typed not in str({column.key: getattr(kept, column.key) for column in Scan.__table__.c})
    with pytest.raises(Refusal, match="request_id_reused"):
        ask(shown=typed, keyring=stranger)
