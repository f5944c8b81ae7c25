"""Documents of children: the KIA, and the letter about a birth for those who have no NIK yet."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

KNOWN = "document_kind IN ('ktp', 'kk', 'sim', 'passport')"
WITH_CHILDREN = "document_kind IN ('ktp', 'kk', 'sim', 'passport', 'kia', 'birth')"


def upgrade() -> None:
    _check(WITH_CHILDREN)


def downgrade() -> None:
    op.execute("UPDATE passenger SET document_kind = 'kk' WHERE document_kind IN ('kia', 'birth')")
    _check(KNOWN)


def _check(kinds: str) -> None:
    """Let the documents be these. On SQLite the table is copied, and its triggers are made again."""
    bind, triggers = op.get_bind(), []
    if bind.dialect.name == "sqlite":
        found = sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'passenger'")
        triggers = list(bind.execute(found).scalars())
    with op.batch_alter_table("passenger") as batch_op:
        batch_op.drop_constraint(op.f("ck_passenger_document_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_passenger_document_kind"), kinds)
    for trigger in triggers:
        bind.execute(sa.text(trigger))
