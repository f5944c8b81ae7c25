"""Travel rules in sets that never change once they are published."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)

# What is published stays: whoever was judged by it must find it years later as it was. `{row}` is the row at hand.
SET_IS_PUBLISHED = "OLD.number IS NOT NULL"
RULE_IS_PUBLISHED = "EXISTS (SELECT 1 FROM rule_set WHERE id = {row}.rule_set_id AND number IS NOT NULL)"
KEPT = (
    ("rule_set", "UPDATE", SET_IS_PUBLISHED),
    ("rule_set", "DELETE", SET_IS_PUBLISHED),
    ("travel_rule", "INSERT", RULE_IS_PUBLISHED.format(row="NEW")),
    ("travel_rule", "UPDATE", f"{RULE_IS_PUBLISHED.format(row='OLD')} OR {RULE_IS_PUBLISHED.format(row='NEW')}"),
    ("travel_rule", "DELETE", RULE_IS_PUBLISHED.format(row="OLD")),
)


def upgrade() -> None:
    op.create_table(
        "rule_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("name_id", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shipped", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("published_by", sa.Integer(), nullable=True),
        sa.Column("in_force_from", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(number IS NULL) = (published_at IS NULL)", name=op.f("ck_rule_set_numbered_when_published")
        ),
        sa.CheckConstraint("(number IS NULL) = (in_force_from IS NULL)", name=op.f("ck_rule_set_dated_when_published")),
        sa.CheckConstraint(
            "number IS NOT NULL OR published_by IS NULL", name=op.f("ck_rule_set_published_by_when_published")
        ),
        sa.CheckConstraint(
            "number IS NULL OR shipped = (published_by IS NULL AND created_by IS NULL)",
            name=op.f("ck_rule_set_shipped_by_nobody"),
        ),
        sa.CheckConstraint("published_by <> created_by", name=op.f("ck_rule_set_two_people")),
        sa.ForeignKeyConstraint(["based_on_id"], ["rule_set.id"], name=op.f("fk_rule_set_based_on_id")),
        sa.ForeignKeyConstraint(["created_by"], ["app_user.id"], name=op.f("fk_rule_set_created_by")),
        sa.ForeignKeyConstraint(["published_by"], ["app_user.id"], name=op.f("fk_rule_set_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("number", name=op.f("uq_rule_set_number")),
    )
    op.create_index(op.f("ix_rule_set_in_force_from_rule_set_number"), "rule_set", ["in_force_from", "number"])
    op.create_table(
        "travel_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=True),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_travel_rule_position")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name=op.f("fk_travel_rule_rule_set_id")),
        sa.ForeignKeyConstraint(["written_by"], ["app_user.id"], name=op.f("fk_travel_rule_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_travel_rule")),
        sa.UniqueConstraint("rule_set_id", "code", name=op.f("uq_travel_rule_rule_set_id_code")),
    )
    for table, event, when in KEPT:
        _keep(table, event, when)


def _keep(table: str, event: str, when: str) -> None:
    name = f"keep_{table}_{event.lower()}"
    if op.get_context().dialect.name == "postgresql":
        row = "OLD" if event == "DELETE" else "NEW"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {when} THEN RAISE EXCEPTION 'published_rules_stay'; END IF; RETURN {row}; END $$"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}"
            " BEGIN SELECT RAISE(ABORT, 'published_rules_stay'); END"
        )


def downgrade() -> None:
    op.drop_table("travel_rule")
    op.drop_table("rule_set")
    if op.get_context().dialect.name == "postgresql":
        for table, event, _ in KEPT:
            op.execute(f"DROP FUNCTION keep_{table}_{event.lower()}()")
