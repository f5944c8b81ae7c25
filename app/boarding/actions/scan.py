"""Scan tickets that are shown at a gate, alone or as a party, or pass one as a supervisor."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from app import clock, outbox
from app.accounts.queries import get_user
from app.boarding.gate_rules import Loaded, judge_by_rules, load, load_party
from app.boarding.judgement import (
    KEPT,
    Judgement,
    KeptScan,
    ScanAnswer,
    Showing,
    answer_of,
    entered_ahead,
    list_kept,
    look_at,
    out_of_time,
    read_shown,
    when_and_where,
)
from app.boarding.models import NOT_DECIDED, Departure, Scan, Stage, Verdict
from app.boarding.scan_reads import Found, Holder, Place, find_all_shown, find_shown
from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.persons import SaidFact
from app.booking.eligibility.statements import keep_seen, must_be_sayable, see, write_of
from app.booking.models import Passenger
from app.booking.queries import list_leg_ids, lock_holder, lock_holders
from app.db import action, db
from app.errors import Refusal
from app.events import AboardChanged
from app.idempotency import must_be_the_question, question_text
from app.keys import Keyring
from app.reasons import required_reason
from app.seats import places
from app.together import Write, write_together


@action
def scan(showing: Showing, keyring: Keyring) -> ScanAnswer:
    """Judge what was shown (the text of a code, or a typed serial) and keep the scan, admitted or not.

    It passes only when: the signature is good, the ticket is for this voyage and port, it is paid, boarding is open,
    and at the ship's side when it has not been used there and one more soul stays within the ceiling. At the terminal
    and on the quay nobody is counted, and whoever was let in may come back. Where a set of travel rules is in force it
    is asked last, and lets nobody take a place whom it does not let pass.

    The officer's statements and documents seen are kept before the rules are asked. The same `scan_id` a second time
    gives the first answer; another one of the same `showing_id`, by the same officer at the same gate, is told of the
    pass that never arrived (`recorded`). Raises NotFound for an unknown departure or gate, Refusal `fact_unknown` or
    `fact_value` for what cannot be said, `request_id_reused` where the `scan_id` stands for another question (anything
    but `scanned_at` differs), `not_your_port` for an officer of another port, and nothing else: whatever is wrong with
    the ticket is an answer.
    """
    must_be_sayable(showing.said, officer=True, papers=True)
    serial, fault = read_shown(showing.shown, keyring)
    question, found = _look(showing, serial, keyring)
    place, holder = found.place, found.holders.get(serial)
    if found.question is not None:
        return _told_again(showing.scan_id, place, holder)
    judgement = fault or look_at(holder, place)
    said: list[SaidFact] = []
    used = holder.used_id if holder is not None and judgement and judgement.reason == "already_used" else None
    if holder is not None and used and _is_same_showing(holder, showing):
        return replace(_told_again(used, place, holder), reason="recorded", details=when_and_where(holder))
    if judgement is None and holder is not None:
        said = _said(showing, holder, place.now)
        holder = _seen(showing, holder, place.now)
        judgement, place = _judge(holder, place, load(holder, place, said))
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    return _kept_and_told(_kept(showing, question, judgement, holder, serial, place), place, holder, said)


@action
def scan_party(showings: Sequence[Showing], keyring: Keyring) -> list[ScanAnswer]:
    """Judge tickets of one booking together: a scan for each showing of a serial, as `scan` does it.

    All are shown at one gate to one officer, who has said the same of each of them. Everything that they share is
    asked once. Raises NotFound for an unknown departure or gate; Refusal `not_your_port`, `fact_unknown`, `fact_value`
    or `request_id_reused` as `scan` does.
    """
    if not showings:
        return []
    first, serials = showings[0], [showing.shown for showing in showings]
    must_be_sayable(first.said, officer=True)
    lock_holders(serials)
    now = clock.now()
    place, holders, _ = find_all_shown(first.departure_id, first.gate_id, first.officer_id, now, serials)
    before = {kept.id: kept for kept in list_kept([showing.scan_id for showing in showings])}
    fresh = []
    for showing in showings:
        question = _question(showing, keyring)
        if showing.scan_id in before:
            must_be_the_question(before[showing.scan_id].question, *question)
        elif holder := holders.get(showing.shown):
            fresh.append((showing, question[0], holder, look_at(holder, place)))
    good = [(showing, holder) for showing, _, holder, fault in fresh if fault is None]
    said = [one for showing, holder in good for one in _said(showing, holder, now)]
    loaded = load_party(good[0][1], place, said) if good else None
    judged = []
    for showing, asked, holder, fault in fresh:
        judgement = fault
        if judgement is None and loaded is not None:
            judgement, place = _judge(holder, place, loaded)
        assert judgement is not None  # noqa: S101 - who is at no fault is loaded
        kept = _kept(showing, asked, judgement, holder, holder.serial, place)
        # Written at once: who has passed counts for those who travel along.
        write_together(*_writes(kept, place, holder, [one for one in said if one.passenger_id == holder.passenger_id]))
        judged.append((kept, holder))
    again = [answer_of(kept, place, holders.get(kept.serial)) for kept in before.values()]
    return again + [answer_of(kept, place, holder) for kept, holder in judged]


@action
def pass_by_supervisor(showing: Showing, keyring: Keyring, reason: str) -> ScanAnswer:
    """Let the holder of a good ticket pass although rules or the hour hold them, on a supervisor's word and reason.

    A serial is shown, and nothing is said with it. Never above the ceiling, and never with a ticket that is void, used,
    unpaid or for another ship: those are refused as `scan` refuses them. The reason and the supervisor are kept with
    the scan. Raises NotFound; Refusal `may_not_exempt`, `not_your_port`, `exemption_reason_missing`,
    `request_id_reused`.
    """
    officer = get_user(showing.officer_id)
    if not (officer.active and officer.may_exempt):
        raise Refusal("may_not_exempt")
    reason = required_reason(reason, "exemption_reason_missing")
    question, found = _look(replace(showing, said={"supervisor": reason}), showing.shown, keyring)
    place, holder = found.place, found.holders.get(showing.shown)
    if found.question is not None:
        return _told_again(showing.scan_id, place, holder)
    judgement = look_at(holder, place)
    if judgement is None and holder is not None:
        told = {"reason": reason.rstrip("."), "officer": officer.name}
        judgement, place = _pass(holder, place, told)
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    return _kept_and_told(_kept(showing, question, judgement, holder, showing.shown, place), place, holder)


def _look(showing: Showing, serial: str, keyring: Keyring) -> tuple[str, Found]:
    """The digest of what is asked, and what is true of place and ticket, whose holder is locked first.

    Where that scan was kept already, it was the same question.
    """
    digests = _question(showing, keyring)
    if serial:
        lock_holder(serial)
    found = find_shown(showing.departure_id, showing.gate_id, showing.officer_id, clock.now(), serial, showing.scan_id)
    if found.question is not None:
        must_be_the_question(found.question, *digests)
    return digests[0], found


def _told_again(scan_id: str, place: Place, holder: Holder | None) -> ScanAnswer:
    [kept] = list_kept([scan_id])
    return answer_of(kept, place, holder)


def _said(showing: Showing, holder: Holder, now: datetime) -> list[SaidFact]:
    """List what the officer says of the holder; of papers only that none were shown."""
    told = {fact: value for fact, value in showing.said.items() if fact != "documents" or not value}
    return [SaidFact(holder.passenger_id, fact, value, showing.officer_id, now) for fact, value in told.items()]


def _seen(showing: Showing, holder: Holder, now: datetime) -> Holder:
    """Keep which papers of the holder the officer has seen."""
    papers = showing.said.get("documents") or ()
    if not papers and not showing.seen:
        return holder
    keep_seen(holder.passenger_id, papers, showing.officer_id, now)
    _see(showing.seen, holder, showing.officer_id, now)
    return replace(holder, shown=True)


def _kept_and_told(kept: KeptScan, place: Place, holder: Holder | None, said: Sequence[SaidFact] = ()) -> ScanAnswer:
    write_together(*_writes(kept, place, holder, said))
    return answer_of(kept, place, holder)


_KEEP = insert(Scan).values({name: bindparam(f"kept_{name}") for name in KEPT})
_BOARD = update(Passenger).where(Passenger.id == bindparam("boarded_id")).values(boarded_at=bindparam("boarded_at_now"))
_COUNT = (
    update(Departure)
    .where(Departure.id == bindparam("counted_id"))
    .values(boarded=Departure.boarded + bindparam("passed"), refused=Departure.refused + bindparam("not_passed"))
)


def _writes(kept: KeptScan, place: Place, holder: Holder | None, said: Sequence[SaidFact]) -> list[Write]:
    """All that a scan changes, but for the loads of the legs: it is kept, admitted or not.

    At the ship's side it goes into the sums of the departure, which are told.
    """
    writes: list[Write] = [(_KEEP, {f"kept_{name}": value for name, value in vars(kept).items()})]
    if said:
        writes.append(write_of(said))
    if kept.stage == Stage.GANGWAY and kept.reason not in NOT_DECIDED:
        passed = kept.verdict == Verdict.PASS
        if holder is not None and passed:
            writes.append((_BOARD, {"boarded_id": holder.passenger_id, "boarded_at_now": place.now}))
        writes.append(
            (_COUNT, {"counted_id": place.departure_id, "passed": int(passed), "not_passed": int(not passed)})
        )
        writes.append(outbox.write_of(AboardChanged(place.voyage_id)))
    return writes


def _pass(holder: Holder, place: Place, told: dict[str, Any]) -> tuple[Judgement, Place]:
    """A supervisor's pass of a good ticket, with what the rules say of it all the same."""
    found = judge_by_rules(holder, place, load(holder, place))
    if place.stage != Stage.GANGWAY:
        if holder.used_id:
            return Judgement(Verdict.PASS, "entered_again", when_and_where(holder), found), place
        return Judgement(Verdict.PASS, "by_supervisor", told, found), place
    if (counted := _come_aboard(holder, place)) is None:
        return Judgement(Verdict.REFUSE, "ship_full", by_rules=found), place
    return Judgement(Verdict.PASS, "by_supervisor", told, found), counted


