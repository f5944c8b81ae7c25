"""Commands that bring timetables and schedules in and out, and run a past season again."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_urlsafe

import click
from tqdm import tqdm

from app import config
from app.accounts.actions import create_user
from app.accounts.models import Role
from app.db import db
from app.errors import Refusal
from app.flow.replay import replay
from app.flow.replay_result import Replay
from app.keys import Keyring
from app.planning.actions.reference_import import add_unknown_ports, load_reference
from app.planning.actions.schedule_import import import_schedule
from app.planning.actions.timetable_import import ImportReport, import_timetable
from app.planning.sheets.cells import packed, workbook
from app.planning.sheets.export import export_schedule
from app.planning.sheets.reading import Arriving
from app.planning.timetable import TimetableFaults, TimetableRow, bytes_of, home_port, read_timetable
from app.planning.timetable_names import known_names

DATA = config.ROOT / "data"


def read_rows(path: Path) -> list[TimetableRow]:
    """The rows of a timetable; where one is at fault, all faults are told and the command ends."""
    try:
        return read_timetable(path)
    except TimetableFaults as faults:
        tell_faults(faults)
        raise SystemExit(1) from None


def tell_faults(faults: TimetableFaults) -> None:
    """Every fault of files, and that nothing was changed."""
    for fault in faults.faults:
        click.echo(f"{fault.file}: {fault.message}" if fault.file else fault.message, err=True)
    click.echo(f"{len(faults.faults)} kesalahan; tidak ada yang diubah.", err=True)


@click.command("import-timetable")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--port", default="", help="The port that it is about; else the one that most rows name.")
@click.option("--as-typed", is_flag=True, help="New names are no slips of known ones.")
def timetable(file: Path, port: str, as_typed: bool) -> None:
    """Bring in the voyages of a timetable FILE (CSV, .xlsx or .ods): all of them or none; again changes nothing."""
    rows = read_rows(file)
    load_reference(DATA)
    _tell(bring_in(rows, port=port, as_typed=as_typed))


def bring_in(
    rows: list[TimetableRow], shifted_days: int = 0, *, port: str = "", as_typed: bool = False
) -> ImportReport:
    """Import these rows; where they are refused, the command ends."""
    with whole_or_not():
        home = port or home_port(rows, config.current().port_name)
        report = import_timetable(rows, home, shifted_days=shifted_days, as_typed=as_typed)
    return report


@contextmanager
def whole_or_not() -> Iterator[None]:
    """End the command, with what is wrong told, where an import is refused: it has changed nothing."""
    try:
        yield
    except TimetableFaults as faults:
        tell_faults(faults)
    except Refusal as refusal:
        told = ", ".join(f"{name} {value}" for name, value in refusal.details.items())
        click.echo(f"{refusal.code}: {told}. Tidak ada yang diubah.", err=True)
    else:
        return
    raise SystemExit(1)


def _tell(report: ImportReport) -> None:
    for words, keys in (
        ("kapal baru", report.new_ships),
        ("operator baru", report.new_operators),
        ("operator lain daripada operator kapalnya", report.other_operator),
        ("belum dijual, kapasitasnya tidak diketahui", report.not_on_sale),
    ):
        for key in keys:
            click.echo(f"{words}: {key}")
    click.echo(
        f"pelabuhan {report.home}: {report.on_sale} keberangkatan dijual, {len(report.not_on_sale)} belum dijual, "
        f"{report.arrivals} kedatangan, {report.past} sudah lewat"
    )
    for name, keys_ in (("ditambah", report.added), ("diubah", report.changed)):
        for key in keys_:
            click.echo(f"{name}: {key}")
            for change in report.changes.get(key, ()) if keys_ is report.changed else ():
                click.echo(f"  {change}")
    click.echo(
        f"{len(report.added)} ditambah, {len(report.changed)} diubah, {len(report.left)} tetap (added, changed, left)"
    )


@click.command("export-schedule")
@click.argument("target", type=click.Path(path_type=Path))
def export_sheets(target: Path) -> None:
    """Write ports, operators, ships, papers and voyages to TARGET: a folder for one CSV each, or a .zip or .xlsx.

    Nothing is lost: `import-schedule` brings the same schedule back.
    """
    written = export_schedule()
    if target.suffix == ".zip":
        target.write_bytes(packed(written))
        click.echo(f"{target}: {', '.join(written)}")
    else:
        write_sheets(target, written)


def write_sheets(target: Path, written: Mapping[str, bytes]) -> None:
    """Write them to an .xlsx, or a CSV of each into a folder; and say which."""
    if target.suffix == ".xlsx":
        target.write_bytes(workbook(written))
    else:
        target.mkdir(parents=True, exist_ok=True)
        for name, data in written.items():
            (target / f"{name}.csv").write_bytes(data)
    click.echo(f"{target}: {', '.join(written)}")


@click.command("import-schedule")
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--as-typed", is_flag=True, help="New names are no slips of known ones.")
def import_sheets(sources: tuple[Path, ...], as_typed: bool) -> None:
    """Bring in SOURCES (CSV, .xlsx, .ods, zips or folders of them): all of it or none; again changes nothing."""
    paths = [path for source in sources for path in (_sheets_in(source) if source.is_dir() else [source])]
    try:
        report = import_schedule(Arriving([(path.name, _bytes_of(path)) for path in paths], as_typed=as_typed))
    except TimetableFaults as faults:
        tell_faults(faults)
        raise SystemExit(1) from None
    for name in report.added:
        counts = (report.added[name], report.changed[name], report.left[name])
        if any(counts):
            click.echo("{}: {} ditambah, {} diubah, {} tetap".format(name, *counts))
    if not any((*report.added.values(), *report.changed.values(), *report.left.values())):
        click.echo("Tidak ada satu baris pun di dalamnya; tidak ada yang diubah.", err=True)
        raise SystemExit(1)


def _bytes_of(path: Path) -> bytes:
    try:
        return bytes_of(path)
    except TimetableFaults as refused:
        raise TimetableFaults([replace(fault, file=path.name) for fault in refused.faults]) from None


def _sheets_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in {".csv", ".xlsx", ".ods"})


@click.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seed", default=1, show_default=True, help="Who books together, pays and comes late.")
def replay_season(file: Path, seed: int) -> None:
    """Run the season of FILE.csv through the real actions, in a database of its own that is thrown away.

    Ends with a table per call and one line of JSON.
    """
    from flask_migrate import upgrade

    from app import create_app  # the factory imports this module

    rows = read_rows(file)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(config.current(), database_url=f"sqlite:///{folder}/replay.db")
        app = create_app(settings)
        with app.app_context():
            upgrade()
            load_reference(DATA, papers=False)
            try:
                home = home_port(rows, settings.port_name)
                add_unknown_ports(rows)
                rows = known_names(rows, home, as_typed=True)
                result = _run(app.extensions["keyring"], rows, home, seed)
            except TimetableFaults as faults:
                tell_faults(faults)
                raise SystemExit(1) from None
            db.session.remove()
            db.engine.dispose()
    _tell_replay(result)
    click.echo(json.dumps({**result.summary(), "seed": seed, "seconds": round(time.monotonic() - started, 1)}))


def _run(keyring: Keyring, rows: Sequence[TimetableRow], home: str, seed: int) -> Replay:
    officer = create_user("replay", "Replay", Role.OFFICER, token_urlsafe(16))
    with tqdm(unit=" langkah", disable=None, mininterval=0.5) as bar:
        return replay(
            rows,
            home,
            seed=seed,
            keyring=keyring,
            officer_id=officer.id,
            progress=lambda done, total: _show(bar, done, total),
        )


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
