"""All models in one place, for tools that need the whole schema (migrations, tests)."""

from app import outbox
from app.accounts import models as accounts
from app.accounts.devices import models as devices
from app.boarding import models as boarding
from app.boarding.groups import models as groups
from app.boarding.recalls import models as recalls
from app.boarding.sequence_numbers import models as sequence_numbers
from app.boarding.shares import models as shares
from app.boarding.step_offs import models as step_offs
from app.booking import models as booking
from app.booking.walk_ons import models as walk_ons
from app.db import Base
from app.fares import models as fares
from app.planning import models as flow
from app.rules import models as rules
from app.schedule import models as schedule
from app.seats import models as seats

metadata = Base.metadata

__all__ = [
    "accounts",
    "boarding",
    "booking",
    "devices",
    "fares",
    "flow",
    "groups",
    "metadata",
    "outbox",
    "recalls",
    "rules",
    "schedule",
    "seats",
    "sequence_numbers",
    "shares",
    "step_offs",
    "walk_ons",
]
