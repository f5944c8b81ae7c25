"""Through whom places are sold, for officers."""

from typing import Any

from marshmallow import Schema, fields

from app.accounts.models import Role
from app.seats.models import ChannelKind
from app.seats.queries import list_channels
from app.web.api.door import Door, operation
from app.web.guard import only

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
