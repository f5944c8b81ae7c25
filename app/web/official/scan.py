"""The evidence of one scan: verdict and reasons, the set of rules behind them, and the facts that it was asked by."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.accounts.queries import get_user
from app.boarding.audit import judge_again
from app.boarding.models import DepartureState, Scan
from app.boarding.queries import get_departure, get_scan, list_scans_of
from app.errors import NotFound
from app.rules import facts as rule_facts
from app.rules.engine.certlogic import look_up
from app.rules.wording.amounts import amount
from app.rules.wording.vocabulary import fact_word
from app.web import words
from app.web.forms import Form
from app.web.guard import only, user
from app.web.judging import exemptions, fact_fields, verdicts
from app.web.official.door import bp

PATH = "/papan/<int(max=2147483647):departure_id>/pindai/<uuid:scan_id>"

GROUPS = ("stage", "person", "identity", "adult", "ticket", "travel", "baggage", "goods", "voyage", "season")
"""In what order the facts of a scan are told, by the first part of their names."""


@bp.get(PATH)
@only(Role.OFFICIAL, Role.ADMINISTRATOR)
def scan(departure_id: int, scan_id: UUID) -> str:
    """Show what was decided about one ticket at one gate, and by what."""
    return _page(get_scan(str(scan_id), departure_id), Form(labels=exemptions.labels()))


@bp.post(f"{PATH}/pengecualian")
@only(Role.OFFICIAL)
def exempt(departure_id: int, scan_id: UUID) -> Response | tuple[str, int]:
    """A written exception to a rule that this scan did not pass by, where only an official may grant it."""
    kept = get_scan(str(scan_id), departure_id)
    if kept.ticket_id is None:
        raise NotFound("ticket_not_found")
    form = Form(request.form.to_dict(), exemptions.labels())
    if refusal := exemptions.grant(kept.ticket_id, form):
        return _page(kept, form), refusal.status
    return redirect(url_for("official.scan", departure_id=departure_id, scan_id=scan_id, dicatat=1), 303)


def _page(kept: Scan, form: Form) -> str:
    departure = get_departure(kept.departure_id)
    port = departure.call.port
    granted = exemptions.granted_to(kept)
    sails = departure.state(clock.now()) != DepartureState.LEFT and not (kept.ticket and kept.ticket.void_at)
    may_grant = sails and user().role == Role.OFFICIAL
    return render_template(
        "official/scan.html",
        scan=kept,
        departure=departure,
        port=port,
        passenger=kept.ticket.passenger if kept.ticket else None,
        officer=get_user(kept.officer_id),
        told=verdicts.put_scan(kept, port),
        facts=list(_facts(kept.facts or {})),
        lists=[(name, list(_items(kept.facts or {}, name))) for name in ("documents", "companions")],
        same=judge_again(kept)["same"] if kept.rule_set else None,
        others=[
            (one, verdicts.put_scan(one, port)) for one in (list_scans_of(kept.ticket_id) if kept.ticket_id else ())
        ],
        granted=granted,
        exemptible=exemptions.exemptible(kept, granted) if may_grant else [],
        form=form,
        kept="dicatat" in request.args,
        as_of=clock.now(),
    )


def _facts(kept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """List the facts that the rules were asked about, with values; no name and no identity number is among them."""
    single = [fact for fact in rule_facts.FACTS if fact.type != rule_facts.LIST and "[]" not in fact.name]
    for fact in sorted(single, key=lambda fact: GROUPS.index(fact.name.split(".")[0])):
        value = look_up(fact.name, kept)
        if value is not None:
            yield _name(fact), _value(fact, value)


def _items(kept: Mapping[str, Any], name: str) -> Iterator[str]:
    """Each paper or companion in one line."""
    of_it = [fact for fact in rule_facts.FACTS if fact.name.startswith(f"{name}[].")]
    for item in kept.get(name) or ():
        told = [(fact, item.get(fact.name.partition("[].")[2])) for fact in of_it]
        known = [f"{_name(fact)}: {_value(fact, value)}" for fact, value in told if value is not None]
        yield "; ".join(known)


def _name(fact: rule_facts.Fact) -> str:
    return fact_fields.capital(fact_word(fact.name, fact_fields.language()))


def _value(fact: rule_facts.Fact, value: Any) -> str:
    if isinstance(value, bool):
        return _("Ya") if value else _("Tidak")
    if isinstance(value, int):
        return amount(value, fact.name, fact_fields.language())
    if isinstance(value, list):
        return ", ".join(fact_fields.value_label(one) for one in value) or _("Tidak ada")
    if fact.type == rule_facts.DAY:
        return words.day(date.fromisoformat(value))
    return fact_fields.value_label(value) if fact.choices else str(value)
