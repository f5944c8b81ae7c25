"""Open and close a free programme."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app import clock
from app.db import action, db, get_or_refuse
from app.errors import Refusal, or_refuse
from app.seats.models import FAMILY_MAX, Channel, ChannelKind, FreeProgramme
from app.seats.programmes import find_programme


@dataclass(frozen=True)
class Opening:
    """The decision about a programme: for how many, how many of a family, and from when until when."""

    quota: int
    per_family: int
    opens_at: datetime
    closes_at: datetime


@action
def open_programme(channel_id: int, opening: Opening, official_id: int) -> FreeProgramme:
    """Open the sponsor's programme, or change what was decided before; those who have a place keep it.

    Raises NotFound; Refusal `programme_channel` for a channel without a sponsor, `programme_quota` (at least one, and
    no fewer than have a place), `programme_per_family`, `programme_window`.
    """
    channel = get_or_refuse(Channel, channel_id, "channel_not_found")
    if channel.kind != ChannelKind.FREE:
        raise Refusal("programme_channel")
    programme = db.session.scalar(
        select(FreeProgramme).where(FreeProgramme.channel_id == channel_id).with_for_update(of=FreeProgramme)
    ) or FreeProgramme(channel_id=channel_id, taken=0)
    if opening.quota < max(1, programme.taken):
        raise Refusal("programme_quota", field="quota", taken=programme.taken)
    if not 1 <= opening.per_family <= FAMILY_MAX:
        raise Refusal("programme_per_family", field="per_family", maximum=FAMILY_MAX)
    if opening.opens_at >= opening.closes_at:
        raise Refusal("programme_window", field="closes_at")
    programme.quota, programme.per_family = opening.quota, opening.per_family
    programme.opens_at, programme.closes_at = opening.opens_at, opening.closes_at
    programme.opened_at, programme.opened_by, programme.closed_at = clock.now(), official_id, None
    db.session.add(programme)
    return programme


@action
def close_programme(channel_id: int) -> FreeProgramme:
    """Give no more places from now on. A second time nothing more happens. Raises NotFound."""
    programme = or_refuse(find_programme(channel_id), "programme_not_found")
    programme.closed_at = programme.closed_at or clock.now()
    return programme
