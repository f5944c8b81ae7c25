"""Find the code of a place that a rule names, as people type it, and tell which no table knows."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.rules.authoring.rule_faults import RuleFault

Known = Mapping[str, Mapping[str, str]]
"""As `queries.list_places` answers."""


def code_of(kind: str, typed: str, known: Known) -> str | None:
    """The code that was meant: itself in any case, or the name of what has it; None for what is not known."""
    if kind != "route":
        return known.get(kind, {}).get(typed.casefold())
    ports = [known["port"].get(part.strip().casefold()) for part in typed.split("-")]
    return f"{ports[0]}-{ports[1]}" if len(ports) == 2 and all(ports) else None


def unknown_places(rule: Mapping[str, Any], known: Known, others: Iterable[Mapping[str, Any]]) -> Iterator[RuleFault]:
    """Places that are not registered, nor named by one of the `others`, the rules of the same draft.

    A rule that came with a set may name an operator that has not come yet, and stays.
    """
    named = {place for other in others for place in _places(other)}
    for key, kind, value in _places(rule):
        if kind in ("stage", "service") or code_of(kind, value, known) == value:
            continue
        if not any((one, kind, value) in named for one in ("where", "except")):
            yield RuleFault(f"{key}.{kind}", "unknown_place", value)


def _places(rule: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key in ("where", "except"):
        for kind, values in (rule.get(key) or {}).items():
            for value in values:
                yield key, kind, value
