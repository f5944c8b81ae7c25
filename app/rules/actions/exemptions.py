"""Written exceptions to a rule, for one ticket."""

from sqlalchemy import column, select, table

from app import clock
from app.accounts.queries import get_user
from app.db import action, db, on_breach
from app.errors import NotFound, Refusal
from app.reasons import required_reason
from app.rules.models import Exemption
from app.rules.queries import exemptions_of, find_set_in_force, get_set_or_draft

on_breach("uq_exemption_ticket_id", lambda: Refusal("exempted_already"))
on_breach("exemption.ticket_id", lambda: Refusal("exempted_already"))

# Tickets belong to a floor above; here it is enough to know that there is one.
_ticket = table("ticket", column("id"))


@action
def grant_exemption(
    ticket_id: int, rule_code: str, reason: str, letter: str, officer_id: int, judged_by: int | None = None
) -> Exemption:
    """Exempt one ticket from one rule of the set that it was `judged_by`, an id; None: of the set in force now.

    The same exemption again, by the same officer with the same reason and letter, is the one that is there.
    Raises NotFound (`rule_not_found`, `ticket_not_found`); Refusal `exemption_reason_missing`, `letter_missing`,
    `no_exemption` (the rule allows none), `may_not_exempt` (this officer), `exempted_already`.
    """
    officer = get_user(officer_id)
    reason, letter = required_reason(reason, "exemption_reason_missing"), letter.strip()
    if not letter:
        raise Refusal("letter_missing", field="letter")
    in_force = find_set_in_force(clock.now()) if judged_by is None else get_set_or_draft(judged_by)
    rule = in_force.rule_of(rule_code) if in_force else None
    if in_force is None or rule is None:
        raise NotFound("rule_not_found")
    allowed = rule.body.get("exemption")
    if not allowed:
        raise Refusal("no_exemption", rule=rule_code)
    if not (officer.active and officer.may_exempt and officer.role in allowed["by"]):
        raise Refusal("may_not_exempt")
    if db.session.scalar(select(_ticket.c.id).where(_ticket.c.id == ticket_id)) is None:
        raise NotFound("ticket_not_found")
    told = {"reason": reason, "letter": letter, "officer_id": officer.id}
    before = db.session.scalar(select(Exemption).filter_by(ticket_id=ticket_id, rule=rule_code, **told))
    if before is not None:
        return before
    exemption = Exemption(
        ticket_id=ticket_id,
        rule=rule_code,
        rule_set=in_force,
        reason=reason,
        letter=letter,
        officer=officer,
        granted_at=clock.now(),
    )
    db.session.add(exemption)
    return exemption


def keep_exemptions(ticket_id: int, new_ticket_id: int) -> None:
    """Carry the exemptions of one ticket over to the one that takes its place; part of the caller's transaction."""
    db.session.add_all(
        Exemption(
            ticket_id=new_ticket_id,
            rule=granted.rule,
            rule_set_id=granted.rule_set_id,
            reason=granted.reason,
            letter=granted.letter,
            officer_id=granted.officer_id,
            granted_at=granted.granted_at,
        )
        for granted in exemptions_of([ticket_id])[ticket_id]
    )
