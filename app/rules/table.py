"""Rules as a table: the common shapes, which read and write CertLogic both ways.

An age band, exceptions, and what is asked: numbers, facts that are so, a paper within so many hours, a companion, a
cut-off; all of them or one of them. `read` answers None where a logic says anything else, so that opening a rule in
the table never changes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.rules import facts

ONLY, UNLESS, ASKED = "only", "unless", "asked"
ROLES = (ASKED, UNLESS, ONLY)

COMPANION = "companion"
GOODS = "goods"
DOCUMENT = "document:"
"""Before the kind of a paper in `Row.what`."""

NUMBERS = tuple(f.name for f in facts.FACTS if f.type == facts.INTEGER and "[]" not in f.name)
TRUTHS = tuple(f.name for f in facts.FACTS if f.type == facts.TRUTH and "[]" not in f.name)
CHOICES = tuple(f.name for f in facts.FACTS if f.type == facts.TEXT and f.choices and "[]" not in f.name)
PAPERS = tuple(DOCUMENT + kind for kind in facts.DOCUMENT_KINDS)

COMPARED = (">=", "<=", ">", "<", "===")
YES, NO, ONE_OF, NONE_OF = "yes", "no", "in", "not_in"

MAY_TRAVEL = ["pass", "note"]

_AGE = {"var": "person.age_years"}
_ACCUMULATOR = {"var": "accumulator"}


@dataclass(frozen=True)
class Row:
    """One condition: what is looked at, how it is compared, and whether it is asked for or only says who is meant."""

    what: str
    role: str = ASKED
    how: str = ""
    number: int | None = None
    values: tuple[str, ...] = ()
    result: str = ""
    minutes: int | None = None
    signed: bool = False
    """Of a paper: `values` are its issuers, `minutes` how old it may be at the scheduled departure."""


@dataclass(frozen=True)
class Table:
    """A rule's logic as rows. `age_to` is the last age that is meant; `every`: all that is asked, not one of it."""

    rows: tuple[Row, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    every: bool = True

    @property
    def asked(self) -> list[Row]:
        """What is asked for."""
        return [row for row in self.rows if row.role == ASKED]


# Writing


def write(table: Table) -> Any:
    """The table as CertLogic. It must ask for something."""
    logic = _asked(table.asked, table.every)
    for row in reversed([row for row in table.rows if row.role != ASKED]):
        test = _condition(row)
        logic = {"if": [test, True, logic]} if row.role == UNLESS else {"if": [test, logic, True]}
    if table.age_to is not None:
        logic = {"if": [{">=": [_AGE, table.age_to + 1]}, True, logic]}
    if table.age_from is not None:
        logic = {"if": [{"<": [_AGE, table.age_from]}, True, logic]}
    return logic


def _asked(rows: Sequence[Row], every: bool) -> Any:
    if every:
        parts = [_condition(row) for row in rows]
        return parts[0] if len(parts) == 1 else {"and": parts}
    parts = []
    papers: list[Row] = []
    for row in [*rows, None]:
        if row and row.what.startswith(DOCUMENT):
            papers.append(row)
            continue
        if papers:
            parts.append(_exists("documents", _either([_paper(one) for one in papers])))
            papers = []
        if row:
            parts.append(_condition(row))
    return _either(parts)


def _either(parts: list[Any]) -> Any:
    *first, logic = parts
    for part in reversed(first):
        logic = {"if": [part, True, logic]}
    return logic


def _condition(row: Row) -> Any:
    if row.what.startswith(DOCUMENT):
        return _exists("documents", _paper(row))
    if row.what == COMPANION:
        who = {"var": "current.carer"} if row.number is None else {">=": [{"var": "current.age_years"}, row.number]}
        return _exists("companions", {"and": [who, {"in": [{"var": "current.verdict"}, MAY_TRAVEL]}]})
    fact = {"var": row.what}
    if row.what == GOODS:
        none: list[Any] = [{"!": [{"in": [value, fact]}]} for value in row.values]
        return {"if": [fact, none[0] if len(none) == 1 else {"and": none}, True]}
    if row.what in TRUTHS:
        return fact if row.how == YES else {"!": [fact]}
    if row.what in CHOICES:
        chosen = _one_of(fact, row.values)
        return chosen if row.how == ONE_OF else {"!": [chosen]}
    return {row.how: [fact, row.number]}


def _paper(row: Row) -> Any:
    parts: list[Any] = [{"===": [{"var": "current.kind"}, row.what.removeprefix(DOCUMENT)]}]
    if row.result:
        parts.append({"===": [{"var": "current.result"}, row.result]})
    if row.values:
        parts.append(_one_of({"var": "current.issuer"}, row.values))
    if row.signed:
        parts.append({"===": [{"var": "current.signed"}, True]})
    if row.minutes is not None:
        parts.append({"<=": [0, {"var": "current.minutes"}, row.minutes]})
    return parts[0] if len(parts) == 1 else {"and": parts}


def _exists(items: str, wanted: Any) -> Any:
    return {"reduce": [{"var": items}, {"if": [_ACCUMULATOR, True, wanted]}, False]}


def _one_of(fact: Any, values: Sequence[str]) -> Any:
    return {"===": [fact, values[0]]} if len(values) == 1 else {"in": [fact, list(values)]}


# Reading


class _Foreign(Exception):
    """This part is of no shape that the table has."""


@dataclass
class _Reading:
    rows: list[Row] = field(default_factory=list)
    age_from: int | None = None
    age_to: int | None = None
    every: bool = True


def read(logic: Any) -> Table | None:
    """The logic as a table, or None where it is not exactly what a table writes."""
    found = _Reading()
    try:
        _read(logic, found)
    except (_Foreign, ValueError, TypeError, KeyError, IndexError, RecursionError):
        return None
    table = Table(tuple(found.rows), found.age_from, found.age_to, found.every)
    return table if table.asked and write(table) == logic else None


def _read(logic: Any, found: _Reading) -> None:
    name, operands = _operation(logic)
    if name == "if" and operands[0] != {"var": GOODS}:
        test, then, other = operands
        if then is True and _read_age(test, found):
            _read(other, found)
        elif then is True and _says_who(row := _read_row(test)):
            found.rows.append(_as(row, UNLESS))
            _read(other, found)
        elif other is True:
            found.rows.append(_as(_read_row(test), ONLY))
            _read(then, found)
        else:
            found.every = False
            found.rows += _read_either(logic)
    elif name == "and":
        found.rows += [_read_row(one) for one in operands]
    elif name == "reduce" and len(papers := _read_papers(logic)) > 1:
        found.every = False
        found.rows += papers
    else:
        found.rows.append(_read_row(logic))


def _says_who(row: Row) -> bool:
    """Whether this, where it is enough by itself, says who is not meant rather than what else is asked for."""
    return row.what in TRUTHS or row.what in CHOICES or row.what.startswith("person.age")


def _read_age(test: Any, found: _Reading) -> bool:
    name, operands = _operation(test)
    if found.rows or not (name in ("<", ">=") and operands[0] == _AGE and _is_number(operands[1])):
        return False
    if name == "<" and found.age_from is None and found.age_to is None:
        found.age_from = operands[1]
    elif name == ">=" and found.age_to is None and operands[1] > 0:
        found.age_to = operands[1] - 1
    else:
        return False
    return True


def _read_either(logic: Any) -> list[Row]:
    name, operands = _operation(logic)
    if name == "if" and operands[0] != {"var": GOODS} and operands[1] is True:
        return [*_read_alternative(operands[0]), *_read_either(operands[2])]
    return _read_alternative(logic)


def _read_alternative(logic: Any) -> list[Row]:
    return _read_papers(logic) or [_read_row(logic)]


def _read_row(logic: Any) -> Row:
    name, operands = _operation(logic)
    if name == "reduce":
        if papers := _read_papers(logic):
            [row] = papers
            return row
        return _read_companion(logic)
    if name == "if":
        return _read_goods(operands)
    if name == "var" and operands in TRUTHS:
        return Row(operands, how=YES)
    if name == "!":
        [inner] = operands
        row = _read_row(inner)
        if row.how in (YES, ONE_OF):
            return Row(row.what, how=NO if row.how == YES else NONE_OF, values=row.values)
        raise _Foreign
    fact = _var(operands[0])
    if name in ("===", "in") and fact in CHOICES:
        return Row(fact, how=ONE_OF, values=_values(operands[1]))
    if name in COMPARED and fact in NUMBERS and _is_number(operands[1]):
        return Row(fact, how=name, number=operands[1])
    raise _Foreign


def _read_goods(operands: Any) -> Row:
    inner, parts = _operation(operands[1])
    parts = parts if inner == "and" else [operands[1]]
    return Row(GOODS, how=NONE_OF, values=tuple(part["!"][0]["in"][0] for part in parts))


def _read_companion(logic: Any) -> Row:
    wanted = logic["reduce"][1]["if"][2]
    name, operands = _operation(wanted["and"][0])
    return Row(COMPANION, number=operands[1] if name == ">=" else None)


def _read_papers(logic: Any) -> list[Row]:
    """The papers of which this wants one; none where it is about something else."""
    name, operands = _operation(logic)
    if name != "reduce" or operands[0] != {"var": "documents"}:
        return []
    wanted = operands[1]["if"][2]
    rows = []
    while "if" in wanted:
        first, _, wanted = wanted["if"]
        rows.append(_read_paper(first))
    return [*rows, _read_paper(wanted)]


def _read_paper(wanted: Any) -> Row:
    name, parts = _operation(wanted)
    told: dict[str, Any] = {}
    for part in parts if name == "and" else [wanted]:
        compared, operands = _operation(part)
        if compared == "<=":
            told["minutes"] = operands[2]
        else:
            told[_var(operands[0]).removeprefix("current.")] = operands[1]
    if told.keys() - {"kind", "result", "issuer", "signed", "minutes"}:
        raise _Foreign
    return Row(
        DOCUMENT + told["kind"],
        values=_values(told.get("issuer", ())),
        result=told.get("result", ""),
        minutes=told.get("minutes"),
        signed=bool(told.get("signed")),
    )


def _operation(logic: Any) -> tuple[str, Any]:
    if isinstance(logic, dict) and len(logic) == 1:
        [(name, operands)] = logic.items()
        return name, operands
    raise _Foreign


def _var(logic: Any) -> str:
    return str(logic["var"])


def _values(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _as(row: Row, role: str) -> Row:
    return Row(row.what, role, row.how, row.number, row.values, row.result, row.minutes, row.signed)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
