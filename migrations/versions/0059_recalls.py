"""How it ended with somebody whom a device had let aboard and the server did not accept."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

LET_ABOARD_ALONE = sa.text("device_verdict = 'pass' AND verdict <> 'pass'")


def upgrade() -> None:
    op.create_table(
        "recall_settlement",
        sa.Column("scan_id", sa.String(36), nullable=False),
        sa.Column("ended", sa.String(11), nullable=False),
        sa.Column("reason", sa.String(300), server_default="", nullable=False),
        sa.Column("pass_id", sa.String(36), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=False),
        sa.Column("settled_at", UtcDateTime, nullable=False),
        sa.CheckConstraint(
            "ended IN ('called_off', 'same_person', 'accepted')", name=op.f("ck_recall_settlement_ended")
        ),
        sa.CheckConstraint("(ended = 'accepted') = (pass_id IS NOT NULL)", name=op.f("ck_recall_settlement_pass")),
        sa.CheckConstraint("ended <> 'accepted' OR reason <> ''", name=op.f("ck_recall_settlement_reason")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_recall_settlement_scan_id")),
        sa.ForeignKeyConstraint(["pass_id"], ["scan.id"], name=op.f("fk_recall_settlement_pass_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["app_user.id"], name=op.f("fk_recall_settlement_settled_by")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_recall_settlement")),
        sa.UniqueConstraint("pass_id", name=op.f("uq_recall_settlement_pass_id")),
    )
    op.create_index(
        "ix_scan_let_aboard_alone",
        "scan",
        ["departure_id"],
        postgresql_where=LET_ABOARD_ALONE,
        sqlite_where=LET_ABOARD_ALONE,
    )


def downgrade() -> None:
    op.drop_index("ix_scan_let_aboard_alone", table_name="scan")
    op.drop_table("recall_settlement")
