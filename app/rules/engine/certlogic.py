"""CertLogic, strictly: the logic of rules. Twin of static/js/gate/certlogic.mjs.

The language of the EU certificate rules (ehn-dcc-development/eu-dcc-business-rules, certlogic/specification 1.3.2).
Nothing is coerced: integers within 2^53, own properties only, and every slip is a RuleError with the same code in
both twins. tests/rules/vectors.json holds them together, and `make rules-twin` on random pairs.
"""

import operator
import re
from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import Any

from app.rules.engine import moments
from app.rules.engine.moments import Moment
from app.rules.engine.rule_error import RuleError

SAFE = 2**53 - 1
# The limits stand in docs/rules.md; both twins have the same.
DEPTH_MAX = 40
ITEMS_MAX = 1_000
PARTS_MAX = 20_000
STEPS_MAX = 20_000

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_UVCI = re.compile(r"[/#:]")
_UVCI_PREFIX = "URN:UVCI:"

COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
DATE_COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    "before": operator.lt,
    "after": operator.gt,
    "not-after": operator.le,
    "not-before": operator.ge,
}
OPERANDS: dict[str, tuple[int, int]] = {
    "if": (3, 3),
    "and": (2, ITEMS_MAX),
    "!": (1, 1),
    "===": (2, 2),
    "in": (2, 2),
    "+": (2, 2),
    "plusTime": (3, 3),
    "reduce": (3, 3),
    "extractFromUVCI": (2, 2),
    "dccDateOfBirth": (1, 1),
    **dict.fromkeys(COMPARISONS, (2, 3)),
    **dict.fromkeys(DATE_COMPARISONS, (2, 3)),
}
"""How many operands each operator takes, at least and at most; `var` takes a path."""


def evaluate(logic: Any, facts: Any) -> Any:
    """Evaluate the logic on these facts: plain JSON, or a Moment. Raises RuleError."""
    return apply(plain(logic, "logic"), plain(facts, "facts"))


def plain(value: Any, code: str) -> Any:
    """The value as both twins read it (1.0 is 1), or RuleError `code` where they could not agree on it.

    Each number, text, list and object in it is a part.
    """
    return _plain(value, code, 0, iter(range(PARTS_MAX)))


def _plain(value: Any, code: str, depth: int, left: Iterator[int]) -> Any:
    if next(left, None) is None:
        raise RuleError(code)
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        if -SAFE <= value <= SAFE:
            return value
        raise RuleError(code)
    if not isinstance(value, list | dict) or depth == DEPTH_MAX or len(value) > ITEMS_MAX:
        raise RuleError(code)
    if isinstance(value, list):
        return [_plain(item, code, depth + 1, left) for item in value]
    if not all(isinstance(key, str) for key in value):
        raise RuleError(code)
    return {key: _plain(item, code, depth + 1, left) for key, item in value.items()}


def apply(logic: Any, facts: Any, needed: Collection[str] = ()) -> Any:
    """As `evaluate`, on what `plain` gave. Looking at a fact of `needed` that is not known is RuleError `missing`."""
    return _Run(needed).value(logic, facts)


class _Run:
    """One evaluation, which may take so many steps."""

    def __init__(self, needed: Collection[str]) -> None:
        self.needed = needed
        self.steps = 0

    def value(self, logic: Any, facts: Any) -> Any:
        self.steps += 1
        if self.steps > STEPS_MAX:
            raise RuleError("steps")
        if isinstance(logic, str | int):  # a bool is an int
            return logic
        if isinstance(logic, list):
            return [self.value(item, facts) for item in logic]
        if logic is None or len(logic) != 1:
            raise RuleError("operation")
        [(name, operands)] = logic.items()
        if name == "var":
            return self._var(operands, facts)
        bounds = OPERANDS.get(name)
        if bounds is None or not isinstance(operands, list):
            raise RuleError("operation")
        if not bounds[0] <= len(operands) <= bounds[1]:
            raise RuleError("operands")
        return self._operation(name, operands, facts)

    def _var(self, path: Any, facts: Any) -> Any:
        if not isinstance(path, str):
            raise RuleError("operands")
        found = look_up(path, facts)
        if found is None and path in self.needed:
            raise RuleError("missing", path)
        return found

    def _operation(self, name: str, operands: list[Any], facts: Any) -> Any:
        if name == "if":
            return self.value(operands[1 if truth(self.value(operands[0], facts)) else 2], facts)
        if name == "and":
            answer: Any = True
            for operand in operands:
                answer = self.value(operand, facts)
                if not truth(answer):
                    break
            return answer
        if name == "reduce":
            return self._reduce(operands, facts)
        if name in _FIRST_ONLY:
            return _FIRST_ONLY[name](self.value(operands[0], facts), *operands[1:])
        return _strictly(name, [self.value(operand, facts) for operand in operands])

    def _reduce(self, operands: list[Any], facts: Any) -> Any:
        items, step, initial = operands
        found = self.value(items, facts)
        if found is not None and not isinstance(found, list):
            raise RuleError("type")
        accumulator = self.value(initial, facts)
        for item in found or ():
            accumulator = self.value(step, {"accumulator": accumulator, "current": item})
        return accumulator


