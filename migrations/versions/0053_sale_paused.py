"""While it is decided whether a voyage is called off, its sale pauses."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("voyage", sa.Column("sale_paused_until", UtcDateTime, nullable=True))


def downgrade() -> None:
    op.drop_column("voyage", "sale_paused_until")
