"""The departures of the coming days, for everybody."""

from flask import jsonify, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import or_refuse
from app.flow.queries import coming_departures
from app.flow.schemas import NewsOut
from app.schedule.models import UNSTATED_PORT, Port
from app.schedule.queries import find_port
from app.web.guard import public
from app.web.official import door
from app.web.official.departure_words import STATES
from app.web.official.door import bp
from app.web.today import home


@bp.get("/keberangkatan")
@public
def departures() -> str:
    """Show what leaves in the coming days, with remaining places; from one port with `?pelabuhan=CODE`."""
    told = coming_departures()
    ports = {row.from_port.code: row.from_port for row in told.rows if row.from_port.code != UNSTATED_PORT}
    chosen = _chosen(ports)
    rows = [row for row in told.rows if chosen is None or row.from_port.code == chosen.code]
    clock_port = chosen or ports.get(_home()) or next(iter(ports.values()), None) or Port(zone="Asia/Jakarta")
    gone = [row for row in rows if door.is_over(row)]
    return render_template(
        "official/departures.html",
        board=told,
        ports=sorted(ports.values(), key=lambda port: port.name),
        chosen=chosen,
        port=clock_port,
        rows=[row for row in rows if row not in gone],
        gone=gone,
        states=STATES,
        script=door.for_the_script("public", url_for("official.departures_news"), clock_port),
    )


@bp.get("/keberangkatan.json")
@public
def departures_news() -> Response:
    """The same states for a page that hears no stream."""
    return jsonify({**NewsOut().dump(coming_departures()), "stream": door.stream_url("public")})


def _chosen(ports: dict[str, Port]) -> Port | None:
    """The port asked for, if any. Raises NotFound for a port that is not known."""
    asked = request.args.get("pelabuhan", "").strip()
    if not asked:
        return None
    return or_refuse(ports.get(asked.upper()) or find_port(asked), "port_not_found")


def _home() -> str:
    here = home()
    return here.code if here else ""
