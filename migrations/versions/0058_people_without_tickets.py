"""Give everybody who is let aboard without a ticket a line of their own."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "walk_on",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("from_call_id", sa.Integer(), nullable=False),
        sa.Column("gate_id", sa.Integer(), nullable=False),
        sa.Column("to_call_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("description", sa.String(120), nullable=False),
        sa.Column("age_band", sa.String(6), nullable=False),
        sa.Column("sex", sa.String(1), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("boarded_at", UtcDateTime, nullable=False),
        sa.Column("ashore_at", UtcDateTime, nullable=True),
        sa.Column("ashore_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("name <> '' OR description <> ''", name=op.f("ck_walk_on_known_by")),
        sa.CheckConstraint("age_band IN ('adult', 'child', 'infant')", name=op.f("ck_walk_on_age_band")),
        sa.CheckConstraint("sex IN ('L', 'P')", name=op.f("ck_walk_on_sex")),
        sa.CheckConstraint("(ashore_at IS NULL) = (ashore_by IS NULL)", name=op.f("ck_walk_on_ashore_by")),
        sa.ForeignKeyConstraint(["from_call_id"], ["port_call.id"], name=op.f("fk_walk_on_from_call_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_walk_on_gate_id")),
        sa.ForeignKeyConstraint(["to_call_id"], ["port_call.id"], name=op.f("fk_walk_on_to_call_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["app_user.id"], name=op.f("fk_walk_on_officer_id")),
        sa.ForeignKeyConstraint(["ashore_by"], ["app_user.id"], name=op.f("fk_walk_on_ashore_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_on")),
    )
    op.create_index(op.f("ix_walk_on_from_call_id"), "walk_on", ["from_call_id"])


def downgrade() -> None:
    op.drop_table("walk_on")
