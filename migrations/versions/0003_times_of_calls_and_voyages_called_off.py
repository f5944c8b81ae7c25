"""Times of calls: tide window, revised arrival and cause; voyages can be called off."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


CAUSES = "('', 'tide', 'weather', 'technical', 'order')"


def upgrade() -> None:
    with op.batch_alter_table("port_call") as batch_op:
        for name in ("tide_from", "tide_until", "revised_arrival"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cause", sa.String(length=10), nullable=False, server_default=""))
        batch_op.create_check_constraint(op.f("ck_port_call_cause"), f"cause IN {CAUSES}")
        batch_op.create_check_constraint(op.f("ck_port_call_tide_window"), "tide_from <= tide_until")
    with op.batch_alter_table("voyage") as batch_op:
        batch_op.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cancel_cause", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cancel_reason", sa.String(length=200), nullable=False, server_default=""))
        batch_op.create_check_constraint(op.f("ck_voyage_cancel_cause"), f"cancel_cause IN {CAUSES}")
        batch_op.create_check_constraint(op.f("ck_voyage_cancelled_why"), "cancelled_at IS NULL OR cancel_cause <> ''")


def downgrade() -> None:
    with op.batch_alter_table("voyage") as batch_op:
        batch_op.drop_constraint(op.f("ck_voyage_cancelled_why"), type_="check")
        batch_op.drop_constraint(op.f("ck_voyage_cancel_cause"), type_="check")
        for name in ("cancel_reason", "cancel_cause", "cancelled_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("port_call") as batch_op:
        batch_op.drop_constraint(op.f("ck_port_call_tide_window"), type_="check")
        batch_op.drop_constraint(op.f("ck_port_call_cause"), type_="check")
        for name in ("cause", "revised_arrival", "tide_until", "tide_from"):
            batch_op.drop_column(name)
