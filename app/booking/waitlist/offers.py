"""Offer freed places to those who wait, in their order, before the public.

Inside the running transaction, on counters that are locked: whatever freed a place (a hold that ended, a release, a
cancellation, a raised quota, a stage, a flow back), nobody can have it between its being free and this.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update

from app import config
from app.booking.booking_rows import write_bookings
from app.booking.inventory.lock import Counters
from app.booking.inventory.offer_end import offer_key
from app.booking.inventory.unpaid_limits import KEPT_WHERE_WAITED
from app.booking.inventory.waiting_share import (
    GroupShare,
    is_beyond_share,
    most_free,
    most_wanted,
    set_aside,
    share,
    share_left,
)
from app.booking.models import Booking, BookingState, new_booking_code
from app.booking.waitlist.models import WaitingChoice, WaitingEntry, WaitingState
from app.db import db
from app.seats.models import ONLINE

PAGE = 64
"""So many wishes of the list are read at once; mostly the first of them takes what there is."""


def offer_freed(counters: Counters, now: datetime, but_not: Iterable[int] = ()) -> set[int]:
    """Offer what is free on these locked voyages to those who wait, in their order; the voyages on which it was done.

    The first who fits is served; a group that does not fit stays, and the next is asked, once the time is over in which
    what is free is set aside for the first. A group whose address keeps its share stays as well. Those whose offer has
    just ended unused, and the entries of `but_not`, are left out this once: the places go on to the next. Places given
    back to a channel after its moment are the online channel's first. Costs nothing where all is sold, or
    nobody waits. The caller writes the room.
    """
    counters.room.flow_back()
    passed_over = {*counters.unused, *but_not}
    rows: list[dict[str, Any]] = []
    offered: list[dict[str, Any]] = []
    by_address: Counter[tuple[int, str]] = Counter()
    for wish in _in_order(counters, now):
        if wish.id in passed_over:
            continue
        run, address = counters.runs[wish.voyage_id], (wish.voyage_id, wish.asker)
        if is_beyond_share(wish, run, counters.room, by_address[address]):
            continue
        given = share(wish, run, counters.room, now, share_left(wish, run, counters.room, by_address[address]))
        if given is None:
            until = set_aside(wish, run, counters.room, now)
            if until is not None and wish.aside_until is None:
                db.session.connection().execute(_ASIDE, {"entry": wish.id, "until": until})
            continue
        legs = run.journey(wish.from_call_id, wish.to_call_id)
        counters.room.take(legs, wish.fare_class_id, given.places, given.places + given.infants)
        passed_over.add(wish.id)
        by_address[address] += given.places
        rows.append(_offer(wish, given, now))
        offered.append({"entry": wish.id, "booking": rows[-1]["code"]})
    if rows:
        write_bookings(rows)
        db.session.connection().execute(_OFFERED, offered)
    return {row["voyage_id"] for row in rows}


def _in_order(counters: Counters, now: datetime) -> Iterator[Any]:
    """The wishes for these voyages in the order of the list, read as long as anything is free.

    From the cut-off for no-shows on, whoever stands by at the port comes before those who wait elsewhere.
    """
    late = now + timedelta(minutes=config.current().no_show_minutes)
    cut_off = {
        run.id for run in counters.runs.values() if any(c.departs_at and now < c.departs_at <= late for c in run.calls)
    }
    waited_for = counters.waited_for
    for standby, among in ((True, cut_off & waited_for), (False, waited_for)):
        after = (0, 0, 0)
        while True:
            free = {voyage: n for voyage in among if (n := most_free(counters.runs[voyage], counters.room))}
            if not free:
                break
            asked = {"voyages": sorted(free), "most": most_wanted(free.values()), "turn": after[0]}
            asked |= {"entry": after[1], "rank": after[2], "now": now}
            page = db.session.connection().execute(_STANDBY if standby else _NEXT, asked).all()
            yield from page
            if len(page) < PAGE:
                break
            after = (page[-1].turn, page[-1].id, page[-1].rank)


def _offer(wish: Any, given: GroupShare, now: datetime) -> dict[str, Any]:
    return {
        "code": new_booking_code(),
        "request_id": offer_key(wish.id, wish.offers + 1),
        "voyage_id": wish.voyage_id,
        "from_call_id": wish.from_call_id,
        "to_call_id": wish.to_call_id,
        "fare_class_id": wish.fare_class_id,
        "channel_id": ONLINE,
        "places": given.places,
        "infants": given.infants,
        "phone": wish.phone,
        "asker": wish.asker,
        "state": BookingState.HELD,
        "created_at": now,
        "expires_at": min(now + timedelta(minutes=config.current().offer_minutes), given.until),
    }


_NEXT = (
    select(
        WaitingEntry.id,
        WaitingEntry.turn,
        WaitingEntry.places,
        WaitingEntry.infants,
        WaitingEntry.partial,
        WaitingEntry.standby,
        WaitingEntry.phone,
        WaitingEntry.asker,
        KEPT_WHERE_WAITED,
        WaitingEntry.offers,
        WaitingEntry.aside_until,
        WaitingChoice.rank,
        WaitingChoice.voyage_id,
        WaitingChoice.from_call_id,
        WaitingChoice.to_call_id,
        WaitingChoice.fare_class_id,
    )
    .join(WaitingChoice, WaitingChoice.entry_id == WaitingEntry.id)
    .where(WaitingEntry.state == WaitingState.WAITING)
    .where(WaitingChoice.voyage_id.in_(bindparam("voyages", expanding=True)))
    .where(or_(WaitingEntry.partial, WaitingEntry.places <= bindparam("most")))
    .where(
        or_(
            WaitingEntry.turn > bindparam("turn"),
            and_(WaitingEntry.turn == bindparam("turn"), WaitingEntry.id > bindparam("entry")),
            and_(WaitingEntry.id == bindparam("entry"), WaitingChoice.rank > bindparam("rank")),
        )
    )
    .order_by(WaitingEntry.turn, WaitingEntry.id, WaitingChoice.rank)
    .limit(PAGE)
    # Locked: nobody can withdraw, or be offered places on another voyage, between this look and the offer.
    .with_for_update(of=WaitingEntry)
)
_STANDBY = _NEXT.where(WaitingEntry.standby)
_ASIDE = update(WaitingEntry).where(WaitingEntry.id == bindparam("entry")).values(aside_until=bindparam("until"))
_OFFERED = (
    update(WaitingEntry)
    .where(WaitingEntry.id == bindparam("entry"))
    .values(
        state=WaitingState.OFFERED,
        booking_id=select(Booking.id).where(Booking.code == bindparam("booking")).scalar_subquery(),
        offers=WaitingEntry.offers + 1,
    )
)
