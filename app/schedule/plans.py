"""Plans of voyages with any number of calls. Pure: no database, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from app.errors import Refusal
from app.schedule.days import port_day

NUMBER_MAX = 160
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CallPlan:
    """One call as it is planned. Where `precision` is `day`, its moments are the end of their day."""

    port_id: int
    arrives_at: datetime | None = None
    departs_at: datetime | None = None
    precision: Literal["minute", "day"] = "minute"
    tide_from: datetime | None = None
    tide_until: datetime | None = None
    call_id: int | None = None
    """The call of the voyage that this plan is about; None for a new one."""
    counts_to: date | None = None
    """The local day that it counts to, where it has no moments."""
    waits: bool = False
    """Whether a change of its times says already that the ship waits for its tide."""

    @property
    def misses_tide(self) -> bool:
        """Whether the ship is to leave at an hour at which its own tide window keeps it."""
        if self.waits or self.precision == "day" or not (self.departs_at and self.tide_from and self.tide_until):
            return False
        return not self.tide_from <= self.departs_at <= self.tide_until

    def day(self, zone: ZoneInfo) -> date | None:
        """The local day that the call counts to."""
        moment = self.departs_at or self.arrives_at
        return port_day(moment, zone) if moment else self.counts_to

    def shifted(self, days: int, zone: ZoneInfo) -> "CallPlan":
        """The same hour on the port's clock so many days later, for a call of another voyage."""

        def move(moment: datetime | None) -> datetime | None:
            # Wall time is what a timetable means: 07.00 stays 07.00 where a zone changes its offset.
            return moment.astimezone(zone) + timedelta(days=days) if moment else None

        return replace(
            self,
            arrives_at=move(self.arrives_at),
            departs_at=move(self.departs_at),
            tide_from=move(self.tide_from),
            tide_until=move(self.tide_until),
            counts_to=self.counts_to + timedelta(days=days) if self.counts_to else None,
            call_id=None,
        )


@dataclass(frozen=True)
class VoyagePlan:
    """A voyage as it is planned. Without a `number` it gets one of its day, ship and ports."""

    operator_id: int
    ship_id: int | None
    calls: tuple[CallPlan, ...]
    number: str = ""
    source_url: str = ""
    note: str = ""


def check_order(calls: Sequence[CallPlan], names: Mapping[int, str]) -> None:
    """Refuse what no ship can do; only what is known is judged. `names` are those of the ports, by id.

    Raises Refusal `same_port` for two calls at one port in a row, `tide_window`, `times_backwards` for a ship
    that would leave a port before it came, `arrival_backwards` and `departure_backwards` for one that would do so
    before it left another. A refusal names the `call` (its place, from 0) and its `field`.
    """
    known: tuple[datetime, int] | None = None
    for place, call in enumerate(calls):
        if place and calls[place - 1].port_id == call.port_id:
            raise Refusal("same_port", field="port", call=place)
        if bool(call.tide_from) != bool(call.tide_until) or (
            call.tide_from and call.tide_until and call.tide_from > call.tide_until
        ):
            raise Refusal("tide_window", field="tide_until", call=place)
        for moment, field in ((call.arrives_at, "arrives"), (call.departs_at, "departs")):
            if moment is None:
                continue
            if known and moment <= known[0]:
                if known[1] == place:
                    raise Refusal("times_backwards", field=field, call=place)
                code = "arrival_backwards" if field == "arrives" else "departure_backwards"
                raise Refusal(code, field=field, call=place, port=names[calls[known[1]].port_id])
            # Where only the day is known, it may be as early as that day begins.
            earliest = moment - ONE_DAY if call.precision == "day" else moment
            known = (max(earliest, known[0]) if known else earliest, place)


def check_complete(calls: Sequence[CallPlan]) -> None:
    """Refuse what cannot be sold: Refusal `two_calls`, and `departure_missing` at a call but the last without one."""
    if len(calls) < 2:
        raise Refusal("two_calls", field="calls")
    for place, call in enumerate(calls[:-1]):
        if call.departs_at is None:
            raise Refusal("departure_missing", field="departs", call=place)
