"""A rule that refuses the sale itself refuses the hold, whoever sells, and nothing else does. On both engines."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from app import config
from app.booking.actions.documents import say
from app.booking.actions.hold import Held, Wish, hold, hold_all
from app.booking.actions.payment import choose_payment, confirm_payment, name_travelers
from app.booking.eligibility.assessment import Assessment
from app.booking.eligibility.statements import ENTER_FIRST
from app.booking.inventory.fare_options import list_offers
from app.booking.models import PaymentMethod
from app.booking.queries import get_booking
from app.booking.waitlist.actions import join, make_offers
from app.booking.wanted_journey import WantedJourney
from app.db import db
from app.errors import Refusal
from app.rules.actions.drafts import load_shipped
from app.rules.shipped import read_sets
from app.schedule.models import PortCall, Voyage
from tests.boarding.test_gate_rules import a_rule, in_force
from tests.booking.eligibility.test_decrees import decree
from tests.conftest import Clock
from tests.factories import (
    a_channel,
    a_fare_class,
    a_motorcycle_class,
    a_nik,
    a_ship,
    a_traveler,
    a_user,
    a_voyage,
    on_sale,
)
from tests.queries import queries_counted

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def an_asdp_voyage(*stops: str, leaves_in: timedelta, clock: Clock, places: int = 100) -> Voyage:
    ship = a_ship("KMP Uji Coba", "PT ASDP Uji")
    ship.operator.code = "ASDP"
    return a_voyage(*stops, departs_at=clock() + leaves_in, ship=ship, places=places)


@pytest.fixture
def rules(app: Flask) -> None:
    load_shipped(read_sets())


def take(voyage: Voyage, adults: int = 1, **more: Any) -> Held:
    return hold(str(uuid4()), voyage.id, more.pop("fare_class_id", 1), adults, **more)


def refused(voyage: Voyage, adults: int = 1, **more: Any) -> str:
    """The rule by which the hold is refused; empty where it is held."""
    wish = Wish(str(uuid4()), voyage.id, more.pop("fare_class_id", 1), adults, **more)
    answer = hold_all([wish])[0]
    if isinstance(answer, Held):
        return ""
    assert (answer.code, answer.status) == ("closed_by_rule", 409)
    assert {"id", "en"} == set(answer.details["sentence"]) == set(answer.details["next"])
    return str(answer.details["rule"])


@pytest.mark.usefixtures("rules")
@pytest.mark.parametrize(
    ("leaves_in", "rule"),
    [
        (5 * HOUR, ""),
        (5 * HOUR - timedelta(seconds=1), "latest-purchase-asdp"),
        (2 * HOUR, "latest-purchase-asdp"),
        (timedelta(days=60), ""),
        (timedelta(days=60) + MINUTE, "earliest-purchase-asdp"),
    ],
)
def test_ferizy_sells_from_60_days_to_five_hours_before(
    app: Flask, clock: Clock, leaves_in: timedelta, rule: str
) -> None:
    assert refused(an_asdp_voyage(leaves_in=leaves_in, clock=clock)) == rule


@pytest.mark.usefixtures("rules")
def test_every_channel_and_a_vehicle_is_refused_and_another_operator_s_ship_is_not(app: Flask, clock: Clock) -> None:
    voyage = an_asdp_voyage(leaves_in=4 * HOUR, clock=clock)
    counter = a_channel()
    on_sale(voyage, a_fare_class(), 5, counter)
    on_sale(voyage, a_motorcycle_class(), 5)
    assert refused(voyage, channel_id=counter.id) == "latest-purchase-asdp"
    assert refused(voyage, fare_class_id=6, vehicle_plate="KH 1234 AB") == "latest-purchase-asdp"
    assert refused(a_voyage(departs_at=clock() + 4 * HOUR)) == ""


@pytest.mark.usefixtures("rules")
def test_each_part_of_a_voyage_is_judged_by_its_own_departure(app: Flask, clock: Clock) -> None:
    voyage = an_asdp_voyage("Sampit", "Kumai", "Semarang", leaves_in=4 * HOUR, clock=clock)
    first, second, last = (call.id for call in voyage.calls)
    assert refused(voyage, from_call_id=first, to_call_id=second) == "latest-purchase-asdp"
    assert refused(voyage, from_call_id=second, to_call_id=last) == ""
    call = db.session.get_one(PortCall, first)
    assert call.planned_departure is not None
    call.revised_departure = call.planned_departure + 2 * HOUR
    db.session.commit()
    assert refused(voyage, from_call_id=first, to_call_id=second) == "", "it leaves later, so there is time"


@pytest.mark.usefixtures("rules")
def test_a_refusal_takes_nothing_and_undoes_no_neighbour(app: Flask, clock: Clock) -> None:
    closed, open_ = an_asdp_voyage(leaves_in=4 * HOUR, clock=clock), a_voyage()
    wishes = [Wish(str(uuid4()), voyage.id, 1, 2) for voyage in (open_, closed, open_, closed)]
    answers = hold_all(wishes)
    assert [a.code if isinstance(a, Refusal) else "held" for a in answers] == ["held", "closed_by_rule"] * 2
    before = wishes[0]
    assert isinstance(hold_all([before])[0], Held), "what was held before is the same"


def test_a_rule_may_close_a_class_a_route_a_season_or_a_size_of_party(app: Flask, clock: Clock) -> None:
    in_force(
        a_rule(code="kelas", where={"stage": ["sale"], "class": ["kelas-1"]}, logic=False, outcome="refuse_void"),
        a_rule(code="rute", where={"stage": ["sale"], "route": ["IDSMQ-IDKUM"]}, logic=False, outcome="refuse_movable"),
        a_rule(
            code="rombongan",
            where={"stage": ["sale"]},
            logic={"<=": [{"var": "ticket.party"}, 4]},
            outcome="refuse_movable",
        ),
        a_rule(
            code="level",
            where={"stage": ["sale"]},
            logic={"if": [{"===": [{"var": "voyage.ppkm_level"}, 4]}, False, True]},
            may_miss=["voyage.ppkm_level"],
            outcome="refuse_movable",
        ),
    )
    voyage = a_voyage("Sampit", "Kumai", "Semarang")
    on_sale(voyage, a_fare_class(2, "kelas-1"), 10)
    start, middle, end = (call.id for call in voyage.calls)
    assert refused(voyage, fare_class_id=2) == "kelas"
    assert refused(voyage, from_call_id=start, to_call_id=middle) == "rute"
    assert refused(voyage, from_call_id=middle, to_call_id=end) == ""
    assert refused(voyage, 3, infants=2) == "rombongan"
    assert refused(voyage, 4) == ""
    decree(voyage, 4)
    assert refused(voyage) == "level"
    assert refused(voyage, from_call_id=middle, to_call_id=end) == "", "the decree is for the first port"


def test_what_does_not_refuse_for_certain_before_anybody_is_named_refuses_nobody(app: Flask, clock: Clock) -> None:
    child = {">": [{"var": "person.age_years"}, 200]}
    sale = {"stage": ["sale"]}
    today = clock().date()
    in_force(
        a_rule(code="catatan", where=sale, logic=False, outcome="note"),
        a_rule(code="tahan", where=sale, logic=False, outcome="hold"),
        a_rule(code="rujuk", where=sale, logic=False, outcome="refer"),
        a_rule(code="orang", where=sale, logic=child, outcome="refuse_void"),
        a_rule(code="gerbang", where={"stage": ["gangway"]}, logic=False, outcome="refuse_void"),
        a_rule(code="belum-pasti", where=sale, logic=False, outcome="refuse_void", sure="unconfirmed"),
        a_rule(code="mati", where=sale, logic=False, outcome="refuse_void", off={"id": "Mati.", "en": "Off."}),
        a_rule(code="lewat", where=sale, logic=False, outcome="refuse_void", valid_to=today.isoformat()),
        a_rule(code="musim", where=sale, logic={"<": [{"var": "season.day"}, -99]}, outcome="refuse_void"),
    )  # fmt: skip
    assert refused(a_voyage()) == ""


IN_TIME = {">=": [{"var": "voyage.minutes_to_departure"}, 300]}
REFUSES = {"sale": "refuse_movable", "gate": "hold"}


@pytest.mark.parametrize(
    ("outcome", "missing", "refuses"),
    [
        ("refuse_movable", "refuse_movable", True),
        ("hold", "refuse_void", True),
        ("refuse_movable", "note", False),
        ("refuse_void", "hold", False),
    ],
)
def test_a_fact_of_the_voyage_that_is_not_known_closes_the_sale_where_the_rule_says_so(
    app: Flask, clock: Clock, outcome: str, missing: str, refuses: bool
) -> None:
    in_force(
        a_rule(where={"stage": ["sale"]}, logic=IN_TIME, outcome=outcome, missing={"sale": missing, "gate": "hold"}),
        a_rule(
            code="rombongan", where={"stage": ["sale"]}, logic={"<=": [{"var": "ticket.party"}, 4]},
            outcome="refuse_movable", missing=REFUSES,
        ),
    )  # fmt: skip
    announced, open_ = (a_voyage(departs_at=clock() + timedelta(days=2)) for _ in range(2))
    open_.calls[0].precision = "day"
    db.session.commit()
    [sold], [offer] = list_offers([(v, v.calls[0], v.calls[-1]) for v in (announced, open_)])
    assert sold.closed_by is None, "that nobody has said yet how many travel closes nothing"
    assert refused(announced) == ""
    assert refused(open_) == ("uji" if refuses else "")
    assert (offer.closed_by is not None) is refuses
    if offer.closed_by:
        assert offer.closed_by["traveler"]["id"] == "Belum diketahui: waktu sampai kapal berangkat."


OF_AGE = {"<": [{"var": "person.age_years"}, 60]}


@pytest.mark.parametrize(
    ("where", "outcome", "refuses"),
    [
        ({"stage": ["sale"]}, "refuse_movable", True),
        ({"stage": ["sale", "terminal"]}, "refuse_void", True),
        ({}, "refuse_movable", False),
        ({"stage": ["sale"]}, "hold", False),
        ({"stage": ["terminal"]}, "refuse_void", False),
        ({"stage": ["sale"], "operator": ["LAIN"]}, "refuse_void", False),
    ],
)
def test_a_rule_of_the_sale_on_travelers_refuses_their_naming_and_says_whose(
    app: Flask, clock: Clock, where: dict[str, Any], outcome: str, refuses: bool
) -> None:
    in_force(a_rule(where=where, logic=OF_AGE, outcome=outcome))
    code = take(a_voyage(departs_at=clock() + timedelta(days=2)), 2).code
    young = a_traveler()
    birth = date(1950, 3, 15)
    party = [young, a_traveler("Nenek Uji", birth_date=birth, document_number=a_nik(7, birth))]
    if not refuses:
        assert len(name_travelers(code, "+6281200000001", party).passengers) == 2
        return
    with pytest.raises(Refusal, match="refused_by_rule") as refused:
        name_travelers(code, "+6281200000001", party)
    told = refused.value
    assert (told.status, told.field, told.details["index"], told.details["rule"]) == (409, "name", 1, "uji")
    db.session.rollback()
    assert get_booking(code).passengers == []
    other = a_traveler()
    assert len(name_travelers(code, "+6281200000001", [young, other]).passengers) == 2


@pytest.mark.parametrize(
    ("where", "missing", "refuses"),
    [
        ({"stage": ["sale"]}, "refuse_movable", True),
        ({"stage": ["sale"]}, "hold", False),
        ({"stage": ["sale"]}, "note", False),
        ({}, "refuse_movable", False),
    ],
)
def test_who_lacks_a_fact_is_named_told_and_sold_nothing_where_the_rule_says_so(
    app: Flask, clock: Clock, where: dict[str, Any], missing: str, refuses: bool
) -> None:
    in_force(
        a_rule(
            where=where, logic={">=": [{"var": "person.doses"}, 1]}, outcome="hold",
            missing={"sale": missing, "gate": "hold"},
        )
    )  # fmt: skip
    keyring = app.extensions["keyring"]
    code = take(a_voyage(departs_at=clock() + timedelta(days=2))).code
    booking = name_travelers(code, "+6281200000001", [a_traveler()])
    asks = Assessment(booking, clock()).requirements()
    assert asks is not None
    assert asks.enters
    outcomes = [(failure.outcome, failure.sentence["id"][:15]) for failure in asks.people[0].failures]
    assert outcomes == ([] if missing == "note" else [(missing, "Belum diketahui")])
    if refuses:
        officer = a_user().id
        for pay in (
            lambda: choose_payment(code, PaymentMethod.COUNTER),
            lambda: confirm_payment(code, officer, keyring),
        ):
            with pytest.raises(Refusal, match="refused_by_rule") as refused:
                pay()
            assert refused.value.details["next"] == ENTER_FIRST
            db.session.rollback()
        say(get_booking(code).passengers[0].id, {"person.doses": 1})
    assert choose_payment(code, PaymentMethod.COUNTER).payment == PaymentMethod.COUNTER


def test_naming_asks_no_more_than_the_set_where_no_rule_refuses_travelers(app: Flask, clock: Clock) -> None:
    counts = []
    for prepare in (lambda: None, lambda: load_shipped(read_sets())):
        prepare()
        first, second = (take(a_voyage(departs_at=clock() + timedelta(days=2))).code for _ in range(2))
        name_travelers(first, "+6281200000001", [a_traveler()])
        with queries_counted() as asked:
            name_travelers(second, "+6281200000001", [a_traveler()])
        counts.append(asked.count)
    assert counts[0] == counts[1], asked


@pytest.mark.usefixtures("rules")
def test_the_decree_is_refused_as_before_and_not_twice(app: Flask) -> None:
    voyage = a_voyage(places=10)
    decree(voyage)
    take(voyage, 7)
    with pytest.raises(Refusal, match="restricted_by_rule"):
        take(voyage)


def test_a_hold_asks_no_more_of_the_database_with_rules_in_force(app: Flask, clock: Clock) -> None:
    voyage = an_asdp_voyage(leaves_in=6 * HOUR, clock=clock)
    counts = []
    for prepare in (lambda: None, lambda: load_shipped(read_sets())):
        prepare()
        take(voyage)  # prepares the set, once in each process
        with queries_counted() as asked:
            take(voyage)
        counts.append(asked.count)
    assert counts[0] == counts[1], asked


@pytest.mark.usefixtures("rules")
def test_what_was_held_in_time_is_named_and_paid_but_waits_at_the_counter_no_longer_than_the_rule_allows(
    app: Flask, clock: Clock
) -> None:
    voyage = an_asdp_voyage(leaves_in=5 * HOUR + 20 * MINUTE, clock=clock)
    closes = clock() + 20 * MINUTE
    first, late = (take(voyage).code for _ in range(2))
    for code in (first, late):
        name_travelers(code, "+6281200000001", [a_traveler()])
    assert choose_payment(first, PaymentMethod.COUNTER).expires_at == closes
    clock.forward(minutes=10)
    held_until = get_booking(late).expires_at
    assert held_until is not None
    assert choose_payment(late, PaymentMethod.COUNTER).expires_at == max(closes, held_until)


@pytest.mark.usefixtures("rules")
def test_who_waits_is_offered_nothing_that_may_not_be_sold(app: Flask, clock: Clock) -> None:
    voyage = an_asdp_voyage(leaves_in=5 * HOUR + 5 * MINUTE, clock=clock, places=2)
    take(voyage, 2)
    entry = join(str(uuid4()), "+628120000009", 1, 0, [WantedJourney(voyage.id, 1)])
    clock.forward(minutes=config.current().hold_minutes)
    assert make_offers([voyage.id]) == 0
    db.session.refresh(entry)
    assert entry.state == "waiting"
    with pytest.raises(Refusal, match="closed_by_rule"):
        join(str(uuid4()), "+628120000008", 1, 0, [WantedJourney(voyage.id, 1)])


@pytest.mark.usefixtures("rules")
def test_an_offer_says_by_which_rule_it_is_not_sold_and_when_the_sale_ends(app: Flask, clock: Clock) -> None:
    moments = {
        4 * HOUR: ("latest-purchase-asdp", 5 * HOUR),
        6 * HOUR: (None, 5 * HOUR),
        timedelta(days=70): ("earliest-purchase-asdp", 5 * HOUR),
    }
    for leaves_in, (rule, before) in moments.items():
        voyage = an_asdp_voyage(leaves_in=leaves_in, clock=clock)
        [offer] = list_offers([(voyage, voyage.calls[0], voyage.calls[-1])])[0]
        assert (offer.closed_by and offer.closed_by["code"]) == rule
        assert offer.closes_at == clock() + leaves_in - before
    other = a_voyage()
    [offer] = list_offers([(other, other.calls[0], other.calls[-1])])[0]
    minutes = timedelta(minutes=config.current().sale_closes_minutes)
    assert (offer.closed_by, offer.closes_at) == (None, clock() + timedelta(days=1) - minutes)


def test_without_a_set_in_force_nothing_is_refused(app: Flask, clock: Clock) -> None:
    assert refused(an_asdp_voyage(leaves_in=2 * HOUR, clock=clock)) == ""
