"""Staged release: plans by which an allotment comes on sale, and when its unsold places flow back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


PLAN = "Bertahap 30/30/30, 10 persen disimpan"
"""As Washington State Ferries releases its places: at once, two weeks and two days before, and a tenth kept."""


def upgrade() -> None:
    plan = op.create_table(
        "release_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_plan")),
        sa.UniqueConstraint("name", name=op.f("uq_release_plan_name")),
    )
    op.bulk_insert(plan, [{"id": 1, "name": PLAN, "steps": [[None, 30], [14, 30], [2, 30]]}])
    if op.get_context().dialect.name == "postgresql":
        op.execute("SELECT setval(pg_get_serial_sequence('release_plan', 'id'), 1)")
    with op.batch_alter_table("allotment") as batch_op:
        batch_op.add_column(sa.Column("flowed", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("release_plan_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("flow_back_minutes", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_allotment_release_plan_id"), "release_plan", ["release_plan_id"], ["id"])
        batch_op.create_check_constraint(op.f("ck_allotment_flowed"), "flowed BETWEEN 0 AND quota")
        batch_op.create_check_constraint(op.f("ck_allotment_flow_back_minutes"), "flow_back_minutes >= 0")


def downgrade() -> None:
    with op.batch_alter_table("allotment") as batch_op:
        batch_op.drop_constraint(op.f("ck_allotment_flow_back_minutes"), type_="check")
        batch_op.drop_constraint(op.f("ck_allotment_flowed"), type_="check")
        batch_op.drop_constraint(op.f("fk_allotment_release_plan_id"), type_="foreignkey")
        for name in ("flow_back_minutes", "release_plan_id", "flowed"):
            batch_op.drop_column(name)
    op.drop_table("release_plan")
