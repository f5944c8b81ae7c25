"""Every setting, read once from the environment, with its default, unit and meaning."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The settings of one running Dermaga; the environment variable is the field's name in capitals."""

    database_url: str = f"sqlite:///{ROOT / 'instance' / 'dermaga.db'}"
    """Where the tables are: SQLite (WAL) by default, `postgresql+psycopg://...` in production."""
    secret_key: str = ""
    """Signs sessions and forms; made on the first run when empty (see app/keys.py)."""
    hold_minutes: int = 15
    """How long places stay held while the travelers' details are typed."""
    hold_minutes_full: int = 8
    """The same when all of the class is taken; it shrinks from half full on. Dermaga's own, as all of these bounds."""
    child_alone_years: int = 12
    """Who is younger is sold a place online only with somebody of 17 or more on the same order, where the operator has
    not named an age of its own. Dermaga's own: no operator's age is documented."""
    counter_hours: int = 24
    """How long places stay held for payment at the counter, never past the end of the sale."""
    counter_hours_full: int = 3
    """The same when all of the class is taken; it shrinks from half full on."""
    unpaid_percent: int = 50
    """Of a class's online places that are not sold, so many per cent may be held unpaid; more is only noted."""
    counter_percent: int = 20
    """Of a class's online places, so many per cent may wait for the counter at a moment."""
    address_percent: int = 5
    """Of a voyage's online places, so many per cent may be held unpaid from one address (or IPv6 /64) at a moment,"""
    address_places: int = 16
    """and so many places at most; one whole booking always."""
    unused_holds: int = 3
    """After so many holds of one browser that ended unused, its next ones are only noted,"""
    pause_minutes: int = 60
    """until so long after them."""
    offer_minutes: int = 60
    """How long places are held for whoever is next on the waiting list. Dermaga's own: no source gives a figure."""
    aside_minutes: int = 60
    """So long at most, once, free places are set aside for the first waiting group that needs more; 0: not at all."""
    no_show_minutes: int = 30
    """So long before departure the places of those who are not at the gate go to standby. Dermaga's own, too."""
    sale_closes_minutes: int = 60
    """The sale ends this long before departure. Dermaga's own default: no source gives an operator's minute."""
    changes_close_minutes: int = 60
    """A booking can be changed until so long before departure, as long as places are sold. Dermaga's own."""
    passage_hours: int = 30
    """How long a journey is taken to last where no arrival is documented. Dermaga's own: Sampit to Semarang is
    reported as 23 to 30 hours (antaranews 899661)."""
    contact_limit: int = 16
    """Persons that one phone number may have, held or confirmed, on voyages that have not left. Dermaga's own."""
    boarding_opens_minutes: int = 120
    """Embarkation starts this long before departure (Sampit 2024 and 2025, antaranews 688278 and 752037)."""
    open_early_minutes: int = 240
    """One officer may open boarding so long before its usual time; earlier, and at most a day, it takes two."""
    leave_early_minutes: int = 60
    """One person may say so long before its time that a ship has left; earlier, at most a day more, it takes two."""
    leave_late_hours: int = 24
    """And until so long after its time; later it takes two."""
    undo_minutes: int = 10
    """So long may whoever opened boarding or let the ship go take it back alone; later it takes two."""
    booking_limit: int = 60
    """Holds of one browser from one address in ten minutes; a phone network or a village shares one address."""
    search_limit: int = 30
    """Look-ups by booking code from one address in ten minutes."""
    sign_in_limit: int = 10
    """Sign-in attempts for one name from one address in ten minutes."""
    live_url: str = ""
    """Where browsers find the live stream; empty: same host, port `live_port`."""
    live_port: int = 8001
    """Port of the live process when `live_url` is empty."""
    live_listeners: int = 4000
    """Open streams that one live process takes (each costs a descriptor); whoever comes then is told to poll."""
    trusted_proxies: int = 0
    """How many reverse proxies in front may be believed about the visitor's address and scheme."""
    secure_cookies: bool = False
    """Send cookies over HTTPS only; set it to 1 wherever the site is served over HTTPS."""
    port_name: str = "Sampit"
    """The port whose officials look at the board."""


def load(env: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `env`. Raises ValueError with the variable's name for a value that is not of its kind."""
    values: dict[str, str | int | bool] = {}
    for field in fields(Settings):
        text = env.get(field.name.upper(), "").strip()
        if not text:
            continue
        if field.type is bool:
            values[field.name] = text.lower() in {"1", "true", "yes", "on"}
        elif field.type is int:
            if not text.isdigit():
                raise ValueError(f"{field.name.upper()} must be a whole number, not {text!r}")
            values[field.name] = int(text)
        else:
            values[field.name] = text
    return Settings(**values)  # type: ignore[arg-type]  # each value was made of its field's kind above


_current = Settings()


def use(settings: Settings) -> None:
    """Make `settings` the ones in force in this process."""
    global _current
    _current = settings


def current() -> Settings:
    """The settings in force."""
    return _current
