"""Gates at the terminal and on the quay: a ticket passes once at each stage, and boards at the ship's side only."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STAGES = "stage IN ('terminal', 'quay', 'gangway')"
ADMITS = "verdict = 'pass' AND reason <> 'entered_again'"


def _column() -> sa.Column[str]:
    return sa.Column("stage", sa.String(length=8), server_default="gangway", nullable=False)


def upgrade() -> None:
    with op.batch_alter_table("gate") as batch_op:
        batch_op.add_column(_column())
        batch_op.create_check_constraint(op.f("ck_gate_stage"), STAGES)
    op.drop_index("uq_scan_one_pass_per_ticket", table_name="scan")
    with op.batch_alter_table("scan") as batch_op:
        batch_op.add_column(_column())
        batch_op.create_check_constraint(op.f("ck_scan_stage"), STAGES)
    where = sa.text(ADMITS)
    columns = ["ticket_id", "stage"]
    op.create_index(
        "uq_scan_one_pass_per_stage", "scan", columns, unique=True, postgresql_where=where, sqlite_where=where
    )


def downgrade() -> None:
    # Before, every gate was at the ship's side: what was scanned elsewhere would look like people aboard.
    op.execute("DELETE FROM scan WHERE stage <> 'gangway'")
    op.execute("DELETE FROM gate WHERE stage <> 'gangway' AND id NOT IN (SELECT gate_id FROM scan)")
    op.drop_index("uq_scan_one_pass_per_stage", table_name="scan")
    with op.batch_alter_table("scan") as batch_op:
        batch_op.drop_constraint(op.f("ck_scan_stage"), type_="check")
        batch_op.drop_column("stage")
    with op.batch_alter_table("gate") as batch_op:
        batch_op.drop_constraint(op.f("ck_gate_stage"), type_="check")
        batch_op.drop_column("stage")
    where = sa.text("verdict = 'pass'")
    op.create_index(
        "uq_scan_one_pass_per_ticket", "scan", ["ticket_id"], unique=True, postgresql_where=where, sqlite_where=where
    )
