"""What was said about a passenger, and the papers that were shown: facts for the travel rules."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passenger_id", sa.Integer(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("said_by", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["passenger_id"], ["passenger.id"], name=op.f("fk_statement_passenger_id")),
        sa.ForeignKeyConstraint(["said_by"], ["app_user.id"], name=op.f("fk_statement_said_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index(op.f("ix_statement_passenger_id"), "statement", ["passenger_id"])
    op.create_table(
        "shown_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passenger_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=20), nullable=True),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=True),
        sa.Column("letter", sa.String(length=80), server_default="", nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.Integer(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(seen_by IS NULL) = (seen_at IS NULL)", name=op.f("ck_shown_document_seen_when")),
        sa.CheckConstraint(
            "entered_by IS NULL OR seen_at IS NOT NULL", name=op.f("ck_shown_document_an_officer_has_seen_it")
        ),
        sa.ForeignKeyConstraint(["passenger_id"], ["passenger.id"], name=op.f("fk_shown_document_passenger_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["app_user.id"], name=op.f("fk_shown_document_entered_by")),
        sa.ForeignKeyConstraint(["seen_by"], ["app_user.id"], name=op.f("fk_shown_document_seen_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shown_document")),
    )
    op.create_index(op.f("ix_shown_document_passenger_id"), "shown_document", ["passenger_id"])


def downgrade() -> None:
    op.drop_table("shown_document")
    op.drop_table("statement")
