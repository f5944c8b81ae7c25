"""Hold places: what many ask for in the same moment is answered in one transaction, each by itself.

A transaction for each request makes every buyer of the same voyage wait for the commit of the one before. Here
those who wait are served together: the counters are locked and read once, the requests are judged one after the
other in the order in which they came, and what was granted is written once. A single request is a batch of one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, String, bindparam, column, func, select, true

from app import clock, outbox
from app.accounts.allowances import TooMany
from app.accounts.limit_counts import count_limit
from app.accounts.models import Limit
from app.batching import Batcher
from app.booking.actions.pace import AbovePace, Work, give_work_back, too_fast
from app.booking.booking_rows import write_of
from app.booking.eligibility.companions import must_be_a_group
from app.booking.eligibility.sale_closing import ClosedByRule
from app.booking.inventory.lock import OVER, Run, lock
from app.booking.inventory.unpaid_limits import Kept, counter_time, fullness, hold_time, kept_by
from app.booking.models import BOOKED_SOULS, Booking, BookingState, new_booking_code
from app.booking.waitlist.offers import offer_freed
from app.db import action, db, end_reading
from app.errors import NotFound, Refusal
from app.events import PlacesChanged
from app.idempotency import must_be_the_question, question_digest
from app.seats.models import ONLINE, Channel, ChannelKind, PlaceKind
from app.seats.places import Room
from app.seats.programmes import get_open_programme


@dataclass(frozen=True)
class Wish:
    """Places for `adults` (and children), and souls for `infants` too. Without calls, on the whole voyage."""

    request_id: str
    voyage_id: int
    fare_class_id: int
    adults: int
    infants: int = 0
    from_call_id: int | None = None
    to_call_id: int | None = None
    asker: str = ""
    """From which address, as a hash: what it keeps unpaid is bounded (`bounds`); empty: it is an officer's."""
    visitor: str = ""
    """Which browser there, or its address again: its attempts are counted, and refused beyond `booking_limit`."""
    cookie: bool = True
    """Whether that browser keeps a cookie; else it is bound as all others at its address that keep none."""
    opened: Sequence[str] = ()
    """Codes of the orders that this browser has opened: one that an officer saw makes it known."""
    work: Work | None = field(default=None, repr=False)
    """The work that was done for it above the pace of its address."""
    channel_id: int = ONLINE
    vehicle_plate: str = field(default="", repr=False)
    """For a class of vehicles: one place on its deck, and adults and infants are everybody in it."""

    @property
    def question(self) -> str:
        """The digest of what is asked; who asks is no part of it."""
        return question_digest(
            "hold",
            voyage=self.voyage_id,
            fare_class=self.fare_class_id,
            adults=self.adults,
            infants=self.infants,
            from_call=self.from_call_id,
            to_call=self.to_call_id,
            channel=self.channel_id,
            plate=self.vehicle_plate,
        )


@dataclass(frozen=True)
class Held:
    """The places that a wish was granted. `new` is False for a request granted before, whatever became of it."""

    code: str
    voyage_id: int
    from_call_id: int
    to_call_id: int
    fare_class_id: int
    channel_id: int
    places: int
    infants: int
    vehicle_persons: int | None
    vehicle_plate: str | None = field(repr=False)
    state: BookingState
    expires_at: datetime | None
    question: str = field(repr=False)
    new: bool

    @property
    def souls(self) -> int:
        """Everybody who is to travel, infants counted."""
        return self.places + self.infants if self.vehicle_persons is None else self.vehicle_persons


