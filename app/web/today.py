"""Tell the day for the reader of a page: at the port concerned, else at the port of this house."""

from datetime import date, tzinfo

from app import clock, config
from app.schedule.days import WEST, local_day
from app.schedule.models import Port
from app.schedule.queries import find_port


def home() -> Port | None:
    """The port of this house; None until it is in the tables."""
    return find_port(config.current().port_name)


def home_zone() -> tzinfo:
    """The zone of the house's days; that of Indonesia's west until its port is in the tables."""
    port = home()
    return port.tz if port else WEST


def typed_day(typed: str) -> date | None:
    """The day of a calendar's input, or None for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def today(port: Port | None = None) -> date:
    """The date now at that port, else at the port of this house."""
    return local_day(clock.now(), port.tz if port else home_zone())
