"""Give each order a boarding group, and keep which group is called."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boarding_group",
        sa.Column("booking_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("souls", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_boarding_group_number")),
        sa.CheckConstraint("souls >= 1", name=op.f("ck_boarding_group_souls")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_boarding_group_booking_id")),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name=op.f("fk_boarding_group_departure_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_boarding_group")),
    )
    op.create_index(
        "ix_boarding_group_departure_id_boarding_group_number", "boarding_group", ["departure_id", "number"]
    )
    op.add_column("departure", sa.Column("called_group", sa.Integer(), nullable=True))
    op.add_column("departure", sa.Column("called_at", UtcDateTime, nullable=True))
    op.execute(
        "ALTER TABLE departure ADD COLUMN called_by INTEGER CONSTRAINT fk_departure_called_by REFERENCES app_user (id)"
    )


def downgrade() -> None:
    for name in ("called_by", "called_at", "called_group"):
        op.drop_column("departure", name)
    op.drop_table("boarding_group")
