"""The `flask ...` commands."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from app import config, keys, startup
from app.accounts.actions import change_user, create_user
from app.accounts.models import Role
from app.accounts.passwords import new_first_password
from app.boarding.audit import judged_at
from app.boarding.models import Stage
from app.cli.certlogic import suite, twins
from app.cli.demonstration import close_demo, demo, signins
from app.cli.reference_data import export_reference, import_reference
from app.cli.timetables import export_sheets, import_sheets, replay_season, timetable
from app.errors import NotFound, Refusal
from app.flow.recount import recount
from app.rules import shipped
from app.rules.actions.drafts import load_shipped


def register(app: Flask) -> None:
    """Add the commands."""
    for command in (
        timetable,
        export_sheets,
        import_sheets,
        export_reference,
        import_reference,
        replay_season,
        demo,
        signins,
        close_demo,
        new_user,
        rotate_key,
        recount_all,
        certlogic_suite,
        load_rules,
        judge_ticket,
    ):
        app.cli.add_command(command)


@click.command("create-user")
@click.argument("username")
@click.argument("role", type=click.Choice([str(role) for role in Role]))
@click.option("--name", default="", help="The person's name; the username where not given.")
@click.option("--approves-rules", is_flag=True, help="An official who may approve travel rules of others.")
@click.option("--as-typed", is_flag=True, help="The username is no slip of another one.")
@click.option("--password", default="", help="The first password; one is made where it is not given.")
def new_user(username: str, role: str, name: str, approves_rules: bool, as_typed: bool, password: str) -> None:
    """Make a user and print the first password, which is good for signing in once and changing it."""
    password = password or new_first_password()
    try:
        made = create_user(username, name or username, Role(role), password, as_typed=as_typed, once=True)
        if approves_rules:
            change_user(made.id, active=True, role=Role(role), may_approve_rules=True)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.code} {refusal.details}") from None
    click.echo(f"{username}: {role}")
    hours = config.current().first_password_hours
    click.echo(f"Kata sandi pertama (first password): {password}  ({hours} jam, untuk masuk sekali dan menggantinya)")


@click.command("rotate-key")
def rotate_key() -> None:
    """Add a new signing key to the key file; tickets signed with older keys stay valid."""
    if os.environ.get("TICKET_KEYS"):
        raise click.ClickException("Kunci berasal dari TICKET_KEYS: tambahkan kunci baru di akhirnya.")
    try:
        key_id = keys.rotate(keys.key_file(os.environ, startup.secrets_folder(config.current())))
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

    Failures are told on stderr. Exit status 1 when an assertion fails, or when the file is no such suite.
    """
    try:
        with file.open("rb") as opened:
            result = suite.run(*suite.read(opened.read(suite.TEXT_MAX + 1)))
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
    if found.get("verdict", found["outcome"]) is None or found.get("same") is False:
        raise SystemExit(1)
