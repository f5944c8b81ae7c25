"""Bookings, their passengers and their tickets."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from secrets import randbits

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import config
from app.db import Model
from app.idempotency import DIGEST_LENGTH
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import ONLINE, Channel, FareClass

PERSONS_MAX = 8
"""Persons in one booking, infants counted."""

INFANT_MONTHS = 24
"""Younger than this on the day of sailing may travel as an infant (PM 109/2017: infant < 24 months)."""

CODE_ALPHABET, CODE_LENGTH = "ABCDEFGHJKMNPQRSTVWXYZ23456789", 8


def sale_closes_at(call: PortCall) -> datetime | None:
    """When the sale of journeys from `call` ends; None where its departure is not known at all."""
    return sale_ends(call.departs_at)


def sale_ends(departs_at: datetime | None) -> datetime | None:
    """When the sale for a departure at that moment ends."""
    return departs_at and departs_at - timedelta(minutes=config.current().sale_closes_minutes)


def new_booking_code() -> str:
    """Eight letters and digits that are not mistaken for each other; 30^8, about 6.6 * 10^11 of them."""
    # One draw for all of them; that 2^80 is no multiple of 30^8 favours no code by more than 2^-40.
    drawn = randbits(80)
    return "".join(CODE_ALPHABET[drawn // 30**place % 30] for place in range(CODE_LENGTH))


class BookingState(StrEnum):
    """Where a booking stands."""

    HELD = "held"
    NOTED = "noted"
    """No places are kept; it can be filled in, and paid as long as there are places."""
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


OPEN = frozenset({BookingState.HELD, BookingState.NOTED})
"""Can be filled in and paid."""


class PassengerState(StrEnum):
    """Whether a passenger still travels on this booking, and if not, why."""

    TRAVELS = "travels"
    CANCELLED = "cancelled"
    """By the passenger's own wish."""
    MOVED = "moved"
    """To another voyage, where a booking of its own holds the new ticket."""
    DISPLACED = "displaced"
    """The voyage was called off, or has no place any more: see Displacement for the way out."""
    NO_SHOW = "no_show"
    """Not at the gate at the cut-off: the place went to standby."""


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
    KIA = "kia"
    BIRTH = "birth"
    """The letter about a birth (surat keterangan lahir), before there is a NIK."""


NIK_KINDS = frozenset({DocumentKind.KTP, DocumentKind.KK, DocumentKind.KIA})
"""Documents whose number is the holder's NIK."""
CARDS_OF_ADULTS = frozenset({DocumentKind.KTP, DocumentKind.SIM})
"""Given out from the age of 17; for younger people there is one of the others."""
DOCUMENTS_OF_CHILDREN = frozenset({DocumentKind.KK, DocumentKind.KIA, DocumentKind.BIRTH})


