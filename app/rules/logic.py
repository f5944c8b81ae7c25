"""Reads a logic before it is ever judged: which facts it looks at, and what in it can never work."""

from collections.abc import Collection
from typing import Any

from app.rules import facts, moments
from app.rules.certlogic import COMPARISONS, DATE_COMPARISONS, OPERANDS
from app.rules.errors import RuleError
from app.rules.faults import RuleFault


def paths(logic: Any) -> set[str]:
    """The facts that a logic looks at, without what a `reduce` sees of its items."""
    if isinstance(logic, list):
        return {path for item in logic for path in paths(item)}
    if not isinstance(logic, dict):
        return set()
    [(name, operands)] = logic.items()
    if name == "var":
        return {operands}
    return paths([operands[0], operands[2]] if name == "reduce" else operands)


MOMENT = "moment"
_ANY = None
"""A type that is not known before the facts are."""


class LogicReader:
    """Walks through a logic, keeps the faults, and tells the type of each part where it can."""

    def __init__(self) -> None:
        self.faults: list[RuleFault] = []

    def fault(self, path: str, problem: str, value: str = "") -> None:
        self.faults.append(RuleFault(path, problem, value))

    def read(self, logic: Any, path: str, item: str | None) -> str | None:
        """The type of its answer. `item`: the list whose items are looked at here, `?` for an unknown one."""
        if isinstance(logic, bool):
            return facts.TRUTH
        if isinstance(logic, int):
            return facts.INTEGER
        if isinstance(logic, str):
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

    def read_var(self, name: Any, path: str, item: str | None) -> str | None:
        if not isinstance(name, str) or not name:
            self.fault(path, "path")
            return _ANY
        if item is not None:
            first, _, rest = name.partition(".")
            if first == "accumulator" or (first == "current" and (item == "?" or not rest)):
                return _ANY
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
            return facts.TRUTH if set(read) == {facts.TRUTH} else _ANY
        self.no_moment(read[:1], at)
        return read[1] if read[1] == read[2] else _ANY

    def reduce(self, operands: list[Any], at: str, item: str | None) -> str | None:
        items = self.read(operands[0], f"{at}[0]", item)
        self.want([items], (facts.LIST, facts.TEXTS), at)
        first = operands[0]
        known = isinstance(first, dict) and item is None and isinstance(first.get("var"), str)
        self.read(operands[1], f"{at}[1]", first["var"] if known and items == facts.LIST else "?")
        start = self.read(operands[2], f"{at}[2]", item)
        return start if start == facts.TRUTH else _ANY

    def want(self, read: list[str | None], types: Collection[str], at: str) -> None:
        for place, one in enumerate(read):
            if one is not None and one not in types:
                self.fault(f"{at}[{place}]", "type", " / ".join(types))

    def no_moment(self, read: list[str | None], at: str) -> None:
        for place, one in enumerate(read):
            if one == MOMENT:
                self.fault(f"{at}[{place}]", "type", facts.TRUTH)

    def equal(self, operands: list[Any], read: list[str | None], at: str, item: str | None) -> None:
        self.want(read, (facts.INTEGER, facts.TEXT, facts.TRUTH, facts.DAY), at)
        kinds = {facts.TEXT if one == facts.DAY else one for one in read}
        if _ANY not in kinds and len(kinds) > 1:
            self.fault(at, "never_equal", ", ".join(str(one) for one in read))
        for this, other, place in ((0, 1, 1), (1, 0, 0)):
            self.known(operands[this], [operands[other]], f"{at}[{place}]", item)

    def member(self, operands: list[Any], read: list[str | None], at: str, item: str | None) -> None:
        self.want(read[:1], (facts.INTEGER, facts.TEXT, facts.TRUTH, facts.DAY), at)
        if read[1] is not None and read[1] not in (facts.LIST, facts.TEXTS):
            self.fault(f"{at}[1]", "type", facts.LIST)
        if isinstance(operands[1], list):
            self.known(operands[0], operands[1], f"{at}[1]", item)
        self.known(operands[1], [operands[0]], f"{at}[0]", item)

    def known(self, looked_at: Any, values: list[Any], path: str, item: str | None) -> None:
        """Nobody waits for a value that a fact never has."""
        name = looked_at.get("var") if isinstance(looked_at, dict) else None
        if not isinstance(name, str):
            return
        if item is not None and name.startswith("current."):
            name = f"{item}[].{name.removeprefix('current.')}"
        fact = facts.BY_NAME.get(name)
        for value in values:
            if fact and fact.choices and isinstance(value, str) and value not in fact.choices:
                self.fault(path, "no_such_value", f"'{value}' ({', '.join(fact.choices)})")

    def text_first(self, name: str, operands: list[Any], read: list[str | None], at: str) -> str | None:
        self.want(read, (facts.TEXT, facts.DAY), at)
        if name == "extractFromUVCI":
            if not _is_integer(operands[1]):
                self.fault(f"{at}[1]", "type", facts.INTEGER)
            return facts.TEXT
        if isinstance(operands[0], str):
            try:
                (moments.read if name == "plusTime" else moments.read_birth)(operands[0])
            except RuleError:
                self.fault(f"{at}[0]", "moment", operands[0])
        if name == "plusTime":
            if not _is_integer(operands[1]):
                self.fault(f"{at}[1]", "type", facts.INTEGER)
            if operands[2] not in moments.UNITS:
                self.fault(f"{at}[2]", "choice", ", ".join(moments.UNITS))
        return MOMENT


_LOGIC = {"plusTime": 1, "extractFromUVCI": 1}
"""How many operands of these are logic; of all others, all are."""


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
