"""Who wrote a fare down or put it right, when, and what it said before and after."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tariff_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tariff_id", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["app_user.id"], name=op.f("fk_tariff_change_changed_by_app_user")),
        sa.ForeignKeyConstraint(["tariff_id"], ["tariff.id"], name=op.f("fk_tariff_change_tariff_id_tariff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff_change")),
    )
    op.create_index(op.f("ix_tariff_change_tariff_id"), "tariff_change", ["tariff_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_tariff_change_tariff_id"), table_name="tariff_change")
    op.drop_table("tariff_change")