class Booking(Model):
    """One order for one journey: held, confirmed, cancelled or expired."""

    __table_args__ = (
        CheckConstraint("state IN ('held', 'noted', 'confirmed', 'cancelled', 'expired')", name="state"),
        CheckConstraint("payment IN ('free', 'counter')", name="payment"),
        CheckConstraint("places BETWEEN 1 AND 8", name="places"),
        CheckConstraint("infants >= 0 AND infants <= places AND places + infants <= 8", name="infants"),
        CheckConstraint("(vehicle_persons IS NULL) = (vehicle_plate IS NULL)", name="vehicle_has_both"),
        CheckConstraint(
            "vehicle_persons IS NULL OR (vehicle_persons BETWEEN 1 AND 8 AND places = 1 AND infants = 0)",
            name="vehicle_persons",
        ),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed_when"),
        CheckConstraint("state NOT IN ('held', 'noted') OR expires_at IS NOT NULL", name="every_hold_ends"),
        Index(None, "voyage_id", "state", "expires_at"),
        Index(None, "asker", "created_at"),
        Index(None, "phone"),
        # What the live process asks every second: has any hold ended? Only those few that are held are in it.
        Index(
            "ix_booking_held_until",
            "expires_at",
            postgresql_where=text("state = 'held'"),
            sqlite_where=text("state = 'held'"),
        ),
        # And now and then: is there one that was only noted, and ended long ago?
        Index(
            "ix_booking_noted_until",
            "expires_at",
            postgresql_where=text("state = 'noted'"),
            sqlite_where=text("state = 'noted'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True, default=new_booking_code)
    request_id: Mapped[str] = mapped_column(String(36), unique=True)
    """Brought by whoever asks: asked a second time, it is the same booking."""
    question: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="", server_default="")
    """Digest of what was asked under `request_id`; empty where no caller brought one."""
    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"))
    from_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    to_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    fare_class_id: Mapped[int] = mapped_column(ForeignKey("fare_class.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), default=ONLINE, server_default="1")
    """Out of whose allotment the places are."""
    places: Mapped[int]
    """Places taken of the class: beds or seats (adults and children), or one vehicle's place on its deck."""
    infants: Mapped[int] = mapped_column(default=0)
    """On a lap: a soul, but no place."""
    vehicle_persons: Mapped[int | None]
    """Everybody in the vehicle, driver and infants counted; empty where no vehicle is booked."""
    vehicle_plate: Mapped[str | None] = mapped_column(String(12))
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    """The booking that these passengers were moved from; empty for one that was made anew."""
    state: Mapped[str] = mapped_column(String(10), default=BookingState.HELD)
    payment: Mapped[str | None] = mapped_column(String(10))
    phone: Mapped[str] = mapped_column(String(16), default="")
    """Digits as typed at home (08...) or with +62 in front, kept as +62..."""
    family_card: Mapped[str | None] = mapped_column(String(16))
    """The number of the family card, where a free programme gives places by family."""
    amount_idr: Mapped[int | None]
    """To be paid for all; empty where a part of it is not published."""
    asker: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """From which address it was asked for, as a keyed hash; of an offer that of its group; empty for officers."""
    visitor: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """By which browser at that address; the address again where it kept no cookie."""
    proved: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its people have paid or been seen before, and no other order is exempt for them: it is no stranger's."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer who took the money, or saw the people; empty where nobody did."""

    voyage: Mapped[Voyage] = relationship()
    from_call: Mapped[PortCall] = relationship(foreign_keys=[from_call_id])
    to_call: Mapped[PortCall] = relationship(foreign_keys=[to_call_id])
    fare_class: Mapped[FareClass] = relationship()
    channel: Mapped[Channel] = relationship()
    passengers: Mapped[list["Passenger"]] = relationship(
        primaryjoin="and_(Passenger.booking_id == Booking.id, Passenger.state == 'travels')",
        back_populates="booking",
        order_by="Passenger.position",
        cascade="all, delete-orphan",
    )
    """Those who travel; none before they are named."""
    former_passengers: Mapped[list["Passenger"]] = relationship(
        primaryjoin="and_(Passenger.booking_id == Booking.id, Passenger.state != 'travels')",
        order_by="Passenger.position",
        viewonly=True,
    )
    """Those who were to travel, and do not (any more): cancelled, moved, displaced, not come."""

    @property
    def souls(self) -> int:
        """Everybody who travels, infants counted."""
        return self.places + self.infants if self.vehicle_persons is None else self.vehicle_persons

    @property
    def legs(self) -> list[Leg]:
        """The legs of the journey, in order."""
        return self.voyage.journey(self.from_call_id, self.to_call_id)

    def passenger_at(self, position: int) -> "Passenger | None":
        """The passenger who travels at that position, or None."""
        return next((person for person in self.passengers if person.position == position), None)

    def state_at(self, now: datetime) -> BookingState:
        """The state as it is true at `now`: a hold past its end has expired, whoever has noticed it."""
        if self.state in OPEN and self.expires_at is not None and self.expires_at <= now:
            return BookingState.EXPIRED
        return BookingState(self.state)


BOOKED_SOULS = func.coalesce(Booking.vehicle_persons, Booking.places + Booking.infants)
"""`Booking.souls`, for the database."""


class Passenger(Model):
    """A person who travels, named as on the identity document; an infant is a person."""

    __table_args__ = (
        UniqueConstraint("booking_id", "position"),
        CheckConstraint("sex IN ('L', 'P')", name="sex"),
        CheckConstraint("document_kind IN ('ktp', 'kk', 'sim', 'passport', 'kia', 'birth')", name="document_kind"),
        CheckConstraint("state IN ('travels', 'cancelled', 'moved', 'displaced', 'no_show')", name="state"),
        CheckConstraint("(state = 'travels') = (ended_at IS NULL)", name="ended_when"),
        CheckConstraint("(from_minute IS NULL) = (until_minute IS NULL)", name="travels_from_until"),
        CheckConstraint("from_minute < until_minute", name="travels_forward"),
        Index(None, "document_number"),
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
    state: Mapped[str] = mapped_column(String(10), default=PassengerState.TRAVELS, server_default="travels")
    ended_at: Mapped[datetime | None]
    """When the passenger stopped travelling on this booking."""
    boarded_at: Mapped[datetime | None]
    """When a gate admitted the passenger: from then on nothing about the ticket can be changed."""
    from_minute: Mapped[int | None]
    """The journey in minutes since 1970 UTC, until `until_minute`, once it is confirmed; empty where it does not count.

    No two journeys of one document number overlap: the tables refuse it (migration 0009).
    """
    until_minute: Mapped[int | None]
    booking: Mapped[Booking] = relationship(back_populates="passengers")
    ticket: Mapped["Ticket | None"] = relationship(
        primaryjoin="and_(Ticket.passenger_id == Passenger.id, Ticket.void_at.is_(None))",
        back_populates="passenger",
        cascade="all, delete-orphan",
        single_parent=True,
    )
    """The ticket that is good; those that it took the place of are void and stay in the table."""

    def __repr__(self) -> str:
        return f"<Passenger {self.id}>"  # no name and no number may reach a log


class Ticket(Model):
    """The right of one passenger to one journey, in a signed code.

    Made with the passenger's details; it admits once its booking is confirmed, and until it is void.
    """

    __table_args__ = (
        Index(
            "uq_ticket_one_good_per_passenger",
            "passenger_id",
            unique=True,
            postgresql_where=text("void_at IS NULL"),
            sqlite_where=text("void_at IS NULL"),
        ),
        CheckConstraint("(void_at IS NULL) = (void_reason = '')", name="void_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(String(10), unique=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), index=True)
    signed: Mapped[str] = mapped_column(String(160), default="")
    """The text in the QR code; empty until the booking is confirmed."""
    issued_at: Mapped[datetime | None]
    void_at: Mapped[datetime | None]
    void_reason: Mapped[str] = mapped_column(String(12), default="", server_default="")
    """Why it admits nobody any more: `corrected` (a new code took its place), or what the passenger's state says."""
    passenger: Mapped[Passenger] = relationship(back_populates="ticket")


class DocumentCorrection(Model):
    """A passenger's data before an officer put document, birth date or sex right, the number masked."""

    __tablename__ = "document_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), index=True)
    document_kind: Mapped[str] = mapped_column(String(8))
    masked_number: Mapped[str] = mapped_column(String(20))
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(String(1))
    corrected_at: Mapped[datetime]
    corrected_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))


class Displacement(Model):
    """A booking that lost its places to a decision about the voyage, and the way out that was found for it."""

    __table_args__ = (
        CheckConstraint("cause IN ('cancelled', 'ship_swapped', 'quota_lowered')", name="cause"),
        CheckConstraint("way_out IN ('', 'moved', 'refunded', 'none_needed')", name="way_out"),
        CheckConstraint("(way_out = '') = (settled_at IS NULL)", name="settled_when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"), index=True)
    cause: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """In words, for the people who ask."""
    places: Mapped[int]
    souls: Mapped[int]
    """The places that the booking had when it lost them."""
    ship_name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    """The ship that was to sail until then; empty where none was named, or nobody knows any more."""
    at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    way_out: Mapped[str] = mapped_column(String(12), default="")
    """Empty while it is open; `none_needed` for a hold that nobody had paid."""
    refund_chosen_at: Mapped[datetime | None]
    """When the travelers said that they want the money; until it is paid they may still choose another voyage."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer; empty where the travelers chose themselves."""
    booking: Mapped[Booking] = relationship()


class CodeReturn(Model):
    """A booking's code was given back at the counter to its holder, whose card an officer had looked at."""

    __tablename__ = "code_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    passenger_id: Mapped[int | None] = mapped_column(ForeignKey("passenger.id"))
    """The passenger whose card it was; empty once somebody else is named in their place, before it is paid."""
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]
