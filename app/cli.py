"""The `flask ...` commands."""

import json
import os
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

import click
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url
from tqdm import tqdm

from app import clock, config, keys
from app.accounts.actions import create_user
from app.accounts.models import Role
from app.accounts.queries import find_user_by_name
from app.boarding.models import Stage
from app.boarding.replaying import judged_at
from app.db import db
from app.errors import NotFound, Refusal
from app.flow.actions import ImportReport, add_unknown_ports, found_season, import_timetable, load_reference
from app.flow.arriving import Arriving
from app.flow.exchange import export_schedule, import_schedule
from app.flow.queries import list_seasons
from app.flow.recount import recount
from app.flow.replay import Replay, replay
from app.flow.sheets import packed
from app.rules import shipped, suite, twins
from app.rules.actions import load_shipped
from app.schedule.timetable import (
    TimetableFaults,
    TimetableRow,
    home_port,
    is_departure,
    lebaran_offset,
    read_timetable,
    shift,
)

DATA = config.ROOT / "data"
DEMO_SEASON = DATA / "seasons" / "lebaran-2024.csv"
DEMO_USERS = (
    ("petugas", "Petugas Gerbang", Role.OFFICER),
    ("pejabat", "Pejabat KSOP", Role.OFFICIAL),
    ("admin", "Administrator", Role.ADMINISTRATOR),
)


def register(app: Flask) -> None:
    """Add the commands."""
    for command in (
        timetable,
        export_sheets,
        import_sheets,
        replay_season,
        demo,
        signins,
        new_user,
        rotate_key,
        recount_all,
        certlogic_suite,
        load_rules,
        judge_ticket,
    ):
        app.cli.add_command(command)


def _read(path: Path) -> list[TimetableRow]:
    try:
        return read_timetable(path)
    except TimetableFaults as faults:
        for fault in faults.faults:
            click.echo(fault.message, err=True)
        click.echo(f"{len(faults.faults)} kesalahan; tidak ada yang diubah.", err=True)
        raise SystemExit(1) from None


@click.command("import-timetable")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def timetable(file: Path) -> None:
    """Bring in the voyages of a timetable FILE.csv: all of them or none; again changes nothing."""
    rows = _read(file)
    load_reference(DATA)
    _tell(_import(rows))


def _import(rows: list[TimetableRow], shifted_days: int = 0) -> ImportReport:
    try:
        return import_timetable(rows, home_port(rows), shifted_days=shifted_days)
    except Refusal as refusal:
        told = ", ".join(f"{name} {value}" for name, value in refusal.details.items())
        click.echo(f"{refusal.code}: {told}. Tidak ada yang diubah.", err=True)
        raise SystemExit(1) from None


def _tell(report: ImportReport) -> None:
    for name, keys_ in (("ditambah", report.added), ("diubah", report.changed)):
        for key in keys_:
            click.echo(f"{name}: {key}")
    click.echo(
        f"{len(report.added)} ditambah, {len(report.changed)} diubah, {len(report.left)} tetap (added, changed, left)"
    )


@click.command("export-schedule")
@click.argument("target", type=click.Path(path_type=Path))
def export_sheets(target: Path) -> None:
    """Write ports, operators, ships, papers and voyages to TARGET: a folder for one CSV each, or a name ending in .zip.

    Nothing is lost: `import-schedule` brings the same schedule back.
    """
    written = export_schedule()
    if target.suffix == ".zip":
        target.write_bytes(packed(written))
    else:
        target.mkdir(parents=True, exist_ok=True)
        for name, data in written.items():
            (target / f"{name}.csv").write_bytes(data)
    click.echo(f"{target}: {', '.join(written)}")


