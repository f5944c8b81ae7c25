"""Keep with a device the gate at which it works, so that shares of the ceiling are left for those that will ask."""

from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE device ADD COLUMN gate_id INTEGER CONSTRAINT fk_device_gate_id REFERENCES gate (id)")


def downgrade() -> None:
    op.drop_column("device", "gate_id")
