"""The shape of the house: who may import whom, where a transaction opens, and that every door has its guard.

To change the shape, change these lists first. Every test collects all offenders and names them.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from app.config import ROOT

FLOORS: tuple[tuple[str, ...], ...] = (
    (
        "batching",
        "clock",
        "config",
        "connections",
        "database_faults",
        "db",
        "errors",
        "events",
        "idempotency",
        "keys",
        "named",
        "outbox",
        "phones",
        "reasons",
        "refusals",
        "text",
        "together",
    ),
    ("accounts", "schedule"),
    ("seats", "fares", "rules"),
    ("booking",),
    ("boarding",),
    ("disruption", "planning", "retention"),
    ("flow",),
    ("live", "notices"),
    ("startup",),
    ("web", "cli"),
)
"""Bottom up. A file imports from its own package and from the floors below."""

FLOORS_OF_BOOKING: tuple[tuple[str, ...], ...] = (
    ("models", "identity", "person_names"),
    ("fields", "tickets", "wanted_journey", "read_once"),
    ("schemas", "queries"),
    ("travelers", "money"),
    ("eligibility",),
    ("search", "people_without_places", "booking_rows", "walk_ons"),
    ("inventory",),
    ("waitlist",),
    ("actions",),
)
"""Inside booking, bottom up, by the first part of the path; `models.py` of any folder is on the lowest."""

GATHERS = {"models"}
"""Knows all models, for migrations and tests; nothing of the application imports it."""

KNOW_FLASK = {"__init__", "cli/__init__", "live/hub"}
"""Besides `web/`. The hub is the application's second process, and reads in its context."""

GRAMMAR = {"__init__", "models", "actions", "queries", "schemas"}
"""The names that every subject may use again."""

LOCKS_BOOKING = r"\bselect\(Booking\)|of=Booking\b"
WRITES_BOOKING = r"([\w.]+\.)?(Booking\(|insert(_many)?\(Booking\b|Booking\.__table__\.insert\()"

DOORS = {"traveler", "gate", "official", "admin", "api"}
LINES_MAX, FUNCTION_LINES_MAX, ARGUMENTS_MAX = 350, 60, 7

APP = ROOT / "app"
FILES = sorted(APP.rglob("*.py"))
NAMES = {path: path.relative_to(APP).with_suffix("").as_posix() for path in FILES}
MODULES = {f"app.{name.replace('/', '.')}".removesuffix(".__init__") for name in NAMES.values()}
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Dotted names of what a file imports: modules, and what else is named in full."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from whole & MODULES or {node.module}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef))


def is_action(function: ast.FunctionDef) -> bool:
    return "action" in {ast.unparse(decorator) for decorator in function.decorator_list}


def test_a_file_imports_its_own_package_and_the_floors_below() -> None:
    offenders = []
    for path, name in NAMES.items():
        own = name.split("/")[0]
        if own in GATHERS | {"__init__", "server"}:
            continue
        # The foundation's files may lean on each other; nobody else on a neighbour.
        first_forbidden = max(LEVEL[own], 1)
        for dotted in imports(path):
            other = [*dotted.split("."), ""][1] if dotted.startswith("app.") else ""
            if other in GATHERS or (other != own and LEVEL.get(other, -1) >= first_forbidden):
                offenders.append(f"{name} -> {dotted}")
    assert offenders == []


def test_inside_booking_a_file_imports_from_the_floors_below() -> None:
    levels = {name: level for level, names in enumerate(FLOORS_OF_BOOKING) for name in names}

    def level_of(parts: list[str]) -> int:
        return 0 if parts[-1] == "models" else levels[parts[0]]

    offenders = []
    for path, name in NAMES.items():
        parts = name.split("/")[1:]
        if not name.startswith("booking/") or parts == ["__init__"]:
            continue
        for dotted in imports(path):
            other = dotted.split(".")[2:]
            if not dotted.startswith("app.booking.") or other[0] == parts[0]:
                continue
            if level_of(other) >= level_of(parts) and level_of(other) > 0:
                offenders.append(f"{name} -> {dotted}")
    assert offenders == []


def test_a_booking_is_locked_in_one_place_alone_and_written_in_another() -> None:
    locks, writers = set(), set()
    for path, name in NAMES.items():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.Call):
                continue
            call = ast.unparse(node)
            if ast.unparse(node.func).endswith(".with_for_update") and re.search(LOCKS_BOOKING, call):
                locks.add(name)
            if re.match(WRITES_BOOKING, call):
                writers.add(name)
    assert locks == {"booking/inventory/lock"}
    assert writers == {"booking/booking_rows"}


