"""Open a logic as a table, where a table writes back the very same; else say why none does."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.rules.authoring.table import (
    AGE,
    CHOICES,
    COMPANION,
    COMPARED,
    DOCUMENT,
    GOODS,
    JOINED,
    NO,
    NONE_OF,
    NUMBERS,
    ONE_OF,
    ONLY,
    TRUTHS,
    UNLESS,
    YES,
    Table,
    TableRow,
    write,
)
from app.rules.engine.certlogic import COMPARISONS, is_integer


class _Foreign(Exception):
    """This part is of no shape that the table has."""


_UNREADABLE = (_Foreign, ValueError, TypeError, KeyError, IndexError, RecursionError)


def read(logic: Any) -> Table | None:
    """The logic as a table, or None where it is not exactly what a table writes."""
    with suppress(*_UNREADABLE):
        # As text: to Python 1 is True.
        wanted = json.dumps(logic)
        return next((table for table in _tables(logic) if table.asked and json.dumps(write(table)) == wanted), None)
    return None


def _tables(logic: Any) -> Iterator[Table]:
    """Every way to take this logic apart, the one that reads best first."""
    age_from, age_to, logic = _ages(logic)
    before: list[TableRow] = []
    tests, tail = _chain(logic)
    while (only := _if(tail)) and only[2] is True:
        before += [row for test in tests for row in _joined(_all(test), UNLESS)]
        before += _joined(_any(only[0]), ONLY)
        tests, tail = _chain(only[1])
    for split in range(_who_is_not_meant(tests), len(tests) + 1):
        with suppress(*_UNREADABLE):
            unless = [row for test in tests[:split] for row in _joined(_all(test), UNLESS)]
            asked, every = _asked(tests[split:], tail)
            yield Table((*before, *unless, *asked), age_from, age_to, every)


def _ages(logic: Any) -> tuple[int | None, int | None, Any]:
    """The age band around a logic, and what is inside."""
    found: dict[str, int] = {}
    for compared in ("<", ">="):
        step = _if(logic)
        if step and step[1] is True and _operation(step[0])[0] == compared:
            fact, age = _operation(step[0])[1]
            if fact == AGE and is_integer(age) and (age > 0 or compared == "<"):
                found[compared], logic = age, step[2]
    last = found.get(">=")
    return found.get("<"), None if last is None else last - 1, logic


def _chain(logic: Any) -> tuple[list[Any], Any]:
    """The tests each of which is enough, and what is asked where none is."""
    tests = []
    while (step := _if(logic)) and step[1] is True:
        tests.append(step[0])
        logic = step[2]
    return tests, logic


def _who_is_not_meant(tests: Sequence[Any]) -> int:
    """How many of the first tests say who is not meant, rather than what is also enough."""
    for place, test in enumerate(tests):
        try:
            rows = _all(test)
        except _UNREADABLE:
            return place
        if not all(row.what in (*TRUTHS, *CHOICES) or row.what.startswith("person.age") for row in rows):
            return place
    return len(tests)


def _asked(tests: Sequence[Any], tail: Any) -> tuple[list[TableRow], bool]:
    """The rows that are asked for, and whether all of them are."""
    if not tests and len(papers := _papers(tail)) > 1:
        return papers, False
    if not tests:
        return [row for part in _parts(tail) for row in _joined(_any(part))], True
    return [row for part in (*tests, tail) for row in _papers(part) or _joined(_all(part))], False


def _all(logic: Any) -> list[TableRow]:
    """The rows of a combination: all of them together."""
    return [_row(part) for part in _parts(logic)]


def _any(logic: Any) -> list[TableRow]:
    """The rows of a group of which one is enough."""
    tests, tail = _chain(logic)
    return [row for part in (*tests, tail) for row in _papers(part) or [_row(part)]]


def _joined(rows: Sequence[TableRow], role: str = "") -> list[TableRow]:
    first, *others = rows
    return [replace(first, role=role or first.role), *(replace(row, role=JOINED) for row in others)]


def _parts(logic: Any) -> Any:
    name, operands = _operation(logic)
    return operands if name == "and" else [logic]


# One row


def _row(logic: Any) -> TableRow:
    name, operands = _operation(logic)
    if name == "reduce":
        if papers := _papers(logic):
            [row] = papers
            return row
        return _companion(logic)
    if name == "if":
        return _goods(operands)
    if name == "var" and operands in TRUTHS:
        return TableRow(operands, how=YES)
    if name == "!":
        [inner] = operands
        return _opposite(_row(inner))
    fact, compared = _var(operands[0]), operands[1]
    if name in ("===", "in") and fact in CHOICES:
        return TableRow(fact, how=ONE_OF, values=_values(compared))
    if name == "in" and fact in NUMBERS and all(map(is_integer, compared)):
        return TableRow(fact, how=ONE_OF, values=tuple(map(str, compared)))
    if name in COMPARED and fact in NUMBERS and is_integer(compared):
        return TableRow(fact, how=name, number=compared)
    raise _Foreign


def _opposite(row: TableRow) -> TableRow:
    if row.how == YES:
        return replace(row, how=NO)
    if row.how == ONE_OF:
        return replace(row, how=NONE_OF)
    if row.how == "===":
        return replace(row, how=NONE_OF, number=None, values=(str(row.number),))
    raise _Foreign


def _goods(operands: Any) -> TableRow:
    return TableRow(GOODS, how=NONE_OF, values=tuple(part["!"][0]["in"][0] for part in _parts(operands[1])))


def _companion(logic: Any) -> TableRow:
    wanted = logic["reduce"][1]["if"][2]
    name, operands = _operation(wanted["and"][0])
    return TableRow(COMPANION, number=operands[1] if name == ">=" else None)


def _papers(logic: Any) -> list[TableRow]:
    """The papers of which this wants one; none where it is about something else."""
    name, operands = _operation(logic)
    if name != "reduce" or operands[0] != {"var": "documents"}:
        return []
    tests, tail = _chain(operands[1]["if"][2])
    return [_paper(wanted) for wanted in (*tests, tail)]


def _paper(wanted: Any) -> TableRow:
    told: dict[str, Any] = {}
    for part in _parts(wanted):
        compared, operands = _operation(part)
        if compared == "<=" and len(operands) == 2:
            told["before"] = True
        elif compared == "<=":
            told["minutes"] = operands[2]
        else:
            told[_var(operands[0]).removeprefix("current.")] = operands[1]
    if told.keys() - {"kind", "result", "issuer", "signed", "minutes", "before"}:
        raise _Foreign
    return TableRow(
        DOCUMENT + told["kind"],
        values=_values(told.get("issuer", ())),
        result=told.get("result", ""),
        minutes=told.get("minutes"),
        signed=bool(told.get("signed")),
        before=bool(told.get("before")),
    )


# Why a logic is no table


NOTHING, CASES, TWO_FACTS, RECKONS, ITEMS, DEEPER = "nothing", "cases", "two_facts", "reckons", "items", "deeper"
_KNOWN = ("var", "if", "and", "!", "===", "in", "reduce", *COMPARISONS)


def why_no_table(logic: Any) -> str:
    """Explain what keeps a logic out of the table, by the simplest of its reasons."""
    if isinstance(logic, bool):
        return NOTHING
    parts = list(_walk(logic))
    if any(name not in _KNOWN for name, _ in parts):
        return RECKONS
    if any(name in COMPARISONS and all(map(_is_fact, operands)) for name, operands in parts):
        return TWO_FACTS
    if any(name == "if" and not any(isinstance(one, bool) for one in operands[1:]) for name, operands in parts):
        return CASES
    if any(name == "reduce" and read({name: operands}) is None for name, operands in parts):
        return ITEMS
    return DEEPER


def _walk(logic: Any) -> Iterator[tuple[str, Any]]:
    """Every operation, without those inside of what a list is looked through for."""
    if isinstance(logic, list):
        for one in logic:
            yield from _walk(one)
    elif isinstance(logic, dict):
        for name, operands in logic.items():
            yield name, operands if isinstance(operands, list) else [operands]
            if name != "reduce":
                yield from _walk(operands)


def _is_fact(logic: Any) -> bool:
    return isinstance(logic, dict) and "var" in logic


def _if(logic: Any) -> list[Any] | None:
    """The operands of an if that is no look at the goods."""
    found = logic.get("if") if isinstance(logic, dict) and len(logic) == 1 else None
    return found if found and len(found) == 3 and found[0] != {"var": GOODS} else None


def _operation(logic: Any) -> tuple[str, Any]:
    if isinstance(logic, dict) and len(logic) == 1:
        [(name, operands)] = logic.items()
        return name, operands
    raise _Foreign


def _var(logic: Any) -> str:
    return str(logic["var"])


def _values(value: Any) -> tuple[str, ...]:
    values = (value,) if isinstance(value, str) else tuple(value)
    if not all(isinstance(one, str) for one in values):
        raise _Foreign
    return values
