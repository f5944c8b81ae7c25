"""Who made and changed each user; and a second person counts only when independent of the first."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KINDS = "kind IN ('created', 'password', 'role', 'rights', 'closed', 'opened', 'signed_out', 'ports', 'own_password')"

# The one who approves must have had an account for a day, and never have been made or reset by whoever put the set
# forward or began it (app/accounts/second_person.py says the same in words).
MADE_BY_THE_FIRST = (
    "EXISTS (SELECT 1 FROM user_change WHERE user_id = NEW.published_by"
    " AND kind IN ('created', 'password', 'role', 'rights', 'opened')"
    " AND by_id IN (NEW.created_by, (SELECT proposed_by FROM proposal"
    " WHERE rule_set_id = NEW.id AND version = NEW.version ORDER BY id DESC LIMIT 1)))"
)
IS_NEW = {
    "postgresql": "EXISTS (SELECT 1 FROM app_user WHERE id = NEW.published_by"
    " AND created_at > NEW.published_at - INTERVAL '1 day')",
    "sqlite": "EXISTS (SELECT 1 FROM app_user WHERE id = NEW.published_by"
    " AND julianday(created_at) > julianday(NEW.published_at) - 1)",
}
PUBLISHES = "OLD.number IS NULL AND NEW.number IS NOT NULL AND NEW.published_by IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "user_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_user_change_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["app_user.id"], name=op.f("fk_user_change_by_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_user_change_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_change")),
    )
    op.create_index(op.f("ix_user_change_user_id"), "user_change", ["user_id"])
    engine = op.get_context().dialect.name
    refused = [
        ("independent_approval", "rule_set", "UPDATE", f"{PUBLISHES} AND ({IS_NEW[engine]} OR {MADE_BY_THE_FIRST})",
         "second_person"),
        ("keep_user_change_update", "user_change", "UPDATE", "true", "user_changes_stay"),
        ("keep_user_change_delete", "user_change", "DELETE", "true", "user_changes_stay"),
    ]  # fmt: skip
    if engine == "sqlite":
        taken = "EXISTS (SELECT 1 FROM user_change WHERE id = NEW.id)"
        refused.append(("replace_user_change", "user_change", "INSERT", taken, "user_changes_stay"))
    for name, table, event, when, says in refused:
        if engine == "postgresql":
            row = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {when} THEN RAISE EXCEPTION '{says}'; END IF; RETURN {row}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP TRIGGER independent_approval ON rule_set")
        op.drop_table("user_change")
        for name in ("independent_approval", "keep_user_change_update", "keep_user_change_delete"):
            op.execute(f"DROP FUNCTION {name}()")
    else:
        op.execute("DROP TRIGGER independent_approval")
        op.drop_table("user_change")
