"""Channels: an allotment and a booking belong to one; the places that there are become those sold online."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


CHANNELS = ((1, "online", "Online"), (2, "counter", "Loket"), (3, "agent", "Agen"), (4, "reserve", "Cadangan"))


def upgrade() -> None:
    channel = op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sponsor", sa.String(length=80), nullable=False, server_default=""),
        sa.CheckConstraint("kind IN ('online', 'counter', 'agent', 'free', 'reserve')", name=op.f("ck_channel_kind")),
        sa.CheckConstraint("(kind = 'free') = (sponsor <> '')", name=op.f("ck_channel_free_has_a_sponsor")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel")),
        sa.UniqueConstraint("name", name=op.f("uq_channel_name")),
    )
    op.bulk_insert(channel, [{"id": n, "kind": kind, "name": name, "sponsor": ""} for n, kind, name in CHANNELS])
    if op.get_context().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('channel', 'id'), 4)")
    with op.batch_alter_table("allotment") as batch_op:
        batch_op.add_column(sa.Column("channel_id", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_foreign_key(op.f("fk_allotment_channel_id"), "channel", ["channel_id"], ["id"])
        batch_op.drop_constraint(op.f("uq_allotment_leg_id_fare_class_id"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_allotment_leg_id_fare_class_id_channel_id"), ["leg_id", "fare_class_id", "channel_id"]
        )
    with op.batch_alter_table("booking") as batch_op:
        batch_op.add_column(sa.Column("channel_id", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_foreign_key(op.f("fk_booking_channel_id"), "channel", ["channel_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_constraint(op.f("fk_booking_channel_id"), type_="foreignkey")
        batch_op.drop_column("channel_id")
    with op.batch_alter_table("allotment") as batch_op:
        batch_op.drop_constraint(op.f("uq_allotment_leg_id_fare_class_id_channel_id"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_allotment_leg_id_fare_class_id"), ["leg_id", "fare_class_id"])
        batch_op.drop_constraint(op.f("fk_allotment_channel_id"), type_="foreignkey")
        batch_op.drop_column("channel_id")
    op.drop_table("channel")