def _come_aboard(holder: Holder, place: Place) -> Place | None:
    """The place with the count as it is with the holder aboard; None where there is no room for one more."""
    one_leg = place.leg_id is not None and place.leg_ends == holder.to_call_id
    legs = [place.leg_id] if one_leg else list_leg_ids(holder.voyage_id, holder.from_call_id, holder.to_call_id)
    counts = places.come_aboard([leg for leg in legs if leg is not None])
    return replace(place, aboard=counts[0], ceiling=counts[1]) if counts else None


def _kept(
    showing: Showing, question: str, judgement: Judgement, holder: Holder | None, serial: str, place: Place
) -> KeptScan:
    """The row of the scan, admitted or not."""
    found = judgement.by_rules
    return KeptScan(
        id=showing.scan_id,
        showing_id=showing.showing_id or None,
        question=question,
        departure_id=place.departure_id,
        gate_id=place.gate_id,
        stage=place.stage,
        officer_id=showing.officer_id,
        ticket_id=holder.ticket_id if holder else None,
        serial=serial,
        verdict=judgement.verdict,
        reason=judgement.reason,
        details=judgement.details,
        rule_set_id=found.rules.id if found else None,
        outcome=found.outcome if found else None,
        reasons=found.reasons if found else None,
        facts=found.facts if found else None,
        scanned_at=showing.scanned_at,
        received_at=place.now,
    )


