"""One journey at a time: the tables refuse two journeys of one document number that overlap in time."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


# PostgreSQL excludes overlapping ranges. Text has no place in a range, so the number's hash and the minute make one
# (hash * 10^9 + minute); GiST knows numeric ranges without an extension. SQLite has one writer at a time, so a trigger
# sees all that is committed. Beware: a later migration that copies the table passenger on SQLite loses the triggers
# and must make them again.
NAME = "one_journey_at_a_time"
EXCLUDE = f"""
ALTER TABLE passenger ADD CONSTRAINT {NAME} EXCLUDE USING gist (
    numrange(
        hashtextextended(document_number, 0)::numeric * 1000000000 + from_minute,
        hashtextextended(document_number, 0)::numeric * 1000000000 + until_minute
    ) WITH &&
) WHERE (from_minute IS NOT NULL)
"""
TRIGGER = """
CREATE TRIGGER {name}_{when} BEFORE {event} ON passenger WHEN NEW.from_minute IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'one_journey_at_a_time') WHERE EXISTS (
        SELECT 1 FROM passenger WHERE document_number = NEW.document_number AND id <> NEW.id
        AND from_minute < NEW.until_minute AND until_minute > NEW.from_minute
    );
END
"""
EVENTS = (("insert", "INSERT"), ("update", "UPDATE OF document_number, from_minute, until_minute"))


def upgrade() -> None:
    with op.batch_alter_table("passenger") as batch_op:
        batch_op.add_column(sa.Column("from_minute", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("until_minute", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_passenger_travels_from_until"), "(from_minute IS NULL) = (until_minute IS NULL)"
        )
        batch_op.create_check_constraint(op.f("ck_passenger_travels_forward"), "from_minute < until_minute")
    if op.get_context().dialect.name == "postgresql":
        op.execute(EXCLUDE)
    else:
        for when, event in EVENTS:
            op.execute(TRIGGER.format(name=NAME, when=when, event=event))


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE passenger DROP CONSTRAINT {NAME}")
    else:
        for when, _ in EVENTS:
            op.execute(f"DROP TRIGGER {NAME}_{when}")
    with op.batch_alter_table("passenger") as batch_op:
        batch_op.drop_constraint(op.f("ck_passenger_travels_forward"), type_="check")
        batch_op.drop_constraint(op.f("ck_passenger_travels_from_until"), type_="check")
        batch_op.drop_column("until_minute")
        batch_op.drop_column("from_minute")
