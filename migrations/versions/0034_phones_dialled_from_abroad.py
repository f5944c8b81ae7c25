"""Phones typed as `0062 812 345 6789` and kept as `+6262812...`: put right where they can mean nothing else.

Twelve digits and more after the second 62 are no landline of the areas 0621 to 0629, which have eleven at most.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("booking", "waiting_entry"):
        table = sa.table(name, sa.column("phone", sa.String))
        wrong = table.c.phone.like("+62628%") & sa.func.length(table.c.phone).between(15, 17)
        op.execute(table.update().where(wrong).values(phone=sa.literal("+62") + sa.func.substr(table.c.phone, 6)))


def downgrade() -> None:
    """They stay right."""
