"""Judge a ticket that is shown on the way off the ship, and one whose holder comes back."""

from dataclasses import replace

from app.boarding.holders import Holder, Place
from app.boarding.judgement import Judgement, when_and_where
from app.boarding.models import CAME_BACK, STEPPED_OFF, Stage, Verdict
from app.boarding.scan_writes import come_aboard
from app.booking.queries import list_leg_ids
from app.errors import Refusal
from app.seats import places


def step_off(holder: Holder | None, place: Place) -> tuple[Judgement, Place]:
    """Let the holder go ashore, by a ticket that is aboard; counted no more on the legs that are still to come.

    Rules and hours are not asked. At the call where the journey ends nothing is to be counted: it is an alighting. With
    the place and its count. Raises Refusal `not_at_the_ship` at a gate elsewhere.
    """
    if place.stage != Stage.GANGWAY or place.gate_port_id != place.port_id:
        raise Refusal("not_at_the_ship")
    if holder is None:
        return Judgement(Verdict.REFER, "unknown_ticket"), place
    if place.actual and place.actual <= place.now:
        return Judgement(Verdict.REFUSE, "departed", {"at": place.actual.isoformat()}), place
    if not holder.is_aboard_at(place):
        since = {"at": holder.off_at.isoformat()} if holder.off_at and holder.is_back_at(place) else {}
        return Judgement(Verdict.REFER, "not_aboard", since), place
    onward = list_leg_ids(holder.voyage_id, place.call_id, holder.to_call_id)
    if not onward:
        return Judgement(Verdict.PASS, "alighted"), place
    counts = places.go_ashore(onward)
    assert counts is not None  # noqa: S101 - there is a leg
    return Judgement(Verdict.PASS, STEPPED_OFF), replace(place, aboard=counts[0], ceiling=counts[1])


def come_back(holder: Holder, place: Place) -> tuple[Judgement, Place]:
    """Let the holder aboard again who stepped off here: no second use, and neither rules nor hours are asked anew."""
    assert holder.off_at is not None  # noqa: S101 - somebody is ashore, or nobody would ask
    if place.stage != Stage.GANGWAY:
        return Judgement(Verdict.PASS, "entered_again", when_and_where(holder)), place
    counted = come_aboard(holder, place)
    if counted is None:
        return Judgement(Verdict.REFUSE, "ship_full"), place
    return Judgement(Verdict.PASS, CAME_BACK, {"at": holder.off_at.isoformat()}), counted
