"""Channels through which places are sold, for officers; and the free programmes that everybody may ask for."""

from typing import Any

from marshmallow import Schema, fields

from app.accounts.models import Role
from app.seats.models import ChannelKind
from app.seats.programmes import list_open_programmes
from app.seats.queries import list_channels
from app.web.api.door import Door, operation
from app.web.guard import only, public

bp = Door("channels", __name__, "Saluran penjualan · Channels")


class ChannelOut(Schema):
    """A way of selling, with places of its own."""

    id = fields.Integer(required=True, metadata={"description": "For `channel_id` of a hold."})
    kind = fields.Enum(ChannelKind, by_value=True, required=True)
    name = fields.String(required=True)
    sponsor = fields.String(required=True, metadata={"description": "Who pays, for a free programme; else empty."})


class ChannelsOut(Schema):
    """All channels in the order of their ids; the first one is online, for everybody."""

    channels = fields.List(fields.Nested(ChannelOut), required=True)


class ProgrammeOut(Schema):
    """Places that a sponsor pays for, while an official lets them be given."""

    channel_id = fields.Integer(required=True, metadata={"description": "For `channel_id` of a hold."})
    name = fields.String(required=True, attribute="channel.name")
    sponsor = fields.String(required=True, attribute="channel.sponsor")
    quota = fields.Integer(required=True, metadata={"description": "People, on all voyages together."})
    taken = fields.Integer(required=True, metadata={"description": "People who have a place."})
    per_family = fields.Integer(required=True, metadata={"description": "At most so many of one family card."})
    closes_at = fields.AwareDateTime(required=True)


class ProgrammesOut(Schema):
    """The free programmes that are open now."""

    programmes = fields.List(fields.Nested(ProgrammeOut), required=True)


@bp.get("/programmes")
@bp.response(200, ProgrammesOut)
@operation("Program gratis yang dibuka · Free programmes that are open")
@public
def list_programmes() -> dict[str, Any]:
    """One person has one place in a programme; an officer looks at identity and family cards before it is confirmed."""
    return {"programmes": list_open_programmes()}


@bp.get("/channels")
@bp.response(200, ChannelsOut)
@operation("Daftar saluran · List the channels")
@only(Role.OFFICER)
def list_all_channels() -> dict[str, Any]:
    """Out of whose places an officer may sell."""
    return {
        "channels": [
            {"id": c.id, "kind": ChannelKind(c.kind), "name": c.name, "sponsor": c.sponsor} for c in list_channels()
        ]
    }
