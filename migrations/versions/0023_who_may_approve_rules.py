"""Officials who may approve travel rules; and the table itself wants somebody else's proposal."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# What people publish was put forward, as it is, by somebody else; the last to put it forward counts.
BY_ITS_PROPOSER = (
    "NEW.published_by = COALESCE((SELECT proposed_by FROM proposal WHERE rule_set_id = NEW.id"
    " AND version = NEW.version ORDER BY id DESC LIMIT 1), NEW.published_by)"
)
REFUSED = (("INSERT", "NEW.published_by IS NOT NULL"), ("UPDATE", f"OLD.number IS NULL AND {BY_ITS_PROPOSER}"))


def upgrade() -> None:
    op.add_column("app_user", sa.Column("may_approve_rules", sa.Boolean(), server_default=sa.false(), nullable=False))
    for event, when in REFUSED:
        name = f"two_people_publish_{event.lower()}"
        if op.get_context().dialect.name == "postgresql":
            op.execute(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF {when} THEN RAISE EXCEPTION 'two_people_publish'; END IF; RETURN NEW; END $$"
            )
            op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON rule_set FOR EACH ROW EXECUTE FUNCTION {name}()")
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON rule_set WHEN {when}"
                " BEGIN SELECT RAISE(ABORT, 'two_people_publish'); END"
            )


def downgrade() -> None:
    for event, _ in REFUSED:
        name = f"two_people_publish_{event.lower()}"
        if op.get_context().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {name} ON rule_set")
            op.execute(f"DROP FUNCTION {name}()")
        else:
            op.execute(f"DROP TRIGGER {name}")
    op.drop_column("app_user", "may_approve_rules")
