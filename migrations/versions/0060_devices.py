"""Know the phones that scan at gates, each by a key of its own."""

import sqlalchemy as sa
from alembic import op

from app.db import UtcDateTime

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("public_key", sa.String(87), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("let_in_by", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", UtcDateTime, nullable=False),
        sa.Column("seen_at", UtcDateTime, nullable=False),
        sa.Column("pack_as_of", UtcDateTime, nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("revoked_at", UtcDateTime, nullable=True),
        sa.Column("revoked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_device_revoked_by")),
        sa.ForeignKeyConstraint(["officer_id"], ["app_user.id"], name=op.f("fk_device_officer_id")),
        sa.ForeignKeyConstraint(["let_in_by"], ["app_user.id"], name=op.f("fk_device_let_in_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["app_user.id"], name=op.f("fk_device_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("public_key", name=op.f("uq_device_public_key")),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("until", UtcDateTime, nullable=False),
        sa.Column("used_at", UtcDateTime, nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["app_user.id"], name=op.f("fk_enrolment_code_made_by")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_enrolment_code")),
    )


def downgrade() -> None:
    op.drop_table("enrolment_code")
    op.drop_table("device")
