"""Keep with a scan the enrolled device that made it alone."""

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With the key in the column itself, no engine copies the largest table of all.
    op.execute("ALTER TABLE scan ADD COLUMN device_id INTEGER CONSTRAINT fk_scan_device_id REFERENCES device (id)")


def downgrade() -> None:
    op.drop_column("scan", "device_id")
