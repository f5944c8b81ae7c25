"""Whoever lost their places is told the ship that they had booked, whatever ship sails now."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

# Where more than one swap came after it, nobody knows any more: no name is told.
KNOWN = """
UPDATE displacement SET ship_name = COALESCE((
    SELECT CASE
        WHEN displacement."at" = voyage.ship_swapped_at THEN voyage.ship_before
        WHEN displacement.cause = 'ship_swapped' OR displacement."at" < voyage.ship_swapped_at THEN ''
        ELSE ship.name
    END
    FROM voyage LEFT JOIN ship ON ship.id = voyage.ship_id WHERE voyage.id = displacement.voyage_id
), '')
"""


def upgrade() -> None:
    op.add_column("displacement", sa.Column("ship_name", sa.String(60), nullable=False, server_default=""))
    op.execute(KNOWN)


def downgrade() -> None:
    op.drop_column("displacement", "ship_name")
