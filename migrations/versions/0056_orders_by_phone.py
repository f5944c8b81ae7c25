"""Find the orders of a telephone number without reading all of them."""

from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_booking_phone"), "booking", ["phone"])


def downgrade() -> None:
    op.drop_index(op.f("ix_booking_phone"), "booking")
