"""The shape of the house: who may import whom, where a transaction opens, and that every door has its guard.

To change the shape, change these lists first.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.config import ROOT

FLOORS: tuple[tuple[str, ...], ...] = (
    (
        "clock",
        "config",
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
        "text",
    ),
    ("accounts", "schedule"),
    ("seats", "fares", "rules"),
    ("booking",),
    ("boarding",),
    ("flow",),
    ("live", "notices"),
    ("startup",),
    ("web", "cli"),
)
"""Bottom up. A file imports from its own package and from the floors below."""

GATHERS = {"models"}
"""Knows all models, for migrations and tests; nothing of the application imports it."""

KNOW_FLASK = {"__init__", "cli/__init__", "live/hub"}
"""Besides `web/`. The hub is the application's second process, and reads in its context."""

APP = ROOT / "app"
FILES = sorted(APP.rglob("*.py"))
LEVEL = {name: level for level, names in enumerate(FLOORS) for name in names}


def name_of(path: Path) -> str:
    return path.relative_to(APP).with_suffix("").as_posix()


def imports(path: Path) -> Iterator[str]:
    """Dotted names of what a file imports; `from app import clock` is `app.clock`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def subjects(path: Path) -> set[str]:
    """The packages (or single files) of the application that a file imports."""
    dotted = [name.split(".") for name in imports(path) if name.startswith("app.")]
    return {parts[1] for parts in dotted if parts[1] in LEVEL or parts[1] in GATHERS}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_its_own_package_and_the_floors_below(path: Path) -> None:
    own = name_of(path).split("/")[0]
    if own in GATHERS | {"__init__", "server"}:
        return
    # The foundation's files may lean on each other; nobody else on a neighbour.
    first_forbidden = max(LEVEL[own], 1)
    assert {name for name in subjects(path) - {own} if LEVEL.get(name, len(FLOORS)) >= first_forbidden} == set()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_doors_the_commands_and_the_factory_know_flask(path: Path) -> None:
    name = name_of(path)
    if name in KNOW_FLASK or name.startswith("web/"):
        return
    assert {module.split(".")[0] for module in imports(path)} & {
        "flask",
        "flask_login",
        "flask_babel",
        "flask_wtf",
    } == set()


@pytest.mark.parametrize("path", [p for p in FILES if p.parent != APP and p.parent.parent == APP], ids=name_of)
def test_inside_a_package_actions_ask_queries_and_queries_know_models(path: Path) -> None:
    allowed = {"models": set(), "schemas": {"models"}, "queries": {"models"}}.get(path.stem)
    if allowed is None or path.parent.name in {"web", "live"}:
        return
    own = f"app.{path.parent.name}."
    found = {name.removeprefix(own).split(".")[0] for name in imports(path) if name.startswith(own)}
    assert found & {"models", "queries", "actions", "schemas"} <= allowed


@pytest.mark.parametrize("path", [p for p in FILES if p.stem == "actions"], ids=name_of)
def test_every_public_function_of_an_actions_file_is_one_transaction(path: Path) -> None:
    functions = [n for n in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(n, ast.FunctionDef)]
    public = [f for f in functions if not f.name.startswith("_")]
    assert public
    assert [f.name for f in public if "action" not in {ast.unparse(d) for d in f.decorator_list}] == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_an_action_commits_and_no_query_writes(path: Path) -> None:
    called = {n.func.attr for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
              if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
              and ast.unparse(n.func.value).endswith("session")}  # fmt: skip
    if name_of(path) != "db":
        assert called & {"commit", "begin", "begin_nested"} == set()
    if path.stem == "queries" or name_of(path).startswith("web/"):
        assert called & {"add", "add_all", "delete", "flush", "merge"} == set()


WALL_CLOCKS = {"flow/records", "flow/sheets", "schedule/patterns"}
"""Moments as they are written in files, without a zone: their day needs none."""


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_day_is_made_of_a_moment_in_one_module_which_asks_for_the_zone(path: Path) -> None:
    if name_of(path) in WALL_CLOCKS | {"schedule/days"}:
        return
    made = [ast.unparse(n) for n in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
            and (n.func.attr in {"today", "utcnow"} or (n.func.attr == "date" and not n.args))]  # fmt: skip
    assert made == [], "see app/schedule/days.py: local_day, port_day, earliest_day, latest_day"


def test_no_page_makes_a_day_of_a_moment_without_its_port() -> None:
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert [page.name for page in pages if ".date()" in page.read_text(encoding="utf-8")] == []


@pytest.mark.one_engine
def test_every_door_says_who_may_enter(app: Flask) -> None:
    doors = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert [name for name in sorted(doors) if not hasattr(app.view_functions[name], "guard")] == []
