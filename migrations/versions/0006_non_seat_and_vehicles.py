"""Kinds of places: beds, places without a seat, and vehicles with everybody in them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("fare_class") as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=8), nullable=False, server_default="bed"))
        batch_op.create_check_constraint(op.f("ck_fare_class_kind"), "kind IN ('bed', 'non_seat', 'vehicle')")
    with op.batch_alter_table("booking") as batch_op:
        batch_op.add_column(sa.Column("vehicle_persons", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("vehicle_plate", sa.String(length=12), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_booking_vehicle_has_both"), "(vehicle_persons IS NULL) = (vehicle_plate IS NULL)"
        )
        batch_op.create_check_constraint(
            op.f("ck_booking_vehicle_persons"),
            "vehicle_persons IS NULL OR (vehicle_persons BETWEEN 1 AND 8 AND places = 1 AND infants = 0)",
        )


def downgrade() -> None:
    with op.batch_alter_table("booking") as batch_op:
        batch_op.drop_constraint(op.f("ck_booking_vehicle_persons"), type_="check")
        batch_op.drop_constraint(op.f("ck_booking_vehicle_has_both"), type_="check")
        batch_op.drop_column("vehicle_plate")
        batch_op.drop_column("vehicle_persons")
    with op.batch_alter_table("fare_class") as batch_op:
        batch_op.drop_constraint(op.f("ck_fare_class_kind"), type_="check")
        batch_op.drop_column("kind")
