"""What the gate will ask is told before paying, person by person, from the rules in force on the day of sailing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from app.accounts.models import Role
from app.booking.actions.decree_entry import enter_decree
from app.booking.actions.documents import enter_document, say
from app.booking.actions.payment import name_travelers
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.models import ShownDocument, Statement
from app.booking.eligibility.requirements import Requirements, requirements_on
from app.booking.models import Booking, DocumentKind
from app.booking.queries import get_booking
from app.db import db
from app.errors import Refusal
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from tests.conftest import Clock
from tests.factories import a_hold, a_nik, a_ship, a_traveler, a_user, a_voyage, pay
from tests.queries import queries_counted

SE_47 = datetime(2022, 4, 27, 5, tzinfo=UTC)
"""A departure under SE 47/2022."""
ORDINARY = datetime(2026, 12, 10, 5, tzinfo=UTC)


@pytest.fixture
def rules(app: Flask) -> None:
    load_shipped(read_sets())


def a_party(*people: dict[str, Any], departs_at: datetime, operator: str = "PELNI") -> Booking:
    """A booking from Sampit, named and not yet paid."""
    a_ship().operator.code = operator
    voyage = a_voyage(departs_at=departs_at)
    infants = sum(bool(person.get("infant")) for person in people)
    booking = a_hold(voyage, len(people) - infants, infants)
    travelers = [a_traveler(f"Penumpang {n}", **person) for n, person in enumerate(people, 1)]
    return name_travelers(booking.code, "+6281200000001", travelers, at_counter=True)


def asks(booking: Booking, clock: Clock) -> Requirements:
    db.session.expire_all()
    found = Assessment(get_booking(booking.code), clock()).requirements()
    assert found is not None
    return found


def codes(found: Any) -> list[str]:
    return [one.rule for one in found]


def born(years: int, day: datetime) -> dict[str, Any]:
    birth = date(day.year - years, 1, 2)
    return {"birth_date": birth, "document_number": a_nik(90_000 + years, birth)}


@pytest.mark.usefixtures("rules")
def test_adults_children_and_infants_are_asked_what_is_theirs(clock: Clock) -> None:
    clock.moment = ORDINARY - timedelta(days=5)
    child = {**born(8, ORDINARY), "document_kind": DocumentKind.KK}
    found = asks(a_party({}, child, {"infant": True}, departs_at=ORDINARY), clock)
    assert {"name-matches", "number-matches", "person-matches", "terminal-opens"} <= set(codes(found.common))
    adult, young, infant = found.people
    assert [(line.rule, line.own) for line in adult.lines] == [("identity-kind-pelni", True)]
    assert codes(young.lines) == []
    assert codes(infant.lines) == ["infant-adult"]
    assert not found.fails
    assert not found.enters


@pytest.mark.usefixtures("rules")
def test_what_is_off_or_unconfirmed_or_of_another_operator_or_port_is_never_told(clock: Clock) -> None:
    clock.moment = ORDINARY - timedelta(days=5)
    told = asks(a_party({}, departs_at=ORDINARY, operator="DLU"), clock)
    said = {*codes(told.common), *codes(told.people[0].lines)}
    assert said.isdisjoint({"identity-kind-child", "pregnancy", "closing-minute", "child-adult", "exchange-time-pelni"})
    assert said.isdisjoint({"identity-kind-pelni", "boarding-pass-pelni", "latest-purchase-asdp", "reduction-letter"})


@pytest.mark.usefixtures("rules")
def test_a_rule_that_certainly_fails_is_said_with_its_way_out(clock: Clock) -> None:
    clock.moment = ORDINARY - timedelta(days=5)
    found = asks(a_party({"document_kind": DocumentKind.KK}, {}, departs_at=ORDINARY), clock)
    [failure] = found.people[0].failures
    assert (failure.rule, failure.outcome, failure.papers) == ("identity-kind-pelni", "hold", False)
    assert failure.document
    assert codes(found.people[1].lines) == ["identity-kind-pelni"], "the other one is told to bring it"
    assert failure.next["id"]
    assert not found.people[1].failures
    assert found.fails


def failing(booking: Booking, clock: Clock) -> list[list[str]]:
    """What fails for each person, in their order."""
    return [codes(person.failures) for person in asks(booking, clock).people]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("others", "fails"),
    [
        ([{}], False),
        ([born(16, ORDINARY)], False),
        ([{**born(8, ORDINARY), "document_kind": DocumentKind.KK}], True),
        ([{**born(8, ORDINARY), "document_kind": DocumentKind.KK}, {}], False),
    ],
)
def test_an_infant_with_nobody_who_answers_for_it_is_told_at_its_own_card(
    clock: Clock, others: list[dict[str, Any]], fails: bool
) -> None:
    clock.moment = ORDINARY - timedelta(days=5)
    booking = a_party(*others, {"infant": True}, departs_at=ORDINARY)
    assert failing(booking, clock) == [[] for _ in others] + [["infant-adult"] if fails else []]


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(("age", "fails"), [(11, True), (12, False)])
def test_a_child_alone_below_its_operator_s_age_is_told_so(clock: Clock, age: int, fails: bool) -> None:
    clock.moment = ORDINARY - timedelta(days=5)
    child = {**born(age, ORDINARY), "document_kind": DocumentKind.KK}
    alone, with_adult = (
        a_party(child, departs_at=ORDINARY),
        a_party({**child, **born(age + 20, ORDINARY)}, {}, departs_at=ORDINARY),
    )
    assert failing(alone, clock) == [[]], "the operator has told no age"
    a_ship().operator.child_age = 12
    db.session.commit()
    assert failing(alone, clock) == [["child-adult"] if fails else []]
    assert failing(with_adult, clock)[1] == []


@pytest.mark.usefixtures("rules")
def test_rules_of_the_sale_are_not_told_of_what_is_sold_and_a_decree_stops_no_adult_of_an_infant(
    app: Flask, clock: Clock
) -> None:
    a_ship().operator.code = "ASDP"
    clock.moment = ORDINARY - timedelta(hours=6)
    booking = a_party({}, {"infant": True}, departs_at=ORDINARY, operator="ASDP")
    enter_decree(4, date(2026, 12, 10), None, "SE Uji", a_user(Role.ADMINISTRATOR).id)
    assert failing(booking, clock) == [[], []]
    pay(booking.code)
    clock.forward(hours=2)
    assert failing(booking, clock) == [[], []]


@pytest.mark.usefixtures("rules")
def test_what_is_not_in_force_on_the_day_of_sailing_is_neither_asked_nor_told(clock: Clock) -> None:
    clock.moment = ORDINARY - timedelta(days=5)
    ended = {"baggage-weight-pelni-2019", "baggage-size-pelni-2019"}
    for departs_at, there in ((ORDINARY, False), (datetime(2021, 10, 7, 3, tzinfo=UTC), True)):
        clock.moment = departs_at - timedelta(days=1)
        booking = a_party({}, {}, departs_at=departs_at)
        found, voyage = asks(booking, clock), booking.voyage
        on_voyage = requirements_on(voyage.calls[0], voyage.calls[-1], clock())
        assert on_voyage is not None
        for told in (found.common, on_voyage.common):
            assert (ended <= set(codes(told))) is there
            assert there or ended.isdisjoint(codes(told))


@pytest.mark.usefixtures("rules")
def test_under_se_47_the_doses_decide_what_is_asked_and_what_fails(clock: Clock) -> None:
    clock.moment = SE_47 - timedelta(days=2)
    booking = a_party({}, {**born(4, SE_47), "document_kind": DocumentKind.KK}, departs_at=SE_47)
    adult, child = asks(booking, clock).people
    assert set(codes(adult.lines)) >= {"se47-dose-0", "se47-dose-1", "se47-dose-2", "se47-app"}
    assert codes(child.lines) == ["se47-under-6"]
    assert adult.facts == ["person.doses", "person.health_app", "person.special_condition"]
    assert adult.kinds == ["pcr", "antigen", "doctor_letter"]
    assert not child.enters
    assert not adult.failures

    who = adult.passenger
    assert who is not None
    say(who.id, {"person.doses": 0})
    adult, child = asks(booking, clock).people
    assert codes(adult.failures) == ["se47-dose-0"]
    assert adult.failures[0].outcome == "refuse_movable"
    assert codes(child.failures) == ["se47-under-6"], "its companion will be turned back"

    say(who.id, {"person.doses": 2})
    adult, child = asks(booking, clock).people
    assert [line for line in codes(adult.lines) if "dose" in line] == ["se47-dose-2"]
    assert not adult.failures
    assert not child.failures


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(("hours", "met"), [(24, True), (25, False)])
def test_a_test_entered_ahead_is_counted_to_the_scheduled_departure(clock: Clock, hours: int, met: bool) -> None:
    clock.moment = SE_47 - timedelta(days=2)
    booking = a_party({}, departs_at=SE_47)
    who = booking.passengers[0].id
    say(who, {"person.doses": 2})
    clock.moment = SE_47 - timedelta(hours=20)
    enter_document(who, "antigen", SE_47 - timedelta(hours=hours), result="negative")
    [person] = asks(booking, clock).people
    assert [line.met for line in person.lines if line.rule == "se47-dose-2"] == ([True] if met else [])
    assert codes(person.failures) == ([] if met else ["se47-dose-2"])
    assert all(failure.papers for failure in person.failures), "another test can still be brought"


@pytest.mark.usefixtures("rules")
def test_before_anybody_is_named_a_voyage_tells_what_it_asks_of_whom(clock: Clock) -> None:
    clock.moment = SE_47 - timedelta(days=2)
    a_ship().operator.code = "PELNI"
    voyage = a_voyage(departs_at=SE_47)
    found = requirements_on(voyage.calls[0], voyage.calls[-1], clock())
    assert found is not None
    assert "name-matches" in codes(found.common)
    assert {"identity-kind-pelni", "se47-dose-2"} <= set(codes(found.grown))
    assert {"se47-under-6", "infant-adult"} <= set(codes(found.young))
    assert found.failures == []


@pytest.mark.usefixtures("rules")
def test_a_rule_of_the_sale_that_fails_now_is_told_on_the_voyage(clock: Clock) -> None:
    a_ship().operator.code = "ASDP"
    voyage = a_voyage(departs_at=clock.moment + timedelta(hours=4))
    found = requirements_on(voyage.calls[0], voyage.calls[-1], clock())
    assert found is not None
    assert codes(found.failures) == ["latest-purchase-asdp"]


@pytest.mark.usefixtures("rules")
def test_only_what_the_rules_ask_may_be_entered_ahead_and_not_once_the_ship_has_left(clock: Clock) -> None:
    clock.moment = ORDINARY - timedelta(days=5)
    ordinary = a_party({}, departs_at=ORDINARY)
    assert Assessment(ordinary, clock()).enterable() is None
    with pytest.raises(Refusal, match="not_asked"):
        Assessment(ordinary, clock()).asked_of(ordinary.passengers[0].position)
    clock.moment = SE_47 - timedelta(days=2)
    booking = a_party({}, departs_at=SE_47)
    assert Assessment(booking, clock()).enterable() is not None
    booking.from_call.actual_departure = SE_47
    db.session.commit()
    assert Assessment(get_booking(booking.code), clock()).enterable() is None


def test_without_a_set_in_force_nothing_is_told(app: Flask, clock: Clock) -> None:
    booking = a_party({}, departs_at=clock.moment + timedelta(days=1))
    assert Assessment(booking, clock()).requirements() is None


@pytest.mark.usefixtures("rules")
def test_a_party_of_eight_is_as_many_queries_as_one(clock: Clock) -> None:
    clock.moment = SE_47 - timedelta(days=2)
    for size in (1, 8):
        booking = a_party(*[{} for _ in range(size)], departs_at=SE_47)
        asks(booking, clock)
        code = booking.code
        db.session.remove()
        booking = get_booking(code)
        with queries_counted() as asked:
            Assessment(booking, clock()).requirements()
        assert asked.count == 4, asked


@pytest.mark.usefixtures("rules")
def test_who_is_named_anew_keeps_what_was_said_and_nothing_stays_of_who_does_not_travel(clock: Clock) -> None:
    clock.moment = SE_47 - timedelta(days=2)
    booking = a_party({}, {}, {}, departs_at=SE_47)
    first, second, third = asks(booking, clock).people
    for person, doses in ((first, 0), (second, 3), (third, 2)):
        assert person.passenger is not None
        say(person.passenger.id, {"person.doses": doses})
        enter_document(person.passenger.id, "antigen", clock() - timedelta(hours=3), result="negative")
    assert first.passenger is not None
    assert second.passenger is not None
    told = first.passenger
    typed = {"birth_date": told.birth_date, "document_number": told.document_number}
    other = a_traveler("Orang Lain")
    corrected = a_traveler(second.passenger.name, birth_date=second.passenger.birth_date)
    name_travelers(booking.code, "+6281200000001", [other, a_traveler("Nama Benar", **typed), corrected])
    by_name = {person.passenger.name: person for person in asks(booking, clock).people if person.passenger}
    assert codes(by_name["Nama Benar"].failures) == ["se47-dose-0"]
    assert not [line for line in codes(by_name[second.passenger.name].lines) if "dose" in line], "three doses"
    assert {"se47-dose-0", "se47-dose-1"} <= set(codes(by_name["Orang Lain"].lines))
    assert sorted(p.position for p in get_booking(booking.code).passengers) == [0, 1, 2]
    kept = [(s.passenger_id, s.value) for s in db.session.scalars(db.select(Statement).order_by(Statement.id))]
    assert kept == [(told.id, 0), (second.passenger.id, 3)]
    assert db.session.query(ShownDocument).count() == 2


def test_passengers_who_exchange_their_numbers_stay_who_their_numbers_say(app: Flask, clock: Clock) -> None:
    booking = a_party({}, {}, departs_at=clock.moment + timedelta(days=1))
    one, two = booking.passengers
    numbers = [one.document_number, two.document_number]
    swapped = [a_traveler(p.name, document_number=n) for p, n in zip((one, two), reversed(numbers), strict=True)]
    people = name_travelers(booking.code, "+6281200000001", swapped).passengers
    assert {p.name: p.document_number for p in people} == {t.name: t.document_number for t in swapped}
