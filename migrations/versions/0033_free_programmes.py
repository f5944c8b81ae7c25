"""Free programmes, opened by an official, and who has a place in one; channels of today stay closed until then."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "free_programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("per_family", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("quota > 0", name=op.f("ck_free_programme_quota")),
        sa.CheckConstraint("taken BETWEEN 0 AND quota", name=op.f("ck_free_programme_taken")),
        sa.CheckConstraint("per_family BETWEEN 1 AND 4", name=op.f("ck_free_programme_per_family")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_free_programme_window")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_free_programme_channel_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["app_user.id"], name=op.f("fk_free_programme_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_free_programme")),
        sa.UniqueConstraint("channel_id", name=op.f("uq_free_programme_channel_id")),
    )
    op.create_table(
        "free_claim",
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("document_number", sa.String(length=20), nullable=False),
        sa.Column("family_card", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 4", name=op.f("ck_free_claim_family")),
        sa.ForeignKeyConstraint(["programme_id"], ["free_programme.id"], name=op.f("fk_free_claim_programme_id")),
        sa.PrimaryKeyConstraint("programme_id", "document_number", name=op.f("pk_free_claim")),
        sa.UniqueConstraint("programme_id", "family_card", "number", name="uq_free_claim_family"),
    )
    op.add_column("booking", sa.Column("family_card", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("booking", "family_card")
    op.drop_table("free_claim")
    op.drop_table("free_programme")