def _is_same_showing(holder: Holder, showing: Showing) -> bool:
    """Whether its pass was given to the very showing that is asked about again, at the same place by the same hand."""
    passed = (holder.used_showing_id, holder.used_departure_id, holder.used_gate_id, holder.used_officer_id)
    return passed == (showing.showing_id, showing.departure_id, showing.gate_id, showing.officer_id)


def _question(showing: Showing, keyring: Keyring) -> list[str]:
    """The digest of what is asked, by each key; a typed text may be anything, an identity number too."""
    text = question_text(
        "scan",
        shown=showing.shown.strip(),
        departure=showing.departure_id,
        gate=showing.gate_id,
        officer=showing.officer_id,
        said=dict(showing.said),
        seen=sorted(set(showing.seen)),
    )
    return keyring.keyed_digests(text)


def _see(seen: Collection[int], holder: Holder, officer_id: int, now: datetime) -> None:
    """The officer has these papers of the holder in the hand; others are not theirs to see here."""
    if seen:
        theirs = select(ShownDocument).where(
            ShownDocument.id.in_(seen), ShownDocument.passenger_id == holder.passenger_id
        )
        for paper in db.session.scalars(theirs):
            see(paper, officer_id, now)
        db.session.flush()


def _judge(holder: Holder, place: Place, loaded: Loaded) -> tuple[Judgement, Place]:
    """Whether the holder of a good ticket goes on: by the hour, by the rules, and aboard while there is room.

    With the place, at which there is one more where somebody came aboard.
    """
    aboard, out = place.stage == Stage.GANGWAY, out_of_time(place)
    if out is None and aboard and (place.aboard is None or place.ceiling is None or place.aboard >= place.ceiling):
        return Judgement(Verdict.REFUSE, "ship_full"), place
    found = judge_by_rules(holder, place, loaded)
    if out is not None and (found is None or not found.open_now):
        return replace(out, by_rules=found if found is not None and found.keeps_the_hour else None), place
    if found is not None and not found.lets_pass:
        verdict, reason = found.verdict
        return Judgement(verdict, reason, entered_ahead(found), found), place
    if not aboard:
        if holder.used_id:
            return Judgement(Verdict.PASS, "entered_again", when_and_where(holder), found), place
        return Judgement(Verdict.PASS, "entered", by_rules=found), place
    # Only this one counts: somebody else may have come aboard since the load was read.
    if (counted := _come_aboard(holder, place)) is None:
        return Judgement(Verdict.REFUSE, "ship_full", by_rules=found), place
    return Judgement(Verdict.PASS, "admitted", by_rules=found), counted
