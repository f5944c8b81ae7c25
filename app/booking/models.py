"""Bookings, their passengers and their tickets."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from secrets import choice

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import config
from app.db import Model
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import FareClass

PERSONS_MAX = 8
"""Persons in one booking, infants counted."""

INFANT_MONTHS = 24
"""Younger than this on the day of sailing may travel as an infant (PM 109/2017: infant < 24 months)."""

CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 8


def sale_closes_at(call: PortCall) -> datetime | None:
    """When the sale of journeys from `call` ends; None where its departure is not known at all."""
    return sale_ends(call.departs_at)


def sale_ends(departs_at: datetime | None) -> datetime | None:
    """When the sale for a departure at that moment ends."""
    return departs_at and departs_at - timedelta(minutes=config.current().sale_closes_minutes)


def months_between(birth: date, day: date) -> int:
    """Whole months of age on `day`."""
    return (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)


def new_booking_code() -> str:
    """Eight letters and digits that are not mistaken for each other; 30^8, about 6.6 * 10^11 of them."""
    return "".join(choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class BookingState(StrEnum):
    """Where a booking stands."""

    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class PaymentMethod(StrEnum):
    """How a booking is paid."""

    FREE = "free"
    COUNTER = "counter"


class DocumentKind(StrEnum):
    """The document a passenger is named by."""

    KTP = "ktp"
    KK = "kk"
    SIM = "sim"
    PASSPORT = "passport"


class Booking(Model):
    """One order for one journey: held, confirmed, cancelled or expired."""

    __table_args__ = (
        CheckConstraint("state IN ('held', 'confirmed', 'cancelled', 'expired')", name="state"),
        CheckConstraint("payment IN ('free', 'counter')", name="payment"),
        CheckConstraint("places BETWEEN 1 AND 8", name="places"),
        CheckConstraint("infants >= 0 AND infants <= places AND places + infants <= 8", name="infants"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_when"),
        CheckConstraint("state <> 'held' OR expires_at IS NOT NULL", name="every_hold_ends"),
        Index(None, "voyage_id", "state", "expires_at"),
        # What the live process asks every second: has any hold ended? Only those few that are held are in it.
        Index(
            "ix_booking_held_until",
            "expires_at",
            postgresql_where=text("state = 'held'"),
            sqlite_where=text("state = 'held'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True, default=new_booking_code)
    request_id: Mapped[str] = mapped_column(String(36), unique=True)
    """Brought by whoever asks: asked a second time, it is the same booking."""
    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"))
    from_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    to_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    fare_class_id: Mapped[int] = mapped_column(ForeignKey("fare_class.id"))
    places: Mapped[int]
    """Beds or seats: adults and children."""
    infants: Mapped[int] = mapped_column(default=0)
    """On a lap: a soul, but no place."""
    state: Mapped[str] = mapped_column(String(10), default=BookingState.HELD)
    payment: Mapped[str | None] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(16), default="")
    """Digits as typed at home (08...) or with +62 in front, kept as +62..."""
    amount_idr: Mapped[int | None]
    """To be paid for all; empty where a part of it is not published."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer who took the money; empty for the free programme."""

    voyage: Mapped[Voyage] = relationship()
    from_call: Mapped[PortCall] = relationship(foreign_keys=[from_call_id])
    to_call: Mapped[PortCall] = relationship(foreign_keys=[to_call_id])
    fare_class: Mapped[FareClass] = relationship()
    passengers: Mapped[list["Passenger"]] = relationship(
        back_populates="booking", order_by="Passenger.position", cascade="all, delete-orphan"
    )

    @property
    def souls(self) -> int:
        """Everybody who travels, infants counted."""
        return self.places + self.infants

    @property
    def legs(self) -> list[Leg]:
        """The legs of the journey, in order."""
        return self.voyage.journey(self.from_call_id, self.to_call_id)

    def state_at(self, now: datetime) -> BookingState:
        """The state as it is true at `now`: a hold past its end has expired, whoever has noticed it."""
        if self.state == BookingState.HELD and self.expires_at is not None and self.expires_at <= now:
            return BookingState.EXPIRED
        return BookingState(self.state)


class Passenger(Model):
    """A person who travels, named as on the identity document; an infant is a person."""

    __table_args__ = (
        UniqueConstraint("booking_id", "position"),
        CheckConstraint("sex IN ('L', 'P')", name="sex"),
        CheckConstraint("document_kind IN ('ktp', 'kk', 'sim', 'passport')", name="document_kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    document_kind: Mapped[str] = mapped_column(String(8))
    document_number: Mapped[str] = mapped_column(String(20))
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(String(1))
    """L (laki-laki) or P (perempuan), as on the document."""
    infant: Mapped[bool] = mapped_column(default=False)
    booking: Mapped[Booking] = relationship(back_populates="passengers")
    ticket: Mapped["Ticket | None"] = relationship(
        back_populates="passenger", cascade="all, delete-orphan", single_parent=True
    )

    def __repr__(self) -> str:
        return f"<Passenger {self.id}>"  # no name and no number may reach a log


class Ticket(Model):
    """The right of one passenger to one journey, in a signed code.

    Made with the passenger's details; it admits once its booking is confirmed.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(String(10), unique=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), unique=True)
    signed: Mapped[str] = mapped_column(String(160), default="")
    """The text in the QR code; empty until the booking is confirmed."""
    issued_at: Mapped[datetime | None]
    passenger: Mapped[Passenger] = relationship(back_populates="ticket")
