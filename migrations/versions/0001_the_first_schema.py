"""The first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_key", sa.String(length=32), nullable=False),
        sa.CheckConstraint("role IN ('officer', 'official', 'administrator')", name=op.f("ck_app_user_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("username", name=op.f("uq_app_user_username")),
    )
    op.create_table(
        "fare_class",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.CheckConstraint("id BETWEEN 1 AND 255", name=op.f("ck_fare_class_fits_the_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fare_class")),
        sa.UniqueConstraint("code", name=op.f("uq_fare_class_code")),
    )
    op.create_table(
        "operator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("code", name=op.f("uq_operator_code")),
        sa.UniqueConstraint("name", name=op.f("uq_operator_name")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("transaction", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("voyage_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_transaction"), ["transaction"], unique=False)

    op.create_table(
        "port",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("harbour", sa.String(length=60), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("confirmed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_port")),
        sa.UniqueConstraint("code", name=op.f("uq_port_code")),
        sa.UniqueConstraint("name", name=op.f("uq_port_name")),
    )
    op.create_table(
        "rate_count",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_rate_count")),
    )
    with op.batch_alter_table("rate_count", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rate_count_until"), ["until"], unique=False)

    op.create_table(
        "gate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("port_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["port_id"], ["port.id"], name=op.f("fk_gate_port_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate")),
        sa.UniqueConstraint("name", name=op.f("uq_gate_name")),
    )
    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("port_id", sa.Integer(), nullable=False),
        sa.Column("feast_day", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("shifted_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_season_days")),
        sa.ForeignKeyConstraint(["port_id"], ["port.id"], name=op.f("fk_season_port_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("name", name=op.f("uq_season_name")),
    )
    op.create_table(
        "ship",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("imo", sa.String(length=7), nullable=True),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_ship_operator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ship")),
        sa.UniqueConstraint("imo", name=op.f("uq_ship_imo")),
        sa.UniqueConstraint("name", name=op.f("uq_ship_name")),
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("from_port_id", sa.Integer(), nullable=False),
        sa.Column("to_port_id", sa.Integer(), nullable=False),
        sa.Column("fare_class_id", sa.Integer(), nullable=False),
        sa.Column("passenger_type", sa.String(length=6), nullable=False),
        sa.Column("amount_idr", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.CheckConstraint("passenger_type IN ('adult', 'child', 'infant')", name=op.f("ck_tariff_passenger_type")),
        sa.CheckConstraint("(amount_idr IS NULL) <> (percent IS NULL)", name=op.f("ck_tariff_amount_or_percent")),
        sa.CheckConstraint("amount_idr >= 0", name=op.f("ck_tariff_amount")),
        sa.ForeignKeyConstraint(["fare_class_id"], ["fare_class.id"], name=op.f("fk_tariff_fare_class_id")),
        sa.ForeignKeyConstraint(["from_port_id"], ["port.id"], name=op.f("fk_tariff_from_port_id")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_tariff_operator_id")),
        sa.ForeignKeyConstraint(["to_port_id"], ["port.id"], name=op.f("fk_tariff_to_port_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    with op.batch_alter_table("tariff", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tariff_operator_id_tariff_from_port_id_tariff_to_port_id"),
            ["operator_id", "from_port_id", "to_port_id"],
            unique=False,
        )

    op.create_table(
        "capacity_certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ship_id", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.CheckConstraint("persons > 0", name=op.f("ck_capacity_certificate_persons")),
        sa.ForeignKeyConstraint(["ship_id"], ["ship.id"], name=op.f("fk_capacity_certificate_ship_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_certificate")),
        sa.UniqueConstraint(
            "ship_id", "valid_from", "valid_to", name=op.f("uq_capacity_certificate_ship_id_valid_from_valid_to")
        ),
    )
    op.create_table(
        "dispensation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ship_id", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("letter", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.CheckConstraint("persons > 0", name=op.f("ck_dispensation_persons")),
        sa.ForeignKeyConstraint(["ship_id"], ["ship.id"], name=op.f("fk_dispensation_ship_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispensation")),
        sa.UniqueConstraint(
            "ship_id", "valid_from", "valid_to", name=op.f("uq_dispensation_ship_id_valid_from_valid_to")
        ),
    )
    op.create_table(
        "voyage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=160), nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=False),
        sa.Column("ship_id", sa.Integer(), nullable=True),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.Column("shifted_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_voyage_operator_id")),
        sa.ForeignKeyConstraint(["ship_id"], ["ship.id"], name=op.f("fk_voyage_ship_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voyage")),
        sa.UniqueConstraint("number", name=op.f("uq_voyage_number")),
    )
    with op.batch_alter_table("voyage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voyage_ship_id"), ["ship_id"], unique=False)

    op.create_table(
        "documented_count",
        sa.Column("voyage_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("passengers_on", sa.Integer(), nullable=True),
        sa.Column("passengers_off", sa.Integer(), nullable=True),
        sa.Column("vehicles_4w", sa.Integer(), nullable=True),
        sa.Column("motorcycles", sa.Integer(), nullable=True),
        sa.Column("tickets_remaining", sa.Integer(), nullable=True),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["voyage_id"], ["voyage.id"], name=op.f("fk_documented_count_voyage_id")),
        sa.PrimaryKeyConstraint("voyage_id", name=op.f("pk_documented_count")),
    )
    op.create_table(
        "port_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voyage_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("port_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("precision", sa.String(length=6), nullable=False),
        sa.Column("planned_arrival", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_departure", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revised_departure", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actual_arrival", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actual_departure", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("precision IN ('minute', 'day')", name=op.f("ck_port_call_precision")),
        sa.ForeignKeyConstraint(["port_id"], ["port.id"], name=op.f("fk_port_call_port_id")),
        sa.ForeignKeyConstraint(["voyage_id"], ["voyage.id"], name=op.f("fk_port_call_voyage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_port_call")),
        sa.UniqueConstraint("voyage_id", "position", name=op.f("uq_port_call_voyage_id_position")),
    )
    with op.batch_alter_table("port_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_port_call_day"), ["day"], unique=False)
        batch_op.create_index(batch_op.f("ix_port_call_port_id"), ["port_id"], unique=False)

    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("passengers_off", sa.Integer(), nullable=False),
        sa.Column("source_url", sa.String(length=400), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("passengers_off >= 0", name=op.f("ck_arrival_passengers_off")),
        sa.ForeignKeyConstraint(["call_id"], ["port_call.id"], name=op.f("fk_arrival_call_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["app_user.id"], name=op.f("fk_arrival_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("call_id", name=op.f("uq_arrival_call_id")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("request_id", sa.String(length=36), nullable=False),
        sa.Column("voyage_id", sa.Integer(), nullable=False),
        sa.Column("from_call_id", sa.Integer(), nullable=False),
        sa.Column("to_call_id", sa.Integer(), nullable=False),
        sa.Column("fare_class_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("infants", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("payment", sa.String(length=10), nullable=True),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("amount_idr", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("payment IN ('free', 'counter')", name=op.f("ck_booking_payment")),
        sa.CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name=op.f("ck_booking_confirmed_when")),
        sa.CheckConstraint("state <> 'held' OR expires_at IS NOT NULL", name=op.f("ck_booking_every_hold_ends")),
        sa.CheckConstraint("state IN ('held', 'confirmed', 'cancelled', 'expired')", name=op.f("ck_booking_state")),
        sa.CheckConstraint(
            "infants >= 0 AND infants <= places AND places + infants <= 8", name=op.f("ck_booking_infants")
        ),
        sa.CheckConstraint("places BETWEEN 1 AND 8", name=op.f("ck_booking_places")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["app_user.id"], name=op.f("fk_booking_confirmed_by")),
        sa.ForeignKeyConstraint(["fare_class_id"], ["fare_class.id"], name=op.f("fk_booking_fare_class_id")),
        sa.ForeignKeyConstraint(["from_call_id"], ["port_call.id"], name=op.f("fk_booking_from_call_id")),
        sa.ForeignKeyConstraint(["to_call_id"], ["port_call.id"], name=op.f("fk_booking_to_call_id")),
        sa.ForeignKeyConstraint(["voyage_id"], ["voyage.id"], name=op.f("fk_booking_voyage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("code", name=op.f("uq_booking_code")),
        sa.UniqueConstraint("request_id", name=op.f("uq_booking_request_id")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_booking_voyage_id_booking_state_booking_expires_at"),
            ["voyage_id", "state", "expires_at"],
            unique=False,
        )

    op.create_table(
        "departure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("left_by", sa.Integer(), nullable=True),
        sa.Column("boarded", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.CheckConstraint("boarded >= 0", name=op.f("ck_departure_boarded")),
        sa.CheckConstraint("refused >= 0", name=op.f("ck_departure_refused")),
        sa.ForeignKeyConstraint(["call_id"], ["port_call.id"], name=op.f("fk_departure_call_id")),
        sa.ForeignKeyConstraint(["left_by"], ["app_user.id"], name=op.f("fk_departure_left_by")),
        sa.ForeignKeyConstraint(["opened_by"], ["app_user.id"], name=op.f("fk_departure_opened_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departure")),
        sa.UniqueConstraint("call_id", name=op.f("uq_departure_call_id")),
    )
    op.create_table(
        "leg",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voyage_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_call_id", sa.Integer(), nullable=False),
        sa.Column("to_call_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["from_call_id"], ["port_call.id"], name=op.f("fk_leg_from_call_id")),
        sa.ForeignKeyConstraint(["to_call_id"], ["port_call.id"], name=op.f("fk_leg_to_call_id")),
        sa.ForeignKeyConstraint(["voyage_id"], ["voyage.id"], name=op.f("fk_leg_voyage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leg")),
        sa.UniqueConstraint("voyage_id", "position", name=op.f("uq_leg_voyage_id_position")),
    )
    op.create_table(
        "allotment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("leg_id", sa.Integer(), nullable=False),
        sa.Column("fare_class_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("sold", sa.Integer(), nullable=False),
        sa.CheckConstraint("held + sold <= quota", name=op.f("ck_allotment_not_oversold")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_allotment_held")),
        sa.CheckConstraint("sold >= 0", name=op.f("ck_allotment_sold")),
        sa.ForeignKeyConstraint(["fare_class_id"], ["fare_class.id"], name=op.f("fk_allotment_fare_class_id")),
        sa.ForeignKeyConstraint(["leg_id"], ["leg.id"], name=op.f("fk_allotment_leg_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allotment")),
        sa.UniqueConstraint("leg_id", "fare_class_id", name=op.f("uq_allotment_leg_id_fare_class_id")),
    )
    op.create_table(
        "leg_load",
        sa.Column("leg_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate", sa.Integer(), nullable=True),
        sa.Column("dispensation", sa.Integer(), nullable=True),
        sa.Column("ceiling", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("aboard", sa.Integer(), nullable=False),
        sa.CheckConstraint("aboard BETWEEN 0 AND ceiling", name=op.f("ck_leg_load_never_above_the_ceiling")),
        sa.CheckConstraint("promised >= 0", name=op.f("ck_leg_load_promised")),
        sa.ForeignKeyConstraint(["leg_id"], ["leg.id"], name=op.f("fk_leg_load_leg_id")),
        sa.PrimaryKeyConstraint("leg_id", name=op.f("pk_leg_load")),
    )
    op.create_table(
        "passenger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("document_kind", sa.String(length=8), nullable=False),
        sa.Column("document_number", sa.String(length=20), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=1), nullable=False),
        sa.Column("infant", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "document_kind IN ('ktp', 'kk', 'sim', 'passport')", name=op.f("ck_passenger_document_kind")
        ),
        sa.CheckConstraint("sex IN ('L', 'P')", name=op.f("ck_passenger_sex")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_passenger_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passenger")),
        sa.UniqueConstraint("booking_id", "position", name=op.f("uq_passenger_booking_id_position")),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.String(length=10), nullable=False),
        sa.Column("passenger_id", sa.Integer(), nullable=False),
        sa.Column("signed", sa.String(length=160), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["passenger_id"], ["passenger.id"], name=op.f("fk_ticket_passenger_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("passenger_id", name=op.f("uq_ticket_passenger_id")),
        sa.UniqueConstraint("serial", name=op.f("uq_ticket_serial")),
    )
    op.create_table(
        "scan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("gate_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.String(length=10), nullable=False),
        sa.Column("verdict", sa.String(length=6), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('pass', 'hold', 'refuse', 'refer')", name=op.f("ck_scan_verdict")),
        sa.ForeignKeyConstraint(["departure_id"], ["departure.id"], name=op.f("fk_scan_departure_id")),
        sa.ForeignKeyConstraint(["gate_id"], ["gate.id"], name=op.f("fk_scan_gate_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["app_user.id"], name=op.f("fk_scan_officer_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_scan_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan")),
    )
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_scan_departure_id_scan_received_at"), ["departure_id", "received_at"], unique=False
        )
        batch_op.create_index(
            "uq_scan_one_pass_per_ticket",
            ["ticket_id"],
            unique=True,
            postgresql_where=sa.text("verdict = 'pass'"),
            sqlite_where=sa.text("verdict = 'pass'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("scan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_scan_one_pass_per_ticket",
            postgresql_where=sa.text("verdict = 'pass'"),
            sqlite_where=sa.text("verdict = 'pass'"),
        )
        batch_op.drop_index(batch_op.f("ix_scan_departure_id_scan_received_at"))

    op.drop_table("scan")
    op.drop_table("ticket")
    op.drop_table("passenger")
    op.drop_table("leg_load")
    op.drop_table("allotment")
    op.drop_table("leg")
    op.drop_table("departure")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_voyage_id_booking_state_booking_expires_at"))

    op.drop_table("booking")
    op.drop_table("arrival")
    with op.batch_alter_table("port_call", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_port_call_port_id"))
        batch_op.drop_index(batch_op.f("ix_port_call_day"))

    op.drop_table("port_call")
    op.drop_table("documented_count")
    with op.batch_alter_table("voyage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voyage_ship_id"))

    op.drop_table("voyage")
    op.drop_table("dispensation")
    op.drop_table("capacity_certificate")
    with op.batch_alter_table("tariff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tariff_operator_id_tariff_from_port_id_tariff_to_port_id"))

    op.drop_table("tariff")
    op.drop_table("ship")
    op.drop_table("season")
    op.drop_table("gate")
    with op.batch_alter_table("rate_count", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_count_until"))

    op.drop_table("rate_count")
    op.drop_table("port")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_transaction"))
        batch_op.drop_index(batch_op.f("ix_outbox_at"))

    op.drop_table("outbox")
    op.drop_table("operator")
    op.drop_table("fare_class")
    op.drop_table("app_user")
