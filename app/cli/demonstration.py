"""The demonstration: a past season in the coming days, its users, and a draft of rules that waits for approval."""

import os
from datetime import date, timedelta
from pathlib import Path
from secrets import token_urlsafe

import click
from sqlalchemy import select
from sqlalchemy.engine import make_url

from app import clock, config
from app.accounts.actions import change_user, create_user
from app.accounts.models import DEMONSTRATION_NAMES, Role
from app.accounts.queries import find_user_by_name
from app.accounts.second_person import KNOWN_FOR
from app.cli.actions import let_a_ship_board
from app.cli.timetables import DATA, bring_in, read_rows
from app.db import db
from app.errors import Refusal
from app.flow.queries import list_seasons
from app.planning.actions.reference_import import found_season, load_reference
from app.planning.timetable import home_port, is_departure, lebaran_offset, shift
from app.rules import shipped
from app.rules.actions.drafts import load_shipped, propose, put_rule, start_draft
from app.rules.queries import find_set_in_force
from app.schedule.days import earliest_day
from app.schedule.models import Voyage
from app.schedule.queries import list_voyages
from app.seats.actions.allotments import create_channel, move_places
from app.seats.actions.programme_opening import Opening, open_programme
from app.seats.models import FAMILY_MAX, ONLINE, ChannelKind

DEMO_CLASS = 1
DEMO_FREE_QUOTA = 500
DEMO_SEASON = DATA / "seasons" / "lebaran-2024.csv"

DEMO_USERS = (
    ("petugas", "Petugas Gerbang", Role.OFFICER),
    ("pejabat", "Pejabat KSOP", Role.OFFICIAL),
    ("admin", "Administrator", Role.ADMINISTRATOR),
)


@click.command("demo")
def demo() -> None:
    """Load the demonstration: Lebaran 2024, moved so that its first departure is tomorrow's.

    Places are paid for at the counter, save those of one free programme. Loaded once; when that season is over, the
    next start moves it again. At each start the next ship is moved to leave in two hours, unless one boards already.
    """
    load_shipped(shipped.read_sets())
    today = earliest_day(clock.now())
    if any(season.shifted_days and season.last_day > today for season in list_seasons()):
        click.echo("Demo sudah ada.")
        let_a_ship_board()
        return
    if (not list_seasons() and db.session.scalar(select(Voyage.id).limit(1))) or _has_real_seasons():
        raise click.ClickException(
            "Basis data ini berisi jadwal sungguhan. Muat demo ke basis data lain: DATABASE_URL=sqlite:///demo.db"
        )
    rows = read_rows(DEMO_SEASON)
    home = home_port(rows, config.current().port_name)
    first = min(row.day for row in rows if is_departure(row, home))
    days = (today + timedelta(days=1) - first).days
    moved = shift(rows, days)
    load_reference(DATA, days)
    report = bring_in(moved, days)
    row = next(r for r in moved if lebaran_offset(r.lebaran_day) is not None)
    feast = row.day - timedelta(days=lebaran_offset(row.lebaran_day) or 0)
    found_season("Lebaran 2024", home, feast, feast - timedelta(days=15), feast - timedelta(days=1), days)
    _demo_users()
    _demo_programme(date.fromisoformat("2024-04-08") + timedelta(days=days))
    let_a_ship_board()
    click.echo(f"Demo: {len(report.added)} pelayaran, digeser {days} hari.")


def _has_real_seasons() -> bool:
    return any(season.shifted_days == 0 for season in list_seasons())


@click.command("close-demo")
def close_demo() -> None:
    """Close the accounts of the demonstration; another administrator must be there first."""
    try:
        for username in DEMONSTRATION_NAMES:
            user = find_user_by_name(username)
            if user is not None and user.active:
                change_user(user.id, active=False, role=Role(user.role))
                click.echo(f"{username}: ditutup (closed)")
    except Refusal as refusal:
        raise click.ClickException(
            f"{refusal.code}: buat administrator lain dahulu dengan flask create-user NAMA administrator"
        ) from None


def _signins_file() -> Path:
    """Where this installation keeps its demonstration passwords: beside its database, for its owner only."""
    url = make_url(config.current().database_url)
    folder = Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None
    return (folder or config.ROOT / "instance") / "demo-signins.txt"


def _demo_users() -> None:
    users = {}
    lines = []
    # As if made yesterday: a second person must be known for a day, and the demonstration's draft waits for one now.
    yesterday = clock.now() - KNOWN_FOR
    for username, name, role in DEMO_USERS:
        if find_user_by_name(username) is None:
            password = token_urlsafe(9)
            users[role] = create_user(username, name, role, password, known_since=yesterday).id
            lines.append(f"{role}: {username} / {password}\n")
    if lines:
        path = _signins_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(lines)
    if {Role.ADMINISTRATOR, Role.OFFICIAL} <= users.keys():
        change_user(users[Role.OFFICIAL], active=True, role=Role.OFFICIAL, may_exempt=True, may_approve_rules=True)
        _demo_draft(users[Role.ADMINISTRATOR])


def _demo_draft(administrator_id: int) -> None:
    """A rule that comes switched off, switched on in a draft that the official may approve.

    No operator asks for it, so it stands as the port's own.
    """
    in_force = find_set_in_force(clock.now())
    note = in_force.rule_of("pregnancy") if in_force else None
    if in_force is None or note is None:
        return
    draft = start_draft("Catatan kehamilan dinyalakan", "Pregnancy note switched on", administrator_id, in_force.id)
    used = {key: value for key, value in note.body.items() if key != "off"} | {"sure": "house"}
    put_rule(draft.id, used, administrator_id)
    propose(draft.id, administrator_id, None, draft.version)


def _demo_programme(day: date) -> None:
    """The ministry's free programme of 2024, 500 people on KM Lawit (Radar Sampit): open until that ship leaves."""
    opener = find_user_by_name("admin")
    voyages = [v for v in list_voyages(day, day) if v.ship and v.ship.name == "KM Lawit" and v.legs]
    if opener is None or not voyages:
        return
    sponsor = create_channel(ChannelKind.FREE, "Mudik gratis Kemenhub 2024", "Kementerian Perhubungan")
    move_places(voyages[0].id, DEMO_CLASS, ONLINE, sponsor.id, DEMO_FREE_QUOTA)
    leaves = voyages[0].calls[0].planned_departure or clock.now() + timedelta(days=1)
    open_programme(sponsor.id, Opening(DEMO_FREE_QUOTA, FAMILY_MAX, clock.now(), leaves), opener.id)


@click.command("signins")
def signins() -> None:
    """Print the sign-ins of the demonstration."""
    path = _signins_file()
    click.echo(path.read_text().rstrip() if path.exists() else "Tidak ada akun demo.")
