"""Who opened boarding early or let a ship go, and who confirmed or undid it; and the ports where a user may work."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "user_port",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("port_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["port_id"], ["port.id"], name=op.f("fk_user_port_port_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_port_user_id")),
        sa.PrimaryKeyConstraint("user_id", "port_id", name=op.f("pk_user_port")),
    )
    op.create_table(
        "departure_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), server_default="", nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint("step IN ('open', 'leave', 'undo_open', 'undo_leave')", name=op.f("ck_departure_step_step")),
        sa.CheckConstraint("state IN ('waits', 'done', 'declined')", name=op.f("ck_departure_step_state")),
        sa.CheckConstraint(
            "state <> 'done' OR alone OR settled_by <> asked_by", name=op.f("ck_departure_step_two_people")
        ),
        sa.CheckConstraint(
            "state <> 'done' OR alone OR settled_by IS NOT NULL", name=op.f("ck_departure_step_confirmed")
        ),
        sa.CheckConstraint("alone OR reason <> ''", name=op.f("ck_departure_step_reason")),
        sa.ForeignKeyConstraint(["asked_by"], ["app_user.id"], name=op.f("fk_departure_step_asked_by")),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name=op.f("fk_departure_step_departure_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["app_user.id"], name=op.f("fk_departure_step_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure_step")),
    )
    op.create_index(op.f("ix_departure_step_departure_id"), "departure_step", ["departure_id"])


def downgrade() -> None:
    op.drop_table("departure_step")
    op.drop_table("user_port")
