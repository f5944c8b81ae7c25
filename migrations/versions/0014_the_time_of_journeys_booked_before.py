"""The time of journeys that were booked before 0009, so that they too keep their travelers from two ships at once."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PASSAGE = timedelta(hours=30)
"""Where no arrival is documented; the default of the setting `passage_hours`."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

MOMENT = sa.DateTime(timezone=True)
passenger = sa.table(
    "passenger",
    *(sa.column(name) for name in ("id", "booking_id", "document_number", "state", "from_minute", "until_minute")),
)
booking = sa.table("booking", *(sa.column(name) for name in ("id", "state", "from_call_id", "to_call_id")))
calls = ("planned_departure", "revised_departure", "actual_departure", "planned_arrival")
port_call = sa.table("port_call", sa.column("id"), *(sa.column(name, MOMENT) for name in calls))
start, end = port_call.alias("start"), port_call.alias("stop")


def upgrade() -> None:
    connection = op.get_bind()
    taken: dict[str, list[tuple[int, int]]] = defaultdict(list)
    known = sa.select(passenger.c.document_number, passenger.c.from_minute, passenger.c.until_minute)
    for number, first, last in connection.execute(known.where(passenger.c.from_minute.is_not(None))):
        taken[number].append((first, last))
    untold = (
        sa.select(
            passenger.c.id,
            passenger.c.document_number,
            sa.func.coalesce(
                start.c.planned_departure, start.c.actual_departure, start.c.revised_departure, type_=MOMENT
            ),
            end.c.planned_arrival,
            end.c.planned_departure,
        )
        .join(booking, booking.c.id == passenger.c.booking_id)
        .join(start, start.c.id == booking.c.from_call_id)
        .join(end, end.c.id == booking.c.to_call_id)
        .where(passenger.c.from_minute.is_(None), passenger.c.state == "travels")
        .where(booking.c.state.in_(["held", "confirmed"]))
        .order_by(passenger.c.id)
    )
    rows = []
    for number, document, departs, arrives, leaves_again in connection.execute(untold).all():
        if departs is None:
            continue
        if arrives is None:
            arrives = departs + PASSAGE
            arrives = min(arrives, leaves_again) if leaves_again else arrives
        first = _minute(departs)
        last = max(first + 1, _minute(arrives))
        # Whoever was on two ships already stays so, once: the recount names them.
        if all(last <= since or until <= first for since, until in taken[document]):
            taken[document].append((first, last))
            rows.append({"passenger": number, "first": first, "last": last})
    if rows:
        connection.execute(
            sa.update(passenger)
            .where(passenger.c.id == sa.bindparam("passenger"))
            .values(from_minute=sa.bindparam("first"), until_minute=sa.bindparam("last")),
            rows,
        )


def _minute(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(minutes=1)


def downgrade() -> None:
    """Nothing: a time that is known harms nobody."""
