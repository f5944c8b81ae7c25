"""The nouns of travel rules: sets, their rules, and exemptions from one of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.db import Model


class RuleSet(Model):
    """A published, numbered collection of travel rules; a verdict names the set that it used.

    A draft has no number and may be changed. Once published neither the set nor its rules change any more, and nobody
    publishes what nobody else has proposed: triggers refuse it (migrations 0015, 0023 and 0025). Going back to an
    older one is publishing it again, under a new number.
    """

    __tablename__ = "rule_set"
    __table_args__ = (
        CheckConstraint("(number IS NULL) = (published_at IS NULL)", name="numbered_when_published"),
        CheckConstraint("(number IS NULL) = (in_force_from IS NULL)", name="dated_when_published"),
        CheckConstraint("number IS NOT NULL OR published_by IS NULL", name="published_by_when_published"),
        CheckConstraint(
            "number IS NULL OR shipped = (published_by IS NULL AND created_by IS NULL)", name="shipped_by_nobody"
        ),
        # Two people publish.
        CheckConstraint("published_by <> created_by", name="two_people"),
        Index(None, "in_force_from", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    name_id: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(120))
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("rule_set.id"))
    """The set whose rules this one began with."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts the changes of a draft, so that what is published is what was looked at."""
    shipped: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Came with Dermaga (data/rules); nobody here wrote or published it."""
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    in_force_from: Mapped[datetime | None]
    """From then on it is judged by, until a later one begins; of two that begin together, the higher number."""
    rules: Mapped[list["TravelRule"]] = relationship(
        back_populates="rule_set", order_by="TravelRule.position", cascade="all, delete-orphan"
    )
    proposals: Mapped[list["Proposal"]] = relationship(
        back_populates="rule_set", order_by="Proposal.id", cascade="all, delete-orphan"
    )
    based_on: Mapped["RuleSet | None"] = relationship(remote_side=[id])
    creator: Mapped[User | None] = relationship(foreign_keys=[created_by])
    publisher: Mapped[User | None] = relationship(foreign_keys=[published_by])

    @property
    def is_draft(self) -> bool:
        """Whether it may still be changed."""
        return self.number is None

    @property
    def names(self) -> dict[str, str]:
        """Its name in each language."""
        return {"id": self.name_id, "en": self.name_en}

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """Its rules as they are judged with, in order."""
        return [rule.body for rule in self.rules]

    @property
    def proposal(self) -> "Proposal | None":
        """That by which it may be approved, or was: the last one, of the draft as it is now."""
        last = self.proposals[-1] if self.proposals else None
        return last if last and last.version == self.version else None

    @property
    def authors(self) -> set[int | None]:
        """The people who began it, proposed it as it is now, or wrote a rule that is new in it: none approves it.

        A rule keeps its writer when a draft takes it over; what was approved before is not approved again.
        """
        taken_over = {rule.code: rule.body for rule in self.based_on.rules} if self.based_on else {}
        writers = {rule.written_by for rule in self.rules if taken_over.get(rule.code) != rule.body}
        return writers | {self.created_by, self.proposal.proposed_by if self.proposal else None}

    def rule_of(self, code: str) -> "TravelRule | None":
        """Its rule of that code, or None."""
        return next((rule for rule in self.rules if rule.code == code), None)


class TravelRule(Model):
    """A test on facts that a passenger must meet, with dates, source and a sentence in each language."""

    __tablename__ = "travel_rule"
    __table_args__ = (UniqueConstraint("rule_set_id", "code"), CheckConstraint("position >= 1", name="position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The rule as docs/rules.md describes it, checked before it was saved."""
    written_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    """The user who changed it last; empty for a rule that came with Dermaga."""
    written_at: Mapped[datetime]
    rule_set: Mapped[RuleSet] = relationship(back_populates="rules")


class Proposal(Model):
    """A draft put forward, as it was at one version, to be in force from a moment; somebody else approves it.

    It lapses when the draft is changed, and stays as the record of who proposed what was published: triggers refuse
    to change it ever, and to remove it or add one once the set is published. A draft thrown away takes it along.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"), index=True)
    version: Mapped[int]
    """The draft's, when it was put forward."""
    in_force_from: Mapped[datetime | None]
    """Empty: from the moment of the approval."""
    proposed_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    proposed_at: Mapped[datetime]
    rule_set: Mapped[RuleSet] = relationship(back_populates="proposals")
    proposer: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class Exemption(Model):
    """A written exception to named rules for one ticket, by a named officer, with a reason.

    One row is one rule for one ticket, and stays: a trigger refuses to change or remove it.
    """

    __table_args__ = (
        UniqueConstraint("ticket_id", "rule"),
        CheckConstraint(text("reason <> ''"), name="reason"),
        CheckConstraint(text("letter <> ''"), name="letter"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    rule: Mapped[str] = mapped_column(String(60))
    """The rule's code, whatever set it stands in."""
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("rule_set.id"))
    """The set that was in force when it was granted."""
    reason: Mapped[str] = mapped_column(String(300))
    letter: Mapped[str] = mapped_column(String(80))
    officer_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    granted_at: Mapped[datetime]
    officer: Mapped[User] = relationship(lazy="joined", innerjoin=True)
    rule_set: Mapped[RuleSet] = relationship()

    @property
    def for_judging(self) -> dict[str, str]:
        """As the judge takes it."""
        return {"rule": self.rule, "letter": self.letter, "officer": self.officer.name, "reason": self.reason}
