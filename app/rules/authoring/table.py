"""Rules as a table: the common shapes, written as CertLogic; table_reading.py opens them again.

An age band, exceptions, and what is asked: numbers, facts that are so, a paper within so many hours, a companion, a
cut-off; all of them or one of them. Rows that stand together are one level more: where one of them is enough, a group
is a combination; where all are asked, one of a group is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.rules import facts

ONLY, UNLESS, ASKED, JOINED = "only", "unless", "asked", "joined"
ROLES = (ASKED, JOINED, UNLESS, ONLY)

COMPANION = "companion"
GOODS = "goods"
DOCUMENT = "document:"
"""Before the kind of a paper in `TableRow.what`."""

NUMBERS = tuple(f.name for f in facts.FACTS if f.type == facts.INTEGER and "[]" not in f.name)
TRUTHS = tuple(f.name for f in facts.FACTS if f.type == facts.TRUTH and "[]" not in f.name)
CHOICES = tuple(f.name for f in facts.FACTS if f.type == facts.TEXT and f.choices and "[]" not in f.name)
PAPERS = tuple(DOCUMENT + kind for kind in facts.DOCUMENT_KINDS)

COMPARED = (">=", "<=", ">", "<", "===")
YES, NO, ONE_OF, NONE_OF = "yes", "no", "in", "not_in"

MAY_TRAVEL = ["pass", "note"]

AGE = {"var": "person.age_years"}
_ACCUMULATOR = {"var": "accumulator"}


@dataclass(frozen=True)
class TableRow:
    """One condition: what is looked at, how it is compared, and whether it is asked for or only says who is meant.

    JOINED: it stands together with the row before it.
    """

    what: str
    role: str = ASKED
    how: str = ""
    number: int | None = None
    values: tuple[str, ...] = ()
    result: str = ""
    minutes: int | None = None
    signed: bool = False
    before: bool = False
    """Of a paper: `values` are its issuers, `minutes` how old it may be at the scheduled departure; `before` where it
    may be of any age, but not from later. Of a number, `values` are several of which it is one."""


@dataclass(frozen=True)
class Table:
    """A rule's logic as rows. `age_to` is the last age that is meant; `every`: all that is asked, not one of it."""

    rows: tuple[TableRow, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    every: bool = True

    @property
    def groups(self) -> list[list[TableRow]]:
        """The rows that stand together, in order; the first of each says what the group is for."""
        found: list[list[TableRow]] = []
        for row in self.rows:
            if row.role == JOINED and found:
                found[-1].append(row)
            else:
                found.append([row])
        return found

    @property
    def asked(self) -> list[list[TableRow]]:
        """The groups that are asked for."""
        return [group for group in self.groups if group[0].role == ASKED]


def write(table: Table) -> Any:
    """The table as CertLogic. It must ask for something, and its first row be joined to none."""
    logic = _asked(table.asked, table.every)
    for group in reversed(table.groups):
        if group[0].role == UNLESS:
            logic = {"if": [_all(group), True, logic]}
        elif group[0].role == ONLY:
            logic = {"if": [_any(_apart(group)), logic, True]}
    if table.age_to is not None:
        logic = {"if": [{">=": [AGE, table.age_to + 1]}, True, logic]}
    if table.age_from is not None:
        logic = {"if": [{"<": [AGE, table.age_from]}, True, logic]}
    return logic


def _asked(groups: Sequence[Sequence[TableRow]], every: bool) -> Any:
    if not every:
        return _any(groups)
    parts = [_any(_apart(group)) for group in groups]
    return parts[0] if len(parts) == 1 else {"and": parts}


def _apart(rows: Sequence[TableRow]) -> list[list[TableRow]]:
    return [[row] for row in rows]


def _all(rows: Sequence[TableRow]) -> Any:
    parts = [_condition(row) for row in rows]
    return parts[0] if len(parts) == 1 else {"and": parts}


def _any(groups: Sequence[Sequence[TableRow]]) -> Any:
    """One of these groups is enough. Papers that follow each other are looked for in one go."""
    parts = []
    for papers, several in groupby(groups, lambda group: len(group) == 1 and group[0].what.startswith(DOCUMENT)):
        if papers:
            parts.append(_exists("documents", _either([_paper(row) for [row] in several])))
        else:
            parts += [_all(group) for group in several]
    return _either(parts)


def _either(parts: list[Any]) -> Any:
    *first, logic = parts
    for part in reversed(first):
        logic = {"if": [part, True, logic]}
    return logic


def _condition(row: TableRow) -> Any:
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
        return _chosen(row, _one_of(fact, row.values))
    if row.how in (ONE_OF, NONE_OF):
        return _chosen(row, _one_of(fact, [int(value) for value in row.values]))
    return {row.how: [fact, row.number]}


def _chosen(row: TableRow, one_of: Any) -> Any:
    return one_of if row.how == ONE_OF else {"!": [one_of]}


def _paper(row: TableRow) -> Any:
    parts: list[Any] = [{"===": [{"var": "current.kind"}, row.what.removeprefix(DOCUMENT)]}]
    if row.result:
        parts.append({"===": [{"var": "current.result"}, row.result]})
    if row.values:
        parts.append(_one_of({"var": "current.issuer"}, row.values))
    if row.signed:
        parts.append({"===": [{"var": "current.signed"}, True]})
    if row.minutes is not None:
        parts.append({"<=": [0, {"var": "current.minutes"}, row.minutes]})
    elif row.before:
        parts.append({"<=": [0, {"var": "current.minutes"}]})
    return parts[0] if len(parts) == 1 else {"and": parts}


def _exists(items: str, wanted: Any) -> Any:
    return {"reduce": [{"var": items}, {"if": [_ACCUMULATOR, True, wanted]}, False]}


def _one_of(fact: Any, values: Sequence[str | int]) -> Any:
    return {"===": [fact, values[0]]} if len(values) == 1 else {"in": [fact, list(values)]}
