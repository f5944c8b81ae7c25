"""Work out the places that a waiting group can be given, and those that are set aside for it meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app import config
from app.booking.inventory.lock import Run
from app.booking.inventory.unpaid_limits import address_share
from app.booking.models import PERSONS_MAX
from app.seats import stocks
from app.seats.models import ONLINE, PlaceKind
from app.seats.places import Room


@dataclass(frozen=True)
class GroupShare:
    """The places that a waiting group can be given, and until when at most they may be held."""

    places: int
    infants: int
    until: datetime


def wanted_until(run: Run, from_call_id: int, standby: bool, now: datetime) -> datetime | None:
    """Until when journeys from this call are still given away: to standby until the ship leaves. None: not any more."""
    call = run.call(from_call_id)
    until = call.departs_at if standby else call.closes_at
    return None if run.cancelled or run.paused or call.left or until is None or until <= now else until


def share(wish: Any, run: Run, room: Room, now: datetime, most: int = PERSONS_MAX) -> GroupShare | None:
    """Share out of the room to a wish (a row of the list): all that is wanted, for a `partial` one also less.

    `most` places are given, whatever there is.
    """
    legs = run.journey(wish.from_call_id, wish.to_call_id)
    until = wanted_until(run, wish.from_call_id, wish.standby, now) if legs else None
    if until is None or run.closing_rule(*asked_for(wish), wish.places + wish.infants, room, now):
        return None
    free, souls = min(most, room.free(legs, wish.fare_class_id)), room.free_souls(legs, wish.fare_class_id)
    if free >= wish.places and souls >= wish.places + wish.infants:
        return GroupShare(wish.places, wish.infants, until)
    places = min(free, souls, wish.places)
    if not wish.partial or places < 1:
        return None
    return GroupShare(places, min(wish.infants, places, souls - places), until)


def is_beyond_share(wish: Any, run: Run, room: Room, given: int = 0) -> bool:
    """Whether the address that a group waits from would keep more of the voyage than its share, with it served.

    A `partial` group is only where nothing at all is left of the share.
    """
    return share_left(wish, run, room, given) < (1 if wish.partial else wish.places)


def share_left(wish: Any, run: Run, room: Room, given: int = 0) -> int:
    """Places that the address of a group may still keep of the voyage, at most those of a whole booking.

    `given` are places that it was given just now, besides the `kept` of the wish. An officer's group has no address.
    """
    legs = run.journey(wish.from_call_id, wish.to_call_id)
    if not wish.asker or not legs:
        return PERSONS_MAX
    return min(PERSONS_MAX, address_share(room, legs, wish.fare_class_id, ONLINE) - wish.kept - given)


def asked_for(wish: Any) -> tuple[int, int, int]:
    """From and to which call, and in which class."""
    return wish.from_call_id, wish.to_call_id, wish.fare_class_id


def most_free(run: Run, room: Room) -> int:
    """The most that anybody from the public could be given on a leg of the voyage; 0 is what a sold-out one has."""
    legs = [leg_id for leg_id in run.leg_ids if room.souls.get(leg_id, 0) > 0]
    return max(
        (s.free for (leg, _, channel), s in room.stocks.items()
         if channel == ONLINE and leg in legs and s.kind != PlaceKind.VEHICLE),
        default=0,
    )  # fmt: skip


def set_aside(wish: Any, run: Run, room: Room, now: datetime) -> datetime | None:
    """Let nobody else have the places that are free for this group while it waits for more; until when.

    For each group once, and no longer than `aside_minutes`: a large one must not keep a ship empty. None where nothing
    is to be set aside, or not any more.
    """
    minutes = config.current().aside_minutes
    until = wish.aside_until or now + timedelta(minutes=minutes)
    legs = run.journey(wish.from_call_id, wish.to_call_id)
    if not minutes or wish.partial or until <= now or not legs:
        return None
    if wanted_until(run, wish.from_call_id, wish.standby, now) is None:
        return None
    if run.closing_rule(*asked_for(wish), wish.places + wish.infants, room, now):
        return None
    keys = [(leg_id, wish.fare_class_id, ONLINE) for leg_id in legs]
    return until if stocks.set_aside(room.stocks, keys, wish.places, until - now) else None


def most_wanted(free: Iterable[int]) -> int:
    """The largest group that is to be asked: all that could fit, or all where places are set aside for one."""
    return PERSONS_MAX if config.current().aside_minutes else max(free, default=0)
