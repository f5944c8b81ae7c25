"""No fare is nothing but an infant's; free places are those of a free programme."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

FREE = "(amount_idr = 0 AND passenger_type <> 'infant') OR percent <= -100"


def upgrade() -> None:
    free = op.get_bind().scalars(sa.text(f"SELECT id FROM tariff WHERE {FREE} ORDER BY id")).all()  # noqa: S608
    if free:
        raise ValueError(f"Fares {free} make places free: put them right on /kelola/tarif, then upgrade again.")
    with op.batch_alter_table("tariff") as table:
        table.drop_constraint(op.f("ck_tariff_amount"), type_="check")
        table.create_check_constraint(
            op.f("ck_tariff_amount"), "amount_idr >= 1 OR (amount_idr = 0 AND passenger_type = 'infant')"
        )
        table.create_check_constraint(op.f("ck_tariff_percent"), "percent > -100")


def downgrade() -> None:
    with op.batch_alter_table("tariff") as table:
        table.drop_constraint(op.f("ck_tariff_percent"), type_="check")
        table.drop_constraint(op.f("ck_tariff_amount"), type_="check")
        table.create_check_constraint(op.f("ck_tariff_amount"), "amount_idr >= 0")
