"""Written exceptions to a rule for one ticket: what the signed-in user may except from, and their doing it.

Officers do it at the post beside the gate, officials where they look at a scan.
"""

from collections.abc import Collection
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.boarding.models import Scan
from app.boarding.queries import find_last_judged
from app.errors import Refusal
from app.rules.actions.exemptions import grant_exemption
from app.rules.models import Exemption
from app.rules.queries import exemptions_of, prepared_set
from app.web import words
from app.web.forms import Form
from app.web.guard import user

RULE_MAX, REASON_MAX, LETTER_MAX = 60, 300, 80


def labels() -> dict[str, str]:
    """Label the inputs."""
    return {"rule": _("Aturan"), "reason": _("Alasan"), "exemption_letter": _("Nomor surat pengecualian")}


def granted_to(scan: Scan | None) -> list[Exemption]:
    """The exceptions of the ticket that was scanned."""
    return exemptions_of([scan.ticket_id]).get(scan.ticket_id, []) if scan and scan.ticket_id else []


def exemptible(scan: Scan | None, granted: Collection[Exemption]) -> list[tuple[str, str]]:
    """The rules, by code and title, that this scan did not pass by and that this user may except from."""
    if scan is None or scan.rule_set is None or not user().may_exempt:
        return []
    rules = {rule["code"]: rule for rule in prepared_set(scan.rule_set).rules}
    done = {one.rule for one in granted}
    failed = [rules[one["rule"]] for one in scan.reasons or () if one["rule"] in rules and one["rule"] not in done]
    return [
        (rule["code"], words.said(rule["title"]))
        for rule in failed
        if user().role in (rule.get("exemption") or {}).get("by", ())
    ]


def grant(ticket_id: int, form: Form) -> Refusal | None:
    """Except the ticket as the form that was sent says; what is refused is told in `form`."""
    sent: dict[str, Any] = request.form
    rule, reason, letter = (sent.get(name, "") for name in labels())
    last = find_last_judged(ticket_id)
    judged_by = last.rule_set_id if last else None
    try:
        grant_exemption(ticket_id, rule[:RULE_MAX], reason[:REASON_MAX], letter[:LETTER_MAX], user().id, judged_by)
    except Refusal as refusal:
        form.refuse(refusal, {"letter": "exemption_letter"}.get(refusal.field or "", refusal.field))
        return refusal
    return None