@action
def hold_all(wishes: Sequence[Wish]) -> list[Held | Refusal]:
    """Hold what is wished until `hold_minutes` from now; the answers, in the order of the wishes.

    Beyond the bounds on what strangers keep from others a wish is only noted, and its places stay on sale.

    The same `request_id` gets the same answer and takes nothing more. A refusal stands in its place and undoes
    no neighbour: NotFound `voyage_not_found`; Refusal `request_id_reused` (for another wish), `too_many`,
    `proof_of_work`, `sale_closed`, `sale_paused`, `closed_by_rule` (with the rule's sentence), `not_on_sale`,
    `voyage_cancelled`, `vehicle_plate` (missing for a vehicle), `not_a_vehicle_class`; `sold_out`,
    `restricted_by_rule` or `ship_full`; what `must_be_a_group` and `must_be_given` raise.
    """
    now = clock.now()
    known = _known({wish.request_id for wish in wishes})
    refused = too_fast(wishes, known)
    fresh = [wish for wish in wishes if wish.request_id not in known]
    counters = lock({wish.voyage_id for wish in fresh}, now)
    # Those who wait come before the public, whatever freed the places.
    offered = offer_freed(counters, now)
    kept = kept_by(fresh, now)
    rows: list[dict[str, Any]] = []
    answers: list[Held | Refusal] = []
    for place, wish in enumerate(wishes):
        if place in refused:
            answers.append(refused[place])
            continue
        answer = known.get(wish.request_id)
        try:
            if answer is not None:
                must_be_the_question(answer.question, wish.question)
            else:
                must_be_given(wish, now)
                row = granted(wish, counters.runs.get(wish.voyage_id), counters.room, now, kept)
                rows.append(row)
                answer = _held(row, new=True)
                known[wish.request_id] = _held(row, new=False)
        except Refusal as refusal:
            # Without the way it came: that leads back to these answers, and such circles are swept up in one
            # go that keeps everybody waiting.
            answers.append(refusal.with_traceback(None))
            continue
        answers.append(answer)
    give_work_back(wish.work for wish, answer in zip(wishes, answers, strict=True) if _is_refused_later(answer))
    count_limit(Limit.NOTED, sum(row["state"] == BookingState.NOTED for row in rows))
    news = [PlacesChanged(voyage_id) for voyage_id in sorted(offered.union(row["voyage_id"] for row in rows))]
    writes = [*([write_of(rows)] if rows else []), *map(outbox.write_of, news[:1])]
    counters.room.write(*writes)
    for event in news[1:]:
        outbox.record(event)
    return answers


def _is_refused_later(answer: Held | Refusal) -> bool:
    """Whether a wish was refused for another reason than its pace: its work may serve for the next."""
    return isinstance(answer, Refusal) and not isinstance(answer, (TooMany, AbovePace))


@action
def expire_holds(limit: int = 500) -> int:
    """Give back the places of up to `limit` holds past their end, and say how many there were.

    Nothing depends on it: whoever asks for places counts such holds as free, and whoever buys takes them
    back first. It is for the screens that wait for news.
    """
    now = clock.now()
    over = select(Booking.voyage_id).where(OVER).order_by(Booking.expires_at).limit(limit)
    counters = lock(set(db.session.scalars(over, {"now": now})), now)
    offer_freed(counters, now)
    counters.room.write()
    for voyage_id in sorted(counters.runs):
        outbox.record(PlacesChanged(voyage_id))
    return counters.expired


def must_be_given(wish: Wish, now: datetime) -> None:
    """Places of a free programme are given while it is open, by family, as long as it has some.

    Raises Refusal `programme_not_open`, `programme_family`, `programme_full`. Those who have registered and were not
    seen yet count as well: they would come to the counter in vain.
    """
    if wish.channel_id == ONLINE:
        return
    if db.session.scalar(select(Channel.kind).where(Channel.id == wish.channel_id)) != ChannelKind.FREE:
        return
    programme, persons = get_open_programme(wish.channel_id, now), wish.adults + wish.infants
    if persons > programme.per_family:
        raise Refusal("programme_family", field="adults", maximum=programme.per_family)
    registered = select(func.coalesce(func.sum(BOOKED_SOULS), 0)).where(
        Booking.channel_id == wish.channel_id, Booking.state == BookingState.HELD, Booking.expires_at > now
    )
    if programme.taken + (db.session.scalar(registered) or 0) + persons > programme.quota:
        raise Refusal("programme_full")


