"""By which set of travel rules a scan was judged, on which facts, and with which reasons."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OUTCOMES = "outcome IN ('pass', 'note', 'hold', 'refer', 'refuse_movable', 'refuse_void')"


def upgrade() -> None:
    with op.batch_alter_table("scan") as batch_op:
        batch_op.add_column(sa.Column("rule_set_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=14), nullable=True))
        batch_op.add_column(sa.Column("reasons", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("facts", sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_foreign_key(op.f("fk_scan_rule_set_id"), "rule_set", ["rule_set_id"], ["id"])
        batch_op.create_check_constraint(op.f("ck_scan_outcome"), OUTCOMES)
        batch_op.create_check_constraint(op.f("ck_scan_judged_by_a_set"), "(rule_set_id IS NULL) = (outcome IS NULL)")


def downgrade() -> None:
    with op.batch_alter_table("scan") as batch_op:
        batch_op.drop_constraint(op.f("ck_scan_judged_by_a_set"), type_="check")
        batch_op.drop_constraint(op.f("ck_scan_outcome"), type_="check")
        batch_op.drop_constraint(op.f("fk_scan_rule_set_id"), type_="foreignkey")
        for name in ("facts", "reasons", "outcome", "rule_set_id"):
            batch_op.drop_column(name)
