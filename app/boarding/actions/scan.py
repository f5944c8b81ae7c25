"""Scan tickets that are shown at a gate, alone or as a party, or pass one as a supervisor."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import clock
from app.accounts.queries import get_user
from app.boarding.gate_rules import Loaded, judge_by_rules, load, load_party
from app.boarding.holders import Found, Holder, Place
from app.boarding.judgement import (
    DeviceVerdict,
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
from app.boarding.models import UNDECIDED, Direction, Stage, Verdict
from app.boarding.scan_reads import find_all_shown, find_shown
from app.boarding.scan_writes import come_aboard, digests_of, kept_of, note_told, writes_of
from app.boarding.step_offs.reconciliation import reconcile
from app.boarding.step_offs.stepping import come_back, step_off
from app.booking.eligibility.models import ShownDocument
from app.booking.eligibility.persons import SaidFact
from app.booking.eligibility.statements import keep_seen, must_be_sayable, see
from app.booking.queries import lock_holder, lock_holders
from app.db import action, db
from app.errors import Refusal
from app.idempotency import must_be_the_question
from app.keys import Keyring
from app.reasons import required_reason
from app.together import write_together


@action
def scan(showing: Showing, keyring: Keyring) -> ScanAnswer:
    """Judge what was shown (the text of a code, or a typed serial) and keep the scan, admitted or not.

    It passes only when: the signature is good, the ticket is for this voyage and port, it is paid, boarding is open,
    and at the ship's side when it has not been used there and one more soul stays within the ceiling. At the terminal
    and on the quay nobody is counted, and whoever was let in may come back. Where a set of travel rules is in force it
    is asked last, and lets nobody take a place whom it does not let pass. A ticket that is shown on the way out is
    counted no more; shown again it comes back aboard, and is no second use. A scan that a device has judged alone is
    judged by the moment when it was made, where the device let the person pass; else it boards nobody, and is kept as
    the officer was told.

    The officer's statements and documents seen are kept before the rules are asked. The same `scan_id` a second time
    gives the first answer; another one of the same `showing_id`, by the same officer at the same gate, is told of the
    pass that never arrived (`recorded`). Raises NotFound for an unknown departure or gate, Refusal `fact_unknown` or
    `fact_value` for what cannot be said, `not_at_the_ship` on the way off anywhere else, `request_id_reused` where the
    `scan_id` stands for another question (anything but `scanned_at` differs), `not_your_port` for an officer of
    another port, and nothing else: whatever is wrong with the ticket is an answer.
    """
    must_be_sayable(showing.said, officer=True, papers=True)
    serial, fault = read_shown(showing.shown, keyring)
    question, found = _look(showing, serial, keyring)
    place, holder = found.place, found.holders.get(serial)
    if found.question is not None:
        if showing.device is not None:
            note_told(showing.scan_id, showing.device)
        return _told_again(showing.scan_id, place, holder)
    if showing.direction == Direction.OUT:
        return _shown_on_the_way_off(showing, question, fault, found, holder, serial)
    judgement = fault or look_at(holder, place)
    said: list[SaidFact] = []
    if showing.device is not None and showing.device.verdict != Verdict.PASS:
        if judgement is None and holder is not None:
            said = _said(showing, holder, place.now)
            holder = _seen(showing, holder, place.now)
        judgement = _as_told(showing.device, judgement, place)
        return _kept_and_told(kept_of(showing, question, judgement, holder, serial, place), place, holder, said)
    if showing.is_of_a_revoked_device:
        judgement = Judgement(Verdict.REFER, "device_revoked")
    used = holder.used_id if holder is not None and judgement and judgement.reason == "already_used" else None
    if holder is not None and used and _is_same_showing(holder, showing):
        return replace(_told_again(used, place, holder), reason="recorded", details=when_and_where(holder))
    if judgement is None and holder is not None:
        said = _said(showing, holder, place.now)
        holder = _seen(showing, holder, place.now)
        judgement, place = _judge(holder, place, load(holder, place, said))
    assert judgement is not None  # noqa: S101 - a ticket that is not there is a judgement
    return _kept_and_told(kept_of(showing, question, judgement, holder, serial, place), place, holder, said)


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
        question = digests_of(showing, showing.shown, keyring)
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
        kept = kept_of(showing, asked, judgement, holder, holder.serial, place)
        # Written at once: who has passed counts for those who travel along.
        write_together(
            *writes_of(kept, place, holder, [one for one in said if one.passenger_id == holder.passenger_id])
        )
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
    return _kept_and_told(kept_of(showing, question, judgement, holder, showing.shown, place), place, holder)


def _shown_on_the_way_off(
    showing: Showing, question: str, fault: Judgement | None, found: Found, holder: Holder | None, serial: str
) -> ScanAnswer:
    """The answer to a ticket on the way off, judged by the tables whatever a device told: nobody is held aboard."""
    place, judgement = found.place, fault
    if judgement is None and showing.is_of_a_revoked_device:
        judgement = Judgement(Verdict.REFER, "device_revoked")
    if judgement is None:
        judgement, place = step_off(holder, place)
    return _kept_and_told(kept_of(showing, question, judgement, holder, serial, place), place, holder)


def _look(showing: Showing, serial: str, keyring: Keyring) -> tuple[str, Found]:
    """The digest of what is asked, and what is true of place and ticket, whose holder is locked first.

    Where that scan was kept already, it was the same question.
    """
    digests = digests_of(showing, serial, keyring)
    if serial:
        lock_holder(serial)
    now = showing.moment(clock.now())
    found = find_shown(showing.departure_id, showing.gate_id, showing.officer_id, now, serial, showing.scan_id)
    if found.question is not None:
        must_be_the_question(found.question, *digests)
    return digests[0], found


def _as_told(told: DeviceVerdict, found: Judgement | None, place: Place) -> Judgement:
    """The verdict of a device that let nobody pass, with its details where the tables know of the same reason."""
    found = found or out_of_time(place)
    same = found is not None and found.reason == told.reason
    # Of a ticket that its pack did not know, the same: neither admitted nor refused.
    reason = UNDECIDED if told.reason == "provisional_confirm" else told.reason
    return Judgement(told.verdict, reason, found.details if found is not None and same else {"alone": True})


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
    write_together(*writes_of(kept, place, holder, said))
    if holder is not None and kept.device_verdict is not None and kept.stage == Stage.GANGWAY:
        # Phones without signal tell late: an earlier crossing may put later ones right.
        reconcile(holder)
    return answer_of(kept, place, holder)


def _pass(holder: Holder, place: Place, told: dict[str, Any]) -> tuple[Judgement, Place]:
    """A supervisor's pass of a good ticket, with what the rules say of it all the same."""
    if holder.is_back_at(place):
        return come_back(holder, place)
    found = judge_by_rules(holder, place, load(holder, place))
    if place.stage != Stage.GANGWAY:
        if holder.used_id:
            return Judgement(Verdict.PASS, "entered_again", when_and_where(holder), found), place
        return Judgement(Verdict.PASS, "by_supervisor", told, found), place
    if (counted := come_aboard(holder, place)) is None:
        return Judgement(Verdict.REFUSE, "ship_full", by_rules=found), place
    return Judgement(Verdict.PASS, "by_supervisor", told, found), counted


def _is_same_showing(holder: Holder, showing: Showing) -> bool:
    """Whether its pass was given to the very showing that is asked about again, at the same place by the same hand."""
    passed = (holder.used_showing_id, holder.used_departure_id, holder.used_gate_id, holder.used_officer_id)
    return passed == (showing.showing_id, showing.departure_id, showing.gate_id, showing.officer_id)


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
    if holder.is_back_at(place):
        return come_back(holder, place)
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
    if (counted := come_aboard(holder, place)) is None:
        return Judgement(Verdict.REFUSE, "ship_full", by_rules=found), place
    return Judgement(Verdict.PASS, "admitted", by_rules=found), counted
