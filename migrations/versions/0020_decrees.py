"""Decrees: levels of restrictions for a port and some days, by which places are withheld."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decree",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("port_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("letter", sa.String(length=120), nullable=False),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_decree_level")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_decree_valid_to")),
        sa.CheckConstraint("letter <> ''", name=op.f("ck_decree_letter")),
        sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_decree_withdrawn_by")),
        sa.ForeignKeyConstraint(["port_id"], ["port.id"], name=op.f("fk_decree_port_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["app_user.id"], name=op.f("fk_decree_entered_by")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["app_user.id"], name=op.f("fk_decree_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decree")),
    )


def downgrade() -> None:
    op.drop_table("decree")
