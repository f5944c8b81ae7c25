"""Places and souls, counted per leg."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Model
from app.named import Named
from app.schedule.models import Port

ONLINE = 1
"""Id of the channel that everybody can buy from; what other channels leave unsold flows back to it."""

LAST_STANDARD = 4
"""Every port has the channels up to this id, and pages name them in the reader's language: online, counter, agent,
reserve."""


class PlaceKind(StrEnum):
    """The kind of place that a fare class sells, and so what it is counted against."""

    BED = "bed"
    """A bed or a seat: the classes of this kind share out the ship's places."""
    NON_SEAT = "non_seat"
    """A person without one, in what the ceiling leaves once every bed that is on sale is counted as taken."""
    VEHICLE = "vehicle"
    """A motorcycle, car or truck on its own deck, with every person in it named."""


class ChannelKind(StrEnum):
    """Through whom places are sold."""

    ONLINE = "online"
    COUNTER = "counter"
    AGENT = "agent"
    FREE = "free"
    RESERVE = "reserve"


class FareClass(Named, Model):
    """A kind of place on board sold at one price list (economy, class 1 ...). Its id is in the ticket's code."""

    __tablename__ = "fare_class"
    __table_args__ = (
        CheckConstraint("id BETWEEN 1 AND 255", name="fits_the_code"),
        CheckConstraint("kind IN ('bed', 'non_seat', 'vehicle')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8), default=PlaceKind.BED, server_default="bed")


class Channel(Named, Model):
    """A way of selling: online, counter, agent, one sponsor's free programme, the reserve for officials."""

    __table_args__ = (
        CheckConstraint("kind IN ('online', 'counter', 'agent', 'free', 'reserve')", name="kind"),
        CheckConstraint("(kind = 'free') = (sponsor <> '')", name="free_has_a_sponsor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    sponsor: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The one who pays, for a free programme; empty for the others."""


FAMILY_MAX = 4
"""So many people of one family may have free places (Kompas, 31 December 2023)."""


class FreeProgramme(Model):
    """Places that a sponsor pays for: opened by an official, for so many people, until a moment."""

    __tablename__ = "free_programme"
    __table_args__ = (
        CheckConstraint("quota > 0", name="quota"),
        CheckConstraint("taken BETWEEN 0 AND quota", name="taken"),
        CheckConstraint("per_family BETWEEN 1 AND 4", name="per_family"),
        CheckConstraint("opens_at < closes_at", name="window"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), unique=True)
    """The sponsor's channel, out of whose places on each voyage they travel."""
    quota: Mapped[int]
    """People, on all voyages together."""
    taken: Mapped[int] = mapped_column(default=0)
    """People who have a place: as many as there are claims."""
    per_family: Mapped[int] = mapped_column(default=FAMILY_MAX)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When an official ended it before its time."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    channel: Mapped[Channel] = relationship(lazy="joined")

    def is_open(self, now: datetime) -> bool:
        """Whether it gives places at `now`."""
        return self.closed_at is None and self.opens_at <= now < self.closes_at


class FreeClaim(Model):
    """A person's place in a free programme: one for each, and at most four with one family card."""

    __tablename__ = "free_claim"
    __table_args__ = (
        UniqueConstraint("programme_id", "family_card", "number", name="uq_free_claim_family"),
        CheckConstraint("number BETWEEN 1 AND 4", name="family"),
    )

    programme_id: Mapped[int] = mapped_column(ForeignKey("free_programme.id"), primary_key=True)
    document_number: Mapped[str] = mapped_column(String(20), primary_key=True)
    family_card: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    """The how-manieth of the family."""

    def __repr__(self) -> str:
        return f"<FreeClaim of {self.programme_id}>"  # no number may reach a log


class ReleasePlan(Named, Model):
    """In which steps the places of an allotment come on sale; what its steps do not name stays kept."""

    __tablename__ = "release_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    steps: Mapped[list[list[int | None]]] = mapped_column(JSON)
    """`[days before departure, per cent]` of each step; the days are empty for what is on sale at once."""

    def percent_at(self, now: datetime, sets_out: datetime | None) -> int:
        """How much of the allotment is on sale at `now`, for a voyage planned to set out then."""
        return percent_released(self.steps, now, sets_out)


def percent_released(steps: list[list[int | None]], now: datetime, sets_out: datetime | None) -> int:
    """Per cent on sale at `now`: the steps that have come, 0 to 100. Later steps need a known day of departure."""
    come = (
        percent or 0
        for days, percent in steps
        if days is None or (sets_out is not None and now >= sets_out - timedelta(days=days))
    )
    return min(100, sum(come))


class Allotment(Model):
    """The places of one fare class on one leg set aside for one channel: quota, held and sold."""

    __table_args__ = (
        UniqueConstraint("leg_id", "fare_class_id", "channel_id"),
        CheckConstraint("flowed BETWEEN 0 AND quota", name="flowed"),
        CheckConstraint("flow_back_minutes >= 0", name="flow_back_minutes"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("sold >= 0", name="sold"),
        CheckConstraint("held + sold <= quota", name="not_oversold"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    leg_id: Mapped[int] = mapped_column(ForeignKey("leg.id"))
    fare_class_id: Mapped[int] = mapped_column(ForeignKey("fare_class.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("channel.id"), default=ONLINE, server_default="1")
    quota: Mapped[int]
    held: Mapped[int] = mapped_column(default=0)
    sold: Mapped[int] = mapped_column(default=0)
    flowed: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of the quota came from other channels that left them unsold: on sale at once, whatever the plan."""
    release_plan_id: Mapped[int | None] = mapped_column(ForeignKey("release_plan.id"))
    """Empty: all of it is on sale at once."""
    flow_back_minutes: Mapped[int | None]
    """So long before the voyage's planned departure what is unsold goes to the online channel; empty: never."""
    fare_class: Mapped[FareClass] = relationship(lazy="joined", innerjoin=True)
    channel: Mapped[Channel] = relationship(lazy="joined", innerjoin=True)
    release_plan: Mapped[ReleasePlan | None] = relationship(lazy="joined")


class LegLoad(Model):
    """The souls on one leg: promised a place (held or sold), and aboard. Infants count.

    `ceiling` is what may sail: the certificate, or the dispensation where one is valid on the day. It may
    fall below what is promised (a dispensation ends, a smaller certificate): then nothing more is sold, and
    the gate stops at the ceiling. It may never fall below what is aboard.
    """

    __tablename__ = "leg_load"
    __table_args__ = (
        CheckConstraint("promised >= 0", name="promised"),
        CheckConstraint("aboard BETWEEN 0 AND ceiling", name="never_above_the_ceiling"),
        CheckConstraint("over_promised >= 0 AND promised <= ceiling + over_promised", name="no_promise_above"),
    )

    leg_id: Mapped[int] = mapped_column(ForeignKey("leg.id"), primary_key=True, autoincrement=False)
    certificate: Mapped[int | None]
    """Persons by certificate on that day; empty where none is documented."""
    dispensation: Mapped[int | None]
    """Persons by dispensation on that day; empty where none is valid."""
    ceiling: Mapped[int]
    promised: Mapped[int] = mapped_column(default=0)
    over_promised: Mapped[int] = mapped_column(default=0, server_default="0")
    """By how many the ceiling sank below what was promised then; nothing else may promise a soul above the ceiling."""
    aboard: Mapped[int] = mapped_column(default=0)

    def set_ceiling(self, certificate: int | None, dispensation: int | None) -> None:
        """Let these papers say how many may sail; what was promised above that stays, and is kept in mind."""
        self.certificate, self.dispensation = certificate, dispensation
        self.ceiling = dispensation or certificate or 0
        self.over_promised = max(0, (self.promised or 0) - self.ceiling)


class CapacityCertificate(Model):
    """How many persons a ship may carry, by whom certified, from when until when."""

    __tablename__ = "capacity_certificate"
    __table_args__ = (
        CheckConstraint("persons > 0", name="persons"),
        UniqueConstraint("ship_id", "valid_from", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ship_id: Mapped[int] = mapped_column(ForeignKey("ship.id"))
    persons: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    source_url: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(String(600), default="")


class Dispensation(Model):
    """A dated permission to carry more persons than the certificate, with its letter and conditions."""

    __table_args__ = (
        CheckConstraint("persons > 0", name="persons"),
        UniqueConstraint("ship_id", "valid_from", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ship_id: Mapped[int] = mapped_column(ForeignKey("ship.id"))
    persons: Mapped[int]
    """All persons together, not those above the certificate."""
    letter: Mapped[str] = mapped_column(String(120), default="")
    """Number of the letter; empty where the source prints none."""
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    source_url: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(String(600), default="")


class Decree(Model):
    """A level of restrictions (PPKM) that the government has set for a port, or for all, on some days.

    The travel rules say what it does to places. It stays, also when it is withdrawn: a day can be looked at as it was.
    """

    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="valid_to"),
        CheckConstraint(text("letter <> ''"), name="letter"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    port_id: Mapped[int | None] = mapped_column(ForeignKey("port.id"))
    """Where a ship sets out from; empty: from every port."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The last day of sailing; empty: until further notice."""
    letter: Mapped[str] = mapped_column(String(120))
    source_url: Mapped[str] = mapped_column(String(400), default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    entered_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    withdrawn_at: Mapped[datetime | None]
    port: Mapped[Port | None] = relationship(lazy="joined")

    def holds_on(self, day: date) -> bool:
        """Whether the day of sailing is one of its days."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)
