"""Random logic on random facts, judged by both twins: `python -m tests.rules.twin [--pairs 1000000] [--seed 1]`.

Half of the logic is what a rule could be, half is what only a slip or malice writes; one pair in twenty is a passenger
of chance before a dozen of the rules that ship. The last line is JSON; the exit status is 1 when the twins differ
anywhere.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from app.cli.certlogic import twins
from app.rules import facts as known
from app.rules.engine.certlogic import COMPARISONS, DATE_COMPARISONS, OPERANDS
from app.rules.shipped import read_sets
from tests.rules.book import nested

BATCH = 10_000
NUMBERS = (0, 1, -1, 2, 5, 6, 17, 18, 24, 1440, 4320, 2**53 - 1, -(2**53 - 1))
ODD_NUMBERS = (1.5, 2**53, -(2**53), 1e300, -0.0, 3.0, 10**25, 9007199254740991.0)
TEXTS = (
    "",
    "a",
    "pcr",
    "0",
    "1",
    "true",
    "é",
    "🚢",
    "\ud83d",
    "day",
    "URN:UVCI:01:NL:187/3#X",
    "a::c/#/f",
    "constructor",
    "a\u2028b\x85c",
)
DATES = (
    "2022-04-19", "2024-02-29", "2021-01-31", "2023-12-31", "2024", "2023-02", "0001-01-01", "9999-12-31",
    "2022-04-20T00:00:00+07:00", "2022-04-19T23:59:59.999Z", "2022-04-20T01:00:00+9", "2021-12-31T12:00:00.1239-0330",
)  # fmt: skip
BAD_DATES = (
    "2023-02-29",
    "2021-13-01",
    "2021-1-1",
    "0000-01-01",
    "2021-01-01T24:00:00Z",
    "2021-01-01\n",
    "2021-01-01Z",
)
PATHS = (
    "a",
    "b",
    "l",
    "d",
    "o.a",
    "o.l.0",
    "l.0",
    "l.1",
    "o",
    "",
    "x.y",
    "o..a",
    "l.-1",
    "l.01",
    "__proto__",
    "o.toString",
)
INSIDE = ("current", "accumulator", "current.k", "current.n", "current.0", *PATHS)
UNITS = ("year", "month", "day", "hour")
NAMES = tuple(OPERANDS)


class Maker:
    """Makes questions out of one generator of chance."""

    def __init__(self, random: Random) -> None:
        self.r = random
        by_code = {rule["code"]: rule for one in read_sets() for rule in one.rules}
        self.rules = list(by_code.values())
        self.codes = ["?"]

    def some_rules(self) -> dict[str, Any]:
        """A dozen of the rules that ship, for the passengers that come; half of them on all days and not off."""
        chosen = self.r.sample(self.rules, 12)
        self.codes = [rule["code"] for rule in chosen]
        always = {"valid_from": None, "valid_to": None, "off": None}
        return {"rules": [{**rule, **always} if self.r.random() < 0.5 else rule for rule in chosen]}

    def passenger(self) -> dict[str, Any]:
        """Facts of the table, most of them known; seldom of a wrong type."""
        facts = {f.name: self.fact(f) for f in known.FACTS if "[]" not in f.name and self.r.random() < 0.9}
        if self.r.random() < 0.02:
            facts[self.r.choice(list(facts))] = self.value(2)
        return nested(facts)

    def fact(self, fact: known.Fact) -> Any:
        """A value of chance for a fact."""
        r = self.r
        if r.random() < 0.05:
            return None
        if fact.type == known.TRUTH:
            return r.random() < 0.6
        if fact.type == known.INTEGER:
            return r.choice((0, 1, 2, 3, 5, 6, 17, 18, 24, 40, 59, 60, 70, 120, 1440, 4320, 4321, 100000, -1))
        if fact.type == known.DAY:
            return r.choice(("2019-06-01", "2021-05-10", "2022-04-21", "2022-08-15", "2023-07-01", "2026-03-20"))
        if fact.type == known.LIST:
            parts = [part for part in known.FACTS if part.name.startswith(f"{fact.name}[].")]
            return [{part.name.split(".")[-1]: self.fact(part) for part in parts} for _ in range(r.randrange(3))]
        if fact.type == known.TEXTS:
            return r.sample(fact.choices, r.randrange(2))
        return r.choice(fact.choices or ("IDSMQ", "IDKUM", "PELNI", "DLU", "ASDP"))

    def question(self) -> dict[str, Any]:
        """Logic, and facts for it; or a passenger of chance for the rules at hand."""
        if self.r.random() < 0.05:
            letter = {"rule": self.r.choice(self.codes), "letter": "1", "officer": "x", "reason": "y"}
            return {"facts": self.passenger(), "exemptions": [letter] * self.r.randrange(2)}
        logic = self.truth(4) if self.r.random() < 0.5 else self.anything(5)
        return {"logic": logic, "facts": self.facts()}

    def facts(self) -> Any:
        r = self.r
        if r.random() < 0.05:
            return self.value(3)
        facts: dict[str, Any] = {
            "a": r.choice(NUMBERS),
            "d": r.choice(DATES),
            "l": self.documents(),
            "o": self.value(2),
        }
        for _ in range(r.randrange(3)):
            facts[r.choice(("a", "b", "d", "l", "o", "", "__proto__", "constructor"))] = self.value(3)
        if r.random() < 0.2:
            facts.pop(r.choice(list(facts)))
        if r.random() < 0.02:
            facts["b"] = r.choice(ODD_NUMBERS)
        return facts

    def documents(self) -> list[Any]:
        return [
            {"k": self.r.choice(TEXTS), "n": self.r.choice(NUMBERS)} if self.r.random() < 0.8 else self.value(1)
            for _ in range(self.r.randrange(4))
        ]

    def value(self, depth: int) -> Any:
        r = self.r
        kind = r.randrange(9 if depth else 6)
        if kind < 2:
            return r.choice(NUMBERS)
        if kind < 6:
            return (r.choice(TEXTS), r.choice(DATES), r.choice((True, False)), None)[kind - 2]
        if kind == 6:
            return {r.choice(("a", "l", "k", "n", "0", "")): self.value(depth - 1) for _ in range(r.randrange(3))}
        return [self.value(depth - 1) for _ in range(r.randrange(4))]

    def path(self) -> dict[str, Any]:
        return {"var": self.r.choice(INSIDE if self.r.random() < 0.4 else PATHS)}

    def truth(self, depth: int) -> Any:
        r = self.r
        kind = r.randrange(9) if depth else 0
        if kind == 0:
            return self.path()
        if kind == 1:
            return {"and": [self.truth(depth - 1) for _ in range(r.randrange(2, 4))]}
        if kind == 2:
            return {"!": [self.truth(depth - 1)]}
        if kind == 3:
            return {"if": [self.truth(depth - 1), self.truth(depth - 1), self.truth(depth - 1)]}
        if kind == 4:
            return {r.choice(tuple(COMPARISONS)): [self.number(depth - 1) for _ in range(r.randrange(2, 4))]}
        if kind == 5:
            return {r.choice(tuple(DATE_COMPARISONS)): [self.moment() for _ in range(r.randrange(2, 4))]}
        if kind == 6:
            return {"===": [self.path(), r.choice((*TEXTS, *NUMBERS, True))]}
        if kind == 7:
            return {"in": [self.path(), [r.choice((*TEXTS, *NUMBERS)) for _ in range(r.randrange(4))]]}
        return {"reduce": [{"var": "l"}, self.truth(depth - 1), r.choice((True, False))]}

    def number(self, depth: int) -> Any:
        r = self.r
        kind = r.randrange(4) if depth > 0 else r.randrange(2)
        if kind == 0:
            return r.choice(NUMBERS)
        if kind == 1:
            return self.path()
        if kind == 2:
            return {"+": [self.number(depth - 1), self.number(depth - 1)]}
        return {"reduce": [{"var": "l"}, {"+": [{"var": "accumulator"}, {"var": "current.n"}]}, r.choice(NUMBERS)]}

    def moment(self) -> Any:
        r = self.r
        text = {"var": "d"} if r.random() < 0.5 else r.choice(DATES if r.random() < 0.9 else BAD_DATES)
        if r.random() < 0.1:
            return {"dccDateOfBirth": [text]}
        return {"plusTime": [text, r.choice((0, 0, 1, -1, 12, -18, 13, -72, 400, 10**6)), r.choice(UNITS)]}

    def anything(self, depth: int) -> Any:
        r = self.r
        kind = r.random()
        if depth == 0 or kind < 0.25:
            return r.choice((r.choice(NUMBERS), r.choice(TEXTS), r.choice(DATES), True, False, self.path()))
        if kind < 0.27:
            return r.choice(
                (None, {}, {"nope": [1]}, {"var": 1}, {"and": 1}, {"a": [1], "b": [1]}, r.choice(ODD_NUMBERS))
            )
        if kind < 0.33:
            return [self.anything(depth - 1) for _ in range(r.randrange(4))]
        if kind < 0.45:
            return self.truth(depth - 1)
        if kind < 0.55:
            return self.moment()
        name = r.choice(NAMES)
        least, most = OPERANDS[name]
        count = r.randint(least, min(most, 3)) if r.random() < 0.97 else r.randrange(5)
        return {name: [self.anything(depth - 1) for _ in range(count)]}


def questions(seed: int, pairs: int) -> Iterator[dict[str, Any]]:
    """So many questions, and before each batch the rules for it; the same seed gives the same ones."""
    maker = Maker(Random(seed))
    for at in range(pairs):
        if at % BATCH == 0:
            yield maker.some_rules()
        yield maker.question()


def compare(seed: int, pairs: int, tell: bool = False) -> dict[str, Any]:
    """Ask both twins so many questions: how many pairs, errors (the same in both) and differences there were."""
    started = time.monotonic()
    errors: Counter[str] = Counter()
    differences = 0
    here = twins.PythonTwin()
    asked = questions(seed, pairs)
    for at in range(0, pairs, BATCH):
        lines = [json.dumps(next(asked)) for _ in range(1 + min(BATCH, pairs - at))]
        for line, theirs in zip(lines, twins.in_browser(lines), strict=True):
            ours = here.answer(json.loads(line))
            if not twins.same(ours, theirs):
                differences += 1
                if tell and differences <= 20:
                    print(f"{line}\n  python {ours}\n  browser {theirs}", file=sys.stderr)  # noqa: T201
            elif "error" in ours:
                errors[ours["error"]] += 1
    return {
        "pairs": pairs,
        "errors": errors.total(),
        "differences": differences,
        "seconds": round(time.monotonic() - started, 1),
        "seed": seed,
        "errors_by_code": dict(errors.most_common()),
    }


def main() -> None:
    """Ask, and say how it came out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    told = compare(given.seed, given.pairs, tell=True)
    print(json.dumps(told))  # noqa: T201
    sys.exit(1 if told["differences"] else 0)


if __name__ == "__main__":
    main()
