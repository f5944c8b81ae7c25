"""Until when free places are set aside for the first waiting group that needs more of them."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("waiting_entry") as batch_op:
        batch_op.add_column(sa.Column("aside_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("waiting_entry") as batch_op:
        batch_op.drop_column("aside_until")
