"""Number the tickets of each voyage, so that phones at gates can tell each other who is aboard by a bit for each."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sequence_number",
        sa.Column("voyage_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_sequence_number_number")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_sequence_number_ticket_id")),
        sa.ForeignKeyConstraint(["voyage_id"], ["voyage.id"], name=op.f("fk_sequence_number_voyage_id")),
        sa.PrimaryKeyConstraint("voyage_id", "number", name=op.f("pk_sequence_number")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_sequence_number_ticket_id")),
    )


def downgrade() -> None:
    op.drop_table("sequence_number")
