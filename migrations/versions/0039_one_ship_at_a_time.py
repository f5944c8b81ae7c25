"""One ship leaves one port once in a minute, in whoever's name it sails."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("port_call", sa.Column("sailing_ship_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE port_call SET sailing_ship_id ="
        " (SELECT ship_id FROM voyage WHERE voyage.id = port_call.voyage_id AND cancelled_at IS NULL)"
    )
    # Two that are there already stay, for they may be sold; the later keeps no other ship away.
    op.execute(
        "UPDATE port_call SET sailing_ship_id = NULL WHERE precision = 'minute' AND EXISTS"
        " (SELECT 1 FROM port_call AS first WHERE first.sailing_ship_id = port_call.sailing_ship_id"
        " AND first.port_id = port_call.port_id AND first.planned_departure = port_call.planned_departure"
        " AND first.precision = 'minute' AND first.id < port_call.id)"
    )
    op.create_index(
        "one_ship_at_a_time",
        "port_call",
        ["sailing_ship_id", "port_id", "planned_departure"],
        unique=True,
        sqlite_where=sa.text("precision = 'minute'"),
        postgresql_where=sa.text("precision = 'minute'"),
    )


def downgrade() -> None:
    op.drop_index("one_ship_at_a_time", table_name="port_call")
    op.drop_column("port_call", "sailing_ship_id")