@click.command("import-schedule")
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
def import_sheets(sources: tuple[Path, ...]) -> None:
    """Bring in SOURCES (CSV files, zips or folders of them): all of it or none; again changes nothing."""
    paths = [path for source in sources for path in (sorted(source.glob("*.csv")) if source.is_dir() else [source])]
    try:
        report = import_schedule(Arriving([(path.name, path.read_bytes()) for path in paths]))
    except TimetableFaults as faults:
        for fault in faults.faults:
            click.echo(f"{fault.file}: {fault.message}", err=True)
        click.echo(f"{len(faults.faults)} kesalahan; tidak ada yang diubah.", err=True)
        raise SystemExit(1) from None
    for name in report.added:
        counts = (report.added[name], report.changed[name], report.left[name])
        if any(counts):
            click.echo("{}: {} ditambah, {} diubah, {} tetap".format(name, *counts))


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", default=1, show_default=True, help="Who books together, pays and comes late.")
def replay_season(file: Path, seed: int) -> None:
    """Run the season of FILE.csv through the real actions, in a database of its own that is thrown away.

    Ends with a table per call and one line of JSON.
    """
    from app import create_app  # the factory imports this module

    rows = _read(file)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(config.current(), database_url=f"sqlite:///{folder}/replay.db")
        app = create_app(settings)
        with app.app_context():
            upgrade()
            load_reference(DATA, papers=False)
            add_unknown_ports(rows)
            officer = create_user("replay", "Replay", Role.OFFICER, token_urlsafe(16))
            with tqdm(unit=" langkah", disable=None, mininterval=0.5) as bar:
                result = replay(
                    rows,
                    home_port(rows),
                    seed=seed,
                    keyring=app.extensions["keyring"],
                    officer_id=officer.id,
                    progress=lambda done, total: _show(bar, done, total),
                )
            db.session.remove()
            db.engine.dispose()
    _tell_replay(result)
    click.echo(json.dumps({**result.summary(), "seed": seed, "seconds": round(time.monotonic() - started, 1)}))


def _show(bar: "tqdm[None]", done: int, total: int) -> None:
    bar.total = total
    bar.update(done - bar.n)


def _tell_replay(result: Replay) -> None:
    """A line per call, with what explains it below."""
    click.echo(f"{'hari':10}  {'arah':6}  {'kapal':28}  {'tercatat':>8}  {'dihitung':>8}  {'batas':>6}")
    for call in result.calls:
        expected = "-" if call.expected is None else str(call.expected)
        mark = "  ≠" if call.differs else ""
        click.echo(
            f"{call.day}  {'naik' if call.departs else 'turun':6}  {call.ship or '(tidak disebut)':28}  "
            f"{expected:>8}  {call.got:>8}  {call.ceiling or '-':>6}{mark}"
        )
        for note in call.notes:
            click.echo(f"            {note}")


@click.command("demo")
def demo() -> None:
    """Load the demonstration: Lebaran 2024, moved so that its first departure leaves in three days.

    Loaded once; when that season is over, the next start moves it again.
    """
    load_shipped(shipped.read_sets())
    today = clock.now().date()
    if any(season.shifted_days and season.last_day > today for season in list_seasons()):
        click.echo("Demo sudah ada.")
        return
    rows = _read(DEMO_SEASON)
    home = home_port(rows)
    first = min(row.day for row in rows if is_departure(row, home))
    days = (today + timedelta(days=3) - first).days
    moved = shift(rows, days)
    load_reference(DATA, days)
    report = _import(moved, days)
    row = next(r for r in moved if lebaran_offset(r.lebaran_day) is not None)
    feast = row.day - timedelta(days=lebaran_offset(row.lebaran_day) or 0)
    found_season("Lebaran 2024", home, feast, feast - timedelta(days=15), feast - timedelta(days=1), days)
    _demo_users()
    click.echo(f"Demo: {len(report.added)} pelayaran, digeser {days} hari.")


def _signins_file() -> Path:
    """Where this installation keeps its demonstration passwords: beside its database, for its owner only."""
    url = make_url(config.current().database_url)
    folder = Path(url.database).parent if url.get_backend_name() == "sqlite" and url.database else None
    return (folder or config.ROOT / "instance") / "demo-signins.txt"


def _demo_users() -> None:
    lines = []
    for username, name, role in DEMO_USERS:
        if find_user_by_name(username) is None:
            password = token_urlsafe(9)
            create_user(username, name, role, password)
            lines.append(f"{role}: {username} / {password}\n")
    if lines:
        path = _signins_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.writelines(lines)


