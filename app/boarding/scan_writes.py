"""Write down a scan with all that follows from it, in the running transaction."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, insert, update

from app import clock, outbox
from app.boarding.holders import Holder, Place
from app.boarding.judgement import KEPT, DeviceVerdict, Judgement, KeptScan, Showing
from app.boarding.models import CAME_BACK, NOT_DECIDED, STEPPED_OFF, Departure, Direction, Scan, Stage, Verdict
from app.boarding.step_offs.models import StepOff
from app.booking.eligibility.persons import SaidFact
from app.booking.eligibility.statements import write_of
from app.booking.models import Passenger
from app.booking.queries import list_leg_ids
from app.db import db
from app.events import AboardChanged
from app.idempotency import question_text
from app.keys import Keyring
from app.seats import places
from app.together import Write


def digests_of(showing: Showing, serial: str, keyring: Keyring) -> list[str]:
    """The digest of what is asked, by each key; a typed text may be anything, an identity number too.

    A ticket is the same one whether its code is shown or its `serial`: a device keeps the serial alone. Older rows have
    the digest of the text.
    """
    text = showing.shown.strip()
    questions = [_question(showing, shown) for shown in dict.fromkeys((serial or text, text))]
    return [digest for question in questions for digest in keyring.keyed_digests(question)]


def _question(showing: Showing, shown: str) -> str:
    return question_text(
        "scan",
        shown=shown,
        departure=showing.departure_id,
        gate=showing.gate_id,
        officer=showing.officer_id,
        said=dict(showing.said),
        seen=sorted(set(showing.seen)),
        **({"direction": showing.direction} if showing.direction == Direction.OUT else {}),
    )


def kept_of(
    showing: Showing, question: str, judgement: Judgement, holder: Holder | None, serial: str, place: Place
) -> KeptScan:
    """The row of the scan, admitted or not."""
    found, told = judgement.by_rules, showing.device
    return KeptScan(
        id=showing.scan_id,
        showing_id=showing.showing_id or None,
        question=question,
        departure_id=place.departure_id,
        gate_id=place.gate_id,
        stage=place.stage,
        direction=showing.direction,
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
        received_at=place.now if told is None else max(place.now, clock.now()),
        decided_at=showing.decided_at(place.now),
        device_verdict=told.verdict if told else None,
        device_reason=told.reason if told else None,
        device_id=told.device_id if told else None,
    )


_KEEP = insert(Scan).values({name: bindparam(f"kept_{name}") for name in KEPT})
_BOARD = update(Passenger).where(Passenger.id == bindparam("boarded_id")).values(boarded_at=bindparam("boarded_at_now"))
_COUNT = (
    update(Departure)
    .where(Departure.id == bindparam("counted_id"))
    .values(boarded=Departure.boarded + bindparam("passed"), refused=Departure.refused + bindparam("not_passed"))
)
_STEP_OFF = insert(StepOff).values(
    scan_id=bindparam("off_scan"),
    ticket_id=bindparam("off_ticket"),
    departure_id=bindparam("off_departure"),
    at=bindparam("off_at"),
)
_RETURN = (
    update(StepOff)
    .where(StepOff.scan_id == bindparam("off_id"), StepOff.returned_id.is_(None))
    .values(returned_id=bindparam("returned_scan"), returned_at=bindparam("returned_moment"))
)


def writes_of(kept: KeptScan, place: Place, holder: Holder | None, said: Sequence[SaidFact] = ()) -> list[Write]:
    """All that a scan changes, but for the loads of the legs: it is kept, admitted or not.

    At the ship's side it goes into the sums of the departure, which are told.
    """
    writes: list[Write] = [(_KEEP, {f"kept_{name}": value for name, value in vars(kept).items()})]
    if said:
        writes.append(write_of(said))
    if kept.stage != Stage.GANGWAY or kept.reason in NOT_DECIDED:
        return writes
    if kept.direction == Direction.OUT:
        return writes + (_stepping_off(kept, place, holder) if holder and kept.reason == STEPPED_OFF else [])
    passed = kept.verdict == Verdict.PASS
    came_back = holder is not None and kept.reason == CAME_BACK
    if holder is not None and came_back:
        returned = {"off_id": holder.off_id, "returned_scan": kept.id, "returned_moment": place.now}
        writes.append((_RETURN, returned))
    # Who came aboard at an earlier call is counted there, and never anew.
    counts = not came_back or _boards_here(holder, place)
    if holder is not None and passed and counts:
        writes.append((_BOARD, {"boarded_id": holder.passenger_id, "boarded_at_now": place.now}))
    count = {"counted_id": place.departure_id, "passed": int(passed and counts), "not_passed": int(not passed)}
    return [*writes, (_COUNT, count), outbox.write_of(AboardChanged(place.voyage_id))]


def _stepping_off(kept: KeptScan, place: Place, holder: Holder) -> list[Write]:
    step = {
        "off_scan": kept.id,
        "off_ticket": holder.ticket_id,
        "off_departure": place.departure_id,
        "off_at": place.now,
    }
    writes: list[Write] = [(_STEP_OFF, step), outbox.write_of(AboardChanged(place.voyage_id))]
    if _boards_here(holder, place):
        writes.append((_BOARD, {"boarded_id": holder.passenger_id, "boarded_at_now": None}))
        writes.append((_COUNT, {"counted_id": place.departure_id, "passed": -1, "not_passed": 0}))
    return writes


def _boards_here(holder: Holder | None, place: Place) -> bool:
    return holder is not None and holder.from_call_id == place.call_id


def come_aboard(holder: Holder, place: Place) -> Place | None:
    """The place with the count as it is with the holder aboard; None where there is no room for one more."""
    one_leg = place.leg_id is not None and place.leg_ends == holder.to_call_id
    legs = [place.leg_id] if one_leg else list_leg_ids(holder.voyage_id, place.call_id, holder.to_call_id)
    counts = places.come_aboard([leg for leg in legs if leg is not None])
    return replace(place, aboard=counts[0], ceiling=counts[1]) if counts else None


_TOLD_ALONE = (
    update(Scan)
    .where(Scan.id == bindparam("told_id"), Scan.device_verdict.is_(None))
    .values(device_verdict=bindparam("told_verdict"), device_reason=bindparam("told_reason"))
)


def note_told(scan_id: str, told: DeviceVerdict) -> None:
    """Keep what a device told alone of a scan whose answer by the server it never heard; the first time counts."""
    asked = {"told_id": scan_id, "told_verdict": told.verdict, "told_reason": told.reason}
    db.session.connection().execute(_TOLD_ALONE, asked)
