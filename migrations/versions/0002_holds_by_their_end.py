"""Holds by their end: an index over what is held, so that asking every second whether one has ended costs nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HELD = sa.text("state = 'held'")


def upgrade() -> None:
    # Beside the running code: PostgreSQL builds it without locking out writers.
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_booking_held_until",
            "booking",
            ["expires_at"],
            postgresql_where=HELD,
            sqlite_where=HELD,
            postgresql_concurrently=True,
            if_not_exists=True,
        )


def downgrade() -> None:
    op.drop_index("ix_booking_held_until", "booking")
