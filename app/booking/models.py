"""Bookings, their passengers and their tickets."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from secrets import randbits
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import config
from app.accounts.models import User
from app.db import Model
from app.idempotency import DIGEST_LENGTH
from app.schedule.models import Leg, PortCall, Voyage
from app.seats.models import ONLINE, Channel, FareClass

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
"""Whose number is the holder's NIK."""
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
    """What is taken of the class: beds or seats (adults and children), or one vehicle's place on its deck."""
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
    """What stood about a passenger before an officer put document, birth date or sex right, its number masked."""

    __tablename__ = "document_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), index=True)
    document_kind: Mapped[str] = mapped_column(String(8))
    masked_number: Mapped[str] = mapped_column(String(20))
    birth_date: Mapped[date]
    sex: Mapped[str] = mapped_column(String(1))
    corrected_at: Mapped[datetime]
    corrected_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))


class Statement(Model):
    """Something that was said about a passenger: by the traveler, or by an officer who looked.

    The last one about a fact counts, and all are kept. `fact` is a name of the table in docs/rules.md.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), index=True)
    fact: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """As the fact's type says; empty: it is not known any more. Never an identity number."""
    said_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer; empty where the travelers said so themselves."""
    said_at: Mapped[datetime]


class ShownDocument(Model):
    """A paper about a passenger: a test or a letter, entered by the travelers ahead or by the officer who saw it."""

    __tablename__ = "shown_document"
    __table_args__ = (
        CheckConstraint("(seen_by IS NULL) = (seen_at IS NULL)", name="seen_when"),
        CheckConstraint("entered_by IS NULL OR seen_at IS NOT NULL", name="an_officer_has_seen_it"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    issuer: Mapped[str | None] = mapped_column(String(20))
    result: Mapped[str | None] = mapped_column(String(10))
    """Of a test; empty for a letter."""
    taken_at: Mapped[datetime]
    """When the sample was taken, or the letter was issued."""
    signed: Mapped[bool | None]
    letter: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The number that the paper bears."""
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer; empty where the travelers did."""
    entered_at: Mapped[datetime]
    seen_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The officer who held it in the hand: before that it lets nobody pass."""
    seen_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    """When it turned out to be a mistake; it stays for whoever looks back."""


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
    """What the booking had when it lost its places."""
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


