"""What a device told an officer while it was alone, and by which moment such a scan was judged afterwards."""

from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

# With the checks in the columns themselves, no engine copies the largest table of all.
COLUMNS = (
    (
        "device_verdict VARCHAR(6)",
        "ck_scan_device_verdict CHECK (device_verdict IN ('pass', 'hold', 'refuse', 'refer'))",
    ),
    (
        "device_reason VARCHAR(30)",
        "ck_scan_device_told CHECK ((device_verdict IS NULL) = (device_reason IS NULL))",
    ),
    (
        "decided_at {moment}",
        "ck_scan_decided_at CHECK (decided_at IS NULL OR device_verdict IS NOT NULL)",
    ),
)


def upgrade() -> None:
    on_sqlite = op.get_context().dialect.name == "sqlite"
    moment = "DATETIME" if on_sqlite else "TIMESTAMP WITH TIME ZONE"
    for column, check in COLUMNS:
        op.execute(f"ALTER TABLE scan ADD COLUMN {column.format(moment=moment)} CONSTRAINT {check}")


def downgrade() -> None:
    for column, _ in reversed(COLUMNS):
        op.drop_column("scan", column.partition(" ")[0])
