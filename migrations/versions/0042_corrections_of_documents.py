"""What stood about a passenger before an officer put it right."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passenger_id", sa.Integer(), nullable=False),
        sa.Column("document_kind", sa.String(length=8), nullable=False),
        sa.Column("masked_number", sa.String(length=20), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["corrected_by"], ["app_user.id"], name=op.f("fk_document_correction_corrected_by")),
        sa.ForeignKeyConstraint(["passenger_id"], ["passenger.id"], name=op.f("fk_document_correction_passenger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_correction")),
    )
    op.create_index(op.f("ix_document_correction_passenger_id"), "document_correction", ["passenger_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_document_correction_passenger_id"), table_name="document_correction")
    op.drop_table("document_correction")