class Refund(Model):
    """Money that is owed back for one passenger who does not travel, and when it was paid."""

    __table_args__ = (
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        CheckConstraint("amount_idr >= 0", name="amount"),
        CheckConstraint("(paid_at IS NULL) = (paid_by IS NULL)", name="paid_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"), unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    cause: Mapped[str] = mapped_column(String(16))
    """The passenger's state, or the displacement's cause."""
    percent: Mapped[int | None]
    """Of the fare; empty where the operator's terms are not documented and its counter decides."""
    amount_idr: Mapped[int | None]
    """Empty where fare or share is not documented."""
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    paid_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    booking: Mapped[Booking] = relationship()
    passenger: Mapped[Passenger] = relationship()


class Receipt(Model):
    """Money that an officer took at the counter, or paid back there, line by line as it was at that moment."""

    __table_args__ = (
        CheckConstraint("kind IN ('taken', 'paid_back')", name="kind"),
        CheckConstraint("amount_idr >= 0", name="amount"),
        CheckConstraint("(kind = 'paid_back') = (refund_id IS NOT NULL)", name="refund"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """Also the receipt's number."""
    kind: Mapped[str] = mapped_column(String(10))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("refund.id"), unique=True)
    amount_idr: Mapped[int | None]
    """Empty where the fare is not published, and the officer asked the operator."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What it is for: `who` (adult, infant, vehicle, difference, refund, all), `count`, `each` in rupiah; no names."""
    at: Mapped[datetime]
    booking: Mapped[Booking] = relationship()
    channel: Mapped[Channel] = relationship()
    officer: Mapped[User] = relationship()

    @property
    def known_idr(self) -> int | None:
        """Rupiah as far as fares are published; None where none is."""
        known = [line["count"] * line["each"] for line in self.lines if line["each"] is not None]
        return self.amount_idr if self.amount_idr is not None else sum(known) if known else None

    @property
    def unpriced(self) -> list[dict[str, Any]]:
        """The lines that are not in it, since nobody has published their fare."""
        return [] if self.amount_idr is not None else [line for line in self.lines if line["each"] is None]


class CodeReturn(Model):
    """A booking's code was given back at the counter to its holder, whose card an officer had looked at."""

    __tablename__ = "code_return"

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    passenger_id: Mapped[int] = mapped_column(ForeignKey("passenger.id"))
    """Whose card it was."""
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    at: Mapped[datetime]


GROUPS_IN_A_TURN = 4
"""So many groups from one address wait in each turn; those beyond come after the next groups of all the others."""

CHOICES_MAX = 5
"""So many voyages may one group wait for at once."""


class WaitingState(StrEnum):
    """Where somebody on the waiting list stands."""

    WAITING = "waiting"
    OFFERED = "offered"
    """Places are held for them until the offer's end; taken up by naming who travels."""
    SERVED = "served"
    """The offer became a confirmed booking."""
    LAPSED = "lapsed"
    """The last voyage that they would have taken has closed, or too many offers ended unused."""
    WITHDRAWN = "withdrawn"


class WaitingEntry(Model):
    """A group that waits for places on one or several voyages, in the order of turns and of its coming."""

    __tablename__ = "waiting_entry"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'offered', 'served', 'lapsed', 'withdrawn')", name="state"),
        CheckConstraint("places BETWEEN 1 AND 8", name="places"),
        CheckConstraint("infants >= 0 AND infants <= places AND places + infants <= 8", name="infants"),
        CheckConstraint("(state IN ('offered', 'served')) = (booking_id IS NOT NULL)", name="offer"),
        Index(
            "ix_waiting_entry_waits",
            "id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    """Also the order within a turn: the lower one came first."""
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often as many groups as make a turn waited from the same address when it came."""
    asker: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """From which address it came, as a keyed hash; empty for an officer's."""
    code: Mapped[str] = mapped_column(String(8), unique=True, default=new_booking_code)
    request_id: Mapped[str] = mapped_column(String(36), unique=True)
    question: Mapped[str] = mapped_column(String(DIGEST_LENGTH), default="", server_default="")
    """Digest of what was asked under `request_id`, besides the phone."""
    phone: Mapped[str] = mapped_column(String(16))
    places: Mapped[int]
    infants: Mapped[int] = mapped_column(default=0)
    partial: Mapped[bool] = mapped_column(default=False)
    """Fewer places than wanted are welcome too; else all or none."""
    standby: Mapped[bool] = mapped_column(default=False)
    """At the port already: wants what no-shows leave at the cut-off."""
    state: Mapped[str] = mapped_column(String(10), default=WaitingState.WAITING)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    """The places offered; an offer that ended unused leaves it empty again, and the group its position."""
    aside_until: Mapped[datetime | None]
    """Until when free places are set aside for it while it is the first, though they are not enough for all of it."""
    offers: Mapped[int] = mapped_column(default=0)
    """How many offers were made."""
    booking: Mapped[Booking | None] = relationship()
    choices: Mapped[list["WaitingChoice"]] = relationship(
        back_populates="entry", order_by="WaitingChoice.rank", cascade="all, delete-orphan", lazy="selectin"
    )


class WaitingChoice(Model):
    """One journey and class that a waiting group would take, the dearest wish first."""

    __tablename__ = "waiting_choice"
    __table_args__ = (
        UniqueConstraint("entry_id", "rank"),
        UniqueConstraint("entry_id", "from_call_id", "to_call_id", "fare_class_id", name="uq_waiting_choice_once"),
        Index(None, "voyage_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("waiting_entry.id"))
    rank: Mapped[int]
    voyage_id: Mapped[int] = mapped_column(ForeignKey("voyage.id"))
    from_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    to_call_id: Mapped[int] = mapped_column(ForeignKey("port_call.id"))
    fare_class_id: Mapped[int] = mapped_column(ForeignKey("fare_class.id"))
    entry: Mapped[WaitingEntry] = relationship(back_populates="choices")
