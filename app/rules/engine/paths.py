"""List the facts that a logic looks at, and the values with which it compares them."""

import unicodedata
from collections.abc import Iterator
from typing import Any


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


def texts(logic: Any) -> Iterator[str]:
    """Every text in a logic, in its order: names of facts and values that they are compared with."""
    return (leaf for leaf in _leaves(logic) if isinstance(leaf, str))


def numbers(logic: Any) -> Iterator[int]:
    """Every number in a logic, in its order."""
    return (leaf for leaf in _leaves(logic) if isinstance(leaf, int) and not isinstance(leaf, bool))


def _leaves(logic: Any) -> Iterator[Any]:
    if isinstance(logic, list | dict):
        for part in logic if isinstance(logic, list) else logic.values():
            yield from _leaves(part)
    else:
        yield logic


TEST_MINUTES = {"antigen": 1440, "genose": 1440, "pcr": 4320}
"""How old a test may be before the departure where a rule that takes it states no age: what was common."""


def tests_accepted(logic: Any) -> Iterator[tuple[str, int]]:
    """Kinds of negative tests that a logic names as enough, each with the minutes before departure that it allows."""
    if isinstance(logic, list):
        for item in logic:
            yield from tests_accepted(item)
    elif isinstance(logic, dict):
        [(name, operands)] = logic.items()
        if name == "and":
            parts = [next(iter(part.items())) for part in operands if isinstance(part, dict)]
            same = {o[0]["var"]: o[1] for n, o in parts if n == "===" and isinstance(o[0], dict) and "var" in o[0]}
            ages = [o[2] for n, o in parts if n == "<=" and len(o) == 3 and o[1] == {"var": "current.minutes"}]
            kind = same.get("current.kind")
            if same.get("current.result") == "negative" and kind in TEST_MINUTES:
                yield kind, ages[0] if ages else TEST_MINUTES[kind]
        yield from tests_accepted(operands)


def hidden(text: str) -> str:
    """The first letter that cannot be seen, or that turns the others around, as `U+202E`; else nothing."""
    unseen = (one for one in text if one not in "\n\r\t" and unicodedata.category(one) in ("Cc", "Cf", "Cs"))
    return f"U+{ord(found):04X}" if (found := next(unseen, "")) else ""
