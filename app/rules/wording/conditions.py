"""Any logic as sentences that an officer can read, in Indonesian or in English.

Total: every operator has its words, and what is no logic at all is shown as it stands. The words say the same as
certlogic.py answers; where a shape is common (an exception, a paper that must be there) they say it as people do.
"""

from contextlib import suppress
from itertools import pairwise
from typing import Any

from app.rules import facts
from app.rules.engine.certlogic import COMPARISONS, DATE_COMPARISONS, is_integer
from app.rules.wording.amounts import amount, number_word
from app.rules.wording.values import AND, DEPTH_MAX, MEANINGLESS, OR, Said, ValueSpeaker, operation_of
from app.rules.wording.vocabulary import TRUTHS as TRUTH_WORDS
from app.rules.wording.vocabulary import Both, value_word

__all__ = ["Said", "condition", "line"]


def condition(logic: Any, language: str) -> Said:
    """When a logic is met, in words."""
    return _Speaker(language).condition(logic, True, 0)


def line(logic: Any, language: str) -> str:
    """As `condition`, in one line."""
    return condition(logic, language).line


_ANY: Both = ("salah satu cukup:", "one of these is enough:")
_ALL: Both = ("semuanya:", "all of these:")
_IF: Both = ("bila", "if")
_ELSE: Both = ("bila tidak:", "otherwise:")
_CASES: Both = ("yang pertama cocok menentukan:", "the first that fits decides:")
_ALWAYS: Both = ("selalu terpenuhi", "always met")
_NEVER: Both = ("tidak pernah terpenuhi", "never met")

_COMPARED: dict[str, Both] = {
    "<": ("di bawah", "is below"),
    "<=": ("paling banyak", "is at most"),
    ">": ("lebih dari", "is more than"),
    ">=": ("paling sedikit", "is at least"),
}
_DATED: dict[str, Both] = {
    "before": ("sebelum", "is before"),
    "after": ("sesudah", "is after"),
    "not-after": ("paling lambat", "is not after"),
    "not-before": ("paling awal", "is not before"),
}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_EXISTS: dict[str, tuple[Both, Both]] = {
    "documents": (("ada dokumen:", "there is a document:"), ("tidak ada dokumen:", "there is no document:")),
    "companions": (
        ("ada teman seperjalanan:", "there is a companion:"),
        ("tidak ada teman seperjalanan:", "there is no companion:"),
    ),
    "": (("ada di antara %s:", "there is among %s:"), ("tidak ada di antara %s:", "there is none among %s:")),
}


