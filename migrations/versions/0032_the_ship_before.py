"""Which ship was to sail before it was swapped, when and why, so that tickets can say it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("voyage") as table:
        table.add_column(sa.Column("ship_before", sa.String(60), server_default="", nullable=False))
        table.add_column(sa.Column("ship_swapped_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("ship_swap_reason", sa.String(200), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("voyage") as table:
        table.drop_column("ship_swap_reason")
        table.drop_column("ship_swapped_at")
        table.drop_column("ship_before")
