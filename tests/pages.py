"""Every page of the house: a port where everything is going on, and the addresses of all that can be looked at there.

A door that is new stands in the list by itself; one whose address needs something that the port has not, is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.routing import BuildError, Rule

from app import clock
from app.accounts.models import Role, User
from app.boarding.actions.departure import open_boarding
from app.boarding.actions.scan import scan
from app.boarding.judgement import DeviceVerdict, Showing
from app.boarding.models import Scan, Verdict
from app.booking.actions.cancellation import cancel_passengers
from app.booking.actions.decree_entry import enter_decree
from app.booking.actions.payment import choose_payment, name_travelers
from app.booking.models import Booking, PaymentMethod
from app.booking.money.models import Receipt
from app.db import db
from app.fares.models import Tariff
from app.planning.actions.reference_import import found_season
from app.rules import shipped
from app.rules.actions.drafts import load_shipped, start_draft
from app.rules.queries import find_set_in_force
from app.seats.actions.allotments import save_plan
from app.seats.actions.capacity import record_capacity
from app.seats.models import CapacityCertificate
from tests import factories
from tests.booking.waitlist.test_actions import a_wait
from tests.web.test_guard import expected

LONG_NAME = "MOHAMMADSYARIFHIDAYATULLAHALFARISI"

COMPARED = {"identity.name_matches": True, "identity.number_matches": True, "ticket.exchanged": True}

NO_PAGES = {
    "static", "admin.sheet", "traveler.voyage_entry", "traveler.booking_entry", "traveler.ticket_news",
    "traveler.waiting_news", "official.board_news", "official.decisions", "official.departures_news", "gate.count",
    "health.up", "health.ready",
    "gate.worker", "gate.shell", "gate.manifest", "gate.start", "gate.session",
}  # fmt: skip
"""Doors that answer with a file, with news or with a part of a page."""

QUERIES = {
    "traveler.cancellation": "?orang=0",
    "traveler.moving": "?orang=0",
    "counter.cancellation": "?orang=0",
    "counter.moving": "?orang=0",
    "official.explanation_rows": "?bagian=sold",
    "official.people": "?bagian=boarded",
}
"""What is asked besides the address."""


@dataclass(frozen=True)
class Page:
    """One page, and who looks at it; None is a traveler."""

    endpoint: str
    path: str
    role: Role | None


@dataclass
class Port:
    """A ship that boards, another on sale, a free programme, papers, rules, a draft of them, and a waiting list."""

    app: Flask
    users: dict[Role, User] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    own: dict[str, dict[str, Any]] = field(default_factory=dict)
    travelers_session: dict[str, Any] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.users = {role: factories.a_user(role) for role in Role}
        self.users[Role.OFFICER].may_exempt = True
        factories.pelni_fares()
        self._rules()
        self._ship_that_boards()
        self._ship_on_sale()
        self._office()

    def _rules(self) -> None:
        load_shipped(shipped.read_sets())
        newest = find_set_in_force(clock.now())
        assert newest is not None
        draft = start_draft("Uji", "Test", self.users[Role.ADMINISTRATOR].id, newest.id)
        code = draft.rules[0].code
        self.values["set_id"] = draft.id
        self.own["admin.draft_rule"] = {"set_id": draft.id, "code": code}
        self.own["traveler.rule_set"] = {"number": newest.number}
        self.queries["admin.rules_comparison"] = f"?lama={newest.id}&baru={draft.id}"

    def _ship_that_boards(self) -> None:
        voyage = factories.a_voyage(places=50, departs_at=clock.now() + timedelta(hours=3))
        departure = factories.departure_of(voyage)
        gate, officer = factories.a_gate(departure.call.port), self.users[Role.OFFICER]
        open_boarding(departure.id, officer.id)
        aboard, coming = factories.a_booking(voyage, 2, 1), factories.a_booking(voyage)
        keyring = self.app.extensions["keyring"]
        for shown in (
            factories.tickets_of(aboard)[0].signed,
            factories.tickets_of(aboard)[0].signed,
            "https://a.example/",
        ):
            scan(Showing(str(uuid4()), shown, departure.id, gate.id, officer.id, clock.now(), said=COMPARED), keyring)
        # A phone without signal passed the same ticket, so that somebody is to be called back.
        copy = factories.tickets_of(aboard)[0].signed
        alone = DeviceVerdict(Verdict.PASS, "admitted")
        scan(Showing(str(uuid4()), copy, departure.id, gate.id, officer.id, clock.now(), device=alone), keyring)
        kept = db.session.scalars(db.select(Scan.id).where(Scan.ticket_id.is_not(None))).first()
        serial = factories.tickets_of(coming)[0].serial
        self.values |= {"departure_id": departure.id, "gate_id": gate.id, "serial": serial, "scan_id": kept}

    def _ship_on_sale(self) -> None:
        voyage = factories.a_voyage(
            "Sampit", "Semarang", "Surabaya", places=40, departs_at=clock.now() + timedelta(days=3)
        )
        self.voyage, call = voyage, voyage.calls[0]
        factories.a_programme(voyage)
        held, unpaid = factories.a_hold(voyage, 2, 1), factories.a_booking(voyage, payment=None)
        counter, ticket = factories.a_booking(voyage, payment=PaymentMethod.COUNTER), factories.a_hold(voyage, 2)
        people = [factories.a_traveler(LONG_NAME), factories.a_traveler(f"{LONG_NAME} BINTI SITI")]
        name_travelers(ticket.code, "+6281200000001", people)
        ticket = self._paid(ticket.code)
        cancelled = factories.a_booking(voyage, 2)
        cancel_passengers(cancelled.code, [0])
        mine = [one.code for one in (held, unpaid, counter, ticket)]
        self.queries["traveler.search"] = f"?dari=IDSMQ&ke=IDSRG&hari={call.day}"
        self.values |= {"voyage_id": voyage.id, "call_id": call.id, "leg_id": voyage.legs[0].id, "code": ticket.code}
        self.values |= {"ship_id": voyage.ship_id, "port_id": call.port_id, "position": 0}
        self.own["traveler.travelers"] = self.own["traveler.ask_release"] = {"code": held.code}
        self.own["traveler.payment"] = {"code": unpaid.code}
        self.own["counter.receipt"] = {"number": db.session.scalars(db.select(Receipt.id)).first()}
        full = factories.a_voyage(places=1, departs_at=clock.now() + timedelta(days=4))
        factories.a_booking(full)
        entry = a_wait(full, phone="+6281298765432")
        self.travelers_session = {"bookings": mine, "waiting": [entry.code]}
        self.own["traveler.waiting"] = {"code": entry.code}
        self.own["traveler.ask_waiting"] = self.own["counter.queue"] = {"voyage_id": full.id}

    def _paid(self, code: str) -> Booking:
        choose_payment(code, PaymentMethod.COUNTER)
        return factories.pay(code)

    def _office(self) -> None:
        admin, ship, day = self.users[Role.ADMINISTRATOR], self.voyage.ship, self.voyage.calls[0].day
        assert ship is not None
        assert day is not None
        dates = {"valid_from": day, "valid_to": day}
        record_capacity(ship.id, certificate=912, dispensation=1418, letter="AL.012/1/2026", **dates)
        certificate = db.session.scalars(db.select(CapacityCertificate.id)).first()
        enter_decree(3, day, None, "SE Uji 1/2026", admin.id, self.voyage.calls[0].port_id)
        found_season("Lebaran Uji", "Sampit", day, day - timedelta(days=15), day + timedelta(days=15))
        self.values |= {
            "paper_id": certificate,
            "kind": "certificate",
            "operator_id": ship.operator_id,
            "tariff_id": db.session.scalars(db.select(Tariff.id)).first(),
            "channel_id": factories.a_channel(factories.ChannelKind.FREE).id,
            "plan_id": save_plan("Bertahap", [(None, 50), (14, 50)]).id,
            "user_id": self.users[Role.OFFICER].id,
        }

    def pages(self) -> Iterator[Page]:
        """All that can be looked at, by whom it is for."""
        with self.app.test_request_context():
            for rule in self.app.url_map.iter_rules():
                if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES and not rule.rule.startswith("/api"):
                    yield from self._pages_of(rule)

    def _pages_of(self, rule: Rule) -> Iterator[Page]:
        roles = sorted(expected(rule.endpoint))
        role = roles[0] if roles else None
        many = {"what": ("batal", "ganti-kapal", "turunkan-kuota")}
        varied = next((name for name in many if name in rule.arguments), None)
        adapter = self.app.url_map.bind("localhost")
        for value in many[varied] if varied else ("",):
            values = {**self.values, **self.own.get(rule.endpoint, {}), **({varied: value} if varied else {})}
            try:
                path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
            except (BuildError, KeyError) as error:
                raise AssertionError(f"say in tests/pages.py what {rule.rule} is to be asked with") from error
            query = (QUERIES | self.queries).get(rule.endpoint, "")
            yield Page(rule.endpoint, path + query, role)
