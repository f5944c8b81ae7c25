"""Whatever somebody with a role can do and nobody can take back has a bound, a reason, a trace and a test.

Each `@action` is in one of three lists: the table of docs/security.md with its bounds, what is taken back, or what a
traveler or a clock does. A new one is in none, and fails here until somebody has decided.
"""

import ast
import re
from collections.abc import Iterator

from app.config import BOUNDS, ROOT, Settings

TAKEN_BACK = {
    # accounts: each change is in `user_change`; an account is closed and opened, never deleted
    "create_user": "closed by change_user",
    "change_user": "changed again; the last administrator stays",
    "set_ports": "set again",
    "change_own_password": "changed again",
    "sign_out_everywhere": "signed in again",
    "end_session": "signed in again",
    # the schedule and its papers: what is sold on a leg keeps its ship, ports and times
    "make_voyage": "deleted by delete_voyage while nobody has booked",
    "change_voyage": "changed again; refused where somebody has a place (sold_on_leg, ship_is_sold)",
    "copy_voyage": "deleted by delete_voyage while nobody has booked",
    "import_timetable": "adds, and changes what nobody has booked (time_is_sold, capacity_is_sold)",
    "import_schedule": "as change_voyage; calls none off (cancel_here), nor tells a used one's times (told_at_pier)",
    "save_port": "saved again",
    "save_operator": "saved again",
    "save_ship": "saved again",
    "save_tariff": "saved again; what was paid stays",
    "record_capacity": "removed by remove_paper",
    "correct_paper": "corrected again; never below who is aboard",
    "remove_paper": "recorded again; what is sold stays sold",
    # places: none of these goes below what is sold
    "set_quota": "set again",
    "set_quota_table": "set again",
    "move_places": "moved back",
    "stage": "staged again",
    "create_channel": "sells nothing until it is given places",
    "change_channel": "changed again",
    "save_plan": "saved again",
    "apply_scheme": "set again",
    "open_programme": "closed by close_programme",
    "close_programme": "opened again by open_programme",
    "enter_decree": "withdrawn by withdraw_decree; what is sold stays sold",
    "withdraw_decree": "entered again",
    # drafts of rules reach nobody before two people publish them
    "start_draft": "discarded",
    "rename_draft": "renamed again",
    "put_rule": "put again",
    "remove_rule": "put again",
    "discard_draft": "begun again; what is published stays",
    "propose": "put forward again; approved by somebody else or never",
    # at the counter and the gate
    "call_group": "another group is called; a note at the gate, and nobody is refused by it",
    "give_code_back": "the old code stays good; who, when and to whom is kept",
    "correct_document": "corrected again; what stood before is kept",
    "see_document": "withdrawn by withdraw_document",
    "withdraw_document": "entered again",
    # asking is not doing
    "ask_second_person": "declined by settle, lapses after two hours",
    "ask_times": "declined by settle, lapses after two hours",
    "give_up": "asked for again",
}
"""What somebody with a role does and the same, or another, takes back, at any time and as if it had not been."""

NO_ROLE = {
    # travelers, with their own booking
    "hold_all", "name_travelers", "choose_payment", "release", "cancel_passengers", "correct_name", "move_passengers",
    "say", "enter_document", "say_ahead", "enter_ahead", "withdraw_ahead",
    "join", "withdraw", "rebook", "choose_refund",
    # clocks and counters
    "expire_holds", "delete_noted", "make_offers", "lapse_closed", "sweep", "begin_session", "see_session",
    "assign_groups", "spend_allowance", "spend_slowly", "hear_of_device", "renew_share", "spend_pace", "number_tickets",
    "return_allowances", "return_work",
    # the command line, where whoever is there has the database itself
    "load_shipped", "found_season", "load_reference", "add_unknown_ports", "let_a_ship_board",
}  # fmt: skip

ONLY_WITHOUT_A_USER = {"set_times", "revise_departure"}
"""For programs of this repository; the doors go through `change_times`, which writes down who."""

ASKS_WHO = {"cancel_voyage", "swap_ship", "lower_quota", "change_times", "ask_times"}
"""Whom a door calls with its user: without one they are bounded by nothing, or leave no trace."""


def actions() -> set[str]:
    """The names of all actions of the application."""
    return {
        node.name
        for path in (ROOT / "app").rglob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and "action" in {ast.unparse(d) for d in node.decorator_list}
    }


def table() -> dict[str, list[str]]:
    """The table of docs/security.md: by act, its other cells."""
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    part = text.split("## What cannot be taken back")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in cells] for cells in lines]
    return {name: row[1:] for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def calls(names: set[str]) -> Iterator[tuple[str, str]]:
    """Where a door or a command calls one of these, with what it gives."""
    for folder in ("web", "cli"):
        for path in sorted((ROOT / "app" / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    called = ast.unparse(node.func).rpartition(".")[2]
                    if called in names:
                        yield f"{path.name}: {called}", ast.unparse(node)


def test_each_action_is_bounded_taken_back_or_nobodys_in_particular() -> None:
    lists = [set(table()), set(TAKEN_BACK), NO_ROLE, ONLY_WITHOUT_A_USER]
    known = set().union(*lists)
    assert actions() - known == set(), "decide: docs/security.md (with its bounds), TAKEN_BACK or NO_ROLE"
    assert known - actions() == set(), "is no action any more"
    assert sum(map(len, lists)) == len(known), "in two lists"


def test_each_bound_is_said_and_tested() -> None:
    for name, cells in table().items():
        assert len(cells) == 5, name
        assert all(cells), name
        for setting in re.findall(r"`([A-Z_]+)`", " ".join(cells)):
            assert setting.lower() in Settings.__dataclass_fields__, (name, setting)
        tests = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", cells[-1])
        assert tests, name
        for path, test in tests:
            assert (f"def {test}(" if test else name) in (ROOT / path).read_text(encoding="utf-8"), (name, path)


def test_no_bound_of_one_person_can_be_set_away() -> None:
    assert {"around_hours", "earlier_hours", "later_days", "undo_minutes", "second_person_souls"} <= set(BOUNDS)


def test_no_door_does_such_a_thing_in_nobodys_name() -> None:
    assert [where for where, _ in calls(ONLY_WITHOUT_A_USER)] == []
    assert [where for where, given in calls(ASKS_WHO) if "user().id" not in given] == []
    assert [where for where, _ in calls({"record_arrival"})] == []
