"""Count a departure at midnight to the day that it ends, as its timetable's 24.00 always was."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
port = sa.table("port", sa.column("id"), sa.column("zone"))
moments = ("revised_departure", "planned_departure", "revised_arrival", "planned_arrival")
port_call = sa.table(
    "port_call",
    *(sa.column(name) for name in ("id", "port_id")),
    sa.column("day", sa.Date()),
    *(sa.column(name, MOMENT) for name in moments),
)


def upgrade() -> None:
    connection = op.get_bind()
    zones = {row.id: row.zone for row in connection.execute(sa.select(port.c.id, port.c.zone))}
    rows = connection.execute(sa.select(port_call).where(port_call.c.day.is_not(None))).mappings().all()
    for row in rows:
        moment = _deciding(row)
        if moment is None:
            continue
        here = _aware(moment).astimezone(ZoneInfo(zones[row["port_id"]]))
        if here.hour == here.minute == 0 and row["day"] == here.date():
            before = here.date() - timedelta(days=1)
            connection.execute(sa.update(port_call).where(port_call.c.id == row["id"]).values(day=before))


def _deciding(row: sa.RowMapping) -> datetime | None:
    """The moment that decides the day of a call: its departure, else its arrival, as it was moved."""
    return next((row[name] for name in moments if row[name]), None)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def downgrade() -> None:
    """Nothing: either day was found before, by those who looked for it there."""
