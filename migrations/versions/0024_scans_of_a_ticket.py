"""Scans are found by their ticket: each scan at a gate looks for the ones before it."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_scan_ticket_id"), "scan", ["ticket_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_scan_ticket_id"), table_name="scan")
