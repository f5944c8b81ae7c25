"""The counter's money: a receipt, and what was taken and paid back on a day, by officer and channel."""

from datetime import datetime, time, timedelta

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app import clock, config
from app.accounts.models import Role
from app.booking.money.receipts import get_receipt, list_receipts, totals_of
from app.disruption.queries import find_displacement
from app.schedule.queries import list_ports
from app.web.gate.counter import bp
from app.web.guard import only, user
from app.web.today import home_zone, today, typed_day
from app.web.words import ship_booked

PAPERS = ("58", "80", "a6")
"""The papers on which receipts are printed: rolls of 58 and 80 mm, and sheets of A6."""

LINES = {
    "adult": _l("Dewasa atau anak"),
    "infant": _l("Bayi"),
    "vehicle": _l("Kendaraan dengan orangnya"),
    "difference": _l("Selisih tarif karena pindah kapal"),
    "refund": _l("Uang kembali"),
    "all": _l("Semua orang di pesanan"),
}


@bp.get("/kuitansi/<int(min=1, max=2147483647):number>")
@only(Role.OFFICER)
def receipt(number: int) -> str:
    """One receipt, to be printed."""
    paper = request.args.get("kertas", "")
    found = get_receipt(number)
    return render_template(
        "gate/receipt.html",
        receipt=found,
        ship=ship_booked(found.booking, find_displacement(found.booking_id)),
        words=LINES,
        papers=PAPERS,
        paper=paper if paper in PAPERS else PAPERS[0],
    )


@bp.get("/kas")
@only(Role.OFFICER)
def shift() -> str:
    """A day's money by officer and channel; with an officer and a channel asked for, its rows."""
    ports = list_ports()
    port = next((port for port in ports if port.name == config.current().port_name), ports[0] if ports else None)
    day = typed_day(request.args.get("hari", "")) or today(port)
    start = datetime.combine(day, time(), tzinfo=port.tz if port else home_zone())
    receipts = list_receipts(start, start + timedelta(days=1))
    totals = totals_of(receipts)
    asked = (request.args.get("petugas", type=int), request.args.get("saluran", type=int))
    chosen = next((total for total in totals if (total.officer_id, total.channel.id) == asked), None)
    return render_template(
        "gate/shift.html",
        port=port,
        hari=day,
        today=today(port),
        totals=totals,
        mine=[total for total in totals if total.officer_id == user().id],
        chosen=chosen,
        words=LINES,
        kinds={"taken": _("Diterima"), "paid_back": _("Dikembalikan")},
        as_of=clock.now(),
    )
