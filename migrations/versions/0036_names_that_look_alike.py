"""Keep one key for all spellings of a name, so that a ship typed in capitals is no second ship."""

import sqlalchemy as sa
from alembic import op

from app.text import name_key

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

NAMED = {
    "port": "name",
    "operator": "name",
    "ship": "name",
    "season": "name",
    "fare_class": "name",
    "channel": "name",
    "release_plan": "name",
    "gate": "name",
    "app_user": "username",
}


def upgrade() -> None:
    connection = op.get_bind()
    for table, column in NAMED.items():
        op.add_column(table, sa.Column("name_key", sa.String(length=200), nullable=True))
        rows = connection.execute(sa.text(f"SELECT id, {column} FROM {table} ORDER BY id")).all()  # noqa: S608
        taken: set[str] = set()
        for row_id, name in rows:
            key = name_key(name)
            # Two that were there before stay two; nothing new joins them.
            key = f"{key[:180]}~{row_id}" if key in taken else key
            taken.add(key)
            connection.execute(
                sa.text(f"UPDATE {table} SET name_key = :key WHERE id = :id"),  # noqa: S608
                {"key": key, "id": row_id},
            )
        op.create_index(op.f(f"ix_{table}_name_key"), table, ["name_key"], unique=True)


def downgrade() -> None:
    for table in NAMED:
        op.drop_index(op.f(f"ix_{table}_name_key"), table_name=table)
        op.drop_column(table, "name_key")
