"""A timetable coming in by browser: the file of `flask import-timetable`, with every fault in a table."""

from dataclasses import dataclass
from io import BytesIO

from flask import render_template, request
from flask_babel import gettext as _

from app import config
from app.errors import Refusal
from app.planning.actions.reference_import import load_reference
from app.planning.actions.timetable_import import ImportReport, import_timetable
from app.planning.timetable import COLUMNS, TimetableFaults, home_port, read_timetable
from app.schedule.queries import list_ports
from app.web.admin.door import bp, only_administrator
from app.web.forms import Form
from app.web.words import number, sentence

FILE_MAX = 400 * 1024
"""Bytes. Twice what ROWS_MAX rows with long notes need; the form's whole request may have 2 MB."""

ROWS_MAX = 500
"""Rows that are brought in at once by browser: about three seconds in which nobody else can write to SQLite."""

SHOWN_MAX = 200
"""Faults in the table; a file in the wrong form can have thousands."""


@dataclass(frozen=True)
class TimetableTold:
    """One fault as it is shown; line 0 is the whole file."""

    line: int
    column: str
    message: str


@bp.get("/jadwal")
@only_administrator
def timetable() -> str:
    """The form for a file, and what the file must look like."""
    return _page([])


@bp.post("/jadwal")
@only_administrator
def bring_in() -> str | tuple[str, int]:
    """All voyages of the file or none. The same file again changes nothing, so it may be sent twice."""
    sent = request.files.get("file")
    data = sent.read(FILE_MAX + 1) if sent else b""
    if not sent or not sent.filename:
        return _page([TimetableTold(0, "", _("Pilih dahulu berkasnya."))]), 422
    if len(data) > FILE_MAX:
        return _page([TimetableTold(0, "", _too_large())]), 413
    try:
        rows = read_timetable(BytesIO(data))
    except TimetableFaults as faults:
        return _page(_told(faults)), 422
    if len(rows) > ROWS_MAX:
        return _page([TimetableTold(0, "", _too_large())]), 413
    if not list_ports():
        # A fresh installation: the ports, ships and fares that come with Dermaga, as the command brings them.
        load_reference(config.ROOT / "data")
    try:
        home = request.form.get("port") or home_port(rows, config.current().port_name)
        report = import_timetable(rows, home, as_typed="as_typed" in request.form)
    except TimetableFaults as faults:
        return _page(_told(faults), names=any(f.problem == "near_name" for f in faults.faults)), 422
    except Refusal as refusal:
        told = TimetableTold(refusal.details.get("line", 0), "", sentence(refusal.code, refusal.details))
        return _page([told]), refusal.status
    return _page([], report, sent.filename)


def _told(faults: TimetableFaults) -> list[TimetableTold]:
    return [TimetableTold(f.line, f.column, f.told(_)) for f in faults.faults]


def _too_large() -> str:
    return _(
        "Berkas ini terlalu besar. Paling banyak %(rows)s baris dan %(kilobytes)s KB sekali kirim: bagi menjadi "
        "beberapa berkas.",
        rows=number(ROWS_MAX),
        kilobytes=FILE_MAX // 1024,
    )


def _page(told: list[TimetableTold], report: ImportReport | None = None, name: str = "", *, names: bool = False) -> str:
    return render_template(
        "admin/timetable.html",
        told=told,
        shown_max=SHOWN_MAX,
        report=report,
        name=name,
        columns=COLUMNS,
        names=names,
        ports=[("", _("Yang paling sering disebut di berkas")), *((p.name, p.name) for p in list_ports())],
        form=Form(request.form.to_dict()),
        rows_max=ROWS_MAX,
        kilobytes_max=FILE_MAX // 1024,
    )
