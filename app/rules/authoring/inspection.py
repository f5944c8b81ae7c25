"""Inspect a logic before it is ever judged: which facts it looks at, and what in it can never work."""

from collections.abc import Callable, Collection
from typing import Any

from app.rules import facts
from app.rules.authoring.rule_faults import RuleFault
from app.rules.engine import moments
from app.rules.engine.certlogic import COMPARISONS, DATE_COMPARISONS, ITEMS_MAX, OPERANDS, is_integer
from app.rules.engine.paths import hidden
from app.rules.engine.rule_error import RuleError

TEXT_MAX = 200
"""So long a text may be in a logic."""


MOMENT = "moment"
ITEM = "item"
"""One of a list, as a whole."""
_MIXED = "mixed"
"""Of one type or of another, by what the facts are."""
_ANY = None
"""A type that is not known before the facts are."""
_OPEN = (_ANY, _MIXED)


class LogicReader:
    """Walks through a logic, keeps the faults, and tells the type of each part where it can."""

    def __init__(self) -> None:
        self.faults: list[RuleFault] = []
        self.accumulator: str | None = _ANY
        """The type found so far, in the `reduce` that is read."""

    def fault(self, path: str, problem: str, value: str = "") -> None:
        self.faults.append(RuleFault(path, problem, value))

    def read(self, logic: Any, path: str, item: str | None) -> str | None:
        """The type of its answer. `item`: the list whose items are looked at here, `?` for an unknown one."""
        if isinstance(logic, bool):
            return facts.TRUTH
        if isinstance(logic, int):
            return facts.INTEGER
        if isinstance(logic, str):
            self.text(logic, path)
            return facts.TEXT
        if isinstance(logic, list):
            for place, one in enumerate(logic):
                self.read(one, f"{path}[{place}]", item)
            return facts.LIST
        if logic is None or len(logic) != 1:
            self.fault(path, "operation")
            return _ANY
        [(name, operands)] = logic.items()
        at = f"{path}.{name}"
        if name == "var":
            return self.read_var(operands, at, item)
        if name not in OPERANDS:
            self.fault(at, "operator", name)
            return _ANY
        least, most = OPERANDS[name]
        if not isinstance(operands, list):
            self.fault(at, "operation")
            return _ANY
        if not least <= len(operands) <= most:
            self.fault(at, "operands", str(least) if least == most else f"{least}-{most}")
            return _ANY
        return self.operation(name, operands, at, item)

    def text(self, text: str, path: str) -> None:
        if len(text) > TEXT_MAX:
            self.fault(path, "text", str(TEXT_MAX))
        elif found := hidden(text):
            self.fault(path, "hidden", found)

    def read_var(self, name: Any, path: str, item: str | None) -> str | None:
        if not isinstance(name, str) or not name:
            self.fault(path, "path")
            return _ANY
        if item is not None:
            first, _, rest = name.partition(".")
            if name == "accumulator":
                return self.accumulator
            if first == "current" and item == "?":
                return _ANY
            if name == "current":
                return facts.TEXT if facts.BY_NAME[item].type == facts.TEXTS else ITEM
            name = f"{item}[].{rest}" if first == "current" else f"?{name}"
        if name not in facts.BY_NAME or ("[]" in name and item is None):
            self.fault(path, "unknown_fact", name.removeprefix("?"))
            return _ANY
        return facts.BY_NAME[name].type

    def operation(self, name: str, operands: list[Any], at: str, item: str | None) -> str | None:
        if name == "reduce":
            return self.reduce(operands, at, item)
        read = [self.read(one, f"{at}[{place}]", item) for place, one in enumerate(operands[: _LOGIC.get(name)])]
        if name in COMPARISONS or name == "+":
            self.want(read, (facts.INTEGER,), at)
            return facts.INTEGER if name == "+" else facts.TRUTH
        if name in DATE_COMPARISONS:
            self.want(read, (MOMENT,), at)
            return facts.TRUTH
        if name == "===":
            self.equal(operands, read, at, item)
            return facts.TRUTH
        if name == "in":
            self.member(operands, read, at, item)
            return facts.TRUTH
        if name in ("plusTime", "dccDateOfBirth", "extractFromUVCI"):
            return self.text_first(name, operands, read, at)
        if name == "!":
            self.no_moment(read, at)
            return facts.TRUTH
        if name == "and":
            self.no_moment(read, at)
            if set(read) == {facts.TRUTH}:
                return facts.TRUTH
            return _ANY if set(read) <= {facts.TRUTH, _ANY} else _MIXED
        self.no_moment(read[:1], at)
        return _either(read[1], read[2])

    def reduce(self, operands: list[Any], at: str, item: str | None) -> str | None:
        items = self.read(operands[0], f"{at}[0]", item)
        self.want([items], (facts.LIST, facts.TEXTS), at)
        start = self.read(operands[2], f"{at}[2]", item)
        name = operands[0].get("var") if isinstance(operands[0], dict) and item is None else None
        before, self.accumulator = self.accumulator, start
        step = self.read(operands[1], f"{at}[1]", name if isinstance(name, str) and name in facts.BY_NAME else "?")
        self.accumulator = before
        return _either(start, step)

    def want(self, read: list[str | None], types: Collection[str], at: str) -> None:
        for place, one in enumerate(read):
            if one not in _OPEN and one not in types:
                self.fault(f"{at}[{place}]", "type", " / ".join(types))

    def no_moment(self, read: list[str | None], at: str) -> None:
        for place, one in enumerate(read):
            if one == MOMENT:
                self.fault(f"{at}[{place}]", "type", facts.TRUTH)

    def equal(self, operands: list[Any], read: list[str | None], at: str, item: str | None) -> None:
        self.want(read, (facts.INTEGER, facts.TEXT, facts.TRUTH, facts.DAY), at)
        self.alike(read, at)
        for this, other, place in ((0, 1, 1), (1, 0, 0)):
            self.known(operands[this], [operands[other]], f"{at}[{place}]", item)

    def alike(self, read: Collection[str | None], at: str) -> None:
        """Record a comparison of values of different types, which can never match."""
        kinds = {facts.TEXT if one == facts.DAY else one for one in read}
        if not kinds & set(_OPEN) and len(kinds) > 1:
            self.fault(at, "never_equal", " / ".join(str(one) for one in read))

    def member(self, operands: list[Any], read: list[str | None], at: str, item: str | None) -> None:
        self.want(read[:1], (facts.INTEGER, facts.TEXT, facts.TRUTH, facts.DAY), at)
        looked_for, among = operands
        if isinstance(among, list):
            if not among:
                self.fault(f"{at}[1]", "texts", str(ITEMS_MAX))
            for place, one in enumerate(among):
                self.alike((read[0], self.type_of(one, item)), f"{at}[1][{place}]")
            self.known(looked_for, among, f"{at}[1]", item)
            return
        if read[1] not in _OPEN and read[1] != facts.TEXTS:
            self.fault(f"{at}[1]", "type", facts.LIST)
        elif read[1] == facts.TEXTS:
            self.alike((read[0], facts.TEXT), f"{at}[0]")
        self.known(among, [looked_for], f"{at}[0]", item)

    def type_of(self, logic: Any, item: str | None) -> str | None:
        """The type of what has been read already."""
        again = LogicReader()
        again.accumulator = self.accumulator
        return again.read(logic, "", item)

    def known(self, looked_at: Any, values: list[Any], path: str, item: str | None) -> None:
        """Record a comparison with a value that the fact never has."""
        name = looked_at.get("var") if isinstance(looked_at, dict) else None
        if not isinstance(name, str):
            return
        if item is not None and name.startswith("current."):
            name = f"{item}[].{name.removeprefix('current.')}"
        fact = facts.BY_NAME.get(item if name == "current" and item else name)
        for value in values:
            if fact is None or not isinstance(value, str):
                continue
            if fact.choices and value not in fact.choices:
                self.fault(path, "no_such_value", f"'{value}' ({', '.join(fact.choices)})")
            elif fact.type == facts.DAY and not facts.is_day(value):
                self.fault(path, "moment", value)

    def text_first(self, name: str, operands: list[Any], read: list[str | None], at: str) -> str | None:
        self.want(read, (facts.TEXT, facts.DAY), at)
        if name == "extractFromUVCI":
            if not is_integer(operands[1]):
                self.fault(f"{at}[1]", "type", facts.INTEGER)
            return facts.TEXT
        birth = name != "plusTime"
        if read[0] == facts.TEXT and isinstance(operands[0], dict) and "var" in operands[0]:
            self.fault(f"{at}[0]", "type", facts.DAY)
        if isinstance(operands[0], str) and not _works(moments.read_birth if birth else moments.read, operands[0]):
            self.fault(f"{at}[0]", "moment", operands[0])
        if birth:
            return MOMENT
        if not is_integer(operands[1]):
            self.fault(f"{at}[1]", "type", facts.INTEGER)
        if operands[2] not in moments.UNITS:
            self.fault(f"{at}[2]", "choice", ", ".join(moments.UNITS))
        elif is_integer(operands[1]) and not _works(moments.plus, moments.read("2022-01-01"), *operands[1:]):
            self.fault(f"{at}[1]", "too_far")
        return MOMENT


_LOGIC = {"plusTime": 1, "extractFromUVCI": 1}
"""How many operands of these are logic; of all others, all are."""


def _either(one: str | None, other: str | None) -> str | None:
    """The type of what is one or the other."""
    return one if one == other else _ANY if _ANY in (one, other) else _MIXED


def _works(function: Callable[..., Any], *given: Any) -> bool:
    try:
        function(*given)
    except RuleError:
        return False
    return True
