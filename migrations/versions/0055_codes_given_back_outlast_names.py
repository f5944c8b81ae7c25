"""The giving back of a code outlasts the person it was given to, where somebody else is named before it is paid."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("code_return") as table:
        table.alter_column("passenger_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM code_return WHERE passenger_id IS NULL")
    with op.batch_alter_table("code_return") as table:
        table.alter_column("passenger_id", existing_type=sa.Integer(), nullable=False)
