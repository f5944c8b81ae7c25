"""Open boarding early, let a ship go, and take either back: by one person in bounds, by two outside."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app import clock, config, outbox
from app.accounts.queries import require_port
from app.boarding.models import Departure, DepartureState, DepartureStep, Step
from app.boarding.queries import find_taken, get_departure
from app.boarding.requests import is_minutes_ago, may_take_back
from app.db import action, db
from app.errors import Refusal
from app.events import TimesChanged
from app.reasons import required_reason
from app.schedule.departure_window import one_person_suffices, require_possible_leaving
from app.schedule.models import Voyage

NEVER_OPENED_BEFORE = timedelta(days=1)
"""Boarding is opened no earlier than that before its usual time."""


@action
def open_boarding(departure_id: int, officer_id: int) -> Departure:
    """Let people board from now on, ahead of the usual time (the terminal is crowded, the tide turns).

    Nothing more happens when boarding is open. Raises NotFound; Refusal `departed`, `voyage_cancelled`,
    `not_your_port`, `opening_too_early`, `needs_second_person`.
    """
    now = clock.now()
    departure = _locked(departure_id)
    require_port(officer_id, departure.call.port_id)
    _require_possible(departure, Step.OPEN, now, now)
    if departure.state(now) in (DepartureState.BOARDING, DepartureState.CLOSED):
        return departure
    _do_alone(departure, Step.OPEN, officer_id, now, now)
    return departure


@action
def depart(departure_id: int, user_id: int, at: datetime | None = None) -> Departure:
    """The ship has left, now or at an earlier moment `at`. A second time nothing more happens.

    Raises NotFound; Refusal `not_yet` for a moment in the future, `leaving_too_early` for one days before its time,
    `needs_second_person` for one that is not around it, `left_at_another_time` with the moment that stands,
    `voyage_cancelled`, `not_your_port`.
    """
    now = clock.now()
    departure = _locked(departure_id)
    require_port(user_id, departure.call.port_id)
    if departure.call.actual_departure is None:
        _do_alone(departure, Step.LEAVE, user_id, at or now, now)
    elif at is not None and at > now:
        raise Refusal("not_yet", field="at")
    elif at not in (None, departure.call.actual_departure):
        stands = departure.call.actual_departure.astimezone(departure.call.port.tz)
        raise Refusal("left_at_another_time", field="at", stands=f"{stands:%d-%m-%Y %H.%M}")
    return departure


@action
def undo(departure_id: int, step: Step, user_id: int) -> Departure:
    """Take back what this user has done, asked for or confirmed minutes ago (OPEN or LEAVE): all is as before it.

    Sent again within those minutes nothing more happens. Raises NotFound; Refusal `nothing_to_undo`, `not_your_port`,
    `needs_second_person` for anybody else, or later.
    """
    now = clock.now()
    departure = _locked(departure_id)
    require_port(user_id, departure.call.port_id)
    if not _has_just_undone(departure, step, user_id, now):
        _do_alone(departure, Step(f"undo_{step}"), user_id, now, now)
    return departure


@action
def ask_second_person(
    departure_id: int, step: Step, user_id: int, reason: str, at: datetime | None = None
) -> DepartureStep:
    """Ask somebody else to confirm what is out of the ordinary, with the reason. The last one asked for counts.

    The same question by the same user within minutes is the one that waits already. Raises NotFound; Refusal
    `step_reason_missing`, `not_your_port`, and what the step itself may not be at all.
    """
    now = clock.now()
    departure = _locked(departure_id)
    require_port(user_id, departure.call.port_id)
    reason = required_reason(reason)
    moment = at or now
    _require_possible(departure, step, moment, now)
    waiting = (DepartureStep.departure_id == departure_id, DepartureStep.state == "waits", DepartureStep.step == step)
    before = db.session.scalar(select(DepartureStep).where(*waiting).order_by(DepartureStep.id.desc()).limit(1))
    if before is not None and _is_sent_again(before, user_id, reason, at, now):
        return before
    db.session.execute(
        update(DepartureStep).where(*waiting).values(state="declined", settled_by=user_id, settled_at=now)
    )
    asked = DepartureStep(
        departure_id=departure_id,
        step=step,
        at=moment,
        alone=False,
        reason=reason,
        state="waits",
        asked_by=user_id,
        asked_at=now,
    )
    db.session.add(asked)
    outbox.record(TimesChanged(departure.call.voyage_id))
    return asked


def carry_out(departure_id: int, step: Step, user_id: int, at: datetime, now: datetime) -> None:
    """Do what two people want, in the caller's transaction. Raises what no two persons may do either."""
    departure = _locked(departure_id)
    _require_possible(departure, step, at, now)
    _carry_out(departure, step, user_id, at)


