"""Values, facts and lists of a logic in words: what a condition speaks of (conditions.py)."""

import json
from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from app.rules import facts
from app.rules.wording.amounts import amount, number_word
from app.rules.wording.vocabulary import Both, fact_word, pick, value_word

DEPTH_MAX = 40
MEANINGLESS = (ValueError, TypeError, IndexError, KeyError)
"""Too few operands, too many, or of a kind that means nothing where they stand."""

SHOWN_MAX = 200
"""So much is shown of what cannot be read."""


@dataclass(frozen=True)
class Said:
    """A condition in words: a sentence, or a heading over several."""

    text: str
    parts: tuple["Said", ...] = ()
    joint: str = ""
    """The words between the parts where they are told in one line."""

    @property
    def line(self) -> str:
        """All of it in one line; brackets keep apart what belongs together."""
        if not self.parts:
            return self.text
        told = [f"({part.line})" if part.parts and self.joint.startswith(",") else part.line for part in self.parts]
        together = self.joint.join(told)
        return together if self.joint else f"{self.text} {together}"


OR: Both = (", atau ", ", or ")
AND: Both = (", dan ", ", and ")
_UNREADABLE: Both = ("bagian yang tidak dapat dibaca", "a part that cannot be read")
_SO_FAR: Both = ("hasil sejauh ini", "the result so far")
_ITEM: Both = ("butir ini", "this item")
_EVERYTHING: Both = ("semua fakta", "all facts")
_UNITS: dict[str, Both] = {
    "year": ("tahun", "years"),
    "month": ("bulan", "months"),
    "day": ("hari", "days"),
    "hour": ("jam", "hours"),
}


def operation_of(logic: Any) -> tuple[str, Any]:
    """Name and operands, or empty where it is none."""
    if isinstance(logic, dict) and len(logic) == 1:
        [(name, operands)] = logic.items()
        if name == "var" or isinstance(operands, list):
            return str(name), operands
    return "", None


class ValueSpeaker(ABC):
    """Tells the values of one logic in one language. `item` names the list whose items are looked at."""

    def __init__(self, language: str, item: str = "") -> None:
        self.language = language
        self.item = item

    def say(self, both: Both) -> str:
        return pick(both, self.language)

    @abstractmethod
    def condition(self, logic: Any, so: bool, depth: int) -> Said:
        """When the logic is so, or is not so."""

    # Values

    def value(self, logic: Any, depth: int, of: str = "") -> str:
        """A value in words; `of` is the fact that it is compared with."""
        if depth > DEPTH_MAX:
            return self.unreadable(logic).text
        if isinstance(logic, bool):
            return self.say(("ya", "yes") if logic else ("tidak", "no"))
        if isinstance(logic, int):
            return amount(logic, of, self.language)
        if isinstance(logic, str):
            known = facts.BY_NAME.get(of)
            return value_word(logic, self.language) if known and known.choices else logic
        if isinstance(logic, list):
            return self.listed([self.value(one, depth + 1, of) for one in logic], AND)
        name, operands = operation_of(logic)
        with suppress(*MEANINGLESS):
            if told := self.reckoned(name, operands, depth + 1, of):
                return told
        return self.unreadable(logic).text

    def reckoned(self, name: str, operands: Any, depth: int, of: str) -> str:
        if name == "var":
            return self.noun(self.fact_name(operands))
        if name == "+":
            left, right = (self.value(one, depth, of) for one in operands)
            return self.say(("%s ditambah %s", "%s plus %s")) % (left, right)
        if name == "if":
            test, then, other = operands
            told = (self.value(then, depth, of), self.condition(test, True, depth).line, self.value(other, depth, of))
            return self.say(("(%s bila %s, bila tidak %s)", "(%s if %s, otherwise %s)")) % told
        if name == "plusTime":
            text, count, unit = operands
            if count == 0:
                return self.value(text, depth)
            count_said = number_word(abs(count), self.language)
            both = ("%s ditambah %s %s", "%s plus %s %s") if count > 0 else ("%s dikurangi %s %s", "%s minus %s %s")
            return self.say(both) % (self.value(text, depth), count_said, self.say(_UNITS[unit]))
        if name == "dccDateOfBirth":
            [text] = operands
            return self.say(("tanggal lahir %s", "date of birth %s")) % self.value(text, depth)
        if name == "extractFromUVCI":
            text, index = operands
            both = ("bagian ke-%s dari %s", "part %s of %s")
            return self.say(both) % (number_word(index + 1, self.language), self.value(text, depth))
        if name == "reduce":
            return self.gathered(*operands, depth=depth)
        if name:
            return f"({self.condition({name: operands}, True, depth).line})"
        return ""

    def gathered(self, source: Any, step: Any, start: Any, *, depth: int) -> str:
        """Word what a list comes to: how many of its items, or told step by step."""
        inside, (name, operands) = self.inside(source), operation_of(step)
        items = self.value(source, depth)
        if name == "+" and start == 0 and {"var": "accumulator"} in operands:
            [counted] = [one for one in operands if one != {"var": "accumulator"}] or [None]
            inner, parts = operation_of(counted)
            if inner == "if" and parts[1:] == [1, 0]:
                told = inside.condition(parts[0], True, depth).line
                return self.say(("jumlah %s yang: %s", "number of %s with: %s")) % (items, told)
        both = (
            "hasil dari %s, mulai dari %s, untuk setiap butir: %s",
            "the result over %s, beginning with %s, for each item: %s",
        )
        return self.say(both) % (items, self.value(start, depth), inside.value(step, depth))

    def listed(self, words: list[str], joint: Both) -> str:
        if len(words) < 2:
            return "".join(words) or self.say(("daftar kosong", "an empty list"))
        last = self.say(joint).removeprefix(",")
        return ", ".join(words[:-1]) + last + words[-1]

    # Facts

    def fact_of(self, logic: Any) -> str:
        """The fact that this looks at, or nothing."""
        name, operands = operation_of(logic)
        return self.fact_name(operands) if name == "var" else ""

    def fact_name(self, name: Any) -> str:
        if not isinstance(name, str):
            return ""
        if self.item and name.startswith("current."):
            return f"{self.item}.{name.removeprefix('current.')}"
        return name

    def noun(self, fact: str) -> str:
        if fact in ("accumulator", "current", ""):
            return self.say({"accumulator": _SO_FAR, "current": _ITEM}.get(fact, _EVERYTHING))
        return fact_word(fact, self.language) if fact in facts.BY_NAME else f"'{fact[:SHOWN_MAX]}'"

    def inside(self, source: Any) -> Self:
        """The same speaker, for the items of that list."""
        fact = self.fact_of(source)
        return type(self)(self.language, f"{fact}[]" if fact else "?")

    def unreadable(self, logic: Any) -> Said:
        return Said(f"{self.say(_UNREADABLE)}: {_shown(logic)}")


def _shown(logic: Any) -> str:
    try:
        return json.dumps(logic, ensure_ascii=False)[:SHOWN_MAX]
    except (TypeError, ValueError, RecursionError):
        return "..."
