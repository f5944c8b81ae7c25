"""No promise above the ceiling, but for what was promised before a ceiling sank."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("leg_load") as batch_op:
        batch_op.add_column(sa.Column("over_promised", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE leg_load SET over_promised = promised - ceiling WHERE promised > ceiling")
    with op.batch_alter_table("leg_load") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_leg_load_no_promise_above"), "over_promised >= 0 AND promised <= ceiling + over_promised"
        )


def downgrade() -> None:
    with op.batch_alter_table("leg_load") as batch_op:
        batch_op.drop_constraint(op.f("ck_leg_load_no_promise_above"), type_="check")
        batch_op.drop_column("over_promised")