def look_up(path: str, facts: Any) -> Any:
    """Find the value at the path, None where nothing lies there."""
    if path == "":
        return facts
    for part in path.split("."):
        if isinstance(facts, dict):
            facts = facts.get(part)
        elif isinstance(facts, list) and _INDEX.fullmatch(part) and int(part) < len(facts):
            facts = facts[int(part)]
        else:
            return None
    return facts


def truth(value: Any) -> bool:
    """Whether it is truthy; RuleError `truth` for what is neither truthy nor falsy."""
    if isinstance(value, Moment):
        raise RuleError("truth")
    return bool(value)


def _strictly(name: str, values: list[Any]) -> Any:
    if name == "===":
        return _same(*values)
    if name == "in":
        return _in(*values)
    if name == "+":
        return _sum(*values)
    if name in COMPARISONS:
        if not all(map(is_integer, values)):
            raise RuleError("type")
        compare, ordered = COMPARISONS[name], values
    else:
        if not all(isinstance(value, Moment) for value in values):
            raise RuleError("type")
        compare, ordered = DATE_COMPARISONS[name], [value.ms for value in values]
    return all(compare(left, right) for left, right in pairwise(ordered))


def is_integer(value: Any) -> bool:
    """Whether it is a whole number, which to Python the truths are too."""
    return isinstance(value, int) and not isinstance(value, bool)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, list | dict | Moment) or isinstance(right, list | dict | Moment):
        raise RuleError("type")
    return type(left) is type(right) and left == right


def _in(item: Any, items: Any) -> bool:
    if not isinstance(items, list):
        raise RuleError("type")
    # Each is compared, so that a list's order does not decide whether it is at fault.
    return any([_same(item, other) for other in items])  # noqa: C419


def _sum(left: Any, right: Any) -> int:
    if not (is_integer(left) and is_integer(right)):
        raise RuleError("type")
    total: int = left + right
    if not -SAFE <= total <= SAFE:
        raise RuleError("number")
    return total


def _plus_time(text: Any, amount: Any, unit: Any) -> Moment:
    if not isinstance(text, str) or not is_integer(amount) or unit not in moments.UNITS:
        raise RuleError("type")
    return moments.plus(moments.read(text), amount, unit)


def _birth(text: Any) -> Moment:
    if not isinstance(text, str):
        raise RuleError("type")
    return moments.read_birth(text)


def _extract(uvci: Any, index: Any) -> str | None:
    if not (uvci is None or isinstance(uvci, str)) or not is_integer(index):
        raise RuleError("type")
    if uvci is None or index < 0:
        return None
    parts = _UVCI.split(uvci.removeprefix(_UVCI_PREFIX))
    return parts[index] if index < len(parts) else None


_FIRST_ONLY: dict[str, Callable[..., Any]] = {
    "!": lambda value: not truth(value),
    "plusTime": _plus_time,
    "extractFromUVCI": _extract,
    "dccDateOfBirth": _birth,
}
"""Operators whose first operand alone is logic; the others are taken as they stand."""


def shown(value: Any) -> Any:
    """An answer as plain JSON."""
    if isinstance(value, Moment):
        return moments.shown(value)
    if isinstance(value, list):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return value
