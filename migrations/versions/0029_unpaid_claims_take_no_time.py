"""Unpaid claims take no time: only a confirmed journey keeps its traveler from another one."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

passenger = sa.table("passenger", *(sa.column(name) for name in ("booking_id", "from_minute", "until_minute")))
booking = sa.table("booking", sa.column("id"), sa.column("state"))


def upgrade() -> None:
    unpaid = sa.select(booking.c.id).where(booking.c.state != "confirmed")
    op.execute(
        sa.update(passenger)
        .where(passenger.c.from_minute.is_not(None), passenger.c.booking_id.in_(unpaid))
        .values(from_minute=None, until_minute=None)
    )


def downgrade() -> None:
    """Nothing: a claim without its time blocks nobody, and naming the people again writes it."""
