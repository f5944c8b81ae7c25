"""End a recall: the person went ashore, is one who is counted already, or is accepted by a supervisor."""

from dataclasses import replace
from uuid import UUID, uuid5

from app import clock, outbox
from app.accounts.models import User
from app.accounts.queries import get_user, require_port
from app.boarding.gate_rules import judge_by_rules, load
from app.boarding.judgement import DeviceVerdict, Judgement, Showing, look_at
from app.boarding.models import CAME_BACK, Direction, Scan, Stage, Verdict
from app.boarding.queries import find_pass, get_departure, get_scan
from app.boarding.recalls.models import RecallEnd, RecallSettlement
from app.boarding.scan_reads import find_shown
from app.boarding.scan_writes import come_aboard, kept_of, writes_of
from app.booking.queries import lock_holder
from app.db import action, db
from app.errors import NotFound, Refusal
from app.events import AboardChanged
from app.reasons import required_reason
from app.together import write_together


@action
def settle_recall(
    scan_id: str, departure_id: int, officer_id: int, ended: RecallEnd, reason: str = ""
) -> RecallSettlement:
    """Say how it ended with somebody whom a device let aboard and the server did not accept; once.

    An accepted person is boarded by a supervisor's pass at the moment of the device's scan: only with a good ticket,
    and never above the ceiling. The same said again is the same. Raises NotFound `scan_not_found`; Refusal
    `not_your_port`, `may_not_exempt`, `exemption_reason_missing`, `recall_settled` where something else was said,
    `recall_not_aboard` where nobody is counted by that ticket, `recall_not_acceptable`, `ship_full`.
    """
    kept, departure = get_scan(scan_id, departure_id), get_departure(departure_id)
    officer = get_user(officer_id)
    require_port(officer_id, departure.call.port_id)
    lock_holder(kept.serial)
    before = db.session.get(RecallSettlement, scan_id)
    if before is not None:
        if (before.ended, before.settled_by) != (ended, officer_id):
            raise Refusal("recall_settled")
        return before
    if not (
        kept.device_verdict == Verdict.PASS != kept.verdict
        and kept.stage == Stage.GANGWAY
        and kept.direction == Direction.IN
    ):
        raise NotFound("scan_not_found")
    pass_id = None
    if ended == RecallEnd.ACCEPTED:
        pass_id, reason = _accept(kept, officer, reason)
    elif ended == RecallEnd.SAME_PERSON and (kept.ticket_id is None or find_pass(kept.ticket_id) is None):
        raise Refusal("recall_not_aboard")
    settled = RecallSettlement(
        scan_id=scan_id,
        ended=ended,
        reason=reason if ended == RecallEnd.ACCEPTED else "",
        pass_id=pass_id,
        settled_by=officer_id,
        settled_at=clock.now(),
    )
    db.session.add(settled)
    outbox.record(AboardChanged(departure.call.voyage_id))
    return settled


def _accept(kept: Scan, officer: User, reason: str) -> tuple[str, str]:
    """Board whom a device let aboard, on a supervisor's word; the id of the pass, and the reason as it is kept."""
    if not (officer.active and officer.may_exempt):
        raise Refusal("may_not_exempt")
    reason = required_reason(reason, "exemption_reason_missing")
    pass_id = str(uuid5(UUID(kept.id), "accepted"))
    place, holders, _ = find_shown(kept.departure_id, kept.gate_id, officer.id, kept.moment, kept.serial, pass_id)
    place, holder = replace(place, stage=Stage.GANGWAY), holders.get(kept.serial)
    if holder is None or look_at(holder, place) is not None:
        raise Refusal("recall_not_acceptable")
    rules = judge_by_rules(holder, place, load(holder, place))
    back = holder.is_back_at(place)
    counted = come_aboard(holder, place)
    if counted is None:
        raise Refusal("ship_full")
    told = {"reason": reason.rstrip("."), "officer": officer.name}
    device = DeviceVerdict(Verdict(kept.device_verdict or ""), kept.device_reason or "")
    showing = Showing(pass_id, kept.serial, kept.departure_id, kept.gate_id, officer.id, kept.scanned_at, device=device)
    judgement = Judgement(Verdict.PASS, CAME_BACK if back else "by_supervisor", told, rules)
    row = kept_of(showing, "", judgement, holder, kept.serial, counted)
    write_together(*writes_of(row, counted, holder))
    return pass_id, reason
