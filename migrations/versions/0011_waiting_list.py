"""The waiting list."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


WAITS = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "waiting_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("infants", sa.Integer(), nullable=False),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("standby", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("booking_id", sa.Integer(), nullable=True),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'offered', 'served', 'lapsed', 'withdrawn')", name=op.f("ck_waiting_entry_state")
        ),
        sa.CheckConstraint("places BETWEEN 1 AND 8", name=op.f("ck_waiting_entry_places")),
        sa.CheckConstraint(
            "infants >= 0 AND infants <= places AND places + infants <= 8", name=op.f("ck_waiting_entry_infants")
        ),
        sa.CheckConstraint(
            "(state IN ('offered', 'served')) = (booking_id IS NOT NULL)", name=op.f("ck_waiting_entry_offer")
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_waiting_entry_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entry")),
        sa.UniqueConstraint("code", name=op.f("uq_waiting_entry_code")),
        sa.UniqueConstraint("request_id", name=op.f("uq_waiting_entry_request_id")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_waiting_entry_booking_id")),
    )
    op.create_index("ix_waiting_entry_waits", "waiting_entry", ["id"], postgresql_where=WAITS, sqlite_where=WAITS)
    op.create_table(
        "waiting_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("voyage_id", sa.Integer(), nullable=False),
        sa.Column("from_call_id", sa.Integer(), nullable=False),
        sa.Column("to_call_id", sa.Integer(), nullable=False),
        sa.Column("fare_class_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["waiting_entry.id"], name=op.f("fk_waiting_choice_entry_id")),
        sa.ForeignKeyConstraint(["voyage_id"], ["voyage.id"], name=op.f("fk_waiting_choice_voyage_id")),
        sa.ForeignKeyConstraint(["from_call_id"], ["port_call.id"], name=op.f("fk_waiting_choice_from_call_id")),
        sa.ForeignKeyConstraint(["to_call_id"], ["port_call.id"], name=op.f("fk_waiting_choice_to_call_id")),
        sa.ForeignKeyConstraint(["fare_class_id"], ["fare_class.id"], name=op.f("fk_waiting_choice_fare_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_choice")),
        sa.UniqueConstraint("entry_id", "rank", name=op.f("uq_waiting_choice_entry_id_rank")),
        sa.UniqueConstraint(
            "entry_id", "from_call_id", "to_call_id", "fare_class_id", name=op.f("uq_waiting_choice_once")
        ),
    )
    op.create_index(op.f("ix_waiting_choice_voyage_id"), "waiting_choice", ["voyage_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_waiting_choice_voyage_id"), "waiting_choice")
    op.drop_table("waiting_choice")
    op.drop_index("ix_waiting_entry_waits", "waiting_entry")
    op.drop_table("waiting_entry")
