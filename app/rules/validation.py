"""Is this JSON a rule that can be saved? Each fault names the place in the rule and the remedy, in two languages."""

import re
from collections.abc import Iterator
from typing import Any

from app.rules import facts
from app.rules.certlogic import plain
from app.rules.errors import RuleError
from app.rules.faults import RuleFault, RuleFaults
from app.rules.logic import LogicReader, paths

OUTCOMES = ("note", "hold", "refer", "refuse_movable", "refuse_void")
"""What may come of a rule that is not met, the strongest last."""

PLACES = ("stage", "port", "route", "operator", "ship", "ship_type", "service", "class")
OFFICERS = ("officer", "official", "administrator")
SURENESS = ("text", "press", "operator", "house", "unconfirmed")

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CODE_MAX = 60
TEXT_MAX = 600


def check(rule: Any) -> None:
    """Raises RuleFaults unless the rule can be saved."""
    if found := list(faults_of(rule)):
        raise RuleFaults(found)


def check_set(rules: list[Any]) -> None:
    """Raises RuleFaults unless all of them can be saved together; each path begins with the rule's place."""
    found = [
        RuleFault(f"[{at}].{f.path}".rstrip("."), f.problem, f.value)
        for at, r in enumerate(rules)
        for f in faults_of(r)
    ]
    codes: set[str] = set()
    for at, rule in enumerate(rules):
        code = rule.get("code") if isinstance(rule, dict) else None
        if isinstance(code, str) and code in codes:
            found.append(RuleFault(f"[{at}].code", "twice", code))
        codes.add(str(code))
    if found:
        raise RuleFaults(found)


KEYS = {
    "code", "title", "traveler", "officer", "next", "regulation", "source", "sure", "valid_from", "valid_to", "where",
    "except", "logic", "may_miss", "outcome", "missing", "holds_item", "exemption", "off",
}  # fmt: skip
OPTIONAL = {"next", "where", "except", "may_miss", "holds_item", "exemption", "off", "valid_from", "valid_to"}


def faults_of(rule: Any) -> Iterator[RuleFault]:
    """Everything that keeps a rule from being saved."""
    if not isinstance(rule, dict):
        yield RuleFault("", "not_an_object")
        return
    for key in sorted(map(str, rule.keys() - KEYS)):
        yield RuleFault(key, "unknown_key")
    for key in sorted(KEYS - OPTIONAL - rule.keys()):
        yield RuleFault(key, "required")
    yield from _words(rule)
    yield from _validity(rule)
    yield from _consequences(rule)
    for key in ("where", "except"):
        yield from _places(key, rule.get(key))
    if "logic" in rule:
        yield from _logic(rule["logic"], rule.get("may_miss"))


def _words(rule: dict[str, Any]) -> Iterator[RuleFault]:
    code = rule.get("code")
    if "code" in rule and not (isinstance(code, str) and len(code) <= CODE_MAX and _CODE.fullmatch(code)):
        yield RuleFault("code", "code")
    for key in ("title", "traveler", "officer"):
        if key in rule:
            yield from _sentence(key, rule[key])
    for key in ("next", "off"):
        if rule.get(key) is not None:
            yield from _sentence(key, rule[key])
    for key in ("regulation", "source"):
        if key in rule and not _is_text(rule[key]):
            yield RuleFault(key, "text")
    if "sure" in rule and rule["sure"] not in SURENESS:
        yield RuleFault("sure", "choice", ", ".join(SURENESS))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value.strip()) > 0 and len(value) <= TEXT_MAX


def _sentence(path: str, value: Any) -> Iterator[RuleFault]:
    if not isinstance(value, dict) or value.keys() - {"id", "en"}:
        yield RuleFault(path, "sentence")
        return
    for language in ("id", "en"):
        if not _is_text(value.get(language)):
            yield RuleFault(f"{path}.{language}", "sentence")


def _validity(rule: dict[str, Any]) -> Iterator[RuleFault]:
    days = [rule.get("valid_from"), rule.get("valid_to")]
    good = True
    for key, day in zip(("valid_from", "valid_to"), days, strict=True):
        if day is not None and not (isinstance(day, str) and facts.is_day(day)):
            good = False
            yield RuleFault(key, "day")
    if good and None not in days and days[0] > days[1]:  # type: ignore[operator]
        yield RuleFault("valid_to", "ends_before")


def _consequences(rule: dict[str, Any]) -> Iterator[RuleFault]:
    outcome, missing = rule.get("outcome"), rule.get("missing")
    if "outcome" in rule and outcome not in OUTCOMES:
        yield RuleFault("outcome", "choice", ", ".join(OUTCOMES))
    told = [outcome]
    if "missing" in rule:
        if not isinstance(missing, dict) or missing.keys() - {"sale", "gate"}:
            yield RuleFault("missing", "not_an_object")
        else:
            for where in ("sale", "gate"):
                if missing.get(where) not in OUTCOMES:
                    yield RuleFault(f"missing.{where}", "choice", ", ".join(OUTCOMES))
            told += [missing.get("sale"), missing.get("gate")]
    if any(one in OUTCOMES[1:] for one in told if isinstance(one, str)) and not rule.get("next"):
        yield RuleFault("next", "next")
    if not isinstance(rule.get("holds_item", False), bool):
        yield RuleFault("holds_item", "truth")
    exemption = rule.get("exemption")
    if exemption is not None:
        by = exemption.get("by") if isinstance(exemption, dict) and exemption.keys() == {"by"} else None
        if not (isinstance(by, list) and by and all(isinstance(one, str) and one in OFFICERS for one in by)):
            yield RuleFault("exemption.by", "choice", ", ".join(OFFICERS))


def _places(path: str, value: Any) -> Iterator[RuleFault]:
    if value is None:
        return
    if not isinstance(value, dict):
        yield RuleFault(path, "not_an_object")
        return
    for key, allowed in value.items():
        if key not in PLACES:
            yield RuleFault(f"{path}.{key}", "choice", ", ".join(PLACES))
        elif not (isinstance(allowed, list) and allowed and all(isinstance(one, str) and one for one in allowed)):
            yield RuleFault(f"{path}.{key}", "texts")
        else:
            choices = facts.BY_NAME[fact_of(key)].choices
            if choices and not set(allowed) <= set(choices):
                yield RuleFault(f"{path}.{key}", "choice", ", ".join(choices))


def fact_of(place: str) -> str:
    """The fact that says where somebody is: `voyage.port` for `port`."""
    return place if place == "stage" else f"voyage.{place}"


def _logic(logic: Any, may_miss: Any) -> Iterator[RuleFault]:
    try:
        logic = plain(logic, "logic")
    except RuleError:
        yield RuleFault("logic", "not_plain")
        return
    reader = LogicReader()
    answer = reader.read(logic, "logic", None)
    yield from reader.faults
    if not reader.faults and answer not in (facts.TRUTH, None):
        yield RuleFault("logic", "answer")
    if may_miss is None or reader.faults:
        return
    if not (isinstance(may_miss, list) and all(isinstance(name, str) for name in may_miss)):
        yield RuleFault("may_miss", "texts")
        return
    for at, name in enumerate(may_miss):
        if name not in paths(logic):
            yield RuleFault(f"may_miss[{at}]", "unused_fact", name)
