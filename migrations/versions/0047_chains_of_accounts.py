"""The tables see a whole chain of accounts between two persons, and in both directions, not only its first link."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

# Whose hand an account is in: who made or reset it, who did so with theirs, and so on; rings end by the UNION.
# A view, since SQLite lets no trigger begin a recursive question itself.
IN_HAND = (
    "CREATE VIEW account_in_hand AS WITH RECURSIVE hand(user_id, by_id) AS ("
    "SELECT user_id, by_id FROM user_change"
    " WHERE by_id IS NOT NULL AND kind IN ('created', 'password', 'role', 'rights', 'opened')"
    " UNION SELECT hand.user_id, further.by_id FROM hand JOIN user_change AS further ON further.user_id = hand.by_id"
    " WHERE further.by_id IS NOT NULL AND further.kind IN ('created', 'password', 'role', 'rights', 'opened')"
    ") SELECT user_id, by_id FROM hand"
)
FIRST = (
    "(NEW.created_by, (SELECT proposed_by FROM proposal WHERE rule_set_id = NEW.id AND version = NEW.version"
    " ORDER BY id DESC LIMIT 1))"
)
IN_A_CHAIN = (  # every part is a constant of this file
    f"EXISTS (SELECT 1 FROM account_in_hand WHERE (user_id = NEW.published_by AND by_id IN {FIRST})"  # noqa: S608
    f" OR (by_id = NEW.published_by AND user_id IN {FIRST}))"
)
MADE_BY_THE_FIRST = (
    "EXISTS (SELECT 1 FROM user_change WHERE user_id = NEW.published_by"  # noqa: S608
    f" AND kind IN ('created', 'password', 'role', 'rights', 'opened') AND by_id IN {FIRST})"
)
IS_NEW = {
    "postgresql": "EXISTS (SELECT 1 FROM app_user WHERE id = NEW.published_by"
    " AND created_at > NEW.published_at - INTERVAL '1 day')",
    "sqlite": "EXISTS (SELECT 1 FROM app_user WHERE id = NEW.published_by"
    " AND julianday(created_at) > julianday(NEW.published_at) - 1)",
}
PUBLISHES = "OLD.number IS NULL AND NEW.number IS NOT NULL AND NEW.published_by IS NOT NULL"


def upgrade() -> None:
    op.execute(IN_HAND)
    _refuse(IN_A_CHAIN)


def downgrade() -> None:
    _refuse(MADE_BY_THE_FIRST)
    op.execute("DROP VIEW account_in_hand")


def _refuse(dependent: str) -> None:
    """Let the trigger refuse a second person who is new, or `dependent`."""
    engine = op.get_context().dialect.name
    when = f"{PUBLISHES} AND ({IS_NEW[engine]} OR {dependent})"
    if engine == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION independent_approval() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {when} THEN RAISE EXCEPTION 'second_person'; END IF; RETURN NEW; END $$"
        )
    else:
        op.execute("DROP TRIGGER independent_approval")
        op.execute(
            f"CREATE TRIGGER independent_approval BEFORE UPDATE ON rule_set WHEN {when}"
            " BEGIN SELECT RAISE(ABORT, 'second_person'); END"
        )
