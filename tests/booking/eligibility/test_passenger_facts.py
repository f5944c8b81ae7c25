"""Facts for the travel rules: days, ages and spans as the port's clock has them, and nothing that is not known."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app import clock as app_clock
from app import config
from app.accounts.models import Role
from app.booking.actions.decree_entry import enter_decree
from app.booking.actions.documents import enter_document, say, see_document, withdraw_document
from app.booking.actions.hold import hold
from app.booking.actions.payment import name_travelers
from app.booking.eligibility.passenger_facts import Here, judged, known_of, list_party
from app.booking.eligibility.voyage_facts import sailing_of
from app.booking.models import Booking, Passenger
from app.booking.queries import get_booking
from app.db import db
from app.errors import NotFound, Refusal
from app.rules.engine.judge import prepare
from app.rules.facts import slips
from app.schedule.models import PortCall, Season
from app.seats.models import ONLINE, ChannelKind, PlaceKind
from tests.conftest import Clock
from tests.factories import (
    a_channel,
    a_fare_class,
    a_hold,
    a_motorcycle_class,
    a_port,
    a_programme,
    a_traveler,
    a_user,
    a_voyage,
    on_sale,
    pay,
)
from tests.queries import queries_counted

HOUR = timedelta(hours=1)

ZONES = {"Sampit": "Asia/Jakarta", "Makassar": "Asia/Makassar", "Sorong": "Asia/Jayapura"}
"""One port in WIB, WITA and WIT."""


def a_party(app: Flask, *people: dict[str, Any], departs_at: datetime, port: str = "Sampit") -> Booking:
    """A confirmed booking from that port of people with these changes, bought two days ahead."""
    a_port(port, ZONES[port])
    voyage = a_voyage(port, "Semarang", departs_at=departs_at)
    infants = sum(bool(person.get("infant")) for person in people)
    booking = a_hold(voyage, len(people) - infants, infants)
    travelers = [a_traveler(f"Penumpang {n}", **person) for n, person in enumerate(people, 1)]
    booking = name_travelers(booking.code, "+6281200000001", travelers, at_counter=True)
    return pay(booking.code)


def facts_at(
    booking: Booking, now: datetime, position: int = 0, stage: str = "terminal", **here: Any
) -> dict[str, Any]:
    db.session.expire_all()
    party = list_party([booking.id])
    known = known_of(person.id for person in party)
    here = Here(stage, now, sailing_of(party[0].booking, now))
    facts = judged(party[position], party, here, known, [], {}).facts
    assert slips(facts) == []
    return facts


def people(booking: Booking) -> list[Passenger]:
    return list_party([booking.id])


@pytest.mark.parametrize("port", ZONES)
@pytest.mark.parametrize(("minute", "day", "age"), [(-1, "2026-12-09", 5), (0, "2026-12-10", 6)])
def test_a_minute_before_midnight_it_is_yesterday_and_whoever_is_six_tomorrow_is_five(
    app: Flask, clock: Clock, port: str, minute: int, day: str, age: int
) -> None:
    clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    midnight = datetime(2026, 12, 10, tzinfo=a_port(port, ZONES[port]).tz)
    birth = {"birth_date": date(2020, 12, 10), "document_number": "6202015012200001"}
    booking = a_party(app, {}, birth, departs_at=midnight + timedelta(minutes=minute), port=port)
    facts = facts_at(booking, clock(), 1)
    assert (facts["voyage"]["day"], facts["person"]["age_years"], facts["person"]["age_months"]) == (
        day, age, 12 * age + (11 if age == 5 else 0)
    )  # fmt: skip


def test_a_delay_over_midnight_makes_whoever_has_a_birthday_a_year_older(app: Flask, clock: Clock) -> None:
    clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    leaves = datetime(2026, 12, 9, 22, tzinfo=a_port().tz)
    booking = a_party(
        app, {}, {"birth_date": date(2020, 12, 10), "document_number": "6202015012200001"}, departs_at=leaves
    )
    assert facts_at(booking, clock(), 1)["person"]["age_years"] == 5
    db.session.get_one(PortCall, booking.from_call_id).revised_departure = leaves + 3 * HOUR
    db.session.commit()
    assert facts_at(booking, clock(), 1)["person"]["age_years"] == 6


@pytest.mark.parametrize("port", ZONES)
@pytest.mark.parametrize(("more", "minutes"), [(0, 1440), (1, 1441), (60, 1441), (61, 1442), (-1, 1440)])
def test_a_sample_of_exactly_24_hours_has_1440_minutes_and_a_second_more_is_a_minute_more(
    app: Flask, clock: Clock, port: str, more: int, minutes: int
) -> None:
    leaves = clock.moment + timedelta(days=2)
    booking = a_party(app, {}, departs_at=leaves, port=port)
    clock.forward(hours=47)
    taken = leaves - 24 * HOUR - timedelta(seconds=more)
    enter_document(people(booking)[0].id, "antigen", taken, result="negative", entered_by=a_user().id)
    assert facts_at(booking, clock())["documents"] == [{"kind": "antigen", "result": "negative", "minutes": minutes}]


def test_a_delay_makes_no_test_too_old_and_a_test_taken_during_it_counts_to_its_end(app: Flask, clock: Clock) -> None:
    leaves = clock.moment + timedelta(days=1)
    booking = a_party(app, {}, departs_at=leaves)
    db.session.get_one(PortCall, booking.from_call_id).revised_departure = leaves + 18 * HOUR
    db.session.commit()
    clock.forward(hours=26)
    officer, who = a_user().id, people(booking)[0].id
    enter_document(who, "antigen", leaves - 20 * HOUR, result="negative", entered_by=officer)
    enter_document(who, "antigen", leaves + HOUR, result="negative", entered_by=officer)
    facts = facts_at(booking, clock())
    assert [paper["minutes"] for paper in facts["documents"]] == [20 * 60, 17 * 60]
    assert facts["voyage"]["minutes_to_departure"] == 16 * 60


def test_where_only_the_day_is_known_there_are_no_minutes_to_the_departure(app: Flask, clock: Clock) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    call = db.session.get_one(PortCall, booking.from_call_id)
    call.precision, call.day = "day", date(2026, 12, 24)
    db.session.commit()
    voyage = facts_at(booking, clock())["voyage"]
    assert "minutes_to_departure" not in voyage
    assert voyage["day"] == "2026-12-24"


def test_nothing_that_nobody_has_said_is_known(app: Flask, clock: Clock) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    facts = facts_at(booking, clock())
    assert facts["identity"] == {"kind": "ktp"}
    assert set(facts) == {"stage", "voyage", "person", "identity", "ticket", "companions"}
    assert set(facts["person"]) == {"age_years", "age_months", "infant", "named"}
    assert {"this_voyage", "this_port", "used_here", "exchanged"}.isdisjoint(facts["ticket"])
    assert (facts["ticket"]["free"], facts["ticket"]["party"], facts["ticket"]["state"]) == (False, 1, "confirmed")
    assert people(booking)[0].document_number not in str(facts)


ALONE = {
    "code": "uji",
    "outcome": "hold",
    "missing": {"sale": "note", "gate": "hold"},
    "logic": {"var": "person.health_app"},
}


def test_an_infant_goes_with_its_adult_whose_own_verdict_does_not_depend_on_it(app: Flask, clock: Clock) -> None:
    booking = a_party(app, {}, {}, {"infant": True}, departs_at=clock.moment + timedelta(days=1))
    party = people(booking)
    say(party[1].id, {"person.health_app": True}, a_user().id)
    known, rules = known_of(p.id for p in party), prepare([ALONE])
    here = Here("terminal", clock(), sailing_of(booking, clock()))
    infant = judged(party[2], party, here, known, rules, {}).facts
    assert infant["adult"] == {"same_voyage": True, "verdict": "pass"}
    assert [(c["carer"], c["verdict"]) for c in infant["companions"]] == [(True, "hold"), (True, "pass")]
    adult = judged(party[0], party, here, known, rules, {})
    assert "adult" not in adult.facts
    assert [c["carer"] for c in adult.facts["companions"]] == [False, False]
    assert adult.verdict["outcome"] == "hold"


def test_whoever_was_let_through_here_is_not_asked_again_for_the_child(app: Flask, clock: Clock) -> None:
    booking = a_party(app, {}, {"infant": True}, departs_at=clock.moment + timedelta(days=1))
    party = people(booking)
    passed = frozenset({party[0].ticket.id})
    here = Here("terminal", clock(), sailing_of(booking, clock()), passed=passed, used_here=False)
    found = judged(party[1], party, here, known_of([]), prepare([ALONE]), {}).facts
    assert found["adult"]["verdict"] == "pass"


def test_a_child_whom_nobody_of_18_goes_with_has_no_adult_but_an_infant_has_whoever_it_is_booked_with(
    app: Flask, clock: Clock
) -> None:
    clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    teen = {"birth_date": date(2009, 12, 11), "document_number": "6202015112090001"}
    child = {"birth_date": date(2018, 5, 1), "document_number": "6202014105180002"}
    booking = a_party(app, teen, child, {"infant": True}, departs_at=datetime(2026, 12, 10, 3, tzinfo=UTC))
    assert facts_at(booking, clock(), 1)["adult"] == {"same_voyage": False}
    assert facts_at(booking, clock(), 2)["adult"]["same_voyage"] is True
    assert [c["carer"] for c in facts_at(booking, clock(), 2)["companions"]] == [True, False]


def test_what_must_be_looked_at_only_an_officer_says(app: Flask, clock: Clock) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    who, officer = people(booking)[0].id, a_user().id
    for fact, value in (("identity.name_matches", True), ("baggage.kg", 3), ("goods", []), ("documents", [])):
        with pytest.raises(Refusal, match="fact_for_officers"):
            say(who, {fact: value})
        say(who, {fact: value}, officer)
    facts = facts_at(booking, clock())
    assert (facts["identity"]["name_matches"], facts["goods"], facts["documents"]) == (True, [], [])


@pytest.mark.parametrize(
    "facts",
    [
        {"person.doses": "2"}, {"person.doses": -1}, {"person.doses": True}, {"goods": ["pisang"]},
        {"documents": [{"kind": "pcr"}]}, {"identity.name_matches": 1}, {"travel.purpose": "6202015503940001"},
    ],
)  # fmt: skip
def test_what_does_not_fit_its_fact_is_refused(app: Flask, clock: Clock, facts: dict[str, Any]) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    with pytest.raises(Refusal, match="fact_value"):
        say(people(booking)[0].id, facts, a_user().id)


@pytest.mark.parametrize("fact", ["person.age_years", "ticket.paid", "stage", "identity.number", "nonsense"])
def test_what_other_tables_know_cannot_be_said(app: Flask, clock: Clock, fact: str) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    with pytest.raises(Refusal, match="fact_unknown"):
        say(people(booking)[0].id, {fact: 1}, a_user().id)
    with pytest.raises(NotFound):
        say(10**6, {"person.doses": 1})


def test_a_traveler_s_word_on_doses_and_papers_is_for_the_sale_until_an_officer_has_seen_them(
    app: Flask, clock: Clock
) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    who, officer = people(booking)[0].id, a_user().id
    say(who, {"person.doses": 2})
    paper = enter_document(who, "pcr", clock() - HOUR, result="negative")
    at_sale, at_gate = facts_at(booking, clock(), stage="sale"), facts_at(booking, clock())
    assert (at_sale["person"]["doses"], len(at_sale["documents"])) == (2, 1)
    assert "doses" not in at_gate["person"]
    assert "documents" not in at_gate
    say(who, {"person.doses": 1}, officer)
    see_document(paper.id, who, officer)
    say(who, {"person.doses": 3})
    at_gate = facts_at(booking, clock())
    assert (at_gate["person"]["doses"], len(at_gate["documents"])) == (1, 1)
    with pytest.raises(Refusal, match="seen_by_officer"):
        withdraw_document(paper.id, who)
    withdraw_document(paper.id, who, officer)
    assert "documents" not in facts_at(booking, clock())


def test_what_was_said_of_a_name_does_not_count_for_the_one_that_took_its_place(app: Flask, clock: Clock) -> None:
    from app.booking.actions.cancellation import correct_name

    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=2))
    who, officer = people(booking)[0], a_user().id
    say(who.id, {"identity.name_matches": False, "person.doses": 2}, officer)
    clock.forward(minutes=1)
    correct_name(booking.code, who.position, "Penumpang I", app.extensions["keyring"], officer)
    facts = facts_at(booking, clock())
    assert "name_matches" not in facts["identity"]
    assert facts["person"]["doses"] == 2


@pytest.mark.parametrize(
    ("code", "paper"),
    [
        ("paper_kind_unknown", {"kind": "ktp"}),
        ("issuer_unknown", {"issuer": "tetangga"}),
        ("result_missing", {"result": None}),
        ("result_missing", {"kind": "doctor_letter"}),
        ("taken_in_the_future", {"taken_at": datetime(2100, 1, 1, tzinfo=UTC)}),
    ],
)
def test_a_paper_that_cannot_be_is_refused(app: Flask, clock: Clock, code: str, paper: dict[str, Any]) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    given = {"kind": "pcr", "taken_at": clock(), "result": "negative", **paper}
    with pytest.raises(Refusal, match=code):
        enter_document(people(booking)[0].id, **given)


def test_the_same_paper_entered_twice_is_one(app: Flask, clock: Clock) -> None:
    booking = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    who, officer = people(booking)[0].id, a_user().id
    one = enter_document(who, "pcr", clock(), result="negative")
    same = enter_document(who, "pcr", clock(), result="negative", entered_by=officer)
    assert (one.id, same.seen_by) == (same.id, officer)


def test_a_whole_party_and_its_sailing_are_four_queries_however_many_they_are(app: Flask, clock: Clock) -> None:
    few = a_party(app, {}, departs_at=clock.moment + timedelta(days=1))
    many = a_party(app, *[{}] * 4, *[{"infant": True}] * 4, departs_at=clock.moment + timedelta(days=1))
    for booking_id in [few.id, many.id]:
        db.session.expunge_all()
        with queries_counted() as counted:
            party = list_party([booking_id])
            known = known_of(person.id for person in party)
            here = Here("terminal", app_clock.now(), sailing_of(party[0].booking, app_clock.now()))
            for person in party:
                judged(person, party, here, known, prepare([ALONE]), {})
        assert counted.count == 4, counted


# What the tables know of the voyage itself: decree, season, the operator's terms, the share of places taken


def a_season(name: str, first: date, feast: date, last: date, port: str = "Sampit") -> None:
    db.session.add(Season(name=name, port=a_port(port), feast_day=feast, first_day=first, last_day=last))
    db.session.commit()


@pytest.mark.parametrize("stage", ["sale", "terminal", "quay", "gangway"])
def test_decree_season_and_terms_are_known_at_every_stage(app: Flask, clock: Clock, stage: str) -> None:
    clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    booking = a_party(app, {}, departs_at=datetime(2026, 12, 22, 5, tzinfo=UTC))
    facts = facts_at(booking, clock(), stage=stage)
    assert {"ppkm_level", "child_age"}.isdisjoint(facts["voyage"]), "nobody has said"
    assert "season" not in facts
    a_season("Nataru 2026/2027", date(2026, 12, 18), date(2026, 12, 25), date(2027, 1, 4))
    a_season("Musim di tempat lain", date(2026, 12, 1), date(2026, 12, 20), date(2027, 1, 4), "Semarang")
    for level, port in ((2, "Sampit"), (3, None), (4, "Semarang")):
        enter_decree(
            level, date(2026, 12, 20), date(2026, 12, 22), f"SE Uji {level}/2026", a_user(Role.ADMINISTRATOR).id,
            a_port(port).id if port else None,
        )  # fmt: skip
    booking.voyage.operator.child_age = 12
    db.session.commit()
    facts = facts_at(booking, clock(), stage=stage)
    assert (facts["voyage"]["ppkm_level"], facts["voyage"]["child_age"]) == (3, 12)
    assert facts["season"] == {"name": "Nataru 2026/2027", "day": -3}


def test_a_ship_that_leaves_at_24_00_has_the_season_s_day_that_the_port_counts(app: Flask, clock: Clock) -> None:
    clock.moment = datetime(2026, 12, 1, tzinfo=UTC)
    booking = a_party(app, {}, departs_at=datetime(2026, 12, 25, tzinfo=a_port().tz))
    db.session.get_one(PortCall, booking.from_call_id).day = date(2026, 12, 24)
    a_season("Nataru", date(2026, 12, 18), date(2026, 12, 25), date(2026, 12, 31))
    facts = facts_at(booking, clock())
    assert (facts["voyage"]["day"], facts["season"]["day"]) == ("2026-12-25", -1)


def test_the_share_is_of_all_places_of_a_kind_on_the_fullest_leg_without_ended_holds(app: Flask, clock: Clock) -> None:
    voyage = a_voyage("Sampit", "Kumai", "Semarang", places=7, ceiling=40)
    on_sale(voyage, a_fare_class(2, "Kelas 1"), 4, a_channel(), positions=[0])
    on_sale(voyage, a_fare_class(3, "Tanpa tempat", PlaceKind.NON_SEAT), 30)
    on_sale(voyage, a_motorcycle_class(), 5)
    start, middle, end = (call.id for call in voyage.calls)

    def share(adults: int, from_call_id: int, to_call_id: int, fare_class_id: int = 1, **more: Any) -> int | None:
        held = hold(
            str(uuid4()), voyage.id, fare_class_id, adults, from_call_id=from_call_id, to_call_id=to_call_id, **more
        )
        return sailing_of(get_booking(held.code), clock()).share

    assert share(1, start, middle) == 10, "1 of 11, rounded up"
    assert share(3, start, end) == 43, "on the second leg 3 of 7"
    assert share(1, start, end, 3) == 4, "1 of 30 without a bed"
    assert share(1, start, middle, 6, vehicle_plate="KH 1234 AB") is None
    clock.forward(minutes=config.current().hold_minutes + 1)
    assert share(7, start, end) == 100, "what was held before has ended"


def test_a_free_programme_s_place_is_free_before_it_is_paid(app: Flask, clock: Clock) -> None:
    voyage = a_voyage()
    programme = a_programme(voyage)
    free = a_channel(ChannelKind.FREE)
    assert programme.channel_id == free.id
    on_sale(voyage, a_fare_class(), 5, a_channel())
    known = {}
    for channel_id in (ONLINE, a_channel().id, free.id):
        booking = get_booking(hold(str(uuid4()), voyage.id, 1, 1, channel_id=channel_id).code)
        card = "6202011234567890" if channel_id == free.id else ""
        name_travelers(booking.code, "+6281200000001", [a_traveler()], card)
        known[channel_id] = facts_at(booking, clock(), stage="sale")["ticket"].get("free")
    assert known == {ONLINE: False, a_channel().id: False, free.id: True}