class _Speaker(ValueSpeaker):
    """Tells one logic in one language."""

    def condition(self, logic: Any, so: bool, depth: int) -> Said:
        """When the logic is so, or is not so."""
        if isinstance(logic, bool):
            return Said(self.say(_ALWAYS if logic is so else _NEVER))
        name, operands = operation_of(logic)
        if depth > DEPTH_MAX:
            return self.unreadable(logic)
        told: Said | None = None
        with suppress(*MEANINGLESS):
            told = self.operation(name, operands, so, depth + 1)
        return told or self.otherwise(logic, so, depth + 1)

    def operation(self, name: str, operands: Any, so: bool, depth: int) -> Said | None:
        if name == "var":
            return self.true_fact(operands, so)
        if name == "and":
            return self.together([self.condition(one, so, depth) for one in operands], every=so)
        if name == "!":
            [one] = operands
            return self.condition(one, not so, depth)
        if name == "if":
            return self.choice(*operands, so=so, depth=depth)
        if name in COMPARISONS:
            return self.comparison(name, operands, so, depth)
        if name in DATE_COMPARISONS:
            return self.dates(name, operands, so, depth)
        if name == "===":
            return self.equal(*operands, so=so, depth=depth)
        if name == "in":
            return self.member(*operands, so=so, depth=depth)
        if name == "reduce":
            return self.items(*operands, so=so, depth=depth)
        return None

    def otherwise(self, logic: Any, so: bool, depth: int) -> Said:
        """Something that is no condition by itself: it is so where its value is not empty."""
        if operation_of(logic)[0] in ("", "and", "!", "in", "===", *COMPARISONS, *DATE_COMPARISONS):
            return self.unreadable(logic)
        both = ("%s bernilai", "%s has a value") if so else ("%s kosong", "%s is empty")
        return Said(self.say(both) % self.value(logic, depth))

    def together(self, parts: list[Said], every: bool) -> Said:
        """All of these, or one of these; what is of the same kind inside is told in the same list."""
        joint = self.say(AND if every else OR)
        flat: list[Said] = []
        for part in parts:
            flat += part.parts if part.joint == joint else [part]
        if len(flat) == 1:
            return flat[0]
        return Said(self.say(_ALL if every else _ANY), tuple(flat), joint)

    def choice(self, test: Any, then: Any, other: Any, *, so: bool, depth: int) -> Said:
        yes, no = self.condition(then, so, depth), self.condition(other, so, depth)
        if isinstance(then, bool) and isinstance(other, bool):
            return self.condition(test, (then if so else not then), depth) if then is not other else yes
        if isinstance(then, bool):
            # "if under six then true, else ...": under six is enough.
            test_said = self.condition(test, then is so, depth)
            return self.together([test_said, no], every=then is not so)
        if isinstance(other, bool):
            if other is so and self.is_list(test):
                return yes  # an empty list is nothing to speak of
            if other is not so:
                return self.together([self.condition(test, True, depth), yes], every=True)
            return self.when(test, yes, depth)
        rest: tuple[Said, ...] = (Said(self.say(_ELSE), (no,)),)
        if no.text == self.say(_CASES):
            rest = no.parts
        elif no.parts and not no.joint:
            rest = (no,)
        return Said(self.say(_CASES), (self.when(test, yes, depth), *rest), "; ")

    def is_list(self, logic: Any) -> bool:
        known = facts.BY_NAME.get(self.fact_of(logic))
        return known is not None and known.type in (facts.LIST, facts.TEXTS)

    def when(self, test: Any, then: Said, depth: int) -> Said:
        told = self.condition(test, True, depth)
        if told.joint:
            return Said(
                self.say(("bila ini berlaku:", "if this holds:")),
                (told, Said(self.say(("maka", "then")), (then,))),
                " ",
            )
        return Said(f"{self.say(_IF)} {told.line}:", (then,))

    def true_fact(self, name: Any, so: bool) -> Said | None:
        fact = self.fact_name(name)
        if fact in TRUTH_WORDS:
            return Said(TRUTH_WORDS[fact][(0 if so else 1) + (0 if self.language == "id" else 2)])
        known = facts.BY_NAME.get(fact)
        if self.is_list({"var": name}):
            return Said(
                self.say(("ada %s", "there are %s") if so else ("tidak ada %s", "there are no %s")) % self.noun(fact)
            )
        if known:
            both = ("%s diisi", "%s is given") if so else ("%s tidak diisi atau nol", "%s is not given or zero")
            return Said(self.say(both) % self.noun(fact))
        return None

    def comparison(self, name: str, operands: list[Any], so: bool, depth: int) -> Said | None:
        if len(operands) == 3:
            low, middle, high = operands
            if name == "<=" and self.fact_of(middle) == "documents[].minutes" and low == 0 and is_integer(high):
                both = (
                    ("diambil atau terbit paling lama %s sebelum jadwal berangkat",
                     "taken or issued at most %s before the scheduled departure")
                    if so
                    else ("tidak diambil atau terbit dalam %s sebelum jadwal berangkat",
                          "not taken or issued within %s before the scheduled departure")
                )  # fmt: skip
                return Said(self.say(both) % amount(high, "documents[].minutes", self.language))
            if name == "<=" and so and is_integer(low) and is_integer(high) and not is_integer(middle):
                fact = self.fact_of(middle)
                both = ("%s dari %s sampai %s", "%s is from %s to %s")
                ends = (number_word(low, self.language) if fact else str(low), amount(high, fact, self.language))
                return Said(self.say(both) % (self.value(middle, depth), *ends))
            pairs = [[low, middle], [middle, high]]
            told = [t for pair in pairs if (t := self.comparison(name, pair, so, depth))]
            return self.together(told, every=so)
        left, right = operands
        if is_integer(left) and not is_integer(right):
            left, right, name = right, left, _TURNED[name]
        if not so:
            name = _OPPOSITE[name]
        if name == ">=" and right == 0 and self.fact_of(left) == "documents[].minutes":
            both = ("diambil atau terbit sebelum jadwal berangkat", "taken or issued before the scheduled departure")
            return Said(self.say(both))
        return Said(
            f"{self.value(left, depth)} {self.say(_COMPARED[name])} {self.value(right, depth, self.fact_of(left))}"
        )

    def dates(self, name: str, operands: list[Any], so: bool, depth: int) -> Said:
        told = [
            Said(f"{self.value(one, depth)} {self.say(_DATED[name])} {self.value(other, depth)}")
            for one, other in pairwise(operands)
        ]
        both = self.together(told, every=True)
        return both if so else self.not_so(both)

    def equal(self, left: Any, right: Any, *, so: bool, depth: int) -> Said:
        if isinstance(left, bool | int | str) and not isinstance(right, bool | int | str):
            left, right = right, left
        if isinstance(right, bool):
            return self.condition(left, right is so, depth)
        fact = self.fact_of(left)
        if is_integer(right):
            word = ("tepat", "is exactly") if so else ("bukan", "is not")
        else:
            word = ("adalah", "is") if so else ("bukan", "is not")
        told = (self.value(left, depth), self.say(word), self.value(right, depth, fact))
        return Said(" ".join(filter(None, told)))

    def member(self, item: Any, items: Any, *, so: bool, depth: int) -> Said:
        if isinstance(items, list):
            listed = self.listed([self.value(one, depth, self.fact_of(item)) for one in items], OR)
            if len(items) == 1:
                return self.equal(item, items[0], so=so, depth=depth)
            both = ("%s salah satu dari: %s", "%s is one of: %s") if so else ("%s bukan %s", "%s is not %s")
            return Said(self.say(both) % (self.value(item, depth), listed))
        both = (
            ("ada %s di antara %s", "there is %s among %s") if so else ("tidak ada %s di antara %s", "no %s among %s")
        )
        return Said(self.say(both) % (self.value(item, depth, self.fact_of(items)), self.value(items, depth)))

    # Lists of papers and companions

    def items(self, source: Any, step: Any, start: Any, *, so: bool, depth: int) -> Said | None:
        name, operands = operation_of(step)
        if name == "if" and start is False and operands[0] == {"var": "accumulator"} and operands[1] is True:
            return self.exists(source, operands[2], so, depth)
        if name == "and" and start is True and operands[0] == {"var": "accumulator"}:
            wanted = operands[1] if len(operands) == 2 else {"and": operands[1:]}
            inside = self.inside(source).condition(wanted, True, depth)
            both = ("untuk setiap butir %s:", "for each of the %s:")
            told = Said(self.say(both) % self.value(source, depth), (inside,))
            return told if so else self.not_so(told)
        return None

    def exists(self, source: Any, wanted: Any, so: bool, depth: int) -> Said:
        name, operands = operation_of(wanted)
        if name == "if" and operands[1] is True:
            # One of two papers: told as two papers.
            each = [self.exists(source, one, so, depth + 1) for one in (operands[0], operands[2])]
            return self.together(each, every=not so)
        inside, fact = self.inside(source), self.fact_of(source)
        asked = list(operands) if name == "and" else [wanted]
        head = self.say(_EXISTS[fact if fact in _EXISTS else ""][0 if so else 1])
        if "%s" in head:
            head %= self.value(source, depth)
        kind = next((one for one in asked if fact == "documents" and _kind(one)), None)
        if kind is not None:
            asked.remove(kind)
            word = value_word(_kind(kind), self.language)
            article = "an" if word[:1] in "aeio" else "a"
            both = ("ada %s", f"there is {article} %s") if so else ("tidak ada %s", "there is no %s")
            head = self.say(both) % word
        told = [inside.condition(one, True, depth) for one in asked]
        if any(one.parts for one in told):
            return Said(head.rstrip(":") + ":", (self.together(told, every=True),))
        # A paper and what is asked of it are one thing.
        return Said(", ".join([head, *(one.text for one in told)]).replace(":, ", ": "))

    def not_so(self, told: Said) -> Said:
        return Said(self.say(("tidak benar bahwa", "it is not so that")) + f" ({told.line})")


def _kind(logic: Any) -> str:
    """The kind of paper that is asked for here."""
    name, operands = operation_of(logic)
    if name == "===" and len(operands) == 2 and {"var": "current.kind"} in operands:
        return next((one for one in operands if isinstance(one, str)), "")
    return ""
