"""Gather everything by which a device judges a departure's tickets without signal: docs/gate.md describes it.

Faults, facts and rules are found by the code that judges a scan; the device adds only what the hour, the officer and
its own scans change. A handful of statements, however many tickets there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, lazyload

from app.accounts.devices.queries import list_keys
from app.boarding.gate_rules import granted
from app.boarding.groups.queries import groups_by_booking
from app.boarding.holders import Holder, Place
from app.boarding.judgement import Elsewhere, Judgement, look_at, when_and_where
from app.boarding.models import Gate, Stage
from app.boarding.queries import list_used
from app.boarding.scan_reads import find_voyage
from app.boarding.sequence_numbers.queries import list_numbers
from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.passenger_facts import (
    Here,
    Known,
    company_of,
    facts_of,
    hangs_on_others,
    known_of,
    needs_an_adult,
    paper_fact,
)
from app.booking.eligibility.persons import Person, list_parties
from app.booking.eligibility.voyage_facts import Sailing, sailing_of
from app.booking.identity import mask
from app.booking.models import Booking, BookingState, Displacement, Passenger
from app.db import UtcDateTime, db
from app.errors import NotFound
from app.rules.engine.judge import Prepared
from app.rules.engine.paths import tests_accepted
from app.rules.queries import PreparedSet
from app.rules.sale_rules import SHARE
from app.rules.wording.vocabulary import TRUTHS, untrue_words
from app.schedule.models import ARRIVES_AT, DEPARTS_AT, Leg, Port, PortCall, Ship, Voyage
from app.seats.models import LegLoad

OTHERS_BEFORE, OTHERS_AFTER = timedelta(days=2), timedelta(days=8)
"""Of so many days a device knows the other ships of its port, to send on whoever has come to the wrong one."""

OTHERS_MAX = 500

_RULE_KEYS = (
    "code", "title", "officer", "next", "logic", "outcome", "missing", "may_miss", "where", "except", "valid_from",
    "valid_to", "exemption", "holds_item",
)  # fmt: skip
_OF_CLOCK = ("minutes_to_departure", "terminal_opened", "souls_aboard")
"""Facts of the voyage that the device adds itself."""
_PLACE_FACTS = ("to_port", "route", "class", "share_percent")
"""Facts of the voyage that differ from ticket to ticket."""

_CALLS = (
    select(PortCall)
    .where(PortCall.id.in_(bindparam("calls", expanding=True)))
    .options(
        joinedload(PortCall.port, innerjoin=True),
        joinedload(PortCall.voyage, innerjoin=True).options(
            joinedload(Voyage.ship), lazyload(Voyage.calls), lazyload(Voyage.legs)
        ),
    )
)
_MOVES = (
    select(Booking.moved_from_id, Passenger.document_number, Booking.from_call_id)
    .join(Passenger, Passenger.booking_id == Booking.id)
    .where(Booking.moved_from_id.in_(bindparam("bookings", expanding=True)))
    .order_by(Booking.id)
)
_DISPLACEMENTS = select(Displacement).where(Displacement.booking_id.in_(bindparam("bookings", expanding=True)))
_LEGS = (
    select(PortCall.id, PortCall.position, Port.name, LegLoad.aboard, LegLoad.ceiling, ARRIVES_AT)
    .join(Port, Port.id == PortCall.port_id)
    .outerjoin(Leg, (Leg.voyage_id == PortCall.voyage_id) & (Leg.from_call_id == PortCall.id))
    .outerjoin(LegLoad, LegLoad.leg_id == Leg.id)
    .where(PortCall.voyage_id == bindparam("voyage"))
    .order_by(PortCall.position)
)
_OTHERS = (
    select(PortCall.voyage_id, PortCall.position, Ship.name, Port.name, DEPARTS_AT, PortCall.actual_departure)
    .join(Port, Port.id == PortCall.port_id)
    .join(Voyage, Voyage.id == PortCall.voyage_id)
    .outerjoin(Ship, Ship.id == Voyage.ship_id)
    .where(PortCall.port_id == bindparam("port"), PortCall.voyage_id != bindparam("voyage"))
    .where(DEPARTS_AT.between(bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime)))
    .order_by(DEPARTS_AT, PortCall.id)
    .limit(OTHERS_MAX)
)


def read_pack(departure_id: int, gate_id: int, officer_id: int, now: datetime) -> dict[str, Any]:
    """The pack of a departure for a gate, as JSON can say it.

    Raises NotFound `departure_not_found`, `gate_not_found` (also for a gate at another port); Refusal `not_your_port`
    for an officer of another port.
    """
    place, holders, ends = find_voyage(departure_id, gate_id, officer_id, now)
    if place.gate_port_id != place.port_id:
        raise NotFound("gate_not_found")
    legs = list(db.session.connection().execute(_LEGS, {"voyage": place.voyage_id}))
    position = {call_id: at for call_id, at, *_ in legs}
    first = position[place.call_id]
    name = next(port for _, at, port, *_ in legs if at == first)
    faults = _Faults(holders.values(), place)
    told, numbers = _Tickets(place, holders, position), list_numbers(place.voyage_id)
    return {
        "as_of": now.isoformat(),
        "departure_id": place.departure_id,
        "gate_id": place.gate_id,
        "gate": place.gate_name,
        "stage": place.stage,
        "voyage": place.voyage_id,
        "from_call": first,
        "port": {"code": place.sailing.port, "name": name, "zone": place.zone},
        "times": {**_times(place), "ends": _iso(legs[-1][-1])},
        "load": {
            "aboard": place.aboard,
            "ceiling": place.ceiling,
            "legs": [
                {"aboard": aboard, "ceiling": ceiling} for _, at, _, aboard, ceiling, _ in legs[:-1] if at >= first
            ],
        },
        "rules": _rules(place),
        "facts": told.common,
        "called_group": told.called_group,
        "others": _others(place),
        "devices": {str(one.id): {"name": one.name, "public_key": one.public_key} for one in list_keys()},
        "gates": _gates(place),
        "tickets": [
            {
                "number": numbers.get(holder.ticket_id),
                **told.of(holder),
                **_fault(holder, look_at(holder, place, faults), ends[serial]),
            }
            for serial, holder in sorted(holders.items())
        ],
    }


class _Faults(Elsewhere):
    """The fate of tickets that are not good here, asked for all of them together."""

    def __init__(self, holders: Iterable[Holder], place: Place) -> None:
        shown = list(holders)
        asked = {"bookings": sorted({one.booking_id for one in shown if one.void_at or one.state != "travels"})}
        self._good = {one.passenger_id: one.serial for one in shown if one.void_at is None}
        moves = db.session.connection().execute(_MOVES, asked) if asked["bookings"] else ()
        self._moved = {(booking, number): call for booking, number, call in moves}
        decided = db.session.scalars(_DISPLACEMENTS, asked) if asked["bookings"] else ()
        self._decided = {one.booking_id: one for one in decided}
        calls = {one.from_call_id for one in shown} | set(self._moved.values())
        self._calls = {call.id: call for call in db.session.scalars(_CALLS, {"calls": sorted(calls)})} if calls else {}

    def call(self, call_id: int) -> PortCall:
        return self._calls[call_id]

    def good_serial(self, holder: Holder) -> str | None:
        return self._good.get(holder.passenger_id)

    def moved_to(self, holder: Holder) -> PortCall | None:
        call_id = self._moved.get((holder.booking_id, holder.document_number))
        return self._calls[call_id] if call_id is not None else None

    def displacement(self, holder: Holder) -> Displacement | None:
        return self._decided.get(holder.booking_id)


@dataclass(frozen=True)
class _Loaded:
    """Everything that the rules here may look at, of all who travel from this call."""

    parties: Mapping[int, Sequence[Person]]
    known: Known
    exemptions: Mapping[int, Sequence[Mapping[str, Any]]]
    passed: set[int]
    """Tickets that this stage has let through."""


class _Tickets:
    """Tells of each ticket what the device needs to judge it."""

    def __init__(self, place: Place, holders: Mapping[str, Holder], position: Mapping[int, int]) -> None:
        self.place, self.rules, self._position = place, place.sailing.rules, position
        self._judging = self.rules.at(place.stage) if self.rules else []
        self._groups, self.called_group = groups_by_booking(place.departure_id)
        self._good = [one for one in holders.values() if self._is_judged(one)]
        self._serials = {one.ticket_id: one.serial for one in self._good}
        self._loaded = self._load()
        self._sailings = self._with_shares()
        known = place.sailing.facts(place.stage, place.now, "", ceiling=place.ceiling)
        left_out = (*_OF_CLOCK, *_PLACE_FACTS)
        common = {name: value for name, value in known["voyage"].items() if name not in left_out}
        self.common: dict[str, Any] = {**known, "voyage": common}

    def of(self, holder: Holder) -> dict[str, Any]:
        """Tell of one ticket all but its fault."""
        here, is_back = holder.from_call_id == self.place.call_id, holder.is_back_at(self.place)
        is_used = holder.used_stage == Stage.GANGWAY
        told = {
            "serial": holder.serial,
            "name": holder.name,
            "fare_class": holder.fare_name,
            "infant": holder.infant,
            "vehicle_plate": holder.vehicle_plate or "",
            "party": holder.souls if here else 0,
            "order": holder.booking_id if here else None,
            "group": self._groups.get(holder.booking_id) if here else None,
            "document_kind": holder.document_kind,
            "document_number": mask(holder.document_number),
            "legs": self._legs_of(holder),
            "passed": holder.ticket_id in self._loaded.passed,
            "aboard": holder.is_aboard_at(self.place),
            "ashore": {"at": holder.off_at.isoformat()} if holder.off_at and is_back else None,
            "used": when_and_where(holder) if holder.used_id and (is_back or not is_used) else None,
        }
        return {**told, **self._judged(holder)} if self.rules and self._is_judged(holder) else told

    def _legs_of(self, holder: Holder) -> int:
        """The legs that the holder travels from here on; none for one who comes aboard later or is at the end."""
        here, end = self._position[self.place.call_id], self._position.get(holder.to_call_id, 0)
        return max(0, end - here) if self._position.get(holder.from_call_id, here + 1) <= here else 0

    def _is_judged(self, holder: Holder) -> bool:
        good = not holder.void_at and holder.state == "travels" and holder.booking_state == BookingState.CONFIRMED
        return good and holder.from_call_id == self.place.call_id

    def _load(self) -> _Loaded:
        passed = list_used(self._serials, self.place.stage) if self._serials else set()
        if self.rules is None:
            return _Loaded({}, Known({}, {}), {}, passed)
        parties, now = list_parties(self.place.call_id), self.place.now
        silent = {one.passenger_id for one in self._good if not (one.said or one.shown)}
        spoken = [one.id for party in parties.values() for one in party if one.id not in silent]
        exempted = [one.ticket_id for one in self._good if one.exempted]
        known = known_of(spoken, now) if spoken else Known({}, {})
        return _Loaded(parties, known, granted(exempted, now) if exempted else {}, passed)

    def _with_shares(self) -> dict[tuple[int, str], Sailing]:
        """The setting out of each kind of journey, with its share of the places where a rule here looks at it."""
        if not any(SHARE in rule.looks_at for rule in self._judging):
            return {}
        kinds = {(one.to_call_id, one.fare_code): one.booking_id for one in self._good}
        shares = {
            kind: sailing_of(db.session.get_one(Booking, booking_id), self.place.now).share
            for kind, booking_id in kinds.items()
        }
        return {kind: replace(self.place.sailing, share=share) for kind, share in shares.items()}

    def _judged(self, holder: Holder) -> dict[str, Any]:
        person, day, loaded = holder.person, self.place.sailing.day, self._loaded
        papers = [one for one in loaded.known.documents.get(person.id, ()) if one.seen_at is None]
        doses = loaded.known.statements.get(person.id, {}).get("person.doses")
        told: dict[str, Any] = {
            "facts": self._facts(person, holder),
            "papers": [self._paper(one, holder) for one in papers],
            "doses": doses.value if doses is not None and doses.said_by is None else None,
            "exemptions": loaded.exemptions.get(holder.ticket_id, ()),
            "companions": None,
            "needs_adult": needs_an_adult(person, day),
        }
        if hangs_on_others(person, day, self._judging):
            others = [one for one in loaded.parties.get(holder.booking_id, ()) if one.id != person.id]
            told["companions"] = [
                {**one, **self._companion(other, holder)}
                for other, one in zip(others, company_of(person, others, day), strict=True)
            ]
        return told

    def _companion(self, person: Person, holder: Holder) -> dict[str, Any]:
        serial = self._serials.get(person.ticket_id) if person.ticket_id is not None else None
        return {"serial": serial} if serial else {"serial": None, "facts": self._facts(person, holder)}

    def _facts(self, person: Person, holder: Holder) -> dict[str, Any]:
        sailing = self._sailings.get((holder.to_call_id, holder.fare_code), self.place.sailing)
        here = Here(self.place.stage, self.place.now, sailing, this_voyage=True, this_port=True, used_here=False)
        facts = facts_of(person, holder.booked(self.place), here, self._loaded.known)
        voyage = {name: value for name, value in facts["voyage"].items() if name in _PLACE_FACTS}
        kept = {name: value for name, value in facts.items() if name not in ("stage", "season")}
        return {**kept, "voyage": voyage}

    def _paper(self, paper: ShownDocument, holder: Holder) -> dict[str, Any]:
        told = {"id": paper.id, "kind": paper.kind, "result": paper.result, "taken_at": paper.taken_at.isoformat()}
        return {**told, "fact": paper_fact(paper, holder.booked(self.place))}


def _fault(holder: Holder, found: Judgement | None, pay_until: datetime | None) -> dict[str, Any]:
    if found is None:
        return {"fault": None}
    told = {"verdict": str(found.verdict), "reason": found.reason, "details": found.details}
    # What is not paid by then is void, also on a device that has asked nobody since.
    return {"fault": told, **({"unpaid_until": _iso(pay_until)} if found.reason == "unpaid" else {})}


def _times(place: Place) -> dict[str, Any]:
    opens, closes = place.times.window() or (None, None)
    told = {"opens": opens, "closes": closes, "left": place.actual, "departs_at": place.sailing.departs_at}
    told |= {"planned": place.planned, "opened_at": place.opened_at}
    return {**{name: _iso(at) for name, at in told.items()}, "time_known": place.sailing.time_known}


def _rules(place: Place) -> dict[str, Any] | None:
    rules: PreparedSet | None = place.sailing.rules
    if rules is None:
        return None
    return {"number": rules.number, "rules": [_rule(one) for one in rules.at(place.stage)]}


def _rule(prepared: Prepared) -> dict[str, Any]:
    rule = prepared.rule
    told = {key: rule[key] for key in _RULE_KEYS if rule.get(key) is not None}
    logic = rule["logic"]
    if isinstance(logic, dict) and logic.get("var") in TRUTHS:
        told["found"] = untrue_words(logic["var"])
    if tests := dict(tests_accepted(logic)):
        told["tests"] = [{"kind": kind, "minutes": minutes} for kind, minutes in tests.items()]
    return told


def _others(place: Place) -> list[dict[str, Any]]:
    since, until = place.now - OTHERS_BEFORE, place.now + OTHERS_AFTER
    asked = {"port": place.port_id, "voyage": place.voyage_id, "since": since, "until": until}
    told = []
    for voyage, position, ship, port, departs_at, left in db.session.connection().execute(_OTHERS, asked):
        journey = {"ship": ship or "", "port": port, "at": _iso(departs_at), **({"left": True} if left else {})}
        told.append({"voyage": voyage, "from_call": position, "journey": journey})
    return told


def _gates(place: Place) -> dict[str, str]:
    named = select(Gate.id, Gate.name).where(Gate.port_id == place.port_id)
    return {str(gate_id): name for gate_id, name in db.session.execute(named)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
