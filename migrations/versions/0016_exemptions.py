"""Exemptions of one ticket from one rule, and who may grant them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

EVENTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.add_column("app_user", sa.Column("may_exempt", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("letter", sa.String(length=80), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_exemption_reason")),
        sa.CheckConstraint("letter <> ''", name=op.f("ck_exemption_letter")),
        sa.ForeignKeyConstraint(["officer_id"], ["app_user.id"], name=op.f("fk_exemption_officer_id")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name=op.f("fk_exemption_rule_set_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_exemption_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exemption")),
        sa.UniqueConstraint("ticket_id", "rule", name=op.f("uq_exemption_ticket_id_rule")),
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION keep_exemption() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'exemptions_stay'; END $$"
        )
        op.execute(
            "CREATE TRIGGER keep_exemption BEFORE UPDATE OR DELETE ON exemption"
            " FOR EACH ROW EXECUTE FUNCTION keep_exemption()"
        )
    else:
        for event in EVENTS:
            op.execute(
                f"CREATE TRIGGER keep_exemption_{event.lower()} BEFORE {event} ON exemption"
                " BEGIN SELECT RAISE(ABORT, 'exemptions_stay'); END"
            )


def downgrade() -> None:
    op.drop_table("exemption")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_exemption()")
    op.drop_column("app_user", "may_exempt")
