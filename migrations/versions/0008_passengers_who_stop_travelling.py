"""Passengers who stop travelling one by one, and tickets that are void."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


GOOD = sa.text("void_at IS NULL")
STATES = "('travels', 'cancelled', 'moved', 'displaced', 'no_show')"


def upgrade() -> None:
    with op.batch_alter_table("passenger") as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default="travels"))
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(op.f("ck_passenger_state"), f"state IN {STATES}")
        batch_op.create_check_constraint(op.f("ck_passenger_ended_when"), "(state = 'travels') = (ended_at IS NULL)")
        batch_op.create_index(op.f("ix_passenger_document_number"), ["document_number"])
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.add_column(sa.Column("void_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("void_reason", sa.String(length=12), nullable=False, server_default=""))
        batch_op.create_check_constraint(op.f("ck_ticket_void_why"), "(void_at IS NULL) = (void_reason = '')")
        batch_op.drop_constraint(op.f("uq_ticket_passenger_id"), type_="unique")
        batch_op.create_index(op.f("ix_ticket_passenger_id"), ["passenger_id"])
    op.create_index(
        "uq_ticket_one_good_per_passenger", "ticket", ["passenger_id"], unique=True,
        postgresql_where=GOOD, sqlite_where=GOOD,
    )  # fmt: skip
    with op.batch_alter_table("booking") as batch_op:
        batch_op.add_column(sa.Column("moved_from_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_booking_moved_from_id"), "booking", ["moved_from_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_constraint(op.f("fk_booking_moved_from_id"), type_="foreignkey")
        batch_op.drop_column("moved_from_id")
    op.drop_index("uq_ticket_one_good_per_passenger", "ticket")
    op.execute("DELETE FROM ticket WHERE void_at IS NOT NULL")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_index(op.f("ix_ticket_passenger_id"))
        batch_op.create_unique_constraint(op.f("uq_ticket_passenger_id"), ["passenger_id"])
        batch_op.drop_constraint(op.f("ck_ticket_void_why"), type_="check")
        batch_op.drop_column("void_reason")
        batch_op.drop_column("void_at")
    with op.batch_alter_table("passenger") as batch_op:
        batch_op.drop_index(op.f("ix_passenger_document_number"))
        batch_op.drop_constraint(op.f("ck_passenger_ended_when"), type_="check")
        batch_op.drop_constraint(op.f("ck_passenger_state"), type_="check")
        batch_op.drop_column("ended_at")
        batch_op.drop_column("state")
