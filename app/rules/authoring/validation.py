"""Validate JSON as a rule that can be saved; each fault names its place and its remedy, in two languages."""

import re
from collections.abc import Iterator
from typing import Any

from app.rules import facts
from app.rules.authoring.inspection import LogicReader
from app.rules.authoring.rule_faults import RuleFault, RuleFaults
from app.rules.engine.certlogic import plain
from app.rules.engine.paths import hidden, paths
from app.rules.engine.rule_error import RuleError
from app.rules.wording.vocabulary import LANGUAGES

OUTCOMES = ("note", "hold", "refer", "refuse_movable", "refuse_void")
"""The outcomes of a rule that is not met, the strongest last."""

PLACES = ("stage", "port", "route", "operator", "ship", "ship_type", "service", "class")
OFFICERS = ("officer", "official", "administrator")
SURENESS = ("text", "press", "operator", "house", "unconfirmed")

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CODE_MAX = 60
TEXT_MAX = 600
TITLE_MAX = 100
SENTENCE_MAX = 300
"""Longer ones nobody reads at a gate: on a phone 300 letters are nine lines."""

PLACES_MAX = 50
PLACE_MAX = 120
SIZE_MAX = 2_000
"""So many parts a logic may have; one of 20,000 would never come to an answer (certlogic.STEPS_MAX)."""


def check(rule: Any, *, draft: bool = False) -> None:
    """Raises RuleFaults unless the rule can be saved; in a `draft` its English may still be missing."""
    if found := list(faults_of(rule, draft=draft)):
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


def faults_of(rule: Any, *, draft: bool = False) -> Iterator[RuleFault]:
    """Everything that keeps a rule from being saved, or from being saved in a `draft`."""
    if not isinstance(rule, dict):
        yield RuleFault("", "not_an_object")
        return
    for key in sorted(map(str, rule.keys() - KEYS)):
        yield RuleFault(key, "unknown_key")
    for key in sorted(KEYS - OPTIONAL - rule.keys()):
        yield RuleFault(key, "required")
    yield from (fault for fault in _words(rule) if not (draft and _may_follow(rule, fault)))
    yield from _validity(rule)
    yield from _consequences(rule)
    for key in ("where", "except"):
        yield from _places(key, rule.get(key))
    yield from _nowhere(rule.get("where"), rule.get("except"))
    if "logic" in rule:
        yield from logic_faults(rule["logic"], rule.get("may_miss"))


def _words(rule: dict[str, Any]) -> Iterator[RuleFault]:
    code = rule.get("code")
    if "code" in rule and not (isinstance(code, str) and len(code) <= CODE_MAX and _CODE.fullmatch(code)):
        yield RuleFault("code", "code")
    for key in ("title", "traveler", "officer"):
        if key in rule:
            yield from _sentence(key, rule[key], TITLE_MAX if key == "title" else SENTENCE_MAX)
    for key in ("next", "off"):
        if rule.get(key) is not None:
            yield from _sentence(key, rule[key], SENTENCE_MAX)
    for key in ("regulation", "source"):
        if key in rule:
            yield from _text(key, rule[key], TEXT_MAX)
    if "sure" in rule and rule["sure"] not in SURENESS:
        yield RuleFault("sure", "choice", ", ".join(SURENESS))
    if rule.get("sure") == "unconfirmed" and rule.get("off") is None:
        yield RuleFault("sure", "unconfirmed")


def _may_follow(rule: dict[str, Any], fault: RuleFault) -> bool:
    """Whether this is a sentence in another language than Indonesian that nobody has written yet."""
    key, _, language = fault.path.partition(".")
    said = rule.get(key)
    return language in LANGUAGES[1:] and isinstance(said, dict) and said.get(language) in (None, "")


def _text(path: str, value: Any, longest: int, problem: str = "text") -> Iterator[RuleFault]:
    if not (isinstance(value, str) and value.strip() and len(value) <= longest):
        yield RuleFault(path, problem, str(longest))
    elif found := hidden(value):
        yield RuleFault(path, "hidden", found)


def _sentence(path: str, value: Any, longest: int) -> Iterator[RuleFault]:
    if not isinstance(value, dict) or value.keys() - set(LANGUAGES):
        yield RuleFault(path, "sentence", str(longest))
        return
    for language in LANGUAGES:
        yield from _text(f"{path}.{language}", value.get(language), longest, "sentence")


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
    elif rule.get("holds_item") and outcome != "note":
        yield RuleFault("holds_item", "item")
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
        at = f"{path}.{key}"
        if key not in PLACES:
            yield RuleFault(at, "choice", ", ".join(PLACES))
        elif not (isinstance(allowed, list) and 0 < len(allowed) <= PLACES_MAX):
            yield RuleFault(at, "texts", str(PLACES_MAX))
        elif wrong := [fault for one in allowed for fault in _text(at, one, PLACE_MAX)]:
            yield wrong[0]
        else:
            choices = facts.BY_NAME[fact_of(key)].choices
            if choices and not set(allowed) <= set(choices):
                yield RuleFault(at, "choice", ", ".join(choices))


def _nowhere(where: Any, excepted: Any) -> Iterator[RuleFault]:
    """A rule that its exceptions keep from ever applying."""
    if not isinstance(excepted, dict) or not isinstance(where, dict | None):
        return
    for key, names in excepted.items():
        of = (where or {}).get(key) or (facts.BY_NAME[fact_of(key)].choices if key in PLACES else ())
        if isinstance(names, list) and isinstance(of, list | tuple) and of and all(one in names for one in of):
            yield RuleFault(f"except.{key}", "nowhere")


def fact_of(place: str) -> str:
    """The fact that says where somebody is: `voyage.port` for `port`."""
    return place if place == "stage" else f"voyage.{place}"


def logic_faults(logic: Any, may_miss: Any = None) -> Iterator[RuleFault]:
    """Everything that keeps a logic from being judged by."""
    try:
        logic = plain(logic, "logic")
    except RuleError:
        yield RuleFault("logic", "not_plain")
        return
    if _size(logic) > SIZE_MAX:
        yield RuleFault("logic", "too_large", str(SIZE_MAX))
        return
    reader = LogicReader()
    answer = reader.read(logic, "logic", None)
    yield from reader.faults
    if not reader.faults and answer not in (facts.TRUTH, None):
        yield RuleFault("logic", "answer")
    elif not reader.faults and logic is not False and not paths(logic):
        yield RuleFault("logic", "no_fact")
    if may_miss is None or reader.faults:
        return
    if not (isinstance(may_miss, list) and all(isinstance(name, str) for name in may_miss)):
        yield RuleFault("may_miss", "texts", str(PLACES_MAX))
        return
    for at, name in enumerate(may_miss):
        if name not in paths(logic):
            yield RuleFault(f"may_miss[{at}]", "unused_fact", name)


def _size(logic: Any) -> int:
    inside = logic.values() if isinstance(logic, dict) else logic if isinstance(logic, list) else ()
    return 1 + sum(map(_size, inside))
