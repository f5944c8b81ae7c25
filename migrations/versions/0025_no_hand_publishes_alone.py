"""No hand at the tables publishes alone or rewrites who proposed; and nothing takes the place of what is kept."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

SET_IS_PUBLISHED = "EXISTS (SELECT 1 FROM rule_set WHERE id = {row}.rule_set_id AND number IS NOT NULL)"
# 0023 asks for somebody else's proposal of whoever publishes; here it must be somebody, and the draft is the same
# person's as before: it does not turn into one that came with Dermaga, nor back into what was proposed once.
BY_NOBODY = "NEW.number IS NOT NULL AND NOT NEW.shipped AND NEW.published_by IS NULL"
ANOTHER_DRAFT = (
    "NEW.shipped <> OLD.shipped OR COALESCE(NEW.created_by, 0) <> COALESCE(OLD.created_by, 0)"
    " OR NEW.version < OLD.version"
)
# Name, table, event, when it is refused, and as what. A draft that is thrown away takes its proposals along.
REFUSED = (
    ("publish_insert", "rule_set", "INSERT", "NEW.number IS NOT NULL", "two_people_publish"),
    ("publish_update", "rule_set", "UPDATE", f"{BY_NOBODY} OR {ANOTHER_DRAFT}", "two_people_publish"),
    ("keep_proposal_insert", "proposal", "INSERT", SET_IS_PUBLISHED.format(row="NEW"), "published_rules_stay"),
    ("keep_proposal_update", "proposal", "UPDATE", "true", "proposals_stay"),
    ("keep_proposal_delete", "proposal", "DELETE", SET_IS_PUBLISHED.format(row="OLD"), "published_rules_stay"),
)
# SQLite's OR REPLACE removes the row in the way without a word to the triggers for DELETE. PostgreSQL has nothing like
# it (ON CONFLICT DO UPDATE is an update) and tells who comes second by the constraint, which the application tries
# again on; on SQLite it knows the second exemption by the words that the constraint would have used. Where no id is
# given, SQLite shows -1 before the row is there.
REPLACED = (
    ("replace_set", "rule_set", "INSERT", "EXISTS (SELECT 1 FROM rule_set WHERE id = NEW.id)", "kept_rows_stay"),
    (
        "replace_set_update",
        "rule_set",
        "UPDATE",
        "NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM rule_set WHERE number = NEW.number AND id <> OLD.id)",
        "kept_rows_stay",
    ),
    (
        "replace_rule",
        "travel_rule",
        "INSERT",
        "EXISTS (SELECT 1 FROM travel_rule WHERE id = NEW.id OR (rule_set_id = NEW.rule_set_id AND code = NEW.code))",
        "kept_rows_stay",
    ),
    ("replace_rule_update", "travel_rule", "UPDATE", "NEW.id <> OLD.id", "kept_rows_stay"),
    (
        "replace_exemption",
        "exemption",
        "INSERT",
        "EXISTS (SELECT 1 FROM exemption WHERE id = NEW.id OR (ticket_id = NEW.ticket_id AND rule = NEW.rule))",
        "exemptions_stay: exemption.ticket_id, exemption.rule",
    ),
    ("replace_proposal", "proposal", "INSERT", "EXISTS (SELECT 1 FROM proposal WHERE id = NEW.id)", "proposals_stay"),
)


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for name, table, event, when, says in REFUSED:
            row = "OLD" if event == "DELETE" else "NEW"
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {when} THEN RAISE EXCEPTION '{says}'; END IF; RETURN {row}; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
    else:
        for name, table, event, when, says in (*REFUSED, *REPLACED):
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"
            )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for name, table, *_ in REFUSED:
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    else:
        for name, *_ in (*REFUSED, *REPLACED):
            op.execute(f"DROP TRIGGER {name}")
