"""A whole rule as rows that an officer reads, two sets of them compared, and when each set was in force."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date

from app.rules.models import RuleSet
from app.rules.wording.conditions import Said, condition
from app.rules.wording.vocabulary import OFFICERS, PLACES, SURENESS, Both, fact_word, pick, value_word

Rule = Mapping[str, Any]

LABELS: dict[str, Both] = {
    "title": ("Nama", "Name"),
    "off": ("Tidak dipakai, karena", "Not used, because"),
    "logic": ("Yang diminta", "What is asked"),
    "where": ("Berlaku di", "Applies at"),
    "except": ("Kecuali", "Except"),
    "valid": ("Hari berlayar", "Day of sailing"),
    "outcome": ("Bila tidak terpenuhi", "If it is not met"),
    "missing": ("Bila belum diketahui", "If it is not known"),
    "may_miss": ("Boleh tidak diketahui", "May be unknown"),
    "traveler": ("Kata untuk penumpang", "Told to the traveler"),
    "officer": ("Kata untuk petugas", "Told to the officer"),
    "next": ("Langkah berikutnya", "Next step"),
    "exemption": ("Pengecualian", "Exemption"),
    "regulation": ("Peraturan", "Regulation"),
    "source": ("Sumber", "Source"),
    "sure": ("Kepastian", "How sure"),
}
"""The rows of a rule, in their order."""

_ONLY_INDONESIAN = ("regulation", "source")


@dataclass(frozen=True)
class RuleRow:
    """One thing that a rule says."""

    key: str
    label: str
    said: Said
    indonesian: bool = False
    """Told in Indonesian to every reader: the name of a regulation or a source."""


@dataclass(frozen=True)
class ChangedRow:
    """One thing that two rules say differently; empty where one of them does not say it."""

    label: str
    before: Said
    after: Said


@dataclass(frozen=True)
class ChangedRule:
    """A rule of both sets that says something else in the newer one."""

    before: Rule
    after: Rule
    rows: list[ChangedRow]


@dataclass(frozen=True)
class Comparison:
    """The differences between two lists of rules: new, gone and changed ones."""

    added: list[Rule]
    removed: list[Rule]
    changed: list[ChangedRule]
    same: int


def rows_of(rule: Rule, language: str) -> list[RuleRow]:
    """A rule in words, without what it does not say."""
    told: dict[str, Said | str] = {
        "logic": condition(rule["logic"], language),
        "where": _where(rule.get("where"), language) or pick(("semua tempat", "everywhere"), language),
        "except": _where(rule.get("except"), language),
        "valid": _validity(rule, language),
        "outcome": _outcome(rule, language),
        "missing": _missing(rule["missing"], language),
        "may_miss": ", ".join(fact_word(name, language) for name in rule.get("may_miss") or ()),
        "exemption": _exemption(rule.get("exemption"), language),
        "regulation": rule["regulation"],
        "source": rule["source"],
        "sure": pick(SURENESS[rule["sure"]], language),
    }
    told |= {key: rule[key][language] for key in ("title", "off", "traveler", "officer", "next") if rule.get(key)}
    return [
        RuleRow(key, pick(label, language), said if isinstance(said, Said) else Said(said), key in _ONLY_INDONESIAN)
        for key, label in LABELS.items()
        if (said := told.get(key))
    ]


USED, OFF, ENDED, COMING = "used", "off", "ended", "coming"


def standing(rule: Rule, first: date, last: date) -> str:
    """Whether a rule counts on the days of sailing from `first` to `last`: USED, or why it does not."""
    if rule.get("off"):
        return OFF
    if rule.get("valid_to") and date.fromisoformat(rule["valid_to"]) < first:
        return ENDED
    if rule.get("valid_from") and date.fromisoformat(rule["valid_from"]) > last:
        return COMING
    return USED


def may_apply(rule: Rule, places: Mapping[str, Collection[str]]) -> bool:
    """Whether a rule can count for departures at these places, by kind (`port`, `operator`) the codes.

    A kind that the rule names and that is not among `places`, or is empty there, is left open.
    """
    where, excepted = rule.get("where") or {}, rule.get("except") or {}
    for kind, here in places.items():
        if here and kind in where and not set(where[kind]) & set(here):
            return False
        if here and kind in excepted and set(here) <= set(excepted[kind]):
            return False
    return True


def compare(old: Sequence[Rule], new: Sequence[Rule], language: str) -> Comparison:
    """The newer list beside the older one. A difference that no words tell is shown as such.

    A rule is the same one by its code, or else by its title: each circular writes "two doses: a test" anew.
    """
    before, after = ({rule["code"]: rule for rule in rules} for rules in (old, new))
    gone = {code: rule for code, rule in before.items() if code not in after}
    come = {code: rule for code, rule in after.items() if code not in before}
    pairs = [(before[code], rule) for code, rule in after.items() if code in before and before[code] != rule]
    for title in _only_once(gone) & _only_once(come):
        [was], [now] = ([rule for rule in rules.values() if _title(rule) == title] for rules in (gone, come))
        pairs.append((gone.pop(was["code"]), come.pop(now["code"])))
    order = list(after)
    pairs.sort(key=lambda pair: order.index(pair[1]["code"]))
    return Comparison(
        added=list(come.values()),
        removed=list(gone.values()),
        changed=[ChangedRule(was, now, _changed_rows(was, now, language)) for was, now in pairs],
        same=sum(before.get(code) == rule for code, rule in after.items()),
    )


def undone(base: Sequence[Rule], replaced: Sequence[Rule], draft: Sequence[Rule], language: str) -> Comparison:
    """List what changed between `base` and `replaced` and is not in a draft that was begun from `base`.

    Changes of the draft itself to `base` are left out: they are meant.
    """
    begun = {rule["code"]: rule for rule in base}
    told = compare(replaced, draft, language)
    return Comparison(
        added=[rule for rule in told.added if rule["code"] in begun],
        removed=[rule for rule in told.removed if begun.get(rule["code"]) != rule],
        changed=[one for one in told.changed if begun.get(one.before["code"]) != one.before],
        same=told.same,
    )


def _title(rule: Rule) -> str:
    return str(rule["title"]["id"])


def _only_once(rules: Mapping[str, Rule]) -> set[str]:
    return {title for title, times in Counter(map(_title, rules.values())).items() if times == 1}


def _changed_rows(old: Rule, new: Rule, language: str) -> list[ChangedRow]:
    before, after = ({row.key: row for row in rows_of(rule, language)} for rule in (old, new))
    nothing = Said("")
    rows = [
        ChangedRow(pick(label, language), b.said if b else nothing, a.said if a else nothing)
        for key, label in LABELS.items()
        if ((b := before.get(key)) and b.said) != ((a := after.get(key)) and a.said)
    ]
    return rows or [ChangedRow(pick(("Cara menulisnya", "How it is written"), language), nothing, nothing)]


def _where(places: Mapping[str, list[str]] | None, language: str) -> str:
    return "; ".join(
        f"{pick(PLACES[place], language)}: {', '.join(value_word(value, language) for value in values)}"
        for place, values in (places or {}).items()
    )


def _validity(rule: Rule, language: str) -> str:
    first, last = (_day(rule.get(key), language) for key in ("valid_from", "valid_to"))
    if first and last:
        return pick(("%s sampai %s", "%s to %s"), language) % (first, last)
    if first:
        return pick(("sejak %s", "from %s"), language) % first
    return pick(("sampai %s", "until %s"), language) % last if last else pick(("kapan saja", "any"), language)


def _day(text: str | None, language: str) -> str:
    return format_date(date.fromisoformat(text), "d MMM y", locale=language) if text else ""


def _outcome(rule: Rule, language: str) -> str:
    told = value_word(rule["outcome"], language)
    held = pick(("; barangnya ditinggal, orangnya lewat", "; the thing stays behind, the person passes"), language)
    return told + held if rule.get("holds_item") else told


def _missing(missing: Mapping[str, str], language: str) -> str:
    sale, gate = (value_word(missing[key], language) for key in ("sale", "gate"))
    if sale == gate:
        return sale
    return pick(("saat membeli: %s; di gerbang: %s", "at sale: %s; at the gate: %s"), language) % (sale, gate)


def _exemption(exemption: Mapping[str, list[str]] | None, language: str) -> str:
    if not exemption:
        return pick(("tidak ada", "none"), language)
    named = ", ".join(pick(OFFICERS[one], language) for one in exemption["by"])
    return pick(("boleh diberikan oleh: %s", "may be granted by: %s"), language) % named


# When each set was in force


@dataclass(frozen=True)
class Period:
    """From when until when a set is in force; without an end until another one is published."""

    rule_set: RuleSet
    start: datetime
    end: datetime | None
    overtaken: bool
    """Never in force: another set of a higher number began at the same moment."""

    def holds(self, moment: datetime) -> bool:
        """Whether it is in force at that moment."""
        return not self.overtaken and self.start <= moment and (self.end is None or moment < self.end)


def periods(sets: Sequence[RuleSet]) -> list[Period]:
    """When each published set is in force, the latest first."""
    found: list[Period] = []
    begins: datetime | None = None  # of the set that comes next
    end: datetime | None = None
    for one in sorted(sets, key=lambda s: (s.in_force_from, s.number), reverse=True):
        assert one.in_force_from is not None  # noqa: S101 - only published sets have a period
        overtaken = one.in_force_from == begins
        if not overtaken:
            end, begins = begins, one.in_force_from
        found.append(Period(one, one.in_force_from, end, overtaken))
    return found


def in_force(found: Sequence[Period], moment: datetime) -> Period | None:
    """The period that holds at that moment, or None before the first."""
    return next((period for period in found if period.holds(moment)), None)


def coming(found: Sequence[Period], moment: datetime) -> Period | None:
    """The next period to begin after that moment, or None."""
    later = [period for period in found if period.start > moment and not period.overtaken]
    return later[-1] if later else None
