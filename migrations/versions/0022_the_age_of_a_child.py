"""An operator's terms say from which age on somebody may sail without an adult."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("operator") as table:
        table.add_column(sa.Column("child_age", sa.Integer(), nullable=True))
        table.create_check_constraint(op.f("ck_operator_child_age"), "child_age BETWEEN 1 AND 18")


def downgrade() -> None:
    with op.batch_alter_table("operator") as table:
        table.drop_constraint(op.f("ck_operator_child_age"), type_="check")
        table.drop_column("child_age")