def _has_just_undone(departure: Departure, step: Step, user_id: int, now: datetime) -> bool:
    """Whether this user has taken the step back minutes ago, and nothing was done since."""
    if find_taken(departure, step) is not None:
        return False
    done = select(DepartureStep).where(DepartureStep.departure_id == departure.id, DepartureStep.state == "done")
    last = db.session.scalar(done.order_by(DepartureStep.id.desc()).limit(1))
    undone = last is not None and last.step == f"undo_{step}" and last.asked_by == user_id
    return undone and last is not None and is_minutes_ago(last.asked_at, now)


def _is_sent_again(before: DepartureStep, user_id: int, reason: str, at: datetime | None, now: datetime) -> bool:
    same = (before.asked_by, before.reason, before.at) == (user_id, reason, at or before.at)
    return same and is_minutes_ago(before.asked_at, now)


def _locked(departure_id: int) -> Departure:
    """The departure, whose steps are taken one after the other."""
    get_departure(departure_id)
    found = select(Departure).where(Departure.id == departure_id).with_for_update(of=Departure)
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def _do_alone(departure: Departure, step: Step, user_id: int, at: datetime, now: datetime) -> None:
    """Do what one person may, and write it down. Raises `needs_second_person` for everything else."""
    _require_possible(departure, step, at, now)
    if not _is_in_bounds(departure, step, user_id, at, now):
        raise Refusal("needs_second_person", field="at" if step == Step.LEAVE else None)
    _carry_out(departure, step, user_id, at)
    db.session.add(
        DepartureStep(
            departure_id=departure.id, step=step, at=at, alone=True, state="done", asked_by=user_id, asked_at=now
        )
    )


def _require_possible(departure: Departure, step: Step, at: datetime, now: datetime) -> None:
    """Refuse what no two persons may do either."""
    call, window = departure.call, departure.boarding_window()
    if step == Step.UNDO_LEAVE and call.actual_departure is None:
        raise Refusal("nothing_to_undo")
    if step == Step.UNDO_OPEN and (departure.opened_at is None or call.actual_departure):
        raise Refusal("nothing_to_undo")
    if step in (Step.UNDO_OPEN, Step.UNDO_LEAVE):
        return
    if call.actual_departure:
        raise Refusal("departed")
    if db.session.scalar(select(Voyage.cancelled_at).where(Voyage.id == call.voyage_id)):
        raise Refusal("voyage_cancelled")
    if step == Step.LEAVE:
        require_possible_leaving(call, at, now)
    elif window is None or at < window[0] - NEVER_OPENED_BEFORE:
        raise Refusal("opening_too_early")


def suffices_alone(departure: Departure, step: Step, user_id: int, now: datetime) -> bool:
    """Whether this user may take the step now without a second person. Raises what no two persons may do either."""
    _require_possible(departure, step, now, now)
    return _is_in_bounds(departure, step, user_id, now, now)


def opens_at_earliest(opens: datetime) -> tuple[datetime, datetime]:
    """From when boarding that usually `opens` then may be opened: by one person, and by two."""
    return opens - timedelta(minutes=config.current().open_early_minutes), opens - NEVER_OPENED_BEFORE


def _is_in_bounds(departure: Departure, step: Step, user_id: int, at: datetime, now: datetime) -> bool:
    """Whether one person may do it: around the plan, or what this person did or confirmed minutes ago."""
    if step == Step.LEAVE:
        return one_person_suffices(departure.call, at)
    if step == Step.OPEN:
        window = departure.boarding_window()
        return window is not None and at >= opens_at_earliest(window[0])[0]
    taken = find_taken(departure, Step(step.removeprefix("undo_")))
    return taken is not None and may_take_back(taken, user_id, now)


def _carry_out(departure: Departure, step: Step, user_id: int, at: datetime) -> None:
    if step == Step.OPEN:
        departure.opened_at, departure.opened_by = at, user_id
    elif step == Step.LEAVE:
        departure.call.actual_departure, departure.left_by = at, user_id
    elif step == Step.UNDO_OPEN:
        departure.opened_at = departure.opened_by = None
    else:
        departure.call.actual_departure = departure.left_by = None
    outbox.record(TimesChanged(departure.call.voyage_id))