@click.command("signins")
def signins() -> None:
    """Print the sign-ins of the demonstration."""
    path = _signins_file()
    click.echo(path.read_text().rstrip() if path.exists() else "Tidak ada akun demo.")


@click.command("create-user")
@click.argument("username")
@click.argument("role", type=click.Choice([str(role) for role in Role]))
@click.option("--name", default="", help="The person's name; the username where not given.")
@click.password_option()
def new_user(username: str, role: str, name: str, password: str) -> None:
    """Make a user; the password is asked for."""
    try:
        create_user(username, name or username, Role(role), password)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.code} {refusal.details}") from None
    click.echo(f"{username}: {role}")


@click.command("rotate-key")
def rotate_key() -> None:
    """Add a new signing key to the key file; tickets signed with older keys stay valid."""
    if os.environ.get("TICKET_KEYS"):
        raise click.ClickException("Kunci berasal dari TICKET_KEYS: tambahkan kunci baru di sana, id berikutnya.")
    try:
        key_id = keys.rotate(keys.key_file())
    except keys.KeyringError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Kunci {key_id} dibuat. Ia menandatangani setelah semua proses web dijalankan ulang.")


@click.command("recount")
def recount_all() -> None:
    """Count every place and every soul again, and say which counter differs. Exit status 1 when one does."""
    differences = recount()
    for difference in differences:
        click.echo(str(difference))
    click.echo(f"{len(differences)} perbedaan", err=True)
    if differences:
        raise SystemExit(1)


@click.command("certlogic")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def certlogic_suite(file: Path) -> None:
    """Judge a test FILE.json of the published CertLogic suite's form with both twins; the last line is JSON.

    What failed is told on stderr. Exit status 1 when an assertion fails, or when the file is no such suite.
    """
    try:
        result = suite.run(*suite.read(file.read_bytes()))
    except suite.NotASuite as fault:
        raise click.ClickException(
            f"{file}: bukan berkas uji CertLogic ({fault}). Bentuknya: "
            '{"name", "cases": [{"name", "certLogicExpression", "assertions": [{"data", "expected"}]}]}'
        ) from None
    except twins.NoNode:
        raise click.ClickException(
            "Node tidak ada di mesin ini. Jalankan `make test` sekali untuk memasangnya."
        ) from None
    for twin, failed in (("python", result.python_failed), ("browser", result.browser_failed)):
        for told in failed:
            click.echo(f"{twin}: {told}", err=True)
    click.echo(json.dumps(result.summary()))
    if result.python_failed or result.browser_failed:
        raise SystemExit(1)


@click.command("load-rules")
def load_rules() -> None:
    """Publish the sets of travel rules that come with Dermaga (data/rules): what is there already is left."""
    report = load_shipped(shipped.read_sets())
    numbers = f": {', '.join(map(str, report.published))}" if report.published else ""
    click.echo(f"{len(report.published)} paket aturan diterbitkan{numbers}; {report.left} tetap (published, left)")


@click.command("judge")
@click.option("--at", "moment", required=True, metavar="TIME", help="2022-04-21T10:30:00+07:00; without zone: UTC")
@click.option("--stage", type=click.Choice([one.value for one in Stage]), default=Stage.GANGWAY.value)
@click.argument("ticket")
def judge_ticket(moment: str, stage: str, ticket: str) -> None:
    """Judge TICKET (its serial) by the travel rules as at TIME, and print the verdict as JSON.

    Where a scan of that second was kept, its facts are judged again by its set, and `same` says whether the answer is
    the one that the officer saw. Else the facts are those that were known at that time, at a gate of that stage, and
    `scans` names the moments that were kept. Exit status 1 where the answer is another, or there is none.
    """
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        raise click.ClickException(f"{moment}: tulis waktu seperti 2022-04-21T10:30:00+07:00") from None
    try:
        found = judged_at(ticket, at if at.tzinfo else at.replace(tzinfo=UTC), Stage(stage))
    except NotFound as fault:
        raise click.ClickException(f"{ticket}: {fault.code}") from None
    click.echo(json.dumps(found, ensure_ascii=False))
    if found["outcome"] is None or found.get("same") is False:
        raise SystemExit(1)
