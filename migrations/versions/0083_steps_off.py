"""Let a scan lead off the ship as well as aboard, and keep who is ashore meanwhile."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

ADMITS = "verdict = 'pass' AND direction = 'in' AND reason NOT IN ('entered_again', 'came_back')"
ADMITTED_BEFORE = "verdict = 'pass' AND reason <> 'entered_again'"


def upgrade() -> None:
    # With the check in the column itself, no engine copies the largest table of all.
    op.execute(
        "ALTER TABLE scan ADD COLUMN direction VARCHAR(3) DEFAULT 'in' NOT NULL "
        "CONSTRAINT ck_scan_direction CHECK (direction IN ('in', 'out'))"
    )
    _one_pass("uq_scan_one_admission_per_stage", ADMITS)
    op.drop_index("uq_scan_one_pass_per_stage", "scan")
    op.create_table(
        "step_off",
        sa.Column("scan_id", sa.String(36), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("returned_id", sa.String(36), nullable=True),
        sa.Column("returned_at", UtcDateTime, nullable=True),
        sa.CheckConstraint("(returned_id IS NULL) = (returned_at IS NULL)", name=op.f("ck_step_off_returned")),
        sa.CheckConstraint("returned_at >= at", name=op.f("ck_step_off_order")),
        sa.ForeignKeyConstraint(["scan_id"], ["scan.id"], name=op.f("fk_step_off_scan_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_step_off_ticket_id")),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name=op.f("fk_step_off_departure_id")),
        sa.ForeignKeyConstraint(["returned_id"], ["scan.id"], name=op.f("fk_step_off_returned_id")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_step_off")),
        sa.UniqueConstraint("returned_id", name=op.f("uq_step_off_returned_id")),
    )
    is_open = sa.text("returned_id IS NULL")
    op.create_index(
        "uq_step_off_one_open",
        "step_off",
        ["ticket_id"],
        unique=True,
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    op.create_index(op.f("ix_step_off_departure_id"), "step_off", ["departure_id"])
    op.create_index(op.f("ix_step_off_ticket_id"), "step_off", ["ticket_id"])


def downgrade() -> None:
    op.drop_table("step_off")
    _one_pass("uq_scan_one_pass_per_stage", ADMITTED_BEFORE)
    op.drop_index("uq_scan_one_admission_per_stage", "scan")
    op.drop_column("scan", "direction")


def _one_pass(name: str, where: str) -> None:
    op.create_index(
        name,
        "scan",
        ["ticket_id", "stage"],
        unique=True,
        postgresql_where=sa.text(where),
        sqlite_where=sa.text(where),
    )
