"""When a passenger was admitted at a gate, where whoever changes a booking can see it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BEFORE = """
UPDATE passenger SET boarded_at = (
    SELECT scan.received_at FROM scan JOIN ticket ON ticket.id = scan.ticket_id
    WHERE ticket.passenger_id = passenger.id AND scan.verdict = 'pass'
)
WHERE id IN (
    SELECT ticket.passenger_id FROM scan JOIN ticket ON ticket.id = scan.ticket_id WHERE scan.verdict = 'pass'
)
"""


def upgrade() -> None:
    # Not in a batch: copying the table on SQLite would lose the triggers of 0009.
    op.add_column("passenger", sa.Column("boarded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(BEFORE)


def downgrade() -> None:
    op.drop_column("passenger", "boarded_at")
