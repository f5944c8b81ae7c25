"""Grave steps about a whole voyage: called off, another ship, fewer places, other times; some wait for their moment."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

OF_A_DEPARTURE = "step IN ('open', 'leave', 'undo_open', 'undo_leave')"
OF_A_VOYAGE = "step IN ('open', 'leave', 'undo_open', 'undo_leave', 'release', 'cancel', 'swap', 'lower', 'times')"


def upgrade() -> None:
    with op.batch_alter_table("departure_step") as batch_op:
        batch_op.add_column(sa.Column("voyage_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("details", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.alter_column("departure_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(op.f("fk_departure_step_voyage_id"), "voyage", ["voyage_id"], ["id"])
        batch_op.drop_constraint(op.f("ck_departure_step_step"), type_="check")
        batch_op.create_check_constraint(op.f("ck_departure_step_step"), OF_A_VOYAGE)
        batch_op.create_check_constraint(
            op.f("ck_departure_step_about"), "departure_id IS NOT NULL OR voyage_id IS NOT NULL"
        )
        batch_op.create_index(op.f("ix_departure_step_voyage_id"), ["voyage_id"])


def downgrade() -> None:
    op.execute("DELETE FROM departure_step WHERE departure_id IS NULL")
    with op.batch_alter_table("departure_step") as batch_op:
        batch_op.drop_index(op.f("ix_departure_step_voyage_id"))
        batch_op.drop_constraint(op.f("ck_departure_step_about"), type_="check")
        batch_op.drop_constraint(op.f("ck_departure_step_step"), type_="check")
        batch_op.create_check_constraint(op.f("ck_departure_step_step"), OF_A_DEPARTURE)
        batch_op.drop_constraint(op.f("fk_departure_step_voyage_id"), type_="foreignkey")
        batch_op.alter_column("departure_id", existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column("due_at")
        batch_op.drop_column("details")
        batch_op.drop_column("voyage_id")
