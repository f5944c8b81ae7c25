"""A voyage as a form: what is typed becomes a plan, and a plan becomes what is typed. No database, no request."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.booking.fields import Shape, Whole
from app.schedule.days import local_day
from app.schedule.models import Port
from app.schedule.plans import CallPlan, VoyagePlan
from app.web.admin.schemas import MaybeDay, MayBeEmpty, MaybeText, Minute
from app.web.forms import nest

ROW = ("id", "port", "arrives_day", "arrives_time", "departs_day", "departs_time", "tide_from", "tide_until")
"""The inputs of one call."""

MOMENTS = ("arrives_at", "departs_at", "tide_from", "tide_until")

ID_MAX = 2147483647


class PlanMinute(MayBeEmpty, Minute):
    """A time of day that may be left empty."""


class MaybeId(Whole):
    """A choice from a list that may be left open. One that no list has is 0, and found nowhere."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | None:  # type: ignore[override]
        if not str(value).strip():
            return None
        number = super()._deserialize(value, attr, data, **kwargs)
        return number if number <= ID_MAX else 0


class CallIn(Shape):
    """One call as it is typed: days and hours on the port's clock."""

    id = MaybeId(load_default=None)
    port = Whole(required=True, validate=validate.Range(1, ID_MAX, error="port_unknown"))
    arrives_day = MaybeDay(load_default=None)
    arrives_time = PlanMinute(load_default=None)
    departs_day = MaybeDay(load_default=None)
    departs_time = PlanMinute(load_default=None)
    tide_from = PlanMinute(load_default=None)
    tide_until = PlanMinute(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def _an_hour_has_its_day(self, data: dict[str, Any], **_: Any) -> None:
        for name in ("arrives", "departs"):
            if data[f"{name}_time"] and not data[f"{name}_day"]:
                raise ValidationError("hour_without_day", f"{name}_day")
        given = [name for name in ("arrives", "departs") if data[f"{name}_day"]]
        missing = [name for name in given if not data[f"{name}_time"]]
        if missing and len(missing) < len(given):
            raise ValidationError("times_half", f"{missing[0]}_time")
        if (data["tide_from"] is None) != (data["tide_until"] is None):
            raise ValidationError("tide_window", "tide_until" if data["tide_from"] else "tide_from")
        if data["tide_from"] and not given:
            raise ValidationError("hour_without_day", "departs_day")


class VoyageIn(Shape):
    """A voyage with its calls in their order."""

    number = MaybeText(160, load_default="")
    operator = Whole(required=True, validate=validate.Range(1, ID_MAX, error="operator_not_found"))
    ship = MaybeId(load_default=None)
    source_url = MaybeText(400, load_default="")
    note = MaybeText(600, load_default="")
    calls = fields.List(fields.Nested(CallIn), load_default=list)


def plan_from(given: Mapping[str, Any], ports: Mapping[int, Port]) -> VoyagePlan:
    """The plan that was typed. Raises ValidationError at the call whose port is not among `ports`."""
    calls = []
    for place, row in enumerate(given["calls"]):
        port = ports.get(row["port"])
        if port is None:
            raise ValidationError({"calls": {place: {"port": ["port_unknown"]}}})
        calls.append(_call(row, port))
    return VoyagePlan(
        given["operator"], given["ship"], tuple(calls), given["number"], given["source_url"], given["note"]
    )


def _call(row: Mapping[str, Any], port: Port) -> CallPlan:
    known = bool(row["departs_time"] or row["arrives_time"])
    on = row["departs_day"] or row["arrives_day"]
    start = _moment(on, row["tide_from"], port) if row["tide_from"] else None
    end = _moment(on, row["tide_until"], port) if row["tide_until"] else None
    if start and end and end < start:
        end += timedelta(days=1)  # the tide turns after midnight
    departs = _moment(row["departs_day"], row["departs_time"], port)
    eve = timedelta(days=1)
    if start and end and departs and row["departs_time"] and start - eve <= departs <= end - eve:
        start, end = start - eve, end - eve  # the ship leaves after midnight with the tide of the evening before
    return CallPlan(
        port_id=port.id,
        arrives_at=_moment(row["arrives_day"], row["arrives_time"], port),
        departs_at=departs,
        precision="minute" if known or not on else "day",
        tide_from=start,
        tide_until=end,
        call_id=row["id"],
    )


def _moment(day: date | None, hour: time | None, port: Port) -> datetime | None:
    """Without an hour it is the end of the day."""
    if day is None:
        return None
    if hour is None:
        return datetime.combine(day + timedelta(days=1), time(), port.tz)
    return datetime.combine(day, hour, port.tz)


def untouched(plan: VoyagePlan, before: VoyagePlan) -> VoyagePlan:
    """The plan with the seconds, which no form shows, of the moments that nobody has touched."""
    old = {call.call_id: call for call in before.calls}
    calls = []
    for call in plan.calls:
        was = old.get(call.call_id) if call.call_id else None
        if was and was.port_id == call.port_id and was.precision == call.precision:
            moments = {name: getattr(was, name) for name in MOMENTS if _minute(was, name) == _minute(call, name)}
            call = replace(call, **moments)
        calls.append(call)
    return replace(plan, calls=tuple(calls))


def _minute(call: CallPlan, name: str) -> datetime | None:
    moment: datetime | None = getattr(call, name)
    return moment.replace(second=0, microsecond=0) if moment else None


def typed_from(plan: VoyagePlan, ports: Mapping[int, Port]) -> dict[str, str]:
    """Write this plan as one would type it."""
    typed = {
        "number": plan.number,
        "operator": str(plan.operator_id),
        "ship": str(plan.ship_id or ""),
        "source_url": plan.source_url,
        "note": plan.note,
    }
    return typed | flat([_row(call, ports[call.port_id]) for call in plan.calls])


def _row(call: CallPlan, port: Port) -> dict[str, str]:
    row = {"id": str(call.call_id or ""), "port": str(call.port_id)}
    for name, moment in (("arrives", call.arrives_at), ("departs", call.departs_at)):
        there = moment.astimezone(port.tz) if moment else None
        if there and call.precision == "day":
            there -= timedelta(microseconds=1)
        row[f"{name}_day"] = str(local_day(there, port.tz)) if there else ""
        row[f"{name}_time"] = f"{there:%H:%M}" if there and call.precision == "minute" else ""
    for name, moment in (("tide_from", call.tide_from), ("tide_until", call.tide_until)):
        row[name] = f"{moment.astimezone(port.tz):%H:%M}" if moment else ""
    return row


def rows_of(typed: Mapping[str, str]) -> list[dict[str, str]]:
    """The calls that were typed, in their order."""
    calls = nest({name: value for name, value in typed.items() if name.startswith("calls-")}).get("calls", [])
    return [row for row in calls if isinstance(row, dict)] if isinstance(calls, list) else []


def flat(rows: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The calls as the names of a form."""
    return {f"calls-{place}-{name}": row.get(name, "") for place, row in enumerate(rows) for name in ROW}


def rearranged(typed: Mapping[str, str], wish: str) -> dict[str, str]:
    """Rearrange the form by `add-1` (a call below the second), `remove-1` or `up-1`; other wishes change nothing."""
    rows = rows_of(typed)
    verb, _, number = wish.partition("-")
    place = int(number) if number.isascii() and number.isdigit() else -1
    if 0 <= place < len(rows):
        if verb == "add":
            rows.insert(place + 1, {})
        elif verb == "remove":
            del rows[place]
        elif verb == "up" and place:
            rows[place - 1], rows[place] = rows[place], rows[place - 1]
    others = {name: value for name, value in typed.items() if not name.startswith("calls-") and name != "do"}
    return others | flat(rows)
