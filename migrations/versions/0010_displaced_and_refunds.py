"""Those who lost their places to a decision, and the money that is owed back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "displacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("voyage_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("souls", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("way_out", sa.String(length=12), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "cause IN ('cancelled', 'ship_swapped', 'quota_lowered')", name=op.f("ck_displacement_cause")
        ),
        sa.CheckConstraint("way_out IN ('', 'moved', 'refunded', 'none_needed')", name=op.f("ck_displacement_way_out")),
        sa.CheckConstraint("(way_out = '') = (settled_at IS NULL)", name=op.f("ck_displacement_settled_when")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_displacement_booking_id")),
        sa.ForeignKeyConstraint(["voyage_id"], ["voyage.id"], name=op.f("fk_displacement_voyage_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["app_user.id"], name=op.f("fk_displacement_decided_by")),
        sa.ForeignKeyConstraint(["settled_by"], ["app_user.id"], name=op.f("fk_displacement_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_displacement")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_displacement_booking_id")),
    )
    op.create_index(op.f("ix_displacement_voyage_id"), "displacement", ["voyage_id"])
    op.create_table(
        "refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passenger_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("amount_idr", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_refund_percent")),
        sa.CheckConstraint("amount_idr >= 0", name=op.f("ck_refund_amount")),
        sa.CheckConstraint("(paid_at IS NULL) = (paid_by IS NULL)", name=op.f("ck_refund_paid_by")),
        sa.ForeignKeyConstraint(["passenger_id"], ["passenger.id"], name=op.f("fk_refund_passenger_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_refund_booking_id")),
        sa.ForeignKeyConstraint(["paid_by"], ["app_user.id"], name=op.f("fk_refund_paid_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("passenger_id", name=op.f("uq_refund_passenger_id")),
    )
    op.create_index(op.f("ix_refund_booking_id"), "refund", ["booking_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_refund_booking_id"), "refund")
    op.drop_table("refund")
    op.drop_index(op.f("ix_displacement_voyage_id"), "displacement")
    op.drop_table("displacement")
