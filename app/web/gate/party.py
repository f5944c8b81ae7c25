"""All who travel on one booking, from any of their tickets: compared and let aboard together, or one by one."""

from uuid import uuid5

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.accounts.models import Role
from app.boarding.actions.scan import scan_party
from app.boarding.judgement import Showing
from app.boarding.party import Member, list_members
from app.booking.identity import mask
from app.booking.models import PERSONS_MAX, DocumentKind, Ticket
from app.web.document_kinds import BRINGS
from app.web.gate.boarding import bp, get_ticket_here, head_of, read_uuid, showing_now
from app.web.guard import only, user
from app.web.judging import verdicts
from app.web.judging.answers import YES, all_in_order

PATH = "/<int(max=2147483647):departure_id>/<int(max=2147483647):gate_id>/rombongan/<serial>"


@bp.get(PATH)
@only(Role.OFFICER)
def party(departure_id: int, gate_id: int, serial: str) -> str:
    """Everybody on the booking, what is to be compared of each, and where each stands."""
    return _page(departure_id, gate_id, get_ticket_here(departure_id, serial))


@bp.post(PATH)
@only(Role.OFFICER)
def board_party(departure_id: int, gate_id: int, serial: str) -> Response:
    """Scan those who were chosen, each by itself; what was on the button is said of each."""
    ticket = get_ticket_here(departure_id, serial)
    head = head_of(departure_id, gate_id)
    members = list_members(ticket, head["departure"], head["gate"], clock.now())
    one = request.form.get("one")
    wanted = {one} if one else set(request.form.getlist("who"))
    chosen = [m.ticket.serial for m in members if m.ticket.serial in wanted and not m.passed][:PERSONS_MAX]
    said = dict.fromkeys((fact for fact in request.form.getlist("said") if fact in YES), True)
    form = read_uuid(request.form.get("sending"))
    showing_id, now = str(read_uuid(request.form.get("showing")) or ""), clock.now()
    where = (departure_id, gate_id, user().id, now)
    scans = [(str(uuid5(form, f"{serial} {sorted(said)}")), serial) for serial in chosen] if form else []
    showings = [Showing(scan_id, serial, *where, said, showing_id=showing_id) for scan_id, serial in scans]
    scan_party(showings, current_app.extensions["keyring"])
    return redirect(url_for("gate.party", departure_id=departure_id, gate_id=gate_id, serial=ticket.serial), 303)


def _page(departure_id: int, gate_id: int, ticket: Ticket) -> str:
    head = head_of(departure_id, gate_id)
    members = list_members(ticket, head["departure"], head["gate"], clock.now())
    waiting = [member for member in members if not member.passed]
    facts = [fact for fact in YES if any(fact in member.asks for member in waiting)]
    showing = showing_now()
    if any(member.passed and member.last and member.last.showing_id == showing for member in members):
        showing = showing_now(begins=True)  # this page tells of their passes: shown again, their tickets are used
    return render_template(
        "gate/party.html",
        **head,
        ticket=ticket,
        booking=ticket.passenger.booking,
        rows=[(m, verdicts.put_scan(m.last, head["port"]) if m.last else None, _compare(m)) for m in members],
        waiting=waiting,
        facts=facts,
        said=all_in_order(facts) if facts else "",
        room=max(0, head["ceiling"] - head["aboard"]),
        showing=showing,
    )


def _compare(member: Member) -> tuple[str, str] | None:
    """Kind and end of the number of the document, where it is to be compared."""
    if not any(fact.startswith("identity.") for fact in member.asks):
        return None
    return str(BRINGS[DocumentKind(member.passenger.document_kind)]), mask(member.passenger.document_number).lstrip("*")
