"""The whole schedule out to spreadsheets and back in."""

from dataclasses import dataclass

from flask import Response, render_template, request
from flask_babel import gettext as _

from app.errors import NotFound
from app.planning.actions.schedule_import import import_schedule
from app.planning.sheets.cells import SHEETS, packed, workbook
from app.planning.sheets.export import Exchanged, export_schedule
from app.planning.sheets.file_faults import TimetableFaults
from app.planning.sheets.reading import Arriving
from app.web.admin.door import bp, only_administrator
from app.web.words import number

SHOWN_MAX = 200
"""Faults in the table; a file in the wrong form can have thousands."""

FILES_MAX = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class SheetsTold:
    """One fault as it is shown; line 0 is the whole file."""

    file: str
    line: int
    column: str
    message: str


@bp.get("/jadwal/lembar")
@only_administrator
def sheets() -> str:
    """Show the downloads, and the form for what comes back."""
    return _page([])


@bp.get("/jadwal/lembar/<filename>")
@only_administrator
def sheet(filename: str) -> Response:
    """One sheet as CSV, or `jadwal.xlsx` or `jadwal.zip` with all of them."""
    name, _dot, kind = filename.rpartition(".")
    if filename == "jadwal.zip":
        return _download(packed(export_schedule()), "application/zip", filename)
    if filename == "jadwal.xlsx":
        return _download(workbook(export_schedule()), XLSX, filename)
    if kind == "csv" and name in SHEETS:
        return _download(export_schedule()[name], "text/csv; charset=utf-8", filename)
    raise NotFound


def _download(data: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, content_type=kind, headers=headers)


@bp.post("/jadwal/lembar")
@only_administrator
def bring_in_sheets() -> str | tuple[str, int]:
    """All of the files or nothing. The same files again change nothing, so they may be sent twice."""
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent or len(sent) > FILES_MAX:
        return _page([SheetsTold("", 0, "", _("Pilih dahulu berkasnya, paling banyak %(most)s.", most=FILES_MAX))]), 422
    files = [(file.filename or "", file.read()) for file in sent]
    try:
        report = import_schedule(Arriving(files, as_typed="as_typed" in request.form))
    except TimetableFaults as refused:
        told = [SheetsTold(f.file, f.line, f.column, f.told(_)) for f in refused.faults]
        return _page(told, names=any(f.problem == "near_name" for f in refused.faults)), 422
    return _page([], report)


def _page(told: list[SheetsTold], report: Exchanged | None = None, *, names: bool = False) -> str:
    titles = {
        "ports": _("Pelabuhan"),
        "operators": _("Operator"),
        "ships": _("Kapal"),
        "papers": _("Sertifikat dan dispensasi"),
        "voyages": _("Pelayaran dan singgah"),
    }
    rows = []
    if report:
        rows = [
            (titles[name], *(number(kind[name]) for kind in (report.added, report.changed, report.left)))
            for name in SHEETS
            if report.added[name] or report.changed[name]
        ]
    return render_template(
        "admin/sheets.html",
        told=told,
        done=report is not None,
        shown_max=SHOWN_MAX,
        rows=rows,
        names=titles,
        slips=names,
        columns=SHEETS,
    )
