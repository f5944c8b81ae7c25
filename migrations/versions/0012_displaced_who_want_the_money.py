"""Displaced who want the money: travelers can say so before the counter has paid it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("displacement") as batch_op:
        batch_op.add_column(sa.Column("refund_chosen_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("displacement") as batch_op:
        batch_op.drop_column("refund_chosen_at")
