"""Settle steps that wait: confirmed by a second person, declined, taken back, or done when their time has come."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.accounts.queries import get_user, require_port
from app.accounts.second_person import require_second_person
from app.boarding.actions import call_times, departure
from app.boarding.models import REQUEST_LASTS, DepartureStep, Step
from app.boarding.requests import require_port_of, resume_sale
from app.db import action, db
from app.disruption.actions import voyage_changes
from app.disruption.approval import change_from
from app.errors import NotFound, Refusal
from app.events import TimesChanged
from app.outbox import record


@action
def settle(request_id: int, user_id: int, *, confirms: bool, departure_id: int | None = None) -> DepartureStep:
    """Confirm what somebody else has asked for, and do it; or decline it, which its asker may as well.

    A step that one person may do in some minutes is done at once where a second one confirms it, and by anybody once
    its time has come. The same answer by the same user a second time changes nothing. Raises NotFound
    `request_not_found`; Refusal `request_gone`, `not_your_port`, `second_person_...`, and what the step itself may not
    be any more.
    """
    now = clock.now()
    asked = _locked(request_id)
    if asked is None or departure_id not in (None, asked.departure_id):
        raise NotFound("request_not_found")
    if asked.departure is not None:
        require_port(user_id, asked.departure.call.port_id)
    elif asked.voyage is not None:
        require_port_of(asked.voyage, user_id)
    if asked.settled_by == user_id and asked.state == ("done" if confirms else "declined"):
        return asked
    if not asked.waits(now):
        raise Refusal("request_gone")
    if confirms:
        if asked.due_at is None or now < asked.due_at:
            require_second_person(get_user(user_id), [asked.asked_by], now)
        _carry_out(asked, now)
    asked.state = "done" if confirms else "declined"
    asked.settled_by, asked.settled_at = user_id, now
    resume_sale(asked)
    _tell(asked)
    return asked


@action
def carry_out_due(request_id: int) -> DepartureStep | None:
    """Do what has waited for its moment and was not taken back; None where there is nothing to do.

    Raises what the step itself may not be any more: then `give_up`.
    """
    now, asked = clock.now(), _locked(request_id)
    if asked is None or asked.due_at is None or now < asked.due_at or not asked.waits(now):
        return None
    _carry_out(asked, now)
    asked.state, asked.settled_at = "done", now
    resume_sale(asked)
    _tell(asked)
    return asked


@action
def give_up(request_id: int) -> None:
    """Let what has waited for its moment be declined: it was not possible any more."""
    asked = _locked(request_id)
    if asked is not None and asked.state == "waits":
        asked.state, asked.settled_at = "declined", clock.now()
        resume_sale(asked)
        _tell(asked)


def list_due() -> Sequence[int]:
    """List the steps whose moment has come."""
    now = clock.now()
    due = select(DepartureStep.id).where(
        DepartureStep.state == "waits", DepartureStep.due_at <= now, DepartureStep.due_at >= now - REQUEST_LASTS
    )
    return db.session.scalars(due.order_by(DepartureStep.id)).all()


def do_what_is_due() -> None:
    """Do everything whose moment has come; what is not possible any more is given up."""
    for request_id in list_due():
        try:
            carry_out_due(request_id)
        except Refusal as refusal:
            if refusal.status != 503 and refusal.code != "affected_changed":  # busy: the next time will do
                give_up(request_id)


def _locked(request_id: int) -> DepartureStep | None:
    found = select(DepartureStep).where(DepartureStep.id == request_id).with_for_update(of=DepartureStep)
    return db.session.scalar(found)


def _carry_out(asked: DepartureStep, now: datetime) -> None:
    step = Step(asked.step)
    if asked.departure_id is not None:
        departure.carry_out(asked.departure_id, step, asked.asked_by, asked.at, now)
    elif step == Step.TIMES:
        call_times.carry_out(asked)
    elif asked.voyage_id is not None:
        change = change_from(step, asked.details or {}, asked.reason)
        voyage_changes.carry_out(asked.voyage_id, change, asked.asked_by)


def _tell(asked: DepartureStep) -> None:
    """Let the open boards look again."""
    voyage_id = asked.voyage_id or (asked.departure.call.voyage_id if asked.departure else None)
    if voyage_id is not None:
        record(TimesChanged(voyage_id))
