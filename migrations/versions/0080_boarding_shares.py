"""Share out what is left below the ceiling among the devices at a ship's side."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0080"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "boarding_share",
        sa.Column("departure_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("device_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("granted_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_boarding_share_places")),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name=op.f("fk_boarding_share_departure_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_boarding_share_device_id")),
        sa.PrimaryKeyConstraint("departure_id", "device_id", name=op.f("pk_boarding_share")),
    )


def downgrade() -> None:
    op.drop_table("boarding_share")
