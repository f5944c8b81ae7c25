"""Who asks for places, and orders that are noted without keeping any, so that strangers keep a bounded part."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

STATES = "'held', 'confirmed', 'cancelled', 'expired'"


def _rules(states: str, ending: str) -> None:
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_constraint(op.f("ck_booking_state"), type_="check")
        batch_op.drop_constraint(op.f("ck_booking_every_hold_ends"), type_="check")
        batch_op.create_check_constraint(op.f("ck_booking_state"), f"state IN ({states})")
        batch_op.create_check_constraint(op.f("ck_booking_every_hold_ends"), f"{ending} OR expires_at IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("booking") as batch_op:
        batch_op.add_column(sa.Column("asker", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("visitor", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("proved", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index(op.f("ix_booking_asker_booking_created_at"), ["asker", "created_at"])
    _rules("'held', 'noted', 'confirmed', 'cancelled', 'expired'", "state NOT IN ('held', 'noted')")


def downgrade() -> None:
    op.execute("UPDATE booking SET state = 'expired' WHERE state = 'noted'")
    _rules(STATES, "state <> 'held'")
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_index(op.f("ix_booking_asker_booking_created_at"))
        batch_op.drop_column("proved")
        batch_op.drop_column("visitor")
        batch_op.drop_column("asker")
