"""Commands that bring reference data in and out: ports, operators, ships, capacities and fares."""

from pathlib import Path

import click

from app.cli.timetables import whole_or_not, write_sheets
from app.planning import reference
from app.planning.actions.reference_import import load_reference
from app.planning.sheets import reference_sheets


@click.command("import-reference")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--as-typed", is_flag=True, help="New names are no slips of known ones.")
def import_reference(source: Path, as_typed: bool) -> None:
    """Bring in reference data: SOURCE is a folder of CSV, .xlsx or .ods files, or one workbook; all of it or none."""
    with whole_or_not():
        load_reference(source, as_typed=as_typed)
    click.echo(f"{source}: {', '.join(reference_sheets.COLUMNS)}")


@click.command("export-reference")
@click.argument("target", type=click.Path(path_type=Path))
def export_reference(target: Path) -> None:
    """Write the reference data to TARGET: a folder for one CSV each, or an .xlsx. `import-reference` takes it back."""
    write_sheets(target, reference.written())
