"""Steps about a whole voyage that wait: for a second person, or for their moment; and the trace of those done alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app import config, outbox
from app.accounts.queries import list_port_ids
from app.boarding.models import REQUEST_LASTS, DepartureStep, Step
from app.db import db
from app.errors import Refusal
from app.events import PlacesChanged, TimesChanged
from app.schedule.models import Voyage


def may_take_back(done: DepartureStep, user_id: int, now: datetime) -> bool:
    """Whether this user may take the step back alone: whoever did, asked for or confirmed it, within UNDO_MINUTES."""
    # What two people did counts from the confirmation: a slip is seen when it shows, not when it was asked for.
    since = done.settled_at or done.asked_at
    return user_id in (done.asked_by, done.settled_by) and is_minutes_ago(since, now)


def is_minutes_ago(at: datetime, now: datetime) -> bool:
    """Whether `at` is no longer than UNDO_MINUTES ago."""
    return now - at <= timedelta(minutes=config.current().undo_minutes)


def require_port_of(voyage: Voyage, user_id: int) -> None:
    """Raises Refusal `not_your_port` for a user who may work at none of the voyage's ports."""
    ports = list_port_ids(user_id)
    if ports and not any(call.port_id in ports for call in voyage.calls):
        raise Refusal("not_your_port")


def note_done(
    voyage: Voyage, step: Step, user_id: int, now: datetime, reason: str, details: Mapping[str, Any]
) -> DepartureStep:
    """Write down what one person has done to the voyage."""
    told = {"voyage_id": voyage.id, "step": step, "at": now, "reason": reason, "details": dict(details)}
    done = DepartureStep(**told, alone=True, state="done", asked_by=user_id, asked_at=now)
    db.session.add(done)
    return done


def ask(
    voyage: Voyage,
    step: Step,
    user_id: int,
    now: datetime,
    reason: str,
    details: Mapping[str, Any],
    *,
    alone: bool = False,
) -> DepartureStep:
    """Let it wait: for a second person; or, where one suffices (`alone`), for the minutes in which it is taken back.

    Of two about the same thing the newer counts; the same again within those minutes is the one that waits already.
    While a voyage may be called off nothing of it is sold.
    """
    due_at = now + timedelta(minutes=config.current().undo_minutes) if alone else None
    given = {"voyage_id": voyage.id, "step": step, "reason": reason, "details": dict(details)}
    waiting = (DepartureStep.voyage_id == voyage.id, DepartureStep.state == "waits", DepartureStep.step == step)
    for before in db.session.scalars(select(DepartureStep).where(*waiting)):
        same = (before.asked_by, before.reason, before.details, before.alone) == (user_id, reason, dict(details), alone)
        if same and is_minutes_ago(before.asked_at, now):
            return before
    declined = update(DepartureStep).where(*waiting).values(state="declined", settled_by=user_id, settled_at=now)
    db.session.execute(declined)
    asked = DepartureStep(
        **given, at=due_at or now, alone=alone, due_at=due_at, state="waits", asked_by=user_id, asked_at=now
    )
    db.session.add(asked)
    outbox.record(TimesChanged(voyage.id))
    if step == Step.CANCEL:
        _pause_sale(voyage, (due_at or now) + REQUEST_LASTS)
    db.session.flush()
    return asked


def resume_sale(asked: DepartureStep) -> None:
    """Let the voyage be sold again, once it is settled whether it is called off."""
    if asked.step == Step.CANCEL and asked.voyage is not None:
        _pause_sale(asked.voyage, None)


def _pause_sale(voyage: Voyage, until: datetime | None) -> None:
    voyage.sale_paused_until = until
    outbox.record(PlacesChanged(voyage.id))
