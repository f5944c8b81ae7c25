"""Join and leave the waiting list, and do from time to time what is due on it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from app import clock, outbox
from app.booking.eligibility.companions import must_be_a_group
from app.booking.eligibility.sale_closing import ClosedByRule
from app.booking.inventory.lock import Counters, lock, locked_bookings
from app.booking.inventory.release import let_go
from app.booking.inventory.unpaid_limits import address_share
from app.booking.inventory.waiting_share import asked_for, wanted_until
from app.booking.models import PassengerState
from app.booking.waitlist.models import CHOICES_MAX, GROUPS_IN_A_TURN, WaitingChoice, WaitingEntry, WaitingState
from app.booking.waitlist.offers import offer_freed
from app.booking.waitlist.queries import closed_entries, find_entry_by_request, get_entry
from app.booking.wanted_journey import WantedJourney
from app.db import action, db
from app.errors import Refusal, or_refuse
from app.events import PlacesChanged
from app.idempotency import must_be_the_question, question_digest
from app.seats.models import ONLINE, PlaceKind
from app.seats.queries import list_loads

ACTIVE = (WaitingState.WAITING, WaitingState.OFFERED)


@action
def join(
    request_id: str,
    phone: str,
    adults: int,
    infants: int,
    choices: Sequence[WantedJourney],
    *,
    partial: bool = False,
    standby: bool = False,
    asker: str = "",
) -> WaitingEntry:
    """Put a group at the end of the list for each of `choices`, the dearest wish first.

    Groups from one address (`asker`, a hash) wait in turns, so that none of them is at the head of the line with all
    of its own before the others.

    Asked again with the same `request_id` it is the same entry. `phone` is normalised (+62...). `standby` is for
    people at the port and an officer's to say: it also takes what is free after the sale has closed, until the ship
    leaves. Raises NotFound `voyage_not_found`; Refusal `party_size`, `infants_on_laps`, `choices`, `voyage_cancelled`,
    `not_on_sale`, `no_list_for_vehicles`, `group_too_large` (for all the places that there are, unless `partial`),
    `group_above_share` (larger than what one address may keep unpaid, unless `partial`), `sale_closed`, `sale_paused`,
    `closed_by_rule`, `book_at_once` (there are places, with the `voyage_id`) or `already_waiting` (this phone, from
    the same address, for one of these voyages), `request_id_reused` where the `request_id` stands for another wish.
    """
    now = clock.now()
    group = {"places": adults, "infants": infants, "partial": partial, "standby": standby, "asker": asker}
    question = question_digest("join", choices=[asdict(choice) for choice in choices], **group)
    before = find_entry_by_request(request_id)
    if before is not None:
        must_be_the_question(before.question, *([question] if before.phone == phone else []))
        return before
    must_be_a_group(adults, infants)
    if not 1 <= len(choices) <= CHOICES_MAX:
        raise Refusal("choices", field="choices", maximum=CHOICES_MAX)
    counters = lock({choice.voyage_id for choice in choices}, now)
    asked = {"request_id": request_id, "question": question, "phone": phone}
    entry = WaitingEntry(**asked, **group, state=WaitingState.WAITING, created_at=now)
    wanted = list(dict.fromkeys(_known(choice, counters) for choice in choices))
    if not partial:
        _must_ever_fit(adults, infants, wanted, counters)
        if asker:
            _must_be_within_a_share(adults, wanted, counters)
    entry.choices = [WaitingChoice(rank=rank, **asdict(row)) for rank, row in enumerate(wanted)]
    _must_be_open(entry, counters, now)
    _once_for_each_voyage(entry)
    entry.turn = _turn(entry)
    # Those who came before are asked first; what is left then can be bought by anybody.
    offered = offer_freed(counters, now)
    for choice in entry.choices:
        _must_be_full(entry, choice, counters)
    db.session.add(entry)
    db.session.flush()
    counters.let_wait()
    offered |= offer_freed(counters, now)
    _write(counters, offered)
    db.session.refresh(entry)
    return entry


def _known(choice: WantedJourney, counters: Counters) -> WantedJourney:
    """The choice with its calls. Raises Refusal for a journey that is not sold."""
    run = or_refuse(counters.runs.get(choice.voyage_id), "voyage_not_found")
    run.require_sold()
    start = choice.from_call_id or (run.calls[0].id if run.calls else 0)
    end = choice.to_call_id or (run.calls[-1].id if run.calls else 0)
    legs = run.journey(start, end)
    if any((leg, choice.fare_class_id, ONLINE) not in counters.room.stocks for leg in legs) or not legs:
        raise Refusal("not_on_sale")
    if counters.room.kind(legs, choice.fare_class_id) == PlaceKind.VEHICLE:
        raise Refusal("no_list_for_vehicles")
    return WantedJourney(choice.voyage_id, choice.fare_class_id, start, end)


def _must_ever_fit(places: int, infants: int, wanted: Sequence[WantedJourney], counters: Counters) -> None:
    """A group larger than a class, or than the ship, would wait for what cannot come."""
    loads = list_loads(leg_id for run in counters.runs.values() for leg_id in run.leg_ids)
    for choice in wanted:
        for leg_id in counters.runs[choice.voyage_id].journey(choice.from_call_id or 0, choice.to_call_id or 0):
            # All channels together: what others do not sell flows back, or is moved.
            on_sale = sum(
                stock.quota
                for (leg, class_id, _), stock in counters.room.stocks.items()
                if (leg, class_id) == (leg_id, choice.fare_class_id)
            )
            ceiling = loads[leg_id].ceiling if leg_id in loads else 0
            if places > on_sale or places + infants > ceiling:
                most = min(on_sale, ceiling)
                raise Refusal("group_too_large", field="adults", places=most, voyage_id=choice.voyage_id)


def _must_be_within_a_share(places: int, wanted: Sequence[WantedJourney], counters: Counters) -> None:
    """A group larger than what one address may keep unpaid would be passed over for ever."""
    for choice in wanted:
        legs = counters.runs[choice.voyage_id].journey(choice.from_call_id or 0, choice.to_call_id or 0)
        most = address_share(counters.room, legs, choice.fare_class_id, ONLINE)
        if places > most:
            raise Refusal("group_above_share", field="adults", places=most, voyage_id=choice.voyage_id)


def _must_be_open(entry: WaitingEntry, counters: Counters, now: datetime) -> None:
    """One of the journeys at least is still sold; for whoever stands by until the ship leaves."""
    still = [
        choice
        for choice in entry.choices
        if wanted_until(counters.runs[choice.voyage_id], choice.from_call_id, entry.standby, now)
    ]
    if not still:
        raise Refusal("sale_closed")
    rules = [_closing_rule(entry, choice, counters, now) for choice in still]
    if all(rules) and rules[0]:
        raise ClosedByRule(rules[0])


def _closing_rule(
    entry: WaitingEntry, choice: WaitingChoice, counters: Counters, now: datetime
) -> Mapping[str, Any] | None:
    party = entry.places + entry.infants
    return counters.runs[choice.voyage_id].closing_rule(*asked_for(choice), party, counters.room, now)


def _must_be_full(entry: WaitingEntry, choice: WaitingChoice, counters: Counters) -> None:
    run = counters.runs[choice.voyage_id]
    now = clock.now()
    if wanted_until(run, choice.from_call_id, False, now) is None or _closing_rule(entry, choice, counters, now):
        return  # not to be bought by anybody: whoever stands by takes it
    legs = run.journey(choice.from_call_id, choice.to_call_id)
    free = counters.room.free(legs, choice.fare_class_id)
    if free >= entry.places and counters.room.free_souls(legs, choice.fare_class_id) >= entry.places + entry.infants:
        raise Refusal("book_at_once", voyage_id=choice.voyage_id)


def _turn(entry: WaitingEntry) -> int:
    """Behind how many turns of its own address a group waits; asked behind the lock, like all that follows it."""
    if not entry.asker:
        return 0
    voyages = {choice.voyage_id for choice in entry.choices}
    here = select(WaitingChoice.entry_id).where(WaitingChoice.voyage_id.in_(voyages))
    waiting = select(func.count(WaitingEntry.id)).where(
        WaitingEntry.asker == entry.asker, WaitingEntry.state.in_(ACTIVE), WaitingEntry.id.in_(here)
    )
    return (db.session.scalar(waiting) or 0) // GROUPS_IN_A_TURN


def _once_for_each_voyage(entry: WaitingEntry) -> None:
    """Refuse to join twice for one voyage; joining holds the counters of its voyages, so no two can at a time.

    Of one address only: a number is typed by anybody, and must neither keep its holder out nor tell who waits.
    """
    statement = (
        select(WaitingEntry.id)
        .join(WaitingChoice, WaitingChoice.entry_id == WaitingEntry.id)
        .where(WaitingEntry.phone == entry.phone, WaitingEntry.asker == entry.asker, WaitingEntry.state.in_(ACTIVE))
        .where(WaitingChoice.voyage_id.in_({choice.voyage_id for choice in entry.choices}))
    )
    if db.session.scalar(statement.limit(1)) is not None:
        raise Refusal("already_waiting", field="phone")


def _write(counters: Counters, offered: set[int]) -> None:
    counters.room.write()
    for voyage_id in sorted(offered if not counters.expired else offered.union(counters.runs)):
        outbox.record(PlacesChanged(voyage_id))


@action
def withdraw(code: str) -> WaitingEntry:
    """Wait no more. Places that were offered go to the next. A second time nothing more happens.

    Raises NotFound `waiting_not_found`; Refusal `already_confirmed` once the offer was taken up.
    """
    now = clock.now()
    entry = get_entry(code)
    locked_bookings([entry.booking_id] if entry.booking_id else [])
    counters = lock({entry.booking.voyage_id} if entry.booking else set(), now)
    # As it is now that nobody can offer it anything any more.
    db.session.refresh(entry, with_for_update={"of": WaitingEntry})
    if entry.state == WaitingState.SERVED:
        raise Refusal("already_confirmed")
    offered, waits = set(), entry.state in ACTIVE
    if entry.state == WaitingState.OFFERED and entry.booking is not None:
        offered = {entry.booking.voyage_id}
        let_go(entry.booking, entry.booking.passengers, PassengerState.CANCELLED, counters, now)
        db.session.refresh(entry)
    if waits:
        _end(entry, WaitingState.WITHDRAWN)
    _write(counters, offered | offer_freed(counters, now))
    return entry


def _end(entry: WaitingEntry, state: WaitingState) -> None:
    entry.state, entry.ended_at, entry.booking_id = state, clock.now(), None
    db.session.flush()


@action
def make_offers(voyage_ids: Sequence[int]) -> int:
    """Offer what is free on these voyages to those who wait; on how many of them it was done.

    No place depends on it: whoever buys lets those who wait go first. It is for those who wait for news.
    """
    counters = lock(voyage_ids, now := clock.now())
    offered = offer_freed(counters, now)
    _write(counters, offered)
    return len(offered)


@action
def lapse_closed() -> int:
    """End the waiting of those for whom no voyage is left that they would take; how many they were."""
    now = clock.now()
    ids = closed_entries(now)
    db.session.execute(
        update(WaitingEntry)
        .where(WaitingEntry.id.in_(ids), WaitingEntry.state == WaitingState.WAITING)
        .values(state=WaitingState.LAPSED, ended_at=now),
        execution_options={"synchronize_session": False},
    )
    return len(ids)