def granted(wish: Wish, run: Run | None, room: Room, now: datetime, kept: Kept | None = None) -> dict[str, Any]:
    """The row of the booking, its places taken from `room` unless it is only noted.

    `kept` is what strangers keep already. Raises Refusal, and then nothing is taken.
    """
    adults, infants = wish.adults, wish.infants
    must_be_a_group(adults, infants)
    if run is None:
        raise NotFound("voyage_not_found")
    run.require_sold("voyage_id")
    start = wish.from_call_id or (run.calls[0].id if run.calls else 0)
    end = wish.to_call_id or (run.calls[-1].id if run.calls else 0)
    legs = run.journey(start, end)
    if not legs:
        raise Refusal("not_on_sale", field="voyage_id")
    call = run.call(start)
    closes_at = call.closes_at
    if closes_at is None or closes_at <= now or call.left:
        raise Refusal("sale_closed", closed_at=closes_at)
    places, souls, vehicle_persons = adults, adults + infants, None
    if room.kind(legs, wish.fare_class_id) == PlaceKind.VEHICLE:
        if not wish.vehicle_plate:
            raise Refusal("vehicle_plate", field="vehicle_plate")
        places, infants, vehicle_persons = 1, 0, souls
    elif wish.vehicle_plate:
        raise Refusal("not_a_vehicle_class", field="vehicle_plate")
    if rule := run.closing_rule(start, end, wish.fare_class_id, souls, room, now):
        raise ClosedByRule(rule)
    room.must_have(legs, wish.fare_class_id, places, souls, wish.channel_id)
    full = fullness(room, legs, wish.fare_class_id, wish.channel_id)
    state, lasts = BookingState.NOTED, counter_time(full)
    if kept is None or not wish.asker or kept.may_keep(wish, room, legs, places):
        room.take(legs, wish.fare_class_id, places, souls, wish.channel_id)
        state, lasts = BookingState.HELD, hold_time(full)
    return {
        "code": new_booking_code(),
        "request_id": wish.request_id,
        "question": wish.question,
        "voyage_id": wish.voyage_id,
        "from_call_id": start,
        "to_call_id": end,
        "fare_class_id": wish.fare_class_id,
        "channel_id": wish.channel_id,
        "places": places,
        "infants": infants,
        "vehicle_persons": vehicle_persons,
        "vehicle_plate": wish.vehicle_plate or None,
        "state": state,
        "asker": wish.asker,
        "visitor": wish.visitor,
        "created_at": now,
        "expires_at": min(now + lasts, closes_at),
    }


def _held(row: Any, *, new: bool) -> Held:
    return Held(**{**{name: row[name] for name in _HELD}, "state": BookingState(row["state"])}, new=new)


_HELD = (
    "code", "voyage_id", "from_call_id", "to_call_id", "fare_class_id", "channel_id", "places", "infants",
    "vehicle_persons", "vehicle_plate", "state", "expires_at", "question",
)  # fmt: skip
_BOOKED = select(Booking.request_id, *(getattr(Booking, name) for name in _HELD))
# An array, so that the text is the same for every number of wishes. Each is looked up by itself: a plan made while
# the table was small would else read all of it, also when it has grown.
_ASKED = (
    func.unnest(bindparam("ids", type_=ARRAY(String))).table_valued(column("id", String), name="asked").render_derived()
)
_LOOKED_UP = _BOOKED.where(Booking.request_id == _ASKED.c.id).limit(1).lateral("looked_up")
_KNOWN = {
    "postgresql": select(_LOOKED_UP).select_from(_ASKED).join(_LOOKED_UP, true()),
    "sqlite": _BOOKED.where(Booking.request_id.in_(bindparam("ids", expanding=True))),
}


def _known(request_ids: Iterable[str]) -> dict[str, Held]:
    """Find the wishes that were granted before, by request."""
    connection = db.session.connection()
    rows = connection.execute(_KNOWN[connection.dialect.name], {"ids": sorted(request_ids)}).mappings()
    return {row["request_id"]: _held(row, new=False) for row in rows}


_batcher: Batcher[Wish, Held | Refusal] = Batcher(hold_all)


def hold(
    request_id: str,
    voyage_id: int,
    fare_class_id: int,
    adults: int,
    infants: int = 0,
    *,
    from_call_id: int | None = None,
    to_call_id: int | None = None,
    channel_id: int = ONLINE,
    vehicle_plate: str = "",
    **who: Any,
) -> Held:
    """Hold places, together with whoever else asks this process in the same moment; `who`: the rest of a `Wish`.

    Raises what `hold_all` puts in its place as a Refusal.
    """
    wish = Wish(
        request_id,
        voyage_id,
        fare_class_id,
        adults,
        infants,
        from_call_id,
        to_call_id,
        channel_id=channel_id,
        vehicle_plate=vehicle_plate,
        **who,
    )
    # End the reading that came before: whoever waits needs no connection, and reads what is true afterwards.
    end_reading()
    answer = _batcher.ask(wish)
    if isinstance(answer, Refusal):
        raise answer
    return answer