def test_no_two_types_hold_the_same_fields() -> None:
    types = defaultdict(list)
    for path, name in NAMES.items():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and "dataclass" in "".join(map(ast.unparse, node.decorator_list)):
                fields = [ast.unparse(one) for one in node.body if isinstance(one, ast.AnnAssign)]
                types[tuple(sorted(fields))].append(f"{name}: {node.name}")
    assert [same for fields, same in types.items() if len(fields) > 2 and len(same) > 1] == []


def test_no_door_imports_another_door() -> None:
    offenders = []
    for path, name in NAMES.items():
        own = name.split("/")
        for dotted in imports(path):
            parts = dotted.split(".")
            if own[0] == "web" and parts[:2] == ["app", "web"] and len(parts) > 3 and parts[2] in DOORS - {own[1]}:
                offenders.append(f"{name} -> {dotted}")
    assert offenders == []


def test_only_the_doors_the_commands_and_the_factory_know_flask() -> None:
    web = {"flask", "flask_login", "flask_babel", "flask_wtf"}
    offenders = [
        name
        for path, name in NAMES.items()
        if name not in KNOW_FLASK and not name.startswith("web/") and {m.split(".")[0] for m in imports(path)} & web
    ]
    assert offenders == []


def test_inside_a_package_actions_ask_queries_and_queries_know_models() -> None:
    allowed = {"models": set(), "schemas": {"models"}, "queries": {"models"}}
    offenders = []
    for path, name in NAMES.items():
        package = ".".join(path.relative_to(ROOT).parent.parts)
        if path.stem not in allowed or name.split("/")[0] in {"web", "live"}:
            continue
        for dotted in imports(path):
            own = dotted.removeprefix(f"{package}.").split(".")[0]
            if dotted.startswith(f"{package}.") and own in GRAMMAR - allowed[path.stem]:
                offenders.append(f"{name} -> {dotted}")
    assert offenders == []


def test_verbs_live_in_actions_and_nothing_else_commits() -> None:
    offenders = []
    for path, name in NAMES.items():
        verbs = path.stem == "actions" or path.parent.name == "actions"
        acts = [function for function in functions(path) if is_action(function)]
        if acts and not verbs:
            offenders.append(f"{name}: {acts[0].name} is an action outside of actions")
        if verbs and path.stem != "__init__" and not acts and not name.startswith("booking/actions/"):
            offenders.append(f"{name} has no action")
        called = {
            node.func.attr
            for node in ast.walk(tree_of(path))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if ast.unparse(node.func.value).endswith("session")
        }
        if name != "db" and called & {"commit", "begin", "begin_nested"}:
            offenders.append(f"{name} commits")
        writes = called & {"add", "add_all", "delete", "flush", "merge"}
        if writes and (path.stem == "queries" or name.startswith("web/")):
            offenders.append(f"{name} writes")
    assert offenders == []


def test_one_module_name_and_one_public_class_name_have_one_meaning() -> None:
    modules, classes = defaultdict(set), defaultdict(set)
    for path, name in NAMES.items():
        if path.stem not in GRAMMAR and not name.startswith("web/"):
            modules[path.stem].add(name)
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                classes[node.name].add(name)
    twice = {name: sorted(where) for names in (modules, classes) for name, where in names.items() if len(where) > 1}
    assert twice == {}


def test_files_and_functions_stay_small() -> None:
    offenders = []
    for path, name in NAMES.items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LINES_MAX:
            offenders.append(f"{name} has {lines} lines")
        for function in functions(path):
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > FUNCTION_LINES_MAX:
                offenders.append(f"{name}: {function.name} has {length} lines")
            if len(function.args.posonlyargs + function.args.args) > ARGUMENTS_MAX:
                offenders.append(f"{name}: {function.name} has {len(function.args.args)} positional arguments")
    assert offenders == []


WALL_CLOCKS = {"planning/sheets/records", "planning/sheets/cells", "planning/patterns"}
"""Moments as they are written in files, without a zone: their day needs none."""


def test_a_day_is_made_of_a_moment_in_one_module_which_asks_for_the_zone() -> None:
    offenders = []
    for path, name in NAMES.items():
        for node in ast.walk(tree_of(path)) if name not in WALL_CLOCKS | {"schedule/days"} else ():
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr in {"today", "utcnow"} or (node.func.attr == "date" and not node.args):
                offenders.append(f"{name}: {ast.unparse(node)}")
    assert offenders == [], "see app/schedule/days.py: local_day, port_day, earliest_day, latest_day"


def test_no_page_makes_a_day_of_a_moment_without_its_port() -> None:
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert [page.name for page in pages if ".date()" in page.read_text(encoding="utf-8")] == []


@pytest.mark.one_engine
def test_every_door_says_who_may_enter(app: Flask) -> None:
    doors = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert [name for name in sorted(doors) if not hasattr(app.view_functions[name], "guard")] == []
