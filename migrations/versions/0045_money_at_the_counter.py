"""Money taken and paid back at the counter is kept as it was at that moment, also for what was paid before.

What was taken before is told by the bookings as they stand, together with what has been paid back of them since.
"""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TAKEN = """
INSERT INTO receipt (kind, booking_id, channel_id, officer_id, amount_idr, lines, at)
SELECT 'taken', b.id, b.channel_id, b.confirmed_by, b.amount_idr, '[]', b.confirmed_at
FROM booking b
WHERE b.confirmed_by IS NOT NULL AND b.payment = 'counter' AND b.confirmed_at IS NOT NULL AND b.moved_from_id IS NULL
"""
PAID_BACK = """
INSERT INTO receipt (kind, booking_id, channel_id, officer_id, refund_id, amount_idr, lines, at)
SELECT 'paid_back', r.booking_id, b.channel_id, r.paid_by, r.id, r.amount_idr, '[]', r.paid_at
FROM refund r JOIN booking b ON b.id = r.booking_id
WHERE r.paid_by IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("booking_id", sa.Integer, sa.ForeignKey("booking.id"), nullable=False),
        sa.Column("channel_id", sa.Integer, sa.ForeignKey("channel.id"), nullable=False),
        sa.Column("officer_id", sa.Integer, sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("refund_id", sa.Integer, sa.ForeignKey("refund.id"), unique=True),
        sa.Column("amount_idr", sa.Integer),
        sa.Column("lines", sa.JSON, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.CheckConstraint("kind IN ('taken', 'paid_back')", name=op.f("ck_receipt_kind")),
        sa.CheckConstraint("amount_idr >= 0", name=op.f("ck_receipt_amount")),
        sa.CheckConstraint("(kind = 'paid_back') = (refund_id IS NOT NULL)", name=op.f("ck_receipt_refund")),
    )
    op.create_index(op.f("ix_receipt_at"), "receipt", ["at"])
    op.create_index(op.f("ix_receipt_booking_id"), "receipt", ["booking_id"])
    op.execute(TAKEN)
    op.execute(PAID_BACK)


def downgrade() -> None:
    op.drop_table("receipt")
